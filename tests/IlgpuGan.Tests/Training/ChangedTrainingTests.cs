using IlgpuGan.Augmentation;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Real runs go on with other options.</summary>
public sealed class ChangedTrainingTests : TransferFixture
{
    private static readonly Dictionary<string, Func<TrainingOptions, TrainingOptions>> Changes = new()
    {
        ["lr"] = options => options with { LearningRate = Schedule.Linear(1e-3f, 1e-4f, 1) },
        ["beta2 and half-life"] = options => options with { Beta2 = 0.9f, AverageHalfLifeKimg = 0.01f },
        ["penalty weight"] = options => options with { PenaltyWeight = 9 },
        ["flip"] = options => options with { Flip = true },
        ["diffaugment"] = options => options with { Augment = "diffaugment" },
        ["batch"] = options => options with { Batch = 12 },
        ["batch in leaves"] = options => options with { Batch = 16, Leaves = 4 },
        ["ada"] = options => options with { Augment = "ada", AdaKimg = 0.05f },
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_change_at_the_same_step_gives_the_same_bits(string name)
    {
        string begun = Train("begun", Faces(Dcgan, 16));
        var (one, two) = (Copy(begun, "one"), Copy(begun, "two"));
        Resume(one, 8, Changes[name]);
        Resume(two, 6, Changes[name]);
        Resume(two, 8, options => options);
        string plain = Copy(begun, "plain");
        Resume(plain, 8, options => options);

        var (first, second, without) = (StateOf(one), StateOf(two), StateOf(plain));
        Assert.All(first, pair => Assert.Equal(pair.Value.Floats, second[pair.Key].Floats));
        Assert.NotEqual(without["generator.average.layer0.weight"].Floats, first["generator.average.layer0.weight"].Floats);
    }

    [Fact]
    public void An_augmentation_that_comes_or_goes_begins_anew()
    {
        string run = Train("run", Faces(Dcgan, 16));
        Resume(run, 5, options => options with { Augment = "ada", AdaKimg = 0.01f });
        Assert.Contains("augmentation.ada", StateOf(run).Keys);
        Resume(run, 7, options => options with { Augment = "none" });
        Assert.DoesNotContain("augmentation.ada", StateOf(run).Keys);
        Resume(run, 9, options => options with { Augment = "ada", AdaProbability = 0.5f });
        Resume(run, 11, options => options with { AdaProbability = null });
        Assert.Contains("augmentation.ada", StateOf(run).Keys);

        using var folder = RunFolder.Open(run);
        Assert.Equal([3, 5, 7, 9], folder.Log.ReadChanges().Select(line => line.Changed));
    }

    [Fact]
    public void Schedules_and_reports_count_the_images_that_were_shown_in_batches_of_any_size()
    {
        string run = Train("run", Faces(Dcgan, 16));
        float[] before = Values(run, "generator.values.layer0.weight");
        // 3 batches of 8 are more than the horizon, 3 of 4 are less.
        Resume(run, 5, options => options with { Batch = 4, LearningRate = Schedule.Linear(1, 0, 0.02f) });
        Assert.Equal(before, Values(run, "generator.values.layer0.weight"));
        Assert.Equal(32, StateOf(run)["counters"].Integers![3]);
        Resume(run, 6, options => options with { Batch = 8 });
        Assert.Equal(40, StateOf(run)["counters"].Integers![3]);
        using var folder = RunFolder.Open(run);
        Assert.Equal(0.04, folder.Log.Read()[^1].Kimg, 1e-9);
    }

    [Fact]
    public void A_report_is_a_mean_over_steps_with_the_same_options()
    {
        var settings = Faces(Dcgan with { Steps = 5 }, 16);
        string run = Train("run", settings with { Schedule = settings.Schedule with { ReportEvery = 4 } });
        Resume(run, 8, options => options with { Augment = "ada", AdaProbability = 0.5f });
        using var folder = RunFolder.Open(run);
        Assert.Equal(0.5, folder.Log.Read()[^1].AugmentationProbability!.Value, 1e-6);
    }

    [Fact]
    public void A_run_of_an_earlier_version_says_how_it_comes_to_another_batch()
    {
        string run = Train("run", Faces(Dcgan, 16));
        var checkpoints = RunFolder.CheckpointsIn(run);
        var newest = checkpoints.ReadNewest(_ => { })!;
        var counters = newest.State["counters"].Integers!;
        (newest with { State = new Dictionary<string, StateTensor>(newest.State) { ["counters"] = new([3], counters[..3]) } }).Write(Path.Combine(run, "checkpoints", "step-000003.safetensors"));

        var refused = Assert.Throws<RunFolderException>(() => Resume(run, 5, options => options with { Batch = 4 }));
        Assert.EndsWith("go on for a step with Batch 8, then change it.", refused.Message, StringComparison.Ordinal);
        Resume(run, 4, options => options);
        Resume(run, 5, options => options with { Batch = 4 });
    }

    private string Copy(string run, string name)
    {
        foreach (string file in Directory.GetFiles(run, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(this[name], Path.GetRelativePath(run, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return this[name];
    }

    private void Resume(string run, long steps, Func<TrainingOptions, TrainingOptions> change)
    {
        using var session = TrainingSession.Resume(run, saved => saved with { Training = change(saved.Training) with { Steps = steps } }, new TrainingEngine(), Observer, TimeProvider.System, Token);
        Assert.Equal(RunEnd.Completed, session.Run(Token).End);
    }
}
