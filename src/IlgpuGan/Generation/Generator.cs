using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Generation;

/// <summary>
/// A trained generator, ready to draw: the averaged one of a run's last good checkpoint, or one that was exported. Any number of threads may
/// use it at once; they take turns on the device.
/// </summary>
/// <example><code>
/// using var generator = Generator.Load("runs/faces");
/// SKBitmap[] faces = generator.SampleBitmaps(count: 16, seed: 1);
/// </code></example>
public sealed class Generator : IDisposable
{
    private readonly Lock turn = new();
    private readonly ITrainingDevice device;
    private readonly ISampler sampler;
    private bool isDisposed;

    private Generator(ITrainingDevice device, ISampler sampler, GeneratorSource source)
    {
        (this.device, this.sampler) = (device, sampler);
        (Data, Labels, Step, LatentSize) = (source.Record.Data, source.Record.Labels, source.Step, source.Record.Settings.Training.LatentSize);
    }

    /// <summary>The data it was trained on, whose shape its images have.</summary>
    public RunData Data { get; }

    /// <summary>The labels that its images are conditioned on; null for none.</summary>
    public LabelChoice? Labels { get; }

    /// <summary>The step it was trained to.</summary>
    public long Step { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>Selector and name of the device that it draws on.</summary>
    public string DeviceName => device.Name;

    /// <summary>Reads a generator. A run that goes on meanwhile is not disturbed, and its data need not be there any more.</summary>
    /// <param name="path">A run folder, one of its checkpoints, or a generator's safetensors file.</param>
    /// <param name="device"><c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>; null for <c>auto</c>, whatever the run was trained on.</param>
    /// <param name="notice">Hears of checkpoints that are damaged and of devices that did not open.</param>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">It has no usable checkpoint, or the file is damaged or of another network.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    public static Generator Load(string path, string? device = null, Action<string>? notice = null) => Load(path, device, new TrainingEngine(), notice ?? (_ => { }));

    /// <inheritdoc cref="Load(string, string, Action{string})"/>
    /// <param name="path">A run folder, one of its checkpoints, or a generator's safetensors file.</param>
    /// <param name="device">The selector of a device; null for <c>auto</c>.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="notice">Hears of checkpoints that are damaged and of devices that did not open.</param>
    public static Generator Load(string path, string? device, ITrainingEngine engine, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(engine);
        SystemLibraries.Check();
        // A device takes as long to open as the weights to read: a quarter of a second each.
        var said = new List<string>();
        var opening = Task.Run(() => engine.Open(device ?? "auto", Devices.TuningMode.Off, said.Add));
        GeneratorSource source;
        try
        {
            source = GeneratorSource.Read(path, notice);
        }
        catch
        {
            opening.ContinueWith(task => task.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }

        var opened = opening.GetAwaiter().GetResult();
        said.ForEach(notice);
        try
        {
            return new(opened, opened.CreateSampler(source.Record, source.State), source);
        }
        catch (StateMismatchException fault)
        {
            opened.Dispose();
            throw new CheckpointException($"{path} belongs to another network ({fault.Message.TrimEnd('.')}); use one that this program saved.", fault);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Images as bytes [count, H, W, C], 0 to 255.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Chooses the images: image i of a seed is the same whatever the count.</param>
    /// <param name="labels">What they are to be, such as <c>hair=red,eyes=green</c>; null for any, as frequent as in the data.</param>
    /// <param name="truncation">Bound of the latents, about 0.5 to 2: the smaller, the more alike and the cleaner the images (<see cref="LatentSpace"/>). Infinity for none.</param>
    /// <param name="first">Number of the first image.</param>
    /// <exception cref="OptionException">A value is not allowed, or the generator draws points.</exception>
    public byte[] Sample(int count, ulong seed = 1, string? labels = null, double truncation = double.PositiveInfinity, int first = 0)
    {
        CheckImages();
        return ImageBytes.Of(Draw(count, seed, labels, truncation, first));
    }

    /// <summary>Images as numbers in [-1, 1], [count, H, W, C]; points [count, 2] as they are.</summary>
    /// <inheritdoc cref="Sample"/>
    public float[] SampleFloats(int count, ulong seed = 1, string? labels = null, double truncation = double.PositiveInfinity, int first = 0) =>
        Clamp(Draw(count, seed, labels, truncation, first));

    /// <summary>Images as bitmaps, which the caller disposes of.</summary>
    /// <inheritdoc cref="Sample"/>
    public SKBitmap[] SampleBitmaps(int count, ulong seed = 1, string? labels = null, double truncation = double.PositiveInfinity, int first = 0)
    {
        var pixels = Sample(count, seed, labels, truncation, first);
        int length = Data.BytesPerImage;
        return [.. Enumerable.Range(0, count).Select(i => ImageFile.ToBitmap(pixels.AsSpan(i * length, length), Data.Height, Data.Width, Data.Channels))];
    }

    /// <summary>Latent vectors of a seed, [count, <see cref="LatentSize"/>], as <see cref="Sample"/> takes them.</summary>
    public float[] Latents(int count, ulong seed = 1, double truncation = double.PositiveInfinity, int first = 0)
    {
        OptionCheck.Above0("--truncation", truncation, double.PositiveInfinity);
        return LatentSpace.Draw(seed, first, count, LatentSize, truncation);
    }

    /// <summary>What it makes of given latents, in [-1, 1]: [N, H, W, C], or points [N, 2].</summary>
    /// <param name="latents">[N, <see cref="LatentSize"/>].</param>
    /// <param name="labels">The label of each column of <see cref="Labels"/>, as an index into its values, [N, columns]; empty for a generator without labels.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public float[] Decode(ReadOnlySpan<float> latents, params ReadOnlySpan<int> labels)
    {
        int columns = Labels?.Columns.Count ?? 0;
        if (latents.Length % LatentSize != 0 || labels.Length != latents.Length / LatentSize * columns)
            throw new ArgumentException($"{latents.Length} latents and {labels.Length} labels are not whole vectors of {LatentSize} with {columns} labels each.");
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] < 0 || labels[i] >= Labels!.Columns[i % columns].Values.Count)
                throw new ArgumentException($"{labels[i]} is no label of {Labels!.Columns[i % columns].Name}.");
        lock (turn)
        {
            // Not by Use: spans cannot be handed to it.
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return Clamp(sampler.Decode(latents, labels));
        }
    }

    /// <summary>Closes the device.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            if (isDisposed)
                return;
            isDisposed = true;
            sampler.Dispose();
            device.Dispose();
        }
    }

