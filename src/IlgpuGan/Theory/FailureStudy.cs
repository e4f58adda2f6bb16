using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Distances;
using IlgpuGan.Evaluation;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Theory;

/// <summary>A way for a training to fail, with settings that bring it about.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">What a figure calls it.</param>
/// <param name="Cause">What was done to bring it about.</param>
/// <param name="Expected">What the watchdog should say of it.</param>
/// <param name="Usual">The settings.</param>
internal sealed record Failure(string Name, string Title, string Cause, FindingKind Expected, RunSettings Usual)
{
    /// <summary>The ways.</summary>
    public static IReadOnlyList<Failure> Table { get; } =
    [
        new("collapse", "Mode collapse: one face for all z", "D is trained no further after 600 updates, and G runs to what it likes best", FindingKind.ModeCollapse, Faces(768, options => options with
        {
            // D's rate falls to nothing while 9600 images are shown.
            Loss = "non-saturating", Penalty = "r1", DiscriminatorNorm = DiscriminatorNormalization.None, Beta1 = 0.5f,
            GeneratorLearningRate = 4e-3f, DiscriminatorLearningRate = Schedule.Linear(5e-4f, 1e-7f, 9.6f), AverageHalfLifeKimg = 0.2f, Steps = 850,
        })),
        new("drop", "Mode dropping: some of 25 modes are never drawn", "the loss of the course without any penalty", FindingKind.ModeDropping, Grid(options => options with
        {
            Loss = "non-saturating", Penalty = "none", PenaltyWeight = null, Seed = 2,
        })),
        new("memorise", "Memorising: copies of the training images", "four training images", FindingKind.Memorising, Faces(4, options => options with
        {
            PenaltyWeight = 0.1f, LearningRate = 1e-3f, AverageHalfLifeKimg = 0.5f, Steps = 2000,
        })),
    ];

    private static RunSettings Faces(int count, Func<TrainingOptions, TrainingOptions> change)
    {
        var settings = Trial.Usual("faces");
        return settings with { Data = settings.Data with { Size = new(32, 32), FaceCount = count }, Training = change(settings.Training) };
    }

    private static RunSettings Grid(Func<TrainingOptions, TrainingOptions> change)
    {
        var settings = Trial.Usual("grid");
        return settings with { Training = change(settings.Training) };
    }
}

/// <summary>Numbers that tell failures apart; of reals that were never trained on all are about 1.</summary>
/// <param name="Spread">Spread of fakes as a share of that of reals: near 0 where all are alike.</param>
/// <param name="Precision">Share of fakes that look like some real.</param>
/// <param name="Recall">Share of reals, which were not trained on, that look like some fake; null of points, where modes are counted.</param>
/// <param name="Coverage">Share of reals that have a fake nearby.</param>
/// <param name="Memorisation">Distance of fakes to the nearest training image as a share of that of unseen ones: near 0 for copies; null of points, where a copy is as good as any.</param>
/// <param name="Modes">Modes found; null of images, whose modes are not known.</param>
/// <param name="OfModes">Modes that there are.</param>
internal sealed record FailureNumbers(double? Spread, double Precision, double? Recall, double Coverage, double? Memorisation, int? Modes, int? OfModes);

/// <summary>How a failing training ended.</summary>
/// <param name="Failure">Which it is.</param>
/// <param name="Course">Its reports and findings.</param>
/// <param name="Numbers">What tells it from others.</param>
/// <param name="Images">What G draws, as bytes [count, H, W, C]; of one that memorises each beside the training image nearest to it. Empty of points.</param>
/// <param name="Reals">Real points, x0, y0, x1, y1, ...; empty of images.</param>
/// <param name="Fakes">Generated points likewise.</param>
/// <param name="Data">Shape of the data.</param>
internal sealed record FailureTrial(Failure Failure, Course Course, FailureNumbers Numbers, byte[] Images, float[] Reals, float[] Fakes, RunData Data)
{
    /// <summary>What the images are in turn; none where G draws all of them.</summary>
    public IReadOnlyList<string> Kinds => Failure.Expected == FindingKind.Memorising ? ["drawn", "trained on"] : [];
}

/// <summary>Trains so that it fails, in three ways, and measures what tells them apart.</summary>
internal static class FailureStudy
{
    private const int Judged = 512, Shown = 12;

    // Faces that nothing was trained on.
    private const ulong UnseenSeed = 2;

