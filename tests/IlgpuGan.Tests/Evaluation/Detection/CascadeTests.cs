using System.Text;
using IlgpuGan.Evaluation.Detection;
using IlgpuGan.Options;
using IlgpuGan.Tests.Generation;

namespace IlgpuGan.Tests.Evaluation.Detection;

/// <summary>Cascades find what OpenCV finds by them. What needs OpenCV skips where no python3 has it.</summary>
public sealed class CascadeTests : IDisposable
{
    private const string Installed = "/usr/share/opencv4";

    private const int Pictures = 200, Photographs = 300;

    private readonly Tests.TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Faces_are_found_where_opencv_finds_them() => AssertAsOpencv(CascadePictures.Make(Pictures),
    [
        // Patterns; sums with stumps, with trees, with turned features.
        ($"{Installed}/lbpcascades/lbpcascade_frontalface.xml", 100), ($"{Installed}/lbpcascades/lbpcascade_frontalface_improved.xml", 20),
        ($"{Installed}/haarcascades/haarcascade_frontalface_default.xml", 100), ($"{Installed}/haarcascades/haarcascade_frontalface_alt2.xml", 100),
        .. from isLbp in (bool[])[true, false] from nodes in (int[])[1, 3] select (Written($"{isLbp} {nodes}.xml", CascadeFiles.Xml(isLbp, nodes, stages: 3, seed: nodes)), 20),
    ]);

    /// <summary>Of photographs there may be none: the project ships no picture of anybody.</summary>
    [Fact]
    public void Faces_of_photographs_are_found_where_opencv_finds_them()
    {
        const string OfDebian = "/usr/lib/python3/dist-packages/skimage/data";
        string[] files = Environment.GetEnvironmentVariable("ILGPUGAN_TEST_PHOTOGRAPHS") is { } own
            ? [.. Directory.GetFiles(own).Where(file => Path.GetExtension(file) is ".png" or ".jpg")]
            : [.. from name in (string[])["astronaut.png", "camera.png", "chelsea.png", "coffee.png"] let file = Path.Combine(OfDebian, name) where File.Exists(file) select file];
        Assert.SkipWhen(files.Length == 0, "No photographs: install Debian's python3-skimage, or name a folder of them, some with faces, in ILGPUGAN_TEST_PHOTOGRAPHS.");
        AssertAsOpencv(CascadePictures.Windows(files, Photographs),
        [
            ($"{Installed}/lbpcascades/lbpcascade_frontalface.xml", 10), ($"{Installed}/lbpcascades/lbpcascade_frontalface_improved.xml", 3),
            ($"{Installed}/haarcascades/haarcascade_frontalface_default.xml", 10), ($"{Installed}/haarcascades/haarcascade_frontalface_alt2.xml", 10),
        ]);
    }

    [Fact]
    public void A_window_passes_by_the_pattern_of_its_blocks()
    {
        // One stump: brighter than the centre is only what lies above it.
        string path = Written("above.xml", Stump(pattern: 64));
        using var cascade = CascadeDetector.Open(path);
        Assert.Equal("LBP cascade above.xml", cascade.Name);
        Assert.Equal(32, cascade.Hash.Length);

        byte[] image = new byte[9 * 9];
        for (int y = 0; y < 3; y++)
        {
            image.AsSpan(y * 9 + 3, 3).Fill(200);
        }
        // The centre itself, else all that is as dark would count as bright.
        for (int y = 3; y < 6; y++)
        {
            image.AsSpan(y * 9 + 3, 3).Fill(100);
        }
        var window = new CascadeWindow(CascadeFile.Read(path).Cascade, new(image, 9, 9));
        Assert.Equal(1, window.StagesPassed(0, 0));
        image[0] = 255;
        image.AsSpan(1, 2).Fill(255);
        image.AsSpan(9, 3).Fill(255);
        Assert.Equal(0, new CascadeWindow(CascadeFile.Read(path).Cascade, new(image, 9, 9)).StagesPassed(0, 0));
    }