    /// <summary>Does something with the sampler, which nobody else uses meanwhile.</summary>
    internal T Use<T>(Func<ISampler, T> work)
    {
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return work(sampler);
        }
    }

    /// <summary>The labels that a text asks for.</summary>
    /// <exception cref="OptionException">The generator has no labels, or not these.</exception>
    internal IReadOnlyList<int?>? Ask(string? label) => label is null ? null
        : (Labels ?? throw new OptionException($"--label {label}: this run was trained without labels; train with --condition, or leave --label out.")).Parse(label);

    /// <summary>The labels of image <paramref name="image"/> of a seed: what a text asks for, the rest as frequent as in the data; empty without labels.</summary>
    /// <exception cref="OptionException">The generator has no labels, or not these.</exception>
    internal int[] LabelsOf(string? label, ulong seed, int image)
    {
        var asked = Ask(label);
        return Labels?.Draw(asked ?? new int?[Labels.Columns.Count], seed, image) ?? [];
    }

    /// <summary>Bytes of images with the labels asked for.</summary>
    internal byte[] Pixels(ulong seed, int first, int count, IReadOnlyList<int?>? asked, double truncation) => ImageBytes.Of(Draw(count, seed, asked, truncation, first));

    private void CheckImages()
    {
        if (Data.IsPoints)
            throw new OptionException("This run draws points, not images; take its points with SampleFloats, or give a run of images.");
    }

    private float[] Draw(int count, ulong seed, string? labels, double truncation, int first) => Draw(count, seed, Ask(labels), truncation, first);

    private float[] Draw(int count, ulong seed, IReadOnlyList<int?>? asked, double truncation, int first)
    {
        OptionCheck.Between("--count", count, 1, Array.MaxLength / Data.BytesPerImage);
        OptionCheck.Above0("--truncation", truncation, double.PositiveInfinity);
        return Use(sampler => sampler.Draw(seed, first, count, asked, truncation));
    }

    private float[] Clamp(float[] values)
    {
        for (int i = 0; !Data.IsPoints && i < values.Length; i++)
            values[i] = Math.Clamp(values[i], -1, 1);
        return values;
    }
}
