using System.Text.Json;
using IlgpuGan.Imaging;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Cli.Tests;

/// <summary><c>train --gamma-sweep</c>.</summary>
public sealed class GammaSweepTests : CliFixture
{
    private const string Sweep = "train faces --faces 8 --size 16 --no-cache --report-every 5 --width 8 --batch 4 --device cpu --gamma-sweep --out $/sweep";

    private static readonly string[] Names = ["gamma-x0.25", "gamma-x1", "gamma-x4", "gamma-x16"];

    [Fact]
    public void Four_runs_differ_in_the_weight_alone_and_are_judged_side_by_side()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] parts = [.. $"{Sweep} --steps 9 --latent 8".Split(' ').Select(part => part.Replace("$", this[""], StringComparison.Ordinal))];
        Assert.Equal(0, CommandLine.Run(parts, new CliContext(output, error, IsTerminal: false, new TrainingEngine(), TimeProvider.System) { Stop = TestContext.Current.CancellationToken }));

        var settings = Names.Select(name => RunFolder.ReadRecord(this[$"sweep/{name}"]).Settings).ToList();
        Assert.Equal([0.25f, 1, 4, 16], settings.Select(one => one.Training.PenaltyWeight!.From));
        Assert.All(settings, one => Assert.Equal(settings[0].Training with { PenaltyWeight = 1 }, one.Training with { PenaltyWeight = 1 }));
        Assert.All(settings, one => Assert.Equal(2, one.Training.Steps));

        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["weight", "factor", "steps", "swd", "memorisation"], Cells(lines[0]));
        Assert.Equal(5, lines.Length);
        Assert.Equal(["0.25", "1/4", "2"], Cells(lines[1])[..3]);
        var distances = lines[1..].Select(line => double.Parse(Cells(line)[3], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        string best = Names[distances.IndexOf(distances.Min())];
        Assert.Contains("Best by SWD: the weight ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"train --out {this[$"sweep/{best}"]} --resume --steps 9", error.ToString(), StringComparison.Ordinal);
        var sheet = ImageDecoder.ReadSize(File.ReadAllBytes(this["sweep/gamma-sweep.png"]));
        Assert.True(sheet.Width > 4 * 6 * 16, $"{sheet.Width}");

        static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void A_schedule_is_weighed_from_its_beginning_to_its_end()
    {
        Assert.Equal(0, Call($"{Sweep} --steps 8 --penalty-weight cosine:8:2:1"));
        Assert.Equal("cosine:2:0.5:1", RunFolder.ReadRecord(this["sweep/gamma-x0.25"]).Settings.Training.PenaltyWeight!.ToString());
        Assert.Equal("cosine:128:32:1", RunFolder.ReadRecord(this["sweep/gamma-x16"]).Settings.Training.PenaltyWeight!.ToString());
    }

    [Fact]
    public void What_was_stopped_goes_on_with_the_same_command_and_what_is_done_stays()
    {
        int begun = 0;
        using var stop = new CancellationTokenSource();
        Engine.OnStep = step =>
        {
            begun += step == 1 ? 1 : 0;
            Cancel(stop, begun == 2 && step == 7);
        };
        Assert.Equal(0, CallStoppedBy($"{Sweep} --steps 80", stop.Token));
        Assert.Contains("Stopped in run 2 of 4 at step 7; everything is saved. The same command goes on.", Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(this["sweep/gamma-x4"]));
        Assert.False(Path.Exists(this["sweep/gamma-sweep.png"]));
        byte[] first = File.ReadAllBytes(this["sweep/gamma-x0.25/log.jsonl"]);

        var steps = new List<long>();
        Engine.OnStep = steps.Add;
        Assert.Equal(0, Call($"{Sweep} --steps 80"));
        Assert.Equal([.. Enumerable.Range(8, 13), .. Enumerable.Range(1, 20), .. Enumerable.Range(1, 20)], steps.Select(step => (int)step));
        Assert.Equal(first, File.ReadAllBytes(this["sweep/gamma-x0.25/log.jsonl"]));
        Assert.True(File.Exists(this["sweep/gamma-sweep.png"]));

        // A stop between two runs.
        using var late = new CancellationTokenSource();
        Engine.OnStep = step => Cancel(late, step == 20);
        Assert.Equal(0, CallStoppedBy($"{Sweep} --steps 80 --force", late.Token));
        Assert.Contains("Stopped in run 1 of 4 at step 20; everything is saved.", Error, StringComparison.Ordinal);
        Engine.OnStep = steps.Add;
        Assert.Equal(0, Call($"{Sweep} --steps 80"));

        // Whoever asks for more gets more.
        steps.Clear();
        Assert.Equal(0, Call($"{Sweep} --steps 84"));
        Assert.Equal([21, 21, 21, 21], steps);
    }

    [Fact]
    public void The_first_is_ended_by_its_minutes_and_the_others_make_as_many_steps()
    {
        // A step takes a tenth of a second, and a quarter of the time is 0.6 s.
        Assert.Equal(0, Call($"{Sweep} --minutes 0.04 --steps 4000"));
        var made = Names.Select(name => RunFolder.CheckpointsIn(this[$"sweep/{name}"]).Steps()[^1]).ToList();
        Assert.InRange(made[0], 1, 100);
        Assert.All(made, steps => Assert.Equal(made[0], steps));

        var steps = new List<long>();
        Engine.OnStep = steps.Add;
        Assert.Equal(0, Call($"{Sweep} --minutes 0.04 --steps 4000"));
        Assert.Empty(steps);
    }

    [Fact]
    public void As_json_a_line_says_what_came_of_it()
    {
        Assert.Equal(0, Call($"{Sweep} --steps 8 --json"));
        var last = JsonDocument.Parse(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
        Assert.Equal("sweep", last.GetProperty("event").GetString());
        Assert.Equal(4, last.GetProperty("runs").GetArrayLength());
        Assert.Equal("0.25", last.GetProperty("runs")[0].GetProperty("weight").GetString());
        Assert.True(last.GetProperty("runs")[0].GetProperty("metrics").GetProperty("swd").GetDouble() > 0);
        Assert.Contains("gamma-x", last.GetProperty("best").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_cannot_be_trained_with_is_left_out_of_the_judgement()
    {
        int begun = 0;
        Engine.OnStep = step => Engine.SpoilAt = (begun += step == 1 ? 1 : 0) == 4 ? 1 : long.MaxValue;
        Assert.Equal(0, Call($"{Sweep} --steps 80 --json"));
        var runs = JsonDocument.Parse(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement.GetProperty("runs");
        Assert.Equal([false, false, false, true], runs.EnumerateArray().Select(run => run.TryGetProperty("fault", out var fault) && fault.ValueKind == JsonValueKind.String));
        Assert.True(File.Exists(this["sweep/gamma-sweep.png"]));
    }

    [Theory]
    [InlineData("--penalty none", "--gamma-sweep tries weights of D's penalty, and --penalty is none; give another, or leave --gamma-sweep out.")]
    [InlineData("--penalty-weight 0", "--gamma-sweep tries weights of D's penalty, and --penalty-weight is 0; give another, or leave --gamma-sweep out.")]
    [InlineData("--penalty none --dry-run", "--gamma-sweep tries weights of D's penalty, and --penalty is none; give another, or leave --gamma-sweep out.")]
    [InlineData("--resume", "--resume continues one run, and a sweep goes on by itself where --gamma-sweep is given again; leave --resume out.")]
    public void What_cannot_be_swept_is_refused_before_a_folder_is_made(string options, string sentence)
    {
        Assert.Equal(2, Call($"{Sweep} {options}"));
        AssertOneSentence(sentence);
        Assert.False(Path.Exists(this["sweep"]));
    }

    [Fact]
    public void Points_and_a_folder_that_is_a_run_are_refused()
    {
        Assert.Equal(2, Call("train ring --gamma-sweep --out $/sweep"));
        AssertOneSentence("--gamma-sweep judges by pixels, and ring is points without any; leave it out.");

        Assert.Equal(0, Train());
        Assert.Equal(2, Call($"{Sweep.Replace("sweep --out $/sweep", "sweep --out $/run", StringComparison.Ordinal)}"));
        AssertOneSentence("$/run is a run, and --gamma-sweep makes runs in a folder; give another --out.");
    }

    [Fact]
    public void Runs_that_differ_in_more_than_the_weight_are_not_compared()
    {
        Assert.Equal(0, Call($"{Sweep} --steps 8"));
        Assert.Equal(2, Call($"{Sweep} --steps 8 --lr 0.002"));
        AssertOneSentence("$/sweep/gamma-x0.25 was made with --lr 0.0005, and 0.002 is asked for; give what it was made with, another --out, or --force to begin the sweep anew.");
        Assert.Equal(2, Call($"{Sweep} --steps 8 --penalty-weight 2"));
        AssertOneSentence("was made with --penalty-weight 0.25, and 0.5 is asked for");
        Assert.Equal(0, Call($"{Sweep} --steps 8 --penalty-weight 1"));
        Assert.Equal(0, Call($"{Sweep} --steps 8 --lr 0.002 --force"));

        Directory.Delete(this["sweep/gamma-x4"], recursive: true);
        Assert.Equal(2, Call($"{Sweep} --steps 8"));
        Assert.Contains($"{this["sweep/gamma-x0.25"]} was made with --lr 0.002, and 0.0005 is asked for", Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(this["sweep/gamma-x4"]));
    }

    private static void Cancel(CancellationTokenSource stop, bool now)
    {
        if (now)
        {
            stop.Cancel();
        }
    }
}
