using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Evaluation;

/// <summary>Counts the modes of what runs have learnt to draw.</summary>
public sealed record ModeEvaluation
{
    /// <summary>Images that are drawn of a stack when no number is given: what published counts of stacked digits use.</summary>
    public const int DefaultStackCount = 26_000;

    /// <summary>Images that are drawn of anything else when no number is given.</summary>
    public const int DefaultCount = 10_000;

    /// <summary>Modes that the leading columns may have together when none are named: enough images meet each of them.</summary>
    private const int MostDefaultModes = 1000;

    /// <summary>Number of images; null: <see cref="DefaultStackCount"/> or <see cref="DefaultCount"/>.</summary>
    public int? Count { get; init; }

    /// <summary>Seed of the images.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Columns whose combinations are the modes, as <see cref="LabelChoice.Of"/> reads them; null: the leading ones that have at most 1,000 combinations together.</summary>
    public string? Attributes { get; init; }

    /// <summary>The selector of a device; null: the one that each run asked for.</summary>
    public string? Device { get; init; }

    /// <summary>Where trained classifiers are kept; not of runs whose data is not cached either.</summary>
    public string? CacheFolder { get; init; } = UserCacheFolder.Find("classifiers");

    /// <summary>Draws images of a run and counts.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="engine">Opens the trainer.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed, or the run's data has no labels.</exception>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">The run has no usable checkpoint.</exception>
    /// <exception cref="DataException">The run's data cannot be loaded any more.</exception>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public ModeReport Evaluate(string run, ISamplingEngine engine, IDataObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Check(run, cancellation);
        var record = RunFolder.ReadRecord(run);
        using var device = ComputeDevice.Open(Device ?? record.Settings.Device);
        int[] modes = [];
        using var reader = ModeReader.Open(
            record, device, record.Settings.Data.UseCache ? CacheFolder : null, observer, cancellation, columns => modes = Choose(columns, record.Settings.Data.Source));
        using var generator = Generator.Load(run, Device ?? record.Settings.Device, engine, observer.Notice);
        int count = Count ?? (reader.IsStacked ? DefaultStackCount : DefaultCount), columns = reader.Columns.Columns.Count;
        var labels = new int[count * columns];
        foreach (var (first, images) in generator.Draw(new SampleWish(count, Seed), null, cancellation))
        {
            var read = reader.Read(images);
            read.CopyTo(labels, first * columns);
            observer.Report(new(WorkKind.ReadingLabels, first + read.Length / columns, count));
        }
        return Report(run, generator, reader, modes, labels);
    }

    /// <summary>Says early, before data is loaded and images are drawn, that the modes of a run cannot be counted.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed, or the run draws points.</exception>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">The run has no usable checkpoint.</exception>
    /// <exception cref="DataException">The run's data is not there any more.</exception>
    public void Check(string run, CancellationToken cancellation = default)
    {
        if (Count is { } asked)
        {
            OptionCheck.Between("--count", asked, 1, 10_000_000);
        }
        var record = RunFolder.ReadRecord(run);
        ModeReader.Check(record);
        GeneratorSource.Read(run, _ => { }).FromNoise(run);
        ImageSetLoader.Probe(record.Settings.Data, cancellation);
    }

    private ModeReport Report(string run, Generator generator, ModeReader reader, int[] modes, int[] labels)
    {
        int columns = reader.Columns.Columns.Count;
        int[] conditions = generator.Labels is { } asked ? [.. asked.Columns.Select(reader.IndexOf)] : [];
        var wrong = generator.Labels is { } choice ? Compare(choice, conditions, labels, columns) : null;
        int[] data = [.. reader.Data], classes = [.. reader.Columns.Classes], chosen = [.. modes.Select(column => classes[column])];
        int[] Part(int[] all) => [.. Enumerable.Range(0, all.Length / columns).SelectMany(image => modes.Select(column => all[image * columns + column]))];
        return new ModeReport(
            run,
            generator.Step,
            Seed,
            [.. modes.Select(column => reader.Columns.Columns[column].Name)],
            ModeCount.Of(Part(labels), Part(data), chosen),
            ModeCount.Of(Part(data), Part(data), chosen),
            [
                .. reader.Columns.Columns.Select((column, i) => new AttributeReport(
                    column.Name, column.Values, ModeCount.SharesOf(labels, i, classes), ModeCount.SharesOf(data, i, classes), reader.Accuracy[i],
                    Array.IndexOf(conditions, i) is >= 0 and var condition ? wrong!.Columns[condition] : null)),
            ],
            wrong?.Any);
    }

    // Images that nobody asks anything of are drawn for labels in the data's frequencies; which ones is a function of seed and number.
    private WrongLabels Compare(LabelChoice choice, int[] conditions, int[] labels, int columns)
    {
        int count = labels.Length / columns;
        var any = new int?[conditions.Length];
        int[] asked = [.. Enumerable.Range(0, count).SelectMany(image => choice.Draw(any, Seed, image))];
        int[] read = [.. Enumerable.Range(0, count).SelectMany(image => conditions.Select(column => labels[image * columns + column]))];
        return WrongLabels.Of(asked, read, conditions.Length);
    }

    /// <summary>Which columns make the modes.</summary>
    private int[] Choose(LabelChoice all, string source)
    {
        if (Attributes is { } names)
        {
            return all.IndicesOf(names, "--attributes", source);
        }
        long modes = 1;
        return [.. Enumerable.Range(0, all.Columns.Count).TakeWhile((_, i) => (modes *= all.Classes[i]) <= MostDefaultModes || i == 0)];
    }
}
