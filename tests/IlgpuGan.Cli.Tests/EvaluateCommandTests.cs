using System.Text.Json;

namespace IlgpuGan.Cli.Tests;

public sealed class EvaluateCommandTests : CliFixture
{
    private const string Like = "--inception $/inception-like.onnx";

    [Fact]
    public void Runs_stand_side_by_side_in_a_table_and_a_report()
    {
        Succeeds(Train());
        Succeeds(Call("evaluate $/run --count 20 --metrics swd,memorisation --device cpu --no-cache --out $/a.json"));

        Succeeds(Call("evaluate $/run --count 24 --seed 3 --metrics swd,memorisation --device cpu --no-cache --compare $/a.json --out $/out/r.html"));

        string[] lines = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("sliced Wasserstein distance (x 1000)", lines[1], StringComparison.Ordinal);
        Assert.Contains("24 images of 16 x 16 x 3 against 8 of faces", lines[3], StringComparison.Ordinal);
        Assert.Contains("Generating images: 24", Error, StringComparison.Ordinal);
        Assert.Contains("cannot be compared: number of images: 20 and 24", Error, StringComparison.Ordinal);
        Assert.Contains("<h1>Evaluation of run, run</h1>", File.ReadAllText(this["out/r.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Inception_features_bear_the_names_of_the_papers()
    {
        WriteNetworks();
        Succeeds(Train());

        Succeeds(Call($"evaluate $/run --count 20 --metrics kd,pr,score --no-cache --json --device cpu {Like}"));

        using var json = JsonDocument.Parse(Output);
        var names = json.RootElement.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("name").GetString()).ToList();
        Assert.Equal(["KID (x 1000)", "precision", "recall", "density", "coverage", "IS"], names);
        var protocol = json.RootElement.GetProperty("protocol");
        Assert.Equal("Inception-v3", protocol.GetProperty("extractor").GetString());
        Assert.StartsWith("bilinear to 299 x 299", protocol.GetProperty("resize").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Inception_reads_what_the_clean_resize_makes_of_an_image()
    {
        WriteNetworks();
        using var network = IlgpuGan.Inception.InceptionNetwork.Open(this["inception-like.onnx"]);
        using var extractor = network.For(2, 2, 3);

        // Red: 0 on the left, 200 on the right; green 64, blue 255 throughout.
        var (features, probabilities) = extractor.Read([0, 64, 255, 200, 64, 255, 0, 64, 255, 200, 64, 255]);

        // Column x shows place 2x / 299: from 0 to 200 until the second pixel at 149.5, the second pixel from there on.
        double red = Enumerable.Range(0, 299).Average(x => 200 * Math.Min(1, x * 2 / 299.0));
        Assert.Equal((red - 128) / 128 * 1 / 2048, features[0], 1e-6);
        Assert.Equal((64 - 128) / 128.0 * 2 / 2048, features[1], 1e-6);
        Assert.Equal((255 - 128) / 128.0 * 3 / 2048, features[2], 1e-6);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.Equal((2048, 1008), (features.Length, probabilities.Length));
    }

    [Fact]
    public void Features_of_a_ResNet_bear_its_name_and_are_of_blue_green_and_red_less_the_mean()
    {
        WriteResNet("package/0.23.1/tools/");
        Succeeds(Train());

        Succeeds(Call("evaluate $/run --count 20 --metrics fd,kd --no-cache --json --device cpu --features $/package"));

        using var json = JsonDocument.Parse(Output);
        Assert.Equal(["FD-ResNet18", "KD-ResNet18 (x 1000)"], json.RootElement.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("name").GetString()));
        var protocol = json.RootElement.GetProperty("protocol");
        Assert.Equal("ResNet-18", protocol.GetProperty("extractor").GetString());
        Assert.StartsWith("bilinear to 224 x 224", protocol.GetProperty("resize").GetString(), StringComparison.Ordinal);
        Assert.Equal("1", protocol.GetProperty("feature_scale").GetString());
        using var network = IlgpuGan.Inception.ResNet18Network.Open(this["package"]);
        using var extractor = network.For(1, 1, 3);
        var (features, _) = extractor.Read([50, 64, 255, 0, 0, 0]);
        Assert.Equal([(255 - 10) / 512f, (64 - 20) * 2 / 512f, (50 - 30) * 3 / 512f], features[..3], (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal([-10 / 512f, -20 * 2 / 512f, -30 * 3 / 512f], features[512..515], (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void A_ResNet_that_is_not_there_or_is_another_network_is_refused_before_any_work()
    {
        WriteResNet("swapped/", "ResNetPreprocess.onnx", "ResNet18.onnx");
        WriteResNet("half/");
        File.Delete(this["half/ResNetPreprocess.onnx"]);
        WriteNetworks();
        Directory.CreateDirectory(this["empty"]);

        Assert.Equal(2, Call("evaluate $/empty --data faces --features $/nowhere"));
        AssertOneSentence("--features", "nowhere is no folder", "resnet18");
        Assert.Equal(2, Call("evaluate $/empty --data faces --features $/half"));
        AssertOneSentence("half has no ResNetPreprocess.onnx");
        Assert.Equal(2, Call("evaluate $/empty --data faces --features $/swapped"));
        AssertOneSentence("ResNetPreprocess.onnx is not as in the package", "512 numbers where 150528");
        Assert.Equal(2, Call($"evaluate $/empty --data faces --features $/half {Like}"));
        AssertOneSentence("both make the features");
        Assert.Equal(2, Call("evaluate $/empty --data faces --features $/half --metrics swd"));
        AssertOneSentence("is for metrics of features");
    }

    [Fact]
    public void Evaluate_refuses_what_it_cannot_do()
    {
        WriteNetworks();
        File.WriteAllText(this["text.onnx"], "no network");
        Directory.CreateDirectory(this["empty"]);

        Assert.Equal(2, Call("evaluate $/nothing --data faces"));
        AssertOneSentence("$/nothing' does not exist");
        Assert.Equal(2, Call("evaluate $/empty --data faces"));
        AssertOneSentence("$/empty' is empty");
        Assert.Equal(2, Call("evaluate $/empty --data faces --inception $/not-inception.onnx"));
        AssertOneSentence("not-inception.onnx is not Inception-v3", "images: Single[N, 1, 28, 28]", "float[N, 3, 299, 299]");
        Assert.Equal(2, Call("evaluate $/empty --data faces --inception $/text.onnx"));
        AssertOneSentence("text.onnx is not Inception-v3");
        Assert.Equal(2, Call("evaluate $/empty --data faces --inception $/none.onnx"));
        AssertOneSentence("none.onnx cannot be read");
        Assert.Equal(2, Call("evaluate $/empty --data faces --out $/a.png"));
        AssertOneSentence("give a name that ends with .html or .json");
        Assert.Equal(2, Call("evaluate $/empty --data faces --compare $/text.onnx"));
        AssertOneSentence("is not a report of evaluate");
        Assert.Equal(2, Call("evaluate $/empty --metrics nice"));
        AssertOneSentence("--metrics is \"nice\"", "swd, fd, kd, pr, score, memorisation");
    }

    [Fact]
    public void An_Inception_file_that_reads_one_image_at_a_time_or_gives_no_numbers_is_refused_before_any_work()
    {
        WriteNetworks();
        byte[] network = File.ReadAllBytes(this["inception-like.onnx"]);
        // The dimension "N" (field 2, one letter) becomes the number 1 (field 1, in two bytes).
        File.WriteAllBytes(this["one.onnx"], Replaced(network, [0x12, 0x01, (byte)'N'], [0x08, 0x81, 0x00]));
        // The first of the scales is 1 / 2048.
        File.WriteAllBytes(this["nan.onnx"], Replaced(network, [.. BitConverter.GetBytes(1 / 2048f), .. BitConverter.GetBytes(2 / 2048f)],
            [.. BitConverter.GetBytes(float.NaN), .. BitConverter.GetBytes(2 / 2048f)]));
        Directory.CreateDirectory(this["empty"]);

        Assert.Equal(2, Call("evaluate $/empty --data faces --inception $/one.onnx"));
        AssertOneSentence("one.onnx is not Inception-v3", "images: Single[1, 3, 299, 299]", "float[N, 3, 299, 299]");
        Assert.Equal(2, Call("evaluate $/empty --data faces --inception $/nan.onnx"));
        AssertOneSentence("nan.onnx is not Inception-v3", "of a grey image it gives numbers that are not finite");
    }

    [Fact]
    public void Evaluate_refuses_channels_that_a_run_does_not_draw_a_report_within_a_file_and_weights_that_are_none()
    {
        Succeeds(Train());
        File.WriteAllText(this["file"], "");

        Assert.Equal(2, Call("evaluate $/run --channels 1"));
        AssertOneSentence("--channels 1", "draws images of 3");
        Assert.Equal(2, Call("evaluate $/run --out $/file/sub/r.html"));
        AssertOneSentence("$/file is a file");
        File.WriteAllText(this["weights.pth"], "no weights");
        Assert.Equal(2, Call("evaluate $/weights.pth --data faces"));
        AssertOneSentence("weights.pth is neither a safetensors file nor one of torch.save");
    }

    [Fact]
    public void Training_with_a_metric_tells_of_it_and_goes_on_with_it()
    {
        Succeeds(Train("--metric swd --metric-every 10 --json"));

        Assert.Equal(2, Output.Split('\n').Count(line => line.StartsWith("{\"event\":\"metric\",\"metric\":\"swd\"", StringComparison.Ordinal)));
        Assert.True(File.Exists(this["run/checkpoints/best.safetensors"]));
        Succeeds(Call("evaluate $/run/checkpoints/best.safetensors --count 20 --metrics swd --no-cache --device cpu"));
        Assert.Contains("against 8 of faces", Output, StringComparison.Ordinal);
        Succeeds(Call("train --out $/run --resume --steps 30"));
        Assert.Contains("Step 30: swd", Error, StringComparison.Ordinal);
        Assert.Equal(2, Train("--metric beauty --force"));
    }

    private void Succeeds(int code) => Assert.True(code == 0, Error);

    private static byte[] Replaced(byte[] file, byte[] from, byte[] to)
    {
        byte[] changed = [.. file];
        int found = 0;
        for (int at = 0; at + from.Length <= file.Length; at++)
        {
            if (file.AsSpan(at, from.Length).SequenceEqual(from))
            {
                to.CopyTo(changed, at);
                found++;
            }
        }

        Assert.NotEqual(0, found);
        return changed;
    }

    private void WriteNetworks() => Write(("inception-like.onnx", "inception-like.onnx"), ("not-inception.onnx", "not-inception.onnx"));

    private void WriteResNet(string folder, string network = "ResNet18.onnx", string mean = "ResNetPreprocess.onnx")
    {
        Directory.CreateDirectory(this[folder]);
        Write(("resnet18-like.onnx", folder + network), ("resnet18-mean.onnx", folder + mean));
    }

    private void Write(params (string Resource, string File)[] files)
    {
        foreach (var (resource, path) in files)
        {
            using var stream = typeof(EvaluateCommandTests).Assembly.GetManifestResourceStream(resource)!;
            using var file = File.Create(this[path]);
            stream.CopyTo(file);
        }
    }
}
