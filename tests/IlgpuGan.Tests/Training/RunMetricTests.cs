using IlgpuGan.Data;
using IlgpuGan.Evaluation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

public sealed class RunMetricTests : SessionFixture
{
    public RunMetricTests() => Engine.Metrics = new Swings();

    private static RunSettings Measured => Settings with { Schedule = Settings.Schedule with { Metric = "swing", MetricEvery = 20 } };

    [Fact]
    public void Values_are_logged_and_the_best_state_is_kept_beside_the_newest()
    {
        Run("run", Measured);

        var lines = RunFolderLog("run").ReadMetrics();
        Assert.Equal([20L, 40, 60, 80, 100], lines.Select(line => line.Step));
        Assert.Equal(lines.Select((line, i) => lines.Take(i).All(before => line.Value < before.Value)), lines.Select(line => line.Best));
        Assert.Equal(1.28, lines[0].Kimg, 1e-9);
        Assert.Equal(
            "{\"metric\":\"swd\",\"step\":100,\"kimg\":1.6,\"value\":12.3,\"best\":true}", RunLog.LineOf(new MetricLine("swd", 100, 1.6, 12.3, true)));
        var store = RunFolder.CheckpointsIn(this["run"]);
        Assert.Equal(lines.MinBy(line => line.Value)!.Step, Checkpoint.Read(store.BestFile).Step);
        Assert.Equal([50L, 75, 100], store.Steps());
        Assert.Equal(10, RunFolderLog("run").Read().Count);
    }

    [Fact]
    public void Measuring_changes_nothing_of_the_training()
    {
        Run("with", Measured);
        Run("without", Settings);

        Assert.Equal(LastCheckpoint("without"), LastCheckpoint("with"));
        Assert.Equal(Log("without"), Log("with").Where(line => !line.StartsWith("{\"metric\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_run_that_was_killed_and_resumed_measures_as_one_that_was_not()
    {
        Run("whole", Measured);
        Engine.OnStep = at => _ = at == 67 ? throw new InvalidOperationException("died") : 0;
        Assert.Throws<InvalidOperationException>(() => Run("killed", Measured));
        Engine.OnStep = _ => { };

        Continue("killed", saved => saved);

        Assert.Equal(Log("whole"), Log("killed"));
        Assert.Equal(File.ReadAllBytes(RunFolder.CheckpointsIn(this["whole"]).BestFile), File.ReadAllBytes(RunFolder.CheckpointsIn(this["killed"]).BestFile));
    }

    [Fact]
    public void A_measurement_that_was_stopped_is_made_when_the_run_goes_on()
    {
        Run("whole", Measured);
        using var stop = new CancellationTokenSource();
        Engine.OnStep = at => Cancel(stop, at == 40);
        using (var session = TrainingSession.Start(this["stopped"], Measured, false, Engine, Observer, Engine.Clock, Token))
        {
            session.Run(new FakePictures(session.Folder), stop.Token);
        }
        Engine.OnStep = _ => { };
        Assert.Equal([20L], RunFolderLog("stopped").ReadMetrics().Select(line => line.Step));

        Continue("stopped", saved => saved);

        Assert.Equal(RunFolderLog("whole").ReadMetrics(), RunFolderLog("stopped").ReadMetrics());
    }

    [Fact]
    public void A_new_run_in_its_place_forgets_the_best()
    {
        Run("run", Measured);

        Run("run", Settings, force: true);

        Assert.False(File.Exists(RunFolder.CheckpointsIn(this["run"]).BestFile));
    }

    [Fact]
    public void Another_metric_begins_anew()
    {
        Run("run", Measured);
        Continue("run", saved => saved with { Training = saved.Training with { Steps = 120 }, Schedule = saved.Schedule with { Metric = "other" } });

        Assert.True(RunFolderLog("run").ReadMetrics()[^1] is { Metric: "other", Step: 120, Best: true });
        Assert.Equal(120, Checkpoint.Read(RunFolder.CheckpointsIn(this["run"]).BestFile).Step);
    }

    [Fact]
    public void A_metric_that_is_not_there_is_one_sentence()
    {
        var fault = Assert.Throws<OptionException>(() => Run("run", Measured with { Schedule = Measured.Schedule with { Metric = "mood" } }));

        Assert.Equal("Metric mood cannot be measured here; it must be one of swing, other.", fault.Message);
        Assert.False(Directory.Exists(this["run"]));
    }

    [Fact]
    public void The_engines_own_metrics_measure_a_run_of_images_and_refuse_what_has_no_pixels()
    {
        Engine.Metrics = new RunMetrics();
        using var session = TrainingSession.Start(this["run"], Settings with { Schedule = Settings.Schedule with { Metric = "swd", MetricEvery = 50 } }, false, Engine, Observer, Engine.Clock, Token);
        session.Run(new FakePictures(session.Folder), Token);

        Assert.Equal(2, session.Folder.Log.ReadMetrics().Count);
        Assert.All(session.Folder.Log.ReadMetrics(), line => Assert.True(line.Value > 0));
        using var points = TrainingData.Of(IlgpuGan.Data.PointSet.Ring(10, 1));
        Assert.Contains("Metric swd compares pixels", Assert.Throws<OptionException>(
            () => Engine.Metrics.Create("swd", RunSettings.For("ring"), points, Observer, Token)).Message, StringComparison.Ordinal);
    }

    private static void Cancel(CancellationTokenSource stop, bool now)
    {
        if (now)
        {
            stop.Cancel();
        }
    }

    private RunLog RunFolderLog(string name) => new(this[$"{name}/log.jsonl"]);

    private void Run(string name, RunSettings settings, bool force = false)
    {
        using var session = TrainingSession.Start(this[name], settings, force, Engine, Observer, Engine.Clock, Token);
        session.Run(new FakePictures(session.Folder), Token);
    }

    private void Continue(string name, Func<RunSettings, RunSettings> change)
    {
        using var session = TrainingSession.Resume(this[name], change, Engine, Observer, Engine.Clock, Token);
        session.Run(new FakePictures(session.Folder), Token);
    }

    /// <summary>The brightness of one pixel, which the stand-in for a trainer changes wildly from step to step.</summary>
    private sealed class Swings : IRunMetrics
    {
        public IReadOnlyList<string> Names { get; } = ["swing", "other"];

        public IRunMetric Create(string name, RunSettings settings, TrainingData data, IRunObserver observer, CancellationToken cancellation) => new Swing();
    }

    private sealed class Swing : IRunMetric
    {
        public bool IsSmallerBetter => true;

        public double Measure(Func<ulong, int, int, byte[]> sample, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            return sample(1, 0, 1)[0];
        }

        public void Dispose()
        {
        }
    }
}
