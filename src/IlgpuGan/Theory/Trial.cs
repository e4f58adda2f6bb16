using IlgpuGan.Data;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Theory;

/// <summary>One of the trainings that an experiment compares.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Settings">All that decides it.</param>
internal sealed record Trial(string Title, RunSettings Settings)
{
    // Enough points for a curve, each of some steps.
    private const int Reports = 40;

    /// <summary>
    /// What suits a source, with a D that sees each image by itself and at every update its penalty, and a G of transposed convolutions: what experiments are about is then the one thing that is
    /// uncommon, and figures are as they were made.
    /// </summary>
    /// <param name="source">The data.</param>
    public static RunSettings Usual(string source)
    {
        var settings = RunSettings.For(source);
        return settings with { Training = settings.Training with { MinibatchDeviation = false, PenaltyEvery = 1, Upsampling = Upsampling.Transposed } };
    }

    /// <summary>Steps from one report to the next, so that a short training has a curve, too.</summary>
    public static int ReportEvery(long steps) => (int)Math.Max(1, steps / Reports);

    /// <summary>Refuses images of two kinds: an experiment draws from noise.</summary>
    /// <exception cref="OptionException">The data is to be translated.</exception>
    public static void CheckData(RunSettings settings)
    {
        if (settings.Training.Translation is not null)
        {
            throw new OptionException($"'{settings.Data.Source}' holds images of two kinds, to translate one into the other, and here images or points are drawn from noise; give "
                + $"{string.Join(", ", ImageSetOptions.BuiltIn)}, or a folder, zip or tar of images of one kind.");
        }
    }

    /// <summary>Trains one after the other and looks at each as it ends.</summary>
    /// <param name="trials">The trainings, at least one, on one device.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="observer">Hears of data and of each step.</param>
    /// <param name="look">Takes from a finished training what is wanted of it.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="DataException">The images cannot be loaded.</exception>
    public static IEnumerable<T> Run<T>(
        IReadOnlyList<Trial> trials, ITrainingEngine engine, IRunObserver observer, Func<Trial, ITrainer, TrainingData, Course, T> look, CancellationToken cancellation)
    {
        foreach (var trial in trials)
        {
            CheckData(trial.Settings);
            trial.Settings.Validate();
        }

        return Finished();

        IEnumerable<T> Finished()
        {
            using var device = engine.Open(trials[0].Settings.Device, trials[0].Settings.Tune, observer.Notice);
            TrainingData? data = null;
            try
            {
                long done = 0, all = trials.Sum(trial => trial.Settings.Training.Steps);
                for (int i = 0; i < trials.Count; i++)
                {
                    var (title, settings) = trials[i];
                    if (data is null || settings.Data != trials[i - 1].Settings.Data)
                    {
                        data?.Dispose();
                        data = null;
                        data = TrainingData.LoadFor(settings, made: null, observer, shape => device.Check(settings.Training, shape), cancellation);
                    }

                    using var trainer = device.CreateTrainer(settings.Training, data);
                    var course = Course.Of(trainer, settings, observer, new(WorkKind.ComparingTrainings, done, all, title), cancellation);
                    done += settings.Training.Steps;
                    yield return look(trials[i], trainer, data, course);
                }
            }
            finally
            {
                data?.Dispose();
            }
        }
    }
}
