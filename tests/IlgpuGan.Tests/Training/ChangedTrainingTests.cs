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
