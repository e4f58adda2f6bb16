using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Evaluation;

/// <summary>
/// Reads labels off the images that a run draws, with a classifier of the run's own data. Of stacks each colour is read by one classifier of the
/// grey images that they were made of: ten classes are learnt instead of a thousand.
/// </summary>
internal sealed class ModeReader : IDisposable
{
    // Drawn faces are cheap: the run's own are too few to learn from, and are then held out.
    private const int FreshFaces = 12_000;
    private const ulong FreshFaceSeed = 0x6672657368;

    private readonly LabelClassifier classifier;

    private ModeReader(LabelClassifier classifier, LabelChoice columns, int[] data, bool isStacked)
    {
        (this.classifier, IsStacked) = (classifier, isStacked);
        (Columns, Data) = (columns, data);
        Accuracy = isStacked ? [.. columns.Columns.Select(_ => classifier.Accuracy[0])] : classifier.Accuracy;
    }

    /// <summary>All label columns of the data, in its order.</summary>
    public LabelChoice Columns { get; }

    /// <summary>Whether the images are stacks, each colour of which is read for itself.</summary>
    public bool IsStacked { get; }

    /// <summary>Labels of the run's data: [images, columns].</summary>
    public IReadOnlyList<int> Data { get; }

    /// <summary>Share of held-out images whose label is read rightly, 0 to 1, of each column.</summary>
    public IReadOnlyList<double> Accuracy { get; }

    /// <summary>Loads a run's data again and takes its classifier from the cache, or trains it.</summary>
    /// <param name="record">What the run folder says of the run.</param>
    /// <param name="device">Where the classifier works; to be disposed after this.</param>
    /// <param name="cacheFolder">Where classifiers are kept; null keeps none.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="check">Looks at the labels before the classifier is trained; may throw.</param>
    /// <exception cref="OptionException">The run draws points, or its data has no labels.</exception>
    /// <exception cref="DataException">The data cannot be loaded any more.</exception>
    public static ModeReader Open(
        RunRecord record, ComputeDevice device, string? cacheFolder, IDataObserver observer, CancellationToken cancellation, Action<LabelChoice>? check = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(observer);
        Check(record);
        // What was chosen by default then must not depend on the defaults of now.
        var options = record.Settings.Data with { Size = new(record.Data.Height, record.Data.Width), Channels = record.Data.Channels };
        using var data = DataImages.Load(options, observer, cancellation);
        if (data.Fingerprint != record.Data.Fingerprint)
        {
            observer.Notice($"{options.Source} has changed since the run was trained: its modes are counted against the images that are there now.");
        }
        var columns = LabelChoice.Of(data, "all", "modes");
        check?.Invoke(columns);
        bool isStacked = options.Source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal);
        using var grey = isStacked ? DataImages.Load(options with { Source = options.Source[Stack3Source.Prefix.Length..], Channels = 1 }, observer, cancellation) : null;
        return new(
            LabelClassifier.Open(device, grey ?? data, Fresh(options, observer, cancellation), cacheFolder, observer, cancellation), columns, columns.ValuesOf(data), isStacked);
    }

    /// <summary>Says early that a run has no modes that can be counted.</summary>
    /// <exception cref="OptionException">It draws points.</exception>
    internal static void Check(RunRecord record)
    {
        if (record.Data.IsPoints)
        {
            throw new OptionException($"{record.Settings.Data.Source} is points, which have no labels to count modes by; give a run of images.");
        }
    }

    /// <summary>Draws faces that are none of the data's, where the data is drawn faces; otherwise null.</summary>
    internal static Func<ImageSet>? Fresh(ImageSetOptions options, IDataObserver observer, CancellationToken cancellation) => options.Source == "faces"
        ? () => DataImages.Load(options with { FaceCount = FreshFaces, FaceSeed = options.FaceSeed + FreshFaceSeed }, observer, cancellation)
        : null;

    /// <summary>The labels of images [N, H, W, C] of the run's shape: [N, columns].</summary>
    public int[] Read(byte[] images) => classifier.Read(IsStacked ? Apart(images) : images);

    /// <summary>The place of a column that a run is conditioned on among those that are read.</summary>
    /// <exception cref="OptionException">The data has no such labels any more.</exception>
    public int IndexOf(ConditionColumn condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        int index = Columns.Columns.ToList().FindIndex(column => column.Name == condition.Name && column.Values.SequenceEqual(condition.Values));
        return index >= 0 ? index
            : throw new OptionException($"The run was conditioned on {condition.Name}, which its data has not with the same values any more; give it the data that it was trained on.");
    }

    /// <inheritdoc/>
    public void Dispose() => classifier.Dispose();

    // [N, H, W, 3] to [N, 3, H, W]: the labels of the three colours are then side by side.
    private byte[] Apart(byte[] images)
    {
        int colours = Columns.Columns.Count, size = classifier.ImageSize;
        var apart = new byte[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            apart[i] = images[i / (size * colours) * size * colours + i % size * colours + i / size % colours];
        }
        return apart;
    }
}
