using System.Runtime.CompilerServices;
using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Generation;

/// <summary>
/// A trained generator, ready to draw: the averaged one of a run's last good checkpoint, one that was exported, or one that was trained just now. Any
/// number of threads may use it at once; they take turns on the device, after each batch of at most 64 images.
/// </summary>
/// <example><code>
/// using var generator = Generator.Load("runs/faces");
/// SKBitmap[] faces = generator.SampleBitmaps(count: 16, seed: 1);
/// </code></example>
public sealed class Generator : IDisposable
{
    private readonly Lock turn = new();
    private readonly ISamplingDevice device;
    private readonly ISampler sampler;
    private bool isDisposed;

    private Generator(ISamplingDevice device, ISampler sampler, GeneratorSource source)
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
    /// <param name="path">A run folder, one of its checkpoints, a generator's safetensors file, or one of <see cref="TrainedNetworks.Names"/>.</param>
    /// <param name="device"><c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>; null for <c>auto</c>, whatever the run was trained on.</param>
    /// <param name="notice">Hears of checkpoints that are damaged and of devices that did not open.</param>
    /// <param name="network">The networks that the run was trained with, where they are a program's own (<see cref="TrainingOptions.With(NetworkFamily)"/>); null for the library's.</param>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">It has no usable checkpoint, or the file is damaged or of another network.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    public static Generator Load(string path, string? device = null, Action<string>? notice = null, NetworkFamily? network = null) =>
        Load(path, device, new SamplingEngine(), notice ?? (_ => { }), network);

