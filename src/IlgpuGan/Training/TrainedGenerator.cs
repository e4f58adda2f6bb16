using IlgpuGan.Devices;
using IlgpuGan.Imaging;

namespace IlgpuGan.Training;

/// <summary>The averaged generator of a run's last good checkpoint.</summary>
public sealed class TrainedGenerator : IDisposable
{
    // One batch at a time keeps device memory as small as in training.
    private const int Chunk = 64;

    // Far more than a plot can show, and still little memory.
    private const int MaximumPoints = 1_000_000;

    private readonly Workbench bench;

    private TrainedGenerator(Workbench bench, RunData data, LabelChoice? labels)
    {
        Labels = labels;
        this.bench = bench;
        Data = data;
    }

    /// <summary>The data it was trained on, whose shape its images have.</summary>
    public RunData Data { get; }

    /// <summary>The labels that its images are conditioned on; null for none.</summary>
    public LabelChoice? Labels { get; }

    /// <summary>The step it was trained to.</summary>
    public long Step => bench.Trainer.Step;

    /// <summary>Reads a run folder; a run that goes on there meanwhile is not disturbed, and its data need not be there any more.</summary>
    /// <param name="path">The run folder.</param>
    /// <param name="device">The selector of a device, or null for the one that the run asked for.</param>
    /// <param name="engine">Opens the trainer.</param>
    /// <param name="notice">Hears of checkpoints that are damaged and of devices that did not open.</param>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">It has no usable checkpoint, or one of another network.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    public static TrainedGenerator Open(string path, string? device, ITrainingEngine engine, Action<string> notice)
    {
        var record = RunFolder.ReadRecord(path);
        var checkpoints = RunFolder.CheckpointsIn(path);
        var checkpoint = checkpoints.ReadNewest(notice)
            ?? throw new CheckpointException($"{path} has no checkpoint yet; let the run go on with train --resume until it has saved one.");
        var bench = Workbench.Open(
            engine, device ?? record.Settings.Device, TuningMode.Off, record.Settings.Training, () => TrainingData.OfShape(record.Data, record.Labels), notice);
        try
        {
            checkpoints.Load(checkpoint, bench.Trainer);
            return new TrainedGenerator(bench, record.Data, record.Labels);
        }
        catch
        {
            bench.Dispose();
            throw;
        }
    }

    /// <summary>Draws images <c>0 ... count - 1</c> of a seed into one picture; points into a plot.</summary>
    /// <exception cref="OptionException">So many images do not fit one picture.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public void SaveGrid(string path, ulong seed, int count, string? label, CancellationToken cancellation)
    {
        var asked = Ask(label);
        OptionCheck.Between("--count", count, 1, Data.IsPoints ? MaximumPoints : int.MaxValue / 2);
        if (Data.IsPoints)
        {
            var points = bench.Trainer.SamplePoints(seed, 0, count);
            Write(path, () => ScatterPlot.Save(path, [], points));
            return;
        }

        var length = Data.BytesPerImage;
        var layout = GridLayout.For(count, Data.Height, Data.Width);
        if (layout.Width * layout.Height > ImageFile.MaximumPixels)
        {
            throw new OptionException($"--count {count} is too many for one picture of images of {Data.Width} x {Data.Height} pixels; give fewer, or a folder as --out.");
        }

        var pixels = new byte[count * length];
        foreach (var (first, images) in Chunks(seed, count, asked, cancellation))
        {
            images.CopyTo(pixels, (long)first * length);
        }

        Write(path, () => ImageGrid.Save(path, pixels, count, Data.Height, Data.Width, Data.Channels));
    }

    /// <summary>Draws a grid in which each row is one value of a label column.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="seed">Chooses the images; all rows have the same latents.</param>
    /// <param name="rows">Name of the column; null for the first.</param>
    /// <param name="label">What the other columns are to be, such as <c>eyes=green</c>; null for any.</param>
    /// <exception cref="OptionException">The run has no labels, or not this one.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public void SaveLabelGrid(string path, ulong seed, string? rows, string? label)
    {
        var asked = Ask(label);
        var labels = Labels ?? throw new OptionException($"--rows {rows}: this run was trained without labels; train with --condition, or leave --rows out.");
        int column = rows is null ? 0 : labels.IndicesOf(rows, "--rows", "this run")[0];
        Write(path, () => LabelPicture.Save(path, bench.Trainer, labels, Data, seed, column, asked));
    }

    /// <summary>Draws images <c>0 ... count - 1</c> of a seed into files <c>seedS-NNNNNN.png</c> of a folder.</summary>
    /// <exception cref="OptionException">The run draws points.</exception>
    /// <exception cref="RunWriteException">A file cannot be written.</exception>
    public void SaveFolder(string path, ulong seed, int count, string? label, CancellationToken cancellation)
    {
        var asked = Ask(label);
        OptionCheck.Between("--count", count, 1, int.MaxValue);
        if (Data.IsPoints)
        {
            throw new OptionException($"--out {path} is a folder, but this run draws points, which go into one picture; give a name that ends with .png.");
        }

        var length = Data.BytesPerImage;
        foreach (var (first, images) in Chunks(seed, count, asked, cancellation))
        {
            for (var i = 0; i * length < images.Length; i++)
            {
                var file = Path.Combine(path, FormattableString.Invariant($"seed{seed}-{first + i:D6}.png"));
                var image = images.AsMemory(i * length, length);
                Write(file, () => ImageFile.SavePng(file, image.Span, Data.Height, Data.Width, Data.Channels));
            }
        }
    }

    /// <summary>Draws images <c>0 ... count - 1</c> of a seed, some at a time: the number of the first, and bytes [N, H, W, C].</summary>
    /// <exception cref="OptionException">The run draws points.</exception>
    public IEnumerable<(int First, byte[] Images)> Draw(ulong seed, int count, CancellationToken cancellation)
    {
        OptionCheck.Between("--count", count, 1, int.MaxValue);
        return Data.IsPoints ? throw new OptionException("This run draws points; only images have labels to read.") : Chunks(seed, count, null, cancellation);
    }

    /// <summary>Closes the device.</summary>
    public void Dispose() => bench.Dispose();

    private static void Write(string path, Action save) => RunWriteException.Guard(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        save();
    }, hint: "");

    private int?[]? Ask(string? label) => label is null ? null
        : (Labels ?? throw new OptionException($"--label {label}: this run was trained without labels; train with --condition, or leave --label out.")).Parse(label);

    private IEnumerable<(int First, byte[] Images)> Chunks(ulong seed, int count, IReadOnlyList<int?>? asked, CancellationToken cancellation)
    {
        for (var first = 0; first < count; first += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return (first, bench.Trainer.Sample(seed, first, Math.Min(Chunk, count - first), asked));
        }
    }
}
