using System.Text.Json;
using IlgpuGan.Export;
using IlgpuGan.Inception;
using IlgpuGan.Options;
using ProtoBuf;

namespace IlgpuGan.Cli.Tests;

/// <summary><c>evaluate --detector</c>, and detectors as ONNX files: here a 1 x 1 convolution that takes each pixel for a box, sure of a face by its red.</summary>
public sealed class FaceDetectorTests : CliFixture
{
    private const int Side = 8;

    // A stump that every window passes.
    private static readonly string always = $"""
        <opencv_storage><cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType><featureType>LBP</featureType><height>9</height><width>9</width>
        <featureParams><maxCatCount>256</maxCatCount></featureParams><stages><_><stageThreshold>0.5</stageThreshold><weakClassifiers><_>
        <internalNodes>0 -1 0 {string.Join(' ', Enumerable.Repeat(-1, 8))}</internalNodes><leafValues>1. -1.</leafValues></_></weakClassifiers></_></stages>
        <features><_><rect>0 0 3 3</rect></_></features></cascade></opencv_storage>
        """;

    [Fact]
    public void Evaluate_gives_the_share_of_images_with_a_face_by_a_cascade()
    {
        File.WriteAllText(this["always.xml"], always);
        Assert.Equal(0, Train());

        Assert.Equal(0, Call("evaluate $/run --count 20 --metrics face-rate --detector $/always.xml --device cpu --no-cache --json"));

        using var json = JsonDocument.Parse(Output);
        var value = json.RootElement.GetProperty("values")[0];
        Assert.Equal(("face-rate", 1.0), (value.GetProperty("metric").GetString(), value.GetProperty("value").GetDouble()));
        Assert.Equal("20 of 20 images, by LBP cascade always.xml", value.GetProperty("remark").GetString());
        Assert.Matches(@"^LBP cascade always\.xml \([0-9a-f]{32}\)$", json.RootElement.GetProperty("protocol").GetProperty("detector").GetString());
    }

    /// <summary>The student has an archive, the detector of the sheet, and no data.</summary>
    [Fact]
    public void The_share_of_an_archive_needs_no_data()
    {
        File.WriteAllText(this["always.xml"], always);
        Assert.Equal(0, Train());
        Assert.Equal(0, Call("generate $/run --count 12 --format jpg --numbered --archive $/out.tgz --device cpu"));

        foreach (string more in (string[])["", "--metrics face-rate", "--out $/report.html", "--count 5"])
        {
            Assert.Equal(0, Call($"evaluate $/out.tgz --detector $/always.xml --no-cache --json {more}"));
            using var json = JsonDocument.Parse(Output);
            var value = Assert.Single(json.RootElement.GetProperty("values").EnumerateArray());
            Assert.Equal(more.StartsWith("--count", StringComparison.Ordinal) ? "5 of 5 images, by LBP cascade always.xml" : "12 of 12 images, by LBP cascade always.xml",
                value.GetProperty("remark").GetString());
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("protocol").GetProperty("reference").ValueKind);
            // What was asked for by its name lacks nothing.
            Assert.Equal(!more.StartsWith("--metrics", StringComparison.Ordinal), Error.Contains("are left out; give --data for them.", StringComparison.Ordinal));
            File.WriteAllText(this["before.json"], Output);
        }