    /// <inheritdoc cref="Load(string, string, Action{string}, NetworkFamily)"/>
    /// <param name="path">A run folder, one of its checkpoints, or a generator's safetensors file.</param>
    /// <param name="device">The selector of a device; null for <c>auto</c>.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="notice">Hears of checkpoints that are damaged and of devices that did not open.</param>
    /// <param name="network">The networks that the run was trained with, where they are a program's own; null for the library's.</param>
    public static Generator Load(string path, string? device, ISamplingEngine engine, Action<string> notice, NetworkFamily? network = null)
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
            source = GeneratorSource.Read(path, notice, network).FromNoise(path);
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
            return Of(opened, source);
        }
        catch (StateMismatchException fault)
        {
            throw new CheckpointException($"{path} belongs to another network ({fault.Message.TrimEnd('.')}); use one that this program saved.", fault);
        }
    }

    /// <summary>
    /// Trains a generator without a run folder: nothing of the run is written, and nothing of it is left but the generator. (Decoded images of a folder and
    /// timings of kernels are kept in the user's cache folder as ever, unless <see cref="ImageSetOptions.UseCache"/> and <see cref="RunSettings.Tune"/> say no.)
    /// </summary>
    /// <param name="training">What to train on, and how.</param>
    /// <param name="stop">Asks it to end: before the first step with an exception, later after the step that is running, with what was learnt so far: <see cref="Step"/>.</param>
    /// <exception cref="OperationCanceledException">It was stopped before the first step.</exception>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="DataException">The images cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device, or it has too little memory.</exception>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a weight is no longer finite.</exception>
    public static Generator Train(GanTraining training, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (device, record, last) = training.RunInMemory(stop);
        return Of(device, new(record, last.Step, last.State));
    }

    /// <inheritdoc cref="Train"/>
    /// <summary>Trains a generator without a run folder, on a thread of its own: nothing of the run is written.</summary>
    public static Task<Generator> TrainAsync(GanTraining training, CancellationToken stop = default) =>
        GanTraining.OnThreadOfItsOwn(() => Train(training, stop), stop);

    /// <summary>Images as bytes [count, H, W, C], 0 to 255.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Chooses the images: image i of a seed is the same whatever the count.</param>
    /// <param name="labels">What they are to be, such as <c>hair=red,eyes=green</c>; null for any, as frequent as in the data.</param>
    /// <param name="truncation">Bound of the latents, about 0.5 to 2: the smaller, the more alike and the cleaner the images (<see cref="LatentSpace"/>). Infinity for none.</param>
    /// <param name="first">Number of the first image.</param>
    /// <param name="cancellation">Gives up after the batch that is drawn.</param>
    /// <exception cref="OptionException">A value is not allowed, or the generator draws points.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="ObjectDisposedException">The generator is closed.</exception>
    public byte[] Sample(int count, ulong seed = 1, string? labels = null, double truncation = double.PositiveInfinity, int first = 0, CancellationToken cancellation = default)
    {
        CheckImages();
        return ImageBytes.Of(Draw(count, seed, labels, truncation, first, cancellation));
    }

    /// <summary>Images as numbers in [-1, 1], [count, H, W, C]; points [count, 2] as they are.</summary>
    /// <inheritdoc cref="Sample"/>
    public float[] SampleFloats(
        int count, ulong seed = 1, string? labels = null, double truncation = double.PositiveInfinity, int first = 0, CancellationToken cancellation = default) =>
        Clamp(Draw(count, seed, labels, truncation, first, cancellation));

    /// <summary>Images as bitmaps, which the caller disposes of.</summary>
    /// <inheritdoc cref="Sample"/>
    public SKBitmap[] SampleBitmaps(
        int count, ulong seed = 1, string? labels = null, double truncation = double.PositiveInfinity, int first = 0, CancellationToken cancellation = default)
    {
        var pixels = Sample(count, seed, labels, truncation, first, cancellation);
        return [.. Enumerable.Range(0, count).Select(i => Bitmap(pixels, i))];
    }

    /// <summary>
    /// Images one after the other, as bitmaps, which the caller disposes of: the first as soon as one can be, the later ones in growing batches on a thread of
    /// the pool, a batch ahead of the caller.
    /// </summary>
    /// <param name="seed">Chooses the images: image i of a seed is the same as of <see cref="Sample"/>.</param>
    /// <param name="labels">What they are to be, such as <c>hair=red,eyes=green</c>; null for any, as frequent as in the data.</param>
    /// <param name="truncation">Bound of the latents; infinity for none.</param>
    /// <param name="first">Number of the first image.</param>
    /// <param name="count">How many; null for as many as are asked for.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <exception cref="OptionException">A value is not allowed, or the generator draws points.</exception>
    /// <exception cref="OperationCanceledException">The stream was ended.</exception>
    /// <exception cref="ObjectDisposedException">The generator is closed.</exception>
    public IAsyncEnumerable<SKBitmap> SampleBitmapsAsync(
        ulong seed = 1, string? labels = null, double truncation = double.PositiveInfinity, int first = 0, int? count = null, CancellationToken cancellation = default)
    {
        CheckImages();
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        OptionCheck.Between("--count", count ?? 1, 1, int.MaxValue - first);
        OptionCheck.Above0("--truncation", truncation, double.PositiveInfinity);
        return Stream(seed, Ask(labels), truncation, first, count is null ? int.MaxValue : first + count.Value, cancellation);
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
        var images = new float[latents.Length / LatentSize * ImageSize];
        Decode(latents, labels, images);
        return images;
    }

    /// <summary>The same into memory of the caller's: for a picture that follows a slider or a pointer, nothing is allocated.</summary>
    /// <param name="latents">[N, <see cref="LatentSize"/>].</param>
    /// <param name="labels">[N, columns]; empty for a generator without labels.</param>
    /// <param name="images">Filled with [N, H, W, C] in [-1, 1], or points [N, 2].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Decode(ReadOnlySpan<float> latents, ReadOnlySpan<int> labels, Span<float> images)
    {
        int columns = Labels?.Columns.Count ?? 0;
        if (latents.Length % LatentSize != 0 || labels.Length != latents.Length / LatentSize * columns)
        {
            throw new ArgumentException($"{latents.Length} latents and {labels.Length} labels are not whole vectors of {LatentSize} with {columns} labels each.");
        }
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= Labels!.Columns[i % columns].Values.Count)
            {
                throw new ArgumentException($"{labels[i]} is no label of {Labels!.Columns[i % columns].Name}.");
            }
        }
        if (images.Length != latents.Length / LatentSize * ImageSize)
        {
            throw new ArgumentException($"{latents.Length / LatentSize} latents make {latents.Length / LatentSize * ImageSize} numbers, not {images.Length}.");
        }
        lock (turn)
        {
            // Not by Use: spans cannot be handed to it.
            ObjectDisposedException.ThrowIf(isDisposed, this);
            sampler.Decode(latents, labels, images);
        }
        Clamp(images);
    }

    /// <summary>Closes the device.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            if (isDisposed)
            {
                return;
            }
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
    internal byte[] Pixels(ulong seed, int first, int count, IReadOnlyList<int?>? asked, double truncation, CancellationToken cancellation = default) =>
        ImageBytes.Of(Draw(count, seed, asked, truncation, first, cancellation));

    private static Generator Of(ISamplingDevice device, GeneratorSource source)
    {
        try
        {
            return new(device, device.CreateSampler(source.Record, source.State), source);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private int ImageSize => Data.BytesPerImage;

    private SKBitmap Bitmap(byte[] pixels, int image) =>
        ImageFile.ToBitmap(pixels.AsSpan(image * Data.BytesPerImage, Data.BytesPerImage), Data.Height, Data.Width, Data.Channels);

    private async IAsyncEnumerable<SKBitmap> Stream(
        ulong seed, IReadOnlyList<int?>? asked, double truncation, int first, int end, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ahead = Begin(batch: 1);
        try
        {
            for (int batch = 8; ; batch = LoadedSampler.MostAtOnce)
            {
                var pixels = await ahead.ConfigureAwait(false);
                int drawn = pixels.Length / Data.BytesPerImage;
                first += drawn;
                bool isLast = first >= end;
                ahead = isLast ? ahead : Begin(batch);
                for (int i = 0; i < drawn; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    yield return Bitmap(pixels, i);
                }
                if (isLast)
                {
                    yield break;
                }
            }
        }
        finally
        {
            // Who ends the stream early closes the generator next, perhaps.
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<byte[]> Begin(int batch)
        {
            int start = first, count = Math.Min(batch, end - first);
            return Task.Run(() => Pixels(seed, start, count, asked, truncation, cancellation), cancellation);
        }
    }

    private void CheckImages()
    {
        if (Data.IsPoints)
        {
            throw new OptionException("This run draws points, not images; take its points with SampleFloats, or give a run of images.");
        }
    }

    private float[] Draw(int count, ulong seed, string? labels, double truncation, int first, CancellationToken cancellation) =>
        Draw(count, seed, Ask(labels), truncation, first, cancellation);

    private float[] Draw(int count, ulong seed, IReadOnlyList<int?>? asked, double truncation, int first, CancellationToken cancellation)
    {
        OptionCheck.Between("--count", count, 1, Array.MaxLength / Data.BytesPerImage);
        OptionCheck.Above0("--truncation", truncation, double.PositiveInfinity);
        var images = new float[count * ImageSize];
        // By batches, so that others get their turn, and who gives up does not wait for all.
        for (int done = 0; done < count; done += LoadedSampler.MostAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int start = done, taken = Math.Min(LoadedSampler.MostAtOnce, count - done);
            Use(sampler =>
            {
                sampler.Draw(seed, first + start, asked, truncation, images.AsSpan(start * ImageSize, taken * ImageSize));
                return 0;
            });
        }
        return images;
    }

    private float[] Clamp(float[] values)
    {
        Clamp(values.AsSpan());
        return values;
    }

    private void Clamp(Span<float> values)
    {
        if (Data.IsPoints)
        {
            return;
        }
        foreach (ref float value in values)
        {
            value = Math.Clamp(value, -1, 1);
        }
    }
}