    [Fact]
    public void Rectangles_on_each_other_become_one_and_what_stands_alone_none()
    {
        FaceRectangle[] found = [.. Enumerable.Range(0, 5).Select(i => new FaceRectangle(10 + i % 2, 10, 30, 30)), new(60, 60, 30, 30), new(61, 60, 30, 30), new(60, 61, 30, 30)];
        Assert.Equal([new FaceRectangle(10, 10, 30, 30)], FaceRectangle.Group(found, 3));
        // One within another that has more members is left out; of as many it stays.
        FaceRectangle[] within = [.. Enumerable.Repeat(new FaceRectangle(0, 0, 100, 100), 6), .. Enumerable.Repeat(new FaceRectangle(30, 30, 20, 20), 4)];
        Assert.Equal([new FaceRectangle(0, 0, 100, 100)], FaceRectangle.Group(within, 3));
        Assert.Equal(2, FaceRectangle.Group([.. within, .. Enumerable.Repeat(new FaceRectangle(30, 30, 20, 20), 2)], 3).Count);
        Assert.Empty(FaceRectangle.Group([], 3));
    }

    [Fact]
    public void Transparency_lies_on_white_and_images_smaller_than_the_window_have_no_face()
    {
        Assert.Equal([255, 127, 9], GreyImage.Of([7, 0, 0, 128, 9, 255], 1, 3, 2).Pixels);
        Assert.Equal([255], GreyImage.Of([1, 2, 3, 0], 1, 1, 4).Pixels);
        using var cascade = CascadeDetector.Open(Written("any.xml", CascadeFiles.Xml(isLbp: true, 1, 1, 1)));
        Assert.False(cascade.FindsFace(new byte[19 * 30], 30, 19, 1));
    }

