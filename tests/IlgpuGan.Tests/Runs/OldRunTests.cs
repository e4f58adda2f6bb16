using System.Text.Json.Nodes;
using IlgpuGan.Augmentation;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Runs;

/// <summary>
/// A run of two steps that a version made in which choices were strings: <c>train faces --faces 4 --size 16 --width 1 --latent 2 --batch 4 --steps 2 --seed 3
/// --device cpu --augment ada --optimizer adamw --d-norm layer --d-condition concatenation --condition eyes --precision fp32 --no-cache --tune off</c>.
/// </summary>
public sealed class OldRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Run
    {
        get
        {
            string run = folder["run"], from = Path.Combine(AppContext.BaseDirectory, "Fixtures", "old-run");
            Directory.CreateDirectory(Path.Combine(run, "checkpoints"));
            foreach (string file in (string[])["options.json", "checkpoints/step-000002.safetensors"])
            {
                File.Copy(Path.Combine(from, file), Path.Combine(run, file), overwrite: true);
            }
            return run;
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Its_choices_are_read_by_the_names_they_had()
    {
        var training = RunFolder.ReadRecord(Run).Settings.Training;

        Assert.Equal(
            ("ada", UpdateRule.AdamW, DiscriminatorNormalization.Layer, ConditionKind.Concatenation, Precision.Fp32),
            (training.Augment, training.Optimizer, training.DiscriminatorNorm, training.DiscriminatorCondition, training.Precision));
    }

    [Fact]
    public void It_goes_on_and_its_options_stay_as_they_were_written()
    {
        string run = Run;
        string before = Settings(run, steps: 4);

        using (var session = TrainingSession.Resume(
            run, saved => saved with { Training = saved.Training with { Steps = 4 } }, new TrainingEngine(), new RecordingObserver(), TimeProvider.System,
            TestContext.Current.CancellationToken))
        {
            Assert.Equal(4, session.Run(TestContext.Current.CancellationToken).Step);
        }

        var (was, now) = (JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(Settings(run, steps: 4))!.AsObject());
        AssertKept(was, now);
    }

    [Fact]
    public void A_choice_that_there_is_not_is_damage_that_is_named()
    {
        string run = Run, file = Path.Combine(run, "options.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"adamw\"", "\"adamax\"", StringComparison.Ordinal));

        string message = Assert.Throws<RunFolderException>(() => RunFolder.ReadRecord(run)).Message;

        Assert.Contains("adamax", message, StringComparison.Ordinal);
        Assert.Contains("adam, adamw, rmsprop, sgd", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_from_before_there_were_penalties_has_none()
    {
        string run = Run, file = Path.Combine(run, "options.json");
        File.WriteAllLines(file, File.ReadAllLines(file).Where(line => !line.Contains("\"penalty\"", StringComparison.Ordinal)));

        Assert.Equal("none", RunFolder.ReadRecord(run).Settings.Training.Penalty);
    }

    [Fact]
    public void A_run_from_before_odd_sides_were_halved_halves_even_ones_alone() => Assert.Equal(Halving.Even, RunFolder.ReadRecord(Run).Settings.Training.Halving);

    // Options that came later stand beside them.
    private static void AssertKept(JsonObject was, JsonObject now)
    {
        foreach (var (name, value) in was)
        {
            if (value is JsonObject inner)
            {
                AssertKept(inner, now[name]!.AsObject());
            }
            else
            {
                Assert.Equal((name, value?.ToJsonString()), (name, now[name]?.ToJsonString()));
            }
        }
    }

    private static string Settings(string run, int steps)
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "options.json")))!["settings"]!;
        settings["training"]!["steps"] = steps;
        return settings.ToJsonString();
    }
}