    /// <summary>Trains the chosen ones.</summary>
    /// <param name="names">Names of failures, at least one.</param>
    /// <param name="steps">Steps of each; null for those after which it has failed for sure.</param>
    /// <param name="seed">Added to the seed of each.</param>
    /// <param name="device">Device, as for a run.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="observer">Hears of data and of each step.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The trials, each as it ends.</returns>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    public static IEnumerable<FailureTrial> Run(
        IReadOnlyList<string> names, long? steps, ulong seed, string device, ITrainingEngine engine, IRunObserver observer, CancellationToken cancellation)
    {
        var chosen = names.Select(name => Failure.Table.Single(failure => failure.Name == name)).ToList();
        var trials = chosen.Select(failure => new Trial(failure.Title, failure.Usual with
        {
            Device = device,
            Training = failure.Usual.Training with { Steps = steps ?? failure.Usual.Training.Steps, Seed = failure.Usual.Training.Seed + seed },
            Schedule = failure.Usual.Schedule with { ReportEvery = (int)Math.Min(failure.Usual.Schedule.ReportEvery, steps ?? int.MaxValue) },
        })).ToList();
        return Trial.Run(trials, engine, observer,
            (trial, trainer, data, course) => Look(chosen[trials.IndexOf(trial)], trial.Settings, trainer, data, course, observer, cancellation), cancellation);
    }

    private static FailureTrial Look(
        Failure failure, RunSettings settings, ITrainer trainer, TrainingData data, Course course, IRunObserver observer, CancellationToken cancellation)
    {
        using var device = ComputeDevice.Open("cpu");
        double? spread = course.Reports[^1].PixelSpread;
        if (data.Points is { } truth)
        {
            var fakes = trainer.SamplePoints(settings.Training.Seed, 0, ModeScore.Points);
            var (reals, drawnOnes) = (truth.Points[..(2 * Judged)], fakes[..(2 * Judged)]);
            var (coverage, precision) = CheckupPlan.Overlap(device, reals, drawnOnes);
            var score = ModeScore.Of(truth, fakes);
            return new(failure, course, new(spread, precision, null, coverage, null, score.Modes, truth.Modes.Count), [], truth.Points, fakes, data.Describe());
        }

        var images = data.Images!;
        var drawn = trainer.Sample(settings.Training.Seed, 0, Judged);
        using var made = ImageSet.FromBytes("made", images.Height, images.Width, images.Channels, drawn);
        // Shares are of faces as they are, rather than of the few that were trained on: one that memorises finds those alone.
        using var unseen = DataImages.Load(settings.Data with { FaceSeed = UnseenSeed, FaceCount = Judged }, observer, cancellation);
        using var extractor = new RandomConvolution(device, images.Height, images.Width, images.Channels);
        var numbers = PrecisionRecall.Between(device, Features(extractor, unseen), Features(extractor, made), progress: observer, cancellation: cancellation);
        var copies = Memorisation.Measure(device, images, made, unseen, settings.Training.Seed, observer, cancellation);
        return new(
            failure, course, new(spread, numbers.Precision, numbers.Recall, numbers.Coverage, copies.Ratio, null, null),
            failure.Expected == FindingKind.Memorising ? Pairs(device, images, drawn) : drawn[..(Shown * images.BytesPerImage)], [], [], data.Describe());
    }

    private static FeatureMatrix Features(RandomConvolution extractor, ImageSet set)
    {
        var bytes = new byte[set.Bytes];
        set.CopyTo(0, bytes);
        return new(extractor.Read(bytes).Features, extractor.Dimension);
    }

    /// <summary>The first fakes, each followed by the training image that is nearest to it.</summary>
    private static byte[] Pairs(ComputeDevice device, ImageSet training, byte[] fakes)
    {
        int size = training.BytesPerImage, count = Shown / 2;
        float[] queries = [.. fakes.AsSpan(0, count * size).ToArray().Select(value => (float)value)];
        var rows = new byte[training.Bytes];
        training.CopyTo(0, rows);
        using var comparison = new RowComparison(device, size, count, training.Count, kept: 1);
        var nearest = new NearestRows(count, 1);
        comparison.Search(queries, [.. rows.Select(value => (float)value)], 0, nearest);
        return [.. Enumerable.Range(0, count).SelectMany(i => (byte[])[.. fakes.AsSpan(i * size, size), .. training.Image(nearest.Index(i))])];
    }
}
