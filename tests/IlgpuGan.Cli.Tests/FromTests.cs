using System.Text.RegularExpressions;
using IlgpuGan.Training;

namespace IlgpuGan.Cli.Tests;

/// <summary><c>train --from</c>, on the real engine.</summary>
public sealed partial class FromTests : CliFixture
{
    private const string Small = "faces --faces 8 --no-cache --device cpu --steps 1 --batch 4";

    [Fact]
    public void What_import_prints_trains_on_from_the_weights()
    {
        Assert.Equal(0, CallHere($"train {Small} --size 16 --width 4 --latent 8 --out $/parent").Code);
        Assert.Equal(0, CallHere("export $/parent --safetensors $/weights").Code);
        var hint = CallHere("import $/weights --out $/imported");
        Assert.Equal(0, hint.Code);
        string command = Hint().Match(hint.Error).Groups[1].Value.Replace("DATA", Small, StringComparison.Ordinal);

        var trained = CallHere($"{command} --out $/child");
        Assert.Equal(0, trained.Code);
        Assert.Contains("From imported at 0 steps (SHA-256 ", trained.Error, StringComparison.Ordinal);
        Assert.Contains("weights and average are taken whole; the optimiser begins anew.", trained.Error, StringComparison.Ordinal);
        string options = File.ReadAllText(this["child/options.json"]);
        Assert.Contains("\"name\": \"imported\"", options, StringComparison.Ordinal);
        Assert.Matches("\"sha256\": \"[0-9a-f]{64}\"", options);
        Assert.Contains("\"latent_size\": 8", options, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_says_what_would_begin_anew_and_writes_nothing()
    {
        CallHere($"train {Small} --size 16 --width 4 --latent 8 --out $/parent");
        var dry = CallHere($"train {Small} --from $/parent --size 32 --dry-run --out $/child");

        Assert.Equal(0, dry.Code);
        Assert.Contains("made anew are generator layer2; discriminator layer1.", dry.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(this["child"]));
    }

    [Theory]
    [InlineData("train faces --from $/gone --out $/child", "--from $/gone does not exist; give a run folder, one of its checkpoints, a file or folder of weights, or one of faces, faces-conditional.")]
    [InlineData("train faces --freeze-d 2 --out $/child", "--freeze-d 2 keeps layers as they are, and those of a run that begins with nothing are random; give --from")]
    [InlineData("train faces --freeze-g 1 --dry-run --out $/child", "--freeze-g 1 keeps layers as they are")]
    [InlineData("timelapse faces --out $/child.webp", "faces comes with the program as weights alone, without the samples, reports and data of a run; give the folder of a run")]
    [InlineData("modes faces-conditional", "faces-conditional comes with the program as weights alone")]
    [InlineData("watch Faces", "faces comes with the program as weights alone")]
    [InlineData("generate Faces --out $/child.png", "Faces does not exist; give the folder of a run, one of its checkpoints, a generator's file, or one of faces, faces-conditional.")]
    [InlineData("generate $/gone", "$/gone does not exist; give the folder of a run")]
    [InlineData("generate $/gone --out $/child.jpg", "$/gone does not exist; give the folder of a run")]
    [InlineData("export $/gone", "$/gone does not exist; give the folder of a run")]
    [InlineData("interpolate $/gone", "$/gone does not exist; give the folder of a run")]
    [InlineData("project $/gone $/photo.png", "$/gone does not exist; give the folder of a run")]
    [InlineData("train faces --resume --from $/parent --out $/child", "--resume continues a run and --from begins one with what another has learnt; give one of them.")]
    public void What_cannot_be_begun_with_is_refused_before_a_folder_is_made(string arguments, string sentence)
    {
        Assert.Equal(2, Call(arguments));
        AssertOneSentence(sentence);
        Assert.False(Path.Exists(this["child"]));
    }

    private (int Code, string Error) CallHere(string arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] parts = [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Replace("$", this[""], StringComparison.Ordinal).Trim('\''))];
        int code = CommandLine.Run(parts, new CliContext(output, error, IsTerminal: false, new TrainingEngine(), TimeProvider.System) { Stop = TestContext.Current.CancellationToken });
        return (code, error.ToString());
    }

    [GeneratedRegex("(train DATA --from [^ \\r\\n]+)")]
    private static partial Regex Hint();
}
