using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What a run would take, measured without writing anything.</summary>
/// <param name="Device">The device.</param>
/// <param name="Data">The data.</param>
/// <param name="Cost">Size of the networks and of the work.</param>
/// <param name="Steps">Steps to make.</param>
/// <param name="SecondsPerStep">Measured time of a step.</param>
/// <param name="ImagesPerSecond">Real images shown per second, measured.</param>
/// <param name="Seconds">Predicted time of all steps; pictures and checkpoints come on top.</param>
public sealed record TrainingForecast(
    string Device, RunData Data, TrainingCost Cost, long Steps, double SecondsPerStep, double ImagesPerSecond, double Seconds)
{
    /// <summary>What the data was taken from, and what became of it; null for points.</summary>
    public ImageSetSummary? Taken { get; init; }

    /// <summary>What several ranks take, by which time and speed are predicted then; null for one process.</summary>
    public RankForecast? Ranks { get; init; }

    private static readonly TimeSpan MeasuredTime = TimeSpan.FromSeconds(2);

    /// <summary>Builds the trainer and trains for two seconds.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="engine">Opens the trainer.</param>
    /// <param name="observer">Hears how it goes.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="parent">What its networks begin with; null for noise.</param>
    /// <param name="choice">Decides, once the images are known, what was not asked for; null where nothing is to be decided.</param>
    /// <param name="ranks">Processes to predict for, where the engine has a team; 0 for as many as that has.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="DataException">The data cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    public static TrainingForecast Measure(
        RunSettings settings, ITrainingEngine engine, IRunObserver observer, TimeProvider clock, CancellationToken cancellation, Parent? parent = null,
        ChoiceByData? choice = null, int ranks = 0)
    {
        var begin = RunBeginning.Of(settings, parent);
        settings = begin.Settings;
        using var bench = Workbench.Open(
            engine, settings.Device, settings.Tune, settings.Training, check => TrainingData.LoadFor(settings, made: null, observer, check, cancellation), observer.Notice,
            data => (begin = begin.After(choice, data)).Settings.Training,
            (data, training) => RankFollower.Announce(engine.Team, settings with { Training = training }, data));
        (settings, parent) = begin;
        var trainer = bench.Trainer;
        if (engine.Team is { } team)
        {
            RankDevice.Meet(team, bench.DeviceName, observer.Notice);
            var forecast = RankForecast.Measure(team, (Trainer)trainer, settings.Training, ranks > 0 ? ranks : team.Ranks);
            return Of(forecast.SecondsPerStep, settings.Training.Batch * settings.Training.DiscriminatorSteps / forecast.SecondsPerStep) with { Ranks = forecast };
        }

        parent?.Give(trainer, settings.Training, bench.Data, observer.Notice);
        // The first step pays for compilation and cold caches, which a run pays once.
        trainer.RunStep();
        var kimg = trainer.Report().Kimg;

        var first = trainer.Step;
        var start = clock.GetTimestamp();
        TrainingReport report;
        // A device works behind the caller's back until a report waits for it: ever longer stretches keep the waiting out of the figure.
        for (var stretch = 1; ; stretch *= 2)
        {
            for (var i = 0; i < stretch; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                trainer.RunStep();
                if (clock.GetElapsedTime(start) >= MeasuredTime)
                {
                    break;
                }
            }

            report = trainer.Report();
            if (clock.GetElapsedTime(start) >= MeasuredTime)
            {
                break;
            }
        }

        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        return Of(seconds / (trainer.Step - first), (report.Kimg - kimg) * 1000 / seconds);

        TrainingForecast Of(double perStep, double imagesPerSecond) =>
            new(bench.DeviceName, bench.Data.Describe(), trainer.Describe(), settings.Training.Steps, perStep, imagesPerSecond, perStep * settings.Training.Steps) { Taken = bench.Data.Summary };
    }
}
