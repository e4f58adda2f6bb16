using System.IO.Compression;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Data;
using IlgpuGan.Tests.Sampling;
using IlgpuGan.Tests.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Generation;

/// <summary>Files that are translated, on a device that makes negatives.</summary>
public sealed class TranslationFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Translator translator =
        new(new FakeEngine().Open("cpu", TuningMode.Off, _ => { }), Translators.Model("unet", 16), new Dictionary<string, StateTensor>(), 1);

    public void Dispose()
    {
        translator.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("new/out.png", "new/out.png")]
    [InlineData("new", "new/picture.png")]
    [InlineData("new.d/", "new.d/picture.png")]
    public void One_image_becomes_the_file_that_is_named_or_one_of_its_name_in_a_folder(string target, string expected)
    {
        Put("picture.jpg", TestImages.Jpeg(30, 20, (_, _) => new SKColor(0, 0, 0)));
        if (target.EndsWith('/'))
        {
            Directory.CreateDirectory(folder[target]);
        }

        Assert.Empty(Translate("picture.jpg", target));

        Assert.Equal((30, 20, 255), Look(expected));
    }

    [Fact]
    public void A_folder_keeps_its_names_and_the_folders_within()
    {
        Put("in/a.png", TestImages.Png(5, 4, 0, 0, 0));
        Put("in/deep/b.JPG", TestImages.Jpeg(6, 3, (_, _) => SKColors.White));
        Put("in/deep/notes.txt", "nothing"u8.ToArray());
        Put("in/.hidden.png", TestImages.Png(5, 4, 0, 0, 0));
        var heard = new WorkRecorder();

        Assert.Empty(Translate("in", "out", heard));

        Assert.Equal(["a.png", "deep/b.png"], Files("out"));
        Assert.Equal((5, 4, 255), Look("out/a.png"));
        Assert.Equal((6, 3, 0), Look("out/deep/b.png"));
        heard.AssertWhole(WorkKind.Translating);
    }

    [Fact]
    public void A_zip_is_translated_as_the_folder_in_it_would_be()
    {
        Zip("set.zip", ("a.png", TestImages.Png(5, 4, 0, 0, 0)), ("deep/a.png", TestImages.Png(1, 1, 255, 255, 255)));

        Assert.Empty(Translate("set.zip", "out"));

        Assert.Equal(["a.png", "deep/a.png"], Files("out"));
        Assert.Equal((1, 1, 0), Look("out/deep/a.png"));
    }

    [Fact]
    public void An_archive_that_names_places_outside_is_refused_and_nothing_is_written()
    {
        Zip("set.zip", ("../a.png", TestImages.Png(5, 4, 0, 0, 0)));

        Assert.Throws<UnsafeArchiveException>(() => Translate("set.zip", "out"));

        Assert.False(Directory.Exists(folder["out"]));
        Assert.False(File.Exists(folder["a.png"]));
    }

    [Fact]
    public void A_link_that_leads_out_of_the_folder_of_results_is_not_followed()
    {
        Put("in/deep/a.png", TestImages.Png(5, 4, 0, 0, 0));
        Directory.CreateDirectory(folder["elsewhere"]);
        Directory.CreateDirectory(folder["out"]);
        Directory.CreateSymbolicLink(folder["out/deep"], folder["elsewhere"]);

        Assert.Contains("leads out of", Assert.Throws<RunWriteException>(() => Translate("in", "out")).Message, StringComparison.Ordinal);

        Assert.Empty(Directory.GetFiles(folder["elsewhere"]));
    }

    [Fact]
    public void Two_images_that_would_become_one_file_are_refused_before_anything_is_read()
    {
        Put("in/deep/a.png", []);
        Put("in/deep/a.jpg", []);

        var fault = Assert.Throws<SourceUnsupportedException>(() => Translate("in", "out"));

        Assert.Contains("'deep/a.jpg' and 'deep/a.png'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'deep/a.png'; rename one of them", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Theory]
    [InlineData("in/a.png", "in/a.png")]
    [InlineData("in/a.png", "in")]
    [InlineData("in", "in")]
    [InlineData("in", "in/../in")]
    public void What_is_to_be_translated_is_never_replaced(string source, string target)
    {
        byte[] image = TestImages.Png(5, 4, 0, 0, 0);
        Put("in/a.png", image);

        Assert.Contains("would replace", Assert.Throws<OptionException>(() => Translate(source, target)).Message, StringComparison.Ordinal);

        Assert.Equal(image, File.ReadAllBytes(folder["in/a.png"]));
    }

    [Fact]
    public void Results_within_the_folder_are_not_translated_the_next_time()
    {
        Put("in/a.png", TestImages.Png(5, 4, 0, 0, 0));

        Translate("in", "in/out");
        using var files = TranslationFiles.Open(folder["in"], folder["in/out"], TestContext.Current.CancellationToken);

        Assert.Equal(1, files.Count);
        Assert.Contains(files.Remarks, remark => remark.Contains("1 image in out/", StringComparison.Ordinal));
        Translate("in", "in/out");
        Assert.Equal(["a.png", "out/a.png"], Files("in"));
    }

    [Fact]
    public void A_file_that_does_not_decode_is_left_out_and_named()
    {
        Put("in/a.png", TestImages.Png(5, 4, 0, 0, 0));
        Put("in/b.png", "no image"u8.ToArray());
        Put("in/c.png", TestImages.Png(5, 4, 0, 0, 0));

        var skipped = Assert.Single(Translate("in", "out"));

        Assert.Equal("b.png", skipped.Path);
        Assert.Contains("is not a", skipped.Reason, StringComparison.Ordinal);
        Assert.Equal(["a.png", "c.png"], Files("out"));
        Assert.Contains("MaxBadFiles", Assert.Throws<BadFilesException>(() => Translate("in", "out", maxBadFiles: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_but_bad_files_is_refused()
    {
        Put("in/b.png", []);
        Put("one.png", []);
        Put("words.txt", "words"u8.ToArray());
        Put("empty/words.txt", "words"u8.ToArray());

        Assert.Contains("None of the 1 images", Assert.Throws<BadFilesException>(() => Translate("in", "out")).Message, StringComparison.Ordinal);
        Assert.Contains("one.png' is empty.", Assert.Throws<SourceUnsupportedException>(() => Translate("one.png", "out")).Message, StringComparison.Ordinal);
        Assert.Contains("holds no images", Assert.Throws<SourceUnsupportedException>(() => Translate("empty", "out")).Message, StringComparison.Ordinal);
        Assert.Contains("of no kind that can be read", Assert.Throws<SourceUnsupportedException>(() => Translate("words.txt", "out")).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist; give an image", Assert.Throws<SourceUnavailableException>(() => Translate("nothing.png", "out.png")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("in", "out.png", "is one picture")]
    [InlineData("in", "out.jpg", "pictures are written as PNG")]
    [InlineData("in/a.png", "out.jpg", "pictures are written as PNG")]
    [InlineData("in/a.png", "file", "is a file")]
    [InlineData("in", "file", "is a file")]
    public void A_target_that_does_not_suit_is_refused(string source, string target, string part)
    {
        Put("in/a.png", TestImages.Png(5, 4, 0, 0, 0));
        Put("file", []);

        Assert.Contains(part, Assert.Throws<OptionException>(() => Translate(source, target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_translated_before_it_was_given_up_stays()
    {
        Put("in/a.png", TestImages.Png(5, 4, 0, 0, 0));
        Put("in/b.png", TestImages.Png(5, 4, 0, 0, 0));
        using var stop = new CancellationTokenSource();
        var heard = new WorkRecorder
        {
            Then = work =>
            {
                if (work.Done == 1)
                {
                    stop.Cancel();
                }
            },
        };

        Assert.ThrowsAny<OperationCanceledException>(() => Translate("in", "out", heard, stop: stop));

        Assert.Equal("a.png", Files("out")[0]);
    }

    private IReadOnlyList<SkippedFile> Translate(string source, string target, IProgress<Work>? progress = null, int maxBadFiles = 10, CancellationTokenSource? stop = null)
    {
        CancellationToken token = stop?.Token ?? TestContext.Current.CancellationToken;
        using var files = TranslationFiles.Open(folder[source], folder[target], token);
        return files.Translate(translator, new(), maxBadFiles, progress, token);
    }

    private void Put(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllBytes(folder[name], content);
    }

    private void Zip(string name, params (string Name, byte[] Content)[] entries)
    {
        using ZipArchive zip = ZipFile.Open(folder[name], ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using Stream stream = zip.CreateEntry(entry).Open();
            stream.Write(content);
        }
    }

    private string[] Files(string under) =>
    [
        .. Directory.GetFiles(folder[under], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder[under], file).Replace('\\', '/'))
            .Where(file => !file.StartsWith('.')).Order(StringComparer.Ordinal),
    ];

    private (int Width, int Height, int Red) Look(string name)
    {
        using SKBitmap bitmap = SKBitmap.Decode(folder[name]);
        return (bitmap.Width, bitmap.Height, bitmap.GetPixel(0, 0).Red);
    }
}