    [Theory]
    [InlineData("no XML at all", "it is no XML")]
    [InlineData("<opencv_storage>", "it is no XML")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><opencv_storage>&b;</opencv_storage>", "it is no XML")]
    [InlineData("<html/>", "its root is html where opencv_storage is expected")]
    [InlineData("<opencv_storage/>", "it is empty")]
    [InlineData("<opencv_storage><c type_id=\"opencv-haar-classifier\"/></opencv_storage>", "it is of the format before OpenCV 2")]
    [InlineData("<opencv_storage><c/></opencv_storage>", "it has no stageType")]
    public void What_is_no_cascade_is_refused(string text, string reason) => AssertRefused(text, reason);

    [Theory]
    [InlineData("BOOST", "TREES", "its stages are not boosted (BOOST)")]
    [InlineData("LBP", "HOG", "its features are HOG where LBP or HAAR is expected")]
    [InlineData("<width>9", "<width>999999999", "width is 999999999, and must be between 3 and 512")]
    [InlineData("<width>9", "<width>99999999999", "\"99999999999\" is no whole number")]
    [InlineData("<width>9", "<width>8", "a feature at 0, 0 of 3 x 3 does not lie in the window of 8 x 9")]
    [InlineData("0 0 3 3", "0 0 2147483647 3", "does not lie in the window")]
    [InlineData("0 0 3 3", "-1 0 3 3", "a feature at -1, 0")]
    [InlineData("0 0 3 3", "0 0 3", "a rectangle has 3 numbers where 4 are expected")]
    [InlineData("256", "100", "its features have 100 categories where 256 are expected")]
    [InlineData("0 -1 0 ", "0 -1 1 ", "a node's feature is 1, and must be between 0 and 0")]
    [InlineData("0 -1 0 ", "0 -2 0 ", "a node goes on to -2, which is none of its tree's")]
    [InlineData("0 -1 0 ", "0 1 0 ", "a node goes on to 1, which is none of its tree's")]
    [InlineData("0 -1 0 ", "0 -2147483648 0 ", "a node goes on to -2147483648")]
    [InlineData("0 -1 0 ", "0 -1 ", "a tree has 10 numbers where so many times 11 are expected")]
    [InlineData("1. -1.", "1.", "a tree of 1 nodes has 1 leaves where 2 are expected")]
    [InlineData("1. -1.", "1. NaN", "\"NaN\" is no number")]
    [InlineData("0.5", "much", "\"much\" is no number")]
    [InlineData("weakClassifiers", "weak", "it has no weakClassifiers")]
    public void A_cascade_whose_numbers_do_not_fit_is_refused(string part, string other, string reason)
    {
        string good = Stump(64);
        Assert.Contains(part, good, StringComparison.Ordinal);
        AssertRefused(good.Replace(part, other, StringComparison.Ordinal), reason);
    }

    [Fact]
    public void What_is_too_large_or_too_deep_is_refused()
    {
        AssertRefused($"<opencv_storage>{string.Concat(Enumerable.Repeat("<a>", 100_000))}", "its elements lie too deep in each other");
        AssertRefused(Stump(64).Replace("<features>", "<features>" + string.Concat(Enumerable.Repeat("<_/>", 1_000_001)), StringComparison.Ordinal), "its features are more than 1000000");
        using (var huge = File.Create(folder["huge.xml"]))
        {
            huge.SetLength(CascadeFile.MostBytes + 1);
        }
        Assert.Contains("it has 16 MiB, and none has more than 16", Refusal(folder["huge.xml"]), StringComparison.Ordinal);
        Assert.Contains("cannot be read: it does not exist", Refusal(folder["nothing.xml"]), StringComparison.Ordinal);
        Assert.Contains("cannot be read: it is a folder", Refusal(folder["."]), StringComparison.Ordinal);
    }

    /// <summary>Compares, picture by picture, what is found with what OpenCV finds with its defaults.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="cascades">Files, and in how many pictures each has to fire, or it would prove little.</param>
    private void AssertAsOpencv(List<(byte[] Pixels, int Height, int Width)> pictures, IReadOnlyList<(string Path, int Least)> cascades)
    {
        string? python = Python.Find("cv2");
        Assert.SkipWhen(python is null || !Directory.Exists(Installed), "No python3 with cv2, or none of its cascades, was found (Debian: apt-get install python3-opencv opencv-data).");
        CascadePictures.Save(folder["pictures"], pictures);
        cascades = [.. cascades.Where(cascade => File.Exists(cascade.Path))];
        string[] lines = Python.Read(python!, [Path.Combine(AppContext.BaseDirectory, "Evaluation", "Detection", "opencv_faces.py"), folder["pictures"], .. cascades.Select(cascade => cascade.Path)])
            .Split('\n');
        foreach (var (number, (path, least)) in cascades.Index())
        {
            using var cascade = CascadeDetector.Open(path);
            string[] expected = lines[(number * pictures.Count)..((number + 1) * pictures.Count)];
            string[] found = [.. pictures.AsParallel().AsOrdered().Select(picture => string.Join(' ', cascade.Find(GreyImage.Of(picture.Pixels, picture.Height, picture.Width, 3))
                .OrderBy(face => (face.X, face.Y, face.Width, face.Height)).Select(face => $"{face.X},{face.Y},{face.Width},{face.Height}")))];
            int with = found.Count(line => line.Length > 0), same = found.Zip(expected).Count(pair => pair.First == pair.Second);
            int all = found.Sum(Faces), allExpected = expected.Sum(Faces), asMany = found.Zip(expected).Count(pair => Faces(pair.First) == Faces(pair.Second));
            TestContext.Current.SendDiagnosticMessage($"{Path.GetFileName(path)}: {all} faces in {with} of {pictures.Count} pictures, "
                + $"{allExpected} in {expected.Count(line => line.Length > 0)} by OpenCV; "
                + $"as many in {asMany}, the same rectangles in {same}. "
                + $"{string.Join("; ", found.Zip(expected).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.First} and {pair.Second}"))}");
            // Sums of singles may be rounded otherwise by another compiler.
            Assert.True(same >= 0.98 * pictures.Count, $"{path}: of {pictures.Count} pictures {same} have the same rectangles.");
            Assert.Equal(expected.Count(line => line.Length > 0), with, 0.02 * pictures.Count);
            Assert.Equal(allExpected, all, 0.02 * allExpected);
            Assert.True(with >= least, $"{path} fires on {with} pictures alone, which proves little.");
        }

        static int Faces(string line) => line.Length == 0 ? 0 : line.Split(' ').Length;
    }

    private static string Stump(int pattern) => $"""
        <opencv_storage><cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType><featureType>LBP</featureType><height>9</height><width>9</width>
        <featureParams><maxCatCount>256</maxCatCount></featureParams>
        <stages><_><stageThreshold>0.5</stageThreshold><weakClassifiers><_>
        <internalNodes>0 -1 0 {string.Join(' ', Enumerable.Range(0, 8).Select(word => word == pattern / 32 ? 1 << pattern % 32 : 0))}</internalNodes><leafValues>1. -1.</leafValues></_>
        </weakClassifiers></_></stages><features><_><rect>0 0 3 3</rect></_></features></cascade></opencv_storage>
        """;

    private string Written(string name, string text)
    {
        File.WriteAllText(folder[name], text, Encoding.ASCII);
        return folder[name];
    }

    private static string Refusal(string path) => Assert.Throws<OptionException>(() => CascadeDetector.Open(path)).Message;

    private void AssertRefused(string text, string reason)
    {
        string message = Refusal(Written("bad.xml", text));
        Assert.StartsWith("Detector ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.EndsWith("or an ONNX file.", message, StringComparison.Ordinal);
    }
}
