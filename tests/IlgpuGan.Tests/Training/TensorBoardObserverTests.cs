using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Export;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What TensorBoard gets to see of a run.</summary>
public sealed class TensorBoardObserverTests : SessionFixture
{
    private static readonly string[] Groups = ["loss/discriminator", "loss/generator", "probability/real", "probability/fake", "gradient/discriminator", "progress/images_per_second"];

    private string Events => this["run/tensorboard"];

    private List<long> Steps() => [.. TensorBoardReader.ReadFolder(Events).Where(one => one.Numbers.Count > 0).Select(one => one.Step)];

    private RunOutcome Run(Func<IRunObserver, TrainingSession> open)
    {
        using var observer = new TensorBoardObserver(Observer, Engine.Clock);
        using var session = open(observer);
        return session.Run(new PngPictures(session.Folder), Token);
    }

    private RunOutcome Begin(RunSettings settings) =>
        Run(observer => TrainingSession.Start(this["run"], settings, false, Engine, observer, Engine.Clock, Token));

    private RunOutcome GoOn() =>
        Run(observer => TrainingSession.Resume(this["run"], saved => saved, Engine, observer, Engine.Clock, Token));

    [Fact]
    public void Reports_and_samples_are_written_and_the_observer_behind_hears_all()
    {
        Begin(Settings);
        var events = TensorBoardReader.ReadFolder(Events);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => i * 10L), Steps());
        var report = events.Last(one => one.Numbers.Count > 0);
        Assert.All(Groups, tag => Assert.Contains(tag, report.Numbers.Keys));
        Assert.Contains(report.Numbers.Keys, tag => tag.StartsWith("gradient_of_layers/", StringComparison.Ordinal));
        Assert.Equal((float)Observer.Reports[^1].Report.GeneratorLoss, report.Numbers["loss/generator"]);
        Assert.Equal(Observer.Samples, events.Where(one => one.Images.Count > 0).Select(one => one.Step));
        Assert.Equal(10, Observer.Reports.Count);
        Assert.NotEmpty(Observer.Checkpoints);
    }

    [Fact]
    public void The_parts_of_the_loss_of_a_translation_stand_beside_it()
    {
        Engine.Terms = new Dictionary<string, double> { ["cycle"] = 0.0625, ["identity"] = 0.125 };
        Begin(Settings);
        var numbers = TensorBoardReader.ReadFolder(Events).Last(one => one.Numbers.Count > 0).Numbers;
        Assert.Equal((0.0625f, 0.125f), (numbers["loss/cycle"], numbers["loss/identity"]));
    }

    [Fact]
    public void A_run_that_died_and_goes_on_doubles_no_step()
    {
        Engine.OnStep = at => _ = at == 85 ? throw new InvalidOperationException("died") : 0;
        Assert.Throws<InvalidOperationException>(() => Begin(Settings));
        Assert.Equal(80, Steps()[^1]);
        Engine.OnStep = _ => { };
        GoOn();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => i * 10L), Steps());
    }

    [Fact]
    public void A_run_that_goes_back_doubles_no_step()
    {
        Engine.Spread = (at, rollbacks) => at >= 600 && rollbacks < 1 ? 0.05 : 0.9;
        Begin(Settings with
        {
            Training = Settings.Training with { Steps = 1000 },
            Watchdog = new WatchdogOptions { OnCollapse = CollapseAction.Rollback },
        });
        Assert.Single(Observer.Findings, finding => finding.BackTo is not null);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => i * 10L), Steps());
        Assert.Equal(2, Directory.GetFiles(Events).Length);
    }

    [Fact]
    public void Metrics_are_written_under_their_names()
    {
        Begin(Settings);
        using (var observer = new TensorBoardObserver(Observer, Engine.Clock))
        {
            observer.Started(Observer.Start! with { Step = 100 });
            observer.Measured(new MetricLine("swd", 100, 6.4, 12.5, Best: true));
        }

        Assert.Equal(12.5f, TensorBoardReader.ReadFolder(Events)[^1].Numbers["metric/swd"]);
    }

    [Fact]
    public void A_run_that_is_replaced_takes_its_events_along()
    {
        Begin(Settings);
        Start("run", force: true);
        Assert.False(Directory.Exists(Events));
    }

    /// <summary>As bare as those of other tests, but PNG files.</summary>
    private sealed class PngPictures(RunFolder folder) : IRunPictures
    {
        public void SaveReals()
        {
        }

        public string SaveSample(ITrainer trainer)
        {
            ImageFile.SavePng(folder.SampleFile(trainer.Step), [1], 1, 1, 1);
            return folder.SampleFile(trainer.Step);
        }

        public void SaveLosses(IReadOnlyList<TrainingReport> reports)
        {
        }

        public void SaveGradients(IReadOnlyList<TrainingReport> reports)
        {
        }
    }
}
