using System.Text.Json;

namespace IlgpuGan.Cli.Tests;

/// <summary>The experiments that compare trainings: gradients, match, failures, sequence.</summary>
public sealed class LabTrialsTests : CliFixture
{
    private const string Sequence = "lab sequence --width 4 --batch 4 --out $/a.png";

    private List<JsonElement> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    [Fact]
    public void Norms_of_gradients_are_told_layer_by_layer_and_drawn()
    {
        Assert.Equal(0, Call("lab gradients grid --steps 4 --out $/a.png --json"));

        Assert.Equal(["clip", "penalty"], Lines.Select(line => line.GetProperty("bound").GetString()!));
        Assert.Equal(["weights clipped to 0.01", "gradient penalty, weight 10"], Lines.Select(line => line.GetProperty("title").GetString()!));
        Assert.All(Lines, line =>
        {
            Assert.Equal(["layer0 0.5", "layer1 0.25"], line.GetProperty("norms").EnumerateObject().Select(norm => FormattableString.Invariant($"{norm.Name} {norm.Value.GetDouble():0.####}")));
            Assert.Equal(2, line.GetProperty("ratio").GetDouble(), 1e-9);
        });
        AssertDrawn();
        Assert.Equal(0, Call("lab gradients grid --steps 4 --bounds all --out $/a.png"));
        Assert.Equal(3 * 4, Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>A critic whose bound is none: it is drawn as far as it has numbers.</summary>
    [Fact]
    public void A_norm_that_is_not_finite_is_told_as_none_and_left_out_of_the_picture()
    {
        var (first, later) = (new Dictionary<string, double> { ["layer0"] = 2, ["layer1"] = 4 }, new Dictionary<string, double> { ["layer1"] = 4 });
        Engine.LayerNorms = step => step == 1 ? first : later;

        Assert.Equal(0, Call("lab gradients grid --steps 4 --bounds clip --out $/a.png --json"));

        var line = Assert.Single(Lines);
        Assert.Equal(["layer0 null", "layer1 4"], line.GetProperty("norms").EnumerateObject().Select(norm => $"{norm.Name} {(norm.Value.ValueKind == JsonValueKind.Null ? "null" : "4")}"));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("ratio").ValueKind);
        AssertDrawn();

        Engine.LayerNorms = _ => new Dictionary<string, double>();
        Assert.Equal(0, Call("lab gradients grid --steps 4 --out $/b.png --json"));
        Assert.All(Lines, none => Assert.Empty(none.GetProperty("norms").EnumerateObject()));
    }

    [Theory]
    [InlineData("ring")]
    [InlineData("faces --faces 8 --size 16 --no-cache")]
    public void How_D_matches_G_is_told_report_by_report_and_drawn(string data)
    {
        Assert.Equal(0, Call($"lab match {data} --steps 4 --out $/a.png --json"));

        Assert.Equal(["strong", "weak", "matched"], Lines.Select(line => line.GetProperty("name").GetString()!));
        Assert.All(Lines, line =>
        {
            Assert.Equal([1, 2, 3, 4], line.GetProperty("reports").EnumerateArray().Select(report => report.GetProperty("step").GetInt32()));
            Assert.All(line.GetProperty("reports").EnumerateArray(), report =>
            {
                Assert.Equal((0.75, 0.25), (report.GetProperty("real_probability").GetDouble(), report.GetProperty("fake_probability").GetDouble()));
                Assert.All(["generator_gradient_norm", "discriminator_loss", "generator_loss"], (string name) => Assert.InRange(report.GetProperty(name).GetDouble(), 0.1, 10));
            });
            Assert.Equal((0.9, 0.9), (line.GetProperty("spread").GetDouble(), line.GetProperty("coverage").GetDouble()));
            Assert.Equal(JsonValueKind.Array, line.GetProperty("findings").ValueKind);
            Assert.NotEmpty(line.GetProperty("title").GetString()!);
        });
        AssertDrawn();
        Assert.Equal(0, Call($"lab match {data} --steps 4 --out $/a.png"));
        Assert.StartsWith("D is", Output, StringComparison.Ordinal);
        Assert.InRange(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 4, 30);
    }

    [Fact]
    public void Numbers_of_a_failure_are_told_and_drawn()
    {
        Assert.Equal(0, Call("lab failures --failure drop --steps 4 --out $/a.png --json"));

        var line = Assert.Single(Lines);
        Assert.Equal("drop", line.GetProperty("name").GetString());
        Assert.Equal("the loss of the course without any penalty", line.GetProperty("cause").GetString());
        var numbers = line.GetProperty("numbers");
        Assert.All(["spread", "precision", "coverage"], (string name) => Assert.InRange(numbers.GetProperty(name).GetDouble(), 0, 1));
        Assert.All(["recall", "memorisation"], (string name) => Assert.Equal(JsonValueKind.Null, numbers.GetProperty(name).ValueKind));
        Assert.InRange(numbers.GetProperty("modes").GetInt32(), 0, 25);
        Assert.Equal(25, numbers.GetProperty("of_modes").GetInt32());
        Assert.Equal(JsonValueKind.Array, line.GetProperty("findings").ValueKind);
        AssertDrawn();
        Assert.Equal(0, Call("lab failures --failure drop --steps 4 --out $/a.png"));
        Assert.Equal(7, Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Sentences_are_told_and_drawn()
    {
        Assert.Equal(0, Call($"{Sequence} --steps 2 --json"));

        Assert.Equal(["argmax", "gumbel-softmax", "straight-through"], Lines.Select(line => line.GetProperty("choice").GetString()!));
        Assert.All(Lines, line =>
        {
            Assert.InRange(line.GetProperty("valid").GetDouble(), 0, 1);
            Assert.InRange(line.GetProperty("distinct").GetInt32(), 0, 72);
            Assert.Equal(72, line.GetProperty("of").GetInt32());
            Assert.Equal(line.GetProperty("choice").GetString() == "argmax", line.GetProperty("gradient_norm").GetDouble() == 0);
            var steps = line.GetProperty("steps").EnumerateArray().ToList();
            Assert.Equal([0, 1, 2], steps.Select(step => step.GetProperty("step").GetInt32()));
            Assert.Equal(JsonValueKind.Null, steps[0].GetProperty("gradient_norm").ValueKind);
            Assert.Equal(line.GetProperty("valid").GetDouble(), steps[^1].GetProperty("valid").GetDouble());
            Assert.Equal(5, line.GetProperty("samples").EnumerateArray().Count(sample => sample.GetProperty("text").GetString()!.Split(' ').Length == 5
                && sample.GetProperty("is_sentence").ValueKind is JsonValueKind.True or JsonValueKind.False));
        });
        AssertDrawn();
    }

    [Theory]
    [InlineData("lab gradients --bounds weights", "--bounds is \"weights\"; it must be all, or names out of clip, penalty, spectral, separated by commas")]
    [InlineData("lab gradients --steps 0", "--steps is 0; it must be")]
    [InlineData("lab gradients --clip 0", "--clip is 0; it must be above 0 and at most 100.")]
    [InlineData("lab gradients --penalty-weight -1", "--penalty-weight is -1; it must be above 0")]
    [InlineData("lab gradients --bounds penalty --clip 0.1", "--clip belongs to the bound clip, which is not among those of --bounds; add it, or leave --clip out.")]
    [InlineData("lab gradients --bounds clip,spectral --penalty-weight 1", "--penalty-weight belongs to the bound penalty, which is not among those of --bounds")]
    [InlineData("lab gradients --bounds all --network r3", "leave it out of --bounds, or give another --network.")]
    [InlineData("lab gradients $/nothing", "$/nothing")]
    [InlineData("lab match --steps 0", "--steps is 0; it must be")]
    [InlineData("lab match --lr 0.5", "--lr is 0.5; it must be above 0 and at most 0.04.")]
    [InlineData("lab match $/nothing", "$/nothing")]
    [InlineData("lab match --network best", "--network is \"best\"; it must be one of")]
    [InlineData("lab failures --failure success", "--failure is \"success\"; it must be all, or names out of collapse, drop, memorise, separated by commas")]
    [InlineData("lab failures --steps 0", "--steps is 0; it must be between 1 and 1000000.")]
    [InlineData("lab failures --steps -3", "--steps is -3; it must be between 1 and 1000000.")]
    [InlineData("lab sequence --choice best", "--choice is \"best\"; it must be all, or names out of argmax, gumbel-softmax, straight-through, separated by commas")]
    [InlineData("lab sequence --steps 0", "--steps is 0; it must be between 1 and 1000000.")]
    [InlineData("lab sequence --temperature 0", "--temperature is 0; it must be above 0 and at most 100.")]
    [InlineData("lab sequence --temperature 2 --choice argmax", "add gumbel-softmax or straight-through, or leave it out.")]
    [InlineData("lab sequence --width 0", "--width is 0; it must be between 1 and 1024.")]
    public void What_is_not_allowed_is_refused_with_the_remedy(string arguments, string part)
    {
        Assert.Equal(2, Call($"{arguments} --out $/a.png"));
        AssertOneSentence(part);
        Assert.Empty(Directory.GetFiles(this["."]));
    }

    [Theory]
    [InlineData("dirac")]
    [InlineData("divergence")]
    [InlineData("failures")]
    [InlineData("gradients")]
    [InlineData("match")]
    [InlineData("modes ring")]
    [InlineData("sequence")]
    public void A_folder_is_no_picture(string experiment)
    {
        Directory.CreateDirectory(this["folder.png"]);
        Assert.Equal(2, Call($"lab {experiment} --out $/folder.png"));
        AssertOneSentence("--out $/folder.png is a folder; give the name of a file that ends with .png.");
        Assert.Equal(2, Call($"lab {experiment} --out $/a.gif"));
        AssertOneSentence("--out $/a.gif: the picture is written as PNG; give the name of a file that ends with .png.");
    }

    [Theory]
    [InlineData("lab gradients grid --steps 4 --out $/a.png", 2)]
    [InlineData("lab match ring --steps 4 --out $/a.png", 2)]
    [InlineData("lab match faces --faces 8 --size 16 --no-cache --steps 4 --out $/a.png --json", 1)]
    [InlineData("lab failures --failure drop --steps 4 --out $/a.png", 2)]
    [InlineData($"{Sequence} --choice argmax", null)]
    public void A_stop_leaves_an_old_picture_as_it_was_and_no_half_of_a_new_one(string command, int? step)
    {
        File.WriteAllText(this["a.png"], "old");

        Assert.Equal(1, step is { } at ? CallAndStop(command, at) : CallStopped(command));

        var sentence = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].TrimEnd();
        Assert.Equal("Stopped before anything was made; nothing was saved.", sentence);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(Assert.Single(Directory.GetFiles(this["."]))));
    }

    private void AssertDrawn()
    {
        using var picture = SkiaSharp.SKBitmap.Decode(this["a.png"]);
        Assert.True(picture.Width >= 600 && picture.Height >= 300, $"{picture.Width} x {picture.Height}");
        Assert.Equal([this["a.png"]], Directory.GetFiles(this["."]).Select(Path.GetFullPath));
    }
}
