using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What is trained on: images, points in the plane, or images to be translated.</summary>
internal sealed class TrainingData : IDisposable
{
    /// <summary>Number of points where the data is points.</summary>
    internal const int PointCount = 1 << 16;

    // The points are a yardstick: the same ones whatever the run's own seed.
    internal const ulong PointSeed = 1;

    private TrainingData(ImageSet? images, PointSet? points, TranslationPairs? pairs = null)
    {
        Images = images;
        Points = points;
        Pairs = pairs;
    }

    /// <summary>The images, or null.</summary>
    public ImageSet? Images { get; }

    /// <summary>The points, or null.</summary>
    public PointSet? Points { get; }

    /// <summary>Images and what they are to be translated into, or null.</summary>
    public TranslationPairs? Pairs { get; }

    /// <summary>The label columns that images are conditioned on; null for none.</summary>
    public LabelChoice? Labels { get; private init; }

    /// <summary>Images to train on; disposed with the result.</summary>
    public static TrainingData Of(ImageSet images) => new(images, null);

    /// <summary>Points to train on.</summary>
    public static TrainingData Of(PointSet points) => new(null, points);

    /// <summary>Images to be translated; disposed with the result.</summary>
    public static TrainingData Of(TranslationPairs pairs) => new(null, null, pairs);

    /// <summary>The same data, to be conditioned on labels; this one is not to be disposed then.</summary>
    /// <param name="names">Names of label columns with commas between them, or <c>all</c>; null for none.</param>
    /// <exception cref="OptionException">There is no such column.</exception>
    public TrainingData ConditionedOn(string? names) =>
        names is null || Labels is not null ? this
        : new(Images ?? throw new OptionException($"--condition {names} asks for labels, but points have none; leave it out."), null) { Labels = LabelChoice.Of(Images, names) };

    /// <summary>What a run folder records of it; points count as images of one pixel with two channels.</summary>
    public RunData Describe() => Pairs is { } pairs ? pairs.Describe()
        : Images is { } images
        ? new RunData(images.Fingerprint, images.Count, images.Height, images.Width, images.Channels, IsPoints: false)
        : new RunData(Points!.Fingerprint, Points.Count, 1, 1, 2, IsPoints: true);

    /// <summary>Lets go of the images.</summary>
    public void Dispose()
    {
        Images?.Dispose();
        Pairs?.Dispose();
    }

    /// <summary>What was taken, and what became of it; null for points.</summary>
    public ImageSetSummary? Summary => Images?.Summary;

    /// <summary>Loads what a run trains on, in a size that its network draws where none is asked for, and says what was taken.</summary>
    /// <param name="settings">What to load, and for which network.</param>
    /// <param name="made">The data that the run was made with, whose shape it keeps whatever would be chosen now; null for a new run.</param>
    /// <param name="observer">Hears how far it is, and what was taken.</param>
    /// <param name="check">Refuses, by throwing, a shape before images of it are read.</param>
    /// <param name="cancellation">Gives up.</param>
    internal static TrainingData LoadFor(RunSettings settings, RunData? made, IRunObserver observer, Action<RunData> check, CancellationToken cancellation)
    {
        if (settings.Training.Translation is { Method: not TranslationMethod.StarGan } translation)
        {
            return Of(TranslationPairs.Load(made is null ? settings : settings.ShapedAs(made), translation, observer, check, cancellation));
        }

        // A sequence is gone through once: what shape it is brought to is known here.
        var wanted = made is not null && settings.Data.Images is not null ? settings.ShapedAs(made).Data : settings.Data;
        var data = Load(wanted, observer, settings.Training.Sizes, check, cancellation);
        if (made is { IsPoints: false } && data.Images is { } images && (images.Height, images.Width, images.Channels) != (made.Height, made.Width, made.Channels))
        {
            data.Dispose();
            data = Load(settings.ShapedAs(made).Data, observer, settings.Training.Sizes, check, cancellation);
        }

        if (data.Summary is { } summary)
        {
            observer.Loaded(summary);
        }

        return data;
    }

    private static TrainingData Load(ImageSetOptions options, IRunObserver observer, SizeRule sizes, Action<RunData> check, CancellationToken cancellation) =>
        options.Images is null && PointSet.IsName(options.Source)
            ? Of(PointSet.Create(options.Source, PointCount, PointSeed))
            : Of(DataImages.Load(
                options with { OrPoints = true }, observer, cancellation, sizes, shape => check(new RunData("", 0, shape.Height, shape.Width, shape.Channels, IsPoints: false))));

    /// <summary>Data of a shape for a trainer that will only be asked for samples.</summary>
    internal static TrainingData OfShape(RunData shape, LabelChoice? labels = null) => shape.IsPoints
        ? Of(PointSet.Ring(1, PointSeed))
        : new(ImageSet.FromBytes("shape", shape.Height, shape.Width, shape.Channels, new byte[shape.BytesPerImage]), null) { Labels = labels };
}