        Assert.Equal(0, Call("evaluate $/out.tgz --detector $/always.xml --no-cache --compare $/before.json"));
        Assert.Contains("out.tgz: 12 images of", Output, StringComparison.Ordinal);
        // The numbers that compare do need it, and so does a share without a detector.
        Assert.Equal(2, Call("evaluate $/out.tgz --detector $/always.xml --metrics swd,face-rate"));
        AssertOneSentence("does not say what data to compare it with; give --data.");
        Assert.Equal(2, Call("evaluate $/out.tgz --metrics face-rate"));
        AssertOneSentence("does not say what data to compare it with; give --data, or --detector, which finds faces without.");
        Assert.Equal(2, Call("evaluate $/out.tgz"));
        AssertOneSentence("does not say what data to compare it with; give --data.");
    }

    [Fact]
    public void A_detector_that_is_none_or_for_nothing_is_refused_before_any_work()
    {
        File.WriteAllText(this["text.xml"], "text");
        File.WriteAllText(this["text.onnx"], "text");
        File.WriteAllText(this["always.xml"], always);
        Assert.Equal(0, Train());
        Assert.Equal(2, Call("evaluate $/run --detector $/text.xml"));
        AssertOneSentence("--detector $/text.xml is not a cascade that is understood: it is no XML");
        Assert.Equal(2, Call("evaluate $/run --detector $/text.onnx"));
        AssertOneSentence("--detector $/text.onnx is no detector that is understood");
        Assert.Equal(2, Call("evaluate $/run --detector $/none.onnx"));
        AssertOneSentence("--detector $/none.onnx cannot be read: it does not exist");
        Assert.Equal(2, Call("evaluate $/run --metrics swd --detector $/always.xml"));
        AssertOneSentence("--detector is for face-rate, which is not among --metrics; add it, or leave --detector out.");
    }

    [Theory]
    // The rows of boxes, their columns, scores of every box, probabilities of background and face.
    [InlineData("boxes", 5, false, 0.5)]
    [InlineData("boxes", 6, true, 0.5)]
    [InlineData("scores", 1, false, 0.5)]
    [InlineData("confidences", 2, true, 0.5)]
    public void A_detector_is_known_by_its_output(string name, int rows, bool isTurned, double least)
    {
        WriteDetector("red.onnx", name, rows, isTurned);
        using var detector = FaceDetectors.Open(this["red.onnx"]);
        Assert.Equal("ONNX detector red.onnx", detector.Name);
        // Of probabilities red comes as (x - 127) / 128.
        int bright = rows == 2 ? (int)(127 + 128 * least) + 1 : (int)(255 * least) + 1;
        byte[] image = new byte[Side * Side * 3];
        Assert.False(detector.FindsFace(image, Side, Side, 3));
        image[3 * 20] = (byte)(bright - 2);
        Assert.False(detector.FindsFace(image, Side, Side, 3));
        image[3 * 20] = (byte)(bright + 1);
        Assert.True(detector.FindsFace(image, Side, Side, 3));
        // The bars beside a high image are too dark to be one, and a whole image is scaled to fit.
        Assert.False(detector.FindsFace(new byte[64 * 16], 64, 16, 1));
        Assert.True(detector.FindsFace([.. Enumerable.Repeat((byte)250, 64 * 16)], 64, 16, 1));
        // What is transparent is white.
        Assert.True(detector.FindsFace(new byte[Side * Side * 4], Side, Side, 4));
    }

    [Fact]
    public void An_output_that_nobody_knows_is_refused()
    {
        WriteDetector("odd.onnx", "boxes", 3, isTurned: false);
        Assert.Contains("its output boxes is [1, 3, 64], which is neither", Assert.Throws<OptionException>(() => FaceDetectors.Open(this["odd.onnx"])).Message, StringComparison.Ordinal);
    }

    private void WriteDetector(string file, string name, int rows, bool isTurned)
    {
        var model = OnnxModel.Of("detector", "Every pixel is a box.", [], "1", new Dictionary<string, string>());
        var builder = new OnnxBuilder(model.Graph);
        model.Graph.Inputs.Add(OnnxBuilder.Value("images", OnnxTensor.Float, 3, Side, Side));
        // Whether there is anything in a box is certain.
        var weights = new float[rows * 3];
        weights[(rows - 1) * 3] = 1;
        var shifts = new float[rows];
        if (rows == 6)
        {
            shifts[4] = 1;
        }
        string seen = builder.Node("Conv", ["images", builder.Tensor("weight", [rows, 3, 1, 1], weights), builder.Tensor("bias", [rows], shifts)]);
        long[] shape = rows == 1 ? [1, Side * Side] : [1, rows, Side * Side];
        string flat = builder.Node("Reshape", isTurned ? "flat" : name, [seen, builder.Integers("shape", [shape.Length], shape)]);
        if (isTurned)
        {
            builder.Node("Transpose", name, [flat], OnnxBuilder.Attribute("perm", [0, 2, 1]));
        }
        model.Graph.Outputs.Add(isTurned ? OnnxBuilder.Value(name, OnnxTensor.Float, Side * Side, rows)
            : rows == 1 ? OnnxBuilder.Value(name, OnnxTensor.Float, Side * Side) : OnnxBuilder.Value(name, OnnxTensor.Float, rows, Side * Side));
        using var stream = File.Create(this[file]);
        Serializer.Serialize(stream, model);
    }
}
