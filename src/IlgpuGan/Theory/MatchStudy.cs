using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Theory;

/// <summary>How a training with a D of some strength went.</summary>
/// <param name="Name">Its strength: strong, weak or matched.</param>
/// <param name="Title">What a figure calls it.</param>
/// <param name="Course">Its reports and findings.</param>
/// <param name="Images">What the averaged generator draws in the end, as bytes [count, H, W, C]; empty of points.</param>
/// <param name="Points">The same of points, x0, y0, x1, y1, ...; empty of images.</param>
/// <param name="Data">Shape of the data.</param>
internal sealed record MatchTrial(string Name, string Title, Course Course, byte[] Images, float[] Points, RunData Data);

/// <summary>
/// Trains the same G against a D that learns far too fast, one that hardly learns, and one that keeps step: G learns from D alone, and only a D that is a little better than G has something
/// to teach.
/// </summary>
internal static class MatchStudy
{
    // Of the rate at which both keep step.
    private const float Faster = 25, Slower = 0.01f;

    private const int Shown = 9, ShownPoints = 2000;

    /// <summary>Options that change what is trained beside D's strength.</summary>
    public static IReadOnlyList<string> Options { get; } =
        ["network", "width", "depth", "latent", "batch", "steps", "lr", "seed", "size", "channels", "fit", "faces", "no-cache", "device", "tune"];

    /// <summary>What is trained where nothing is given: the loss of the course, which rewards G for every fake that D takes for real.</summary>
    /// <param name="source">The data.</param>
    public static RunSettings Usual(string source)
    {
        var settings = Trial.Usual(source);
        return settings with
        {
            Data = source != "faces" ? settings.Data : settings.Data with { Size = new(32, 32) },
            Training = settings.Training with { Loss = "non-saturating", Penalty = "r1", PenaltyWeight = null, LearningRate = 5e-4f, Steps = 1000 },
        };
    }

    /// <summary>Trains against the three.</summary>
    /// <param name="settings">What is trained, from <see cref="Usual"/>.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="observer">Hears of data and of each step.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The trials, each as it ends.</returns>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="Data.DataException">The images cannot be loaded.</exception>
    public static IEnumerable<MatchTrial> Run(RunSettings settings, ITrainingEngine engine, IRunObserver observer, CancellationToken cancellation)
    {
        var training = settings.Training;
        OptionCheck.AllAbove0("--lr", training.LearningRate, 1.0 / Faster);
        settings = settings with { Schedule = settings.Schedule with { ReportEvery = Trial.ReportEvery(training.Steps) } };
        (string Name, Trial Trial)[] trials =
        [
            Of("strong", FormattableString.Invariant($"D too strong: learns {Faster} times as fast, no penalty"), training with
            {
                Penalty = "none", DiscriminatorLearningRate = training.LearningRate.Times(Faster), DiscriminatorNorm = DiscriminatorNormalization.None,
            }),
            Of("weak", FormattableString.Invariant($"D too weak: learns {1 / Slower} times as slowly"), training with { DiscriminatorLearningRate = training.LearningRate.Times(Slower) }),
            Of("matched", "matched: the same rate, R1 keeps D smooth", training),
        ];
        return Trial.Run([.. trials.Select(entry => entry.Trial)], engine, observer, (trial, trainer, data, course) => new MatchTrial(
            trials.First(entry => entry.Trial == trial).Name,
            trial.Title,
            course,
            data.Images is null ? [] : trainer.Sample(training.Seed, 0, Shown),
            data.Images is null ? trainer.SamplePoints(training.Seed, 0, ShownPoints) : [],
            data.Describe()), cancellation);

        (string, Trial) Of(string name, string title, TrainingOptions options) => (name, new(title, settings with { Training = options }));
    }
}
