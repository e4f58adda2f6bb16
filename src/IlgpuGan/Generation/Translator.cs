using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using SkiaSharp;

namespace IlgpuGan.Generation;

/// <summary>
/// A trained generator from image to image, ready to translate images of any size. Any number of threads may use it at once; they take turns on the device, after each image.
/// </summary>
/// <example><code>
/// using var translator = Translator.Load("runs/drawings");
/// using SKBitmap face = translator.Translate(drawing);
/// </code></example>
public sealed class Translator : IDisposable
{
    // Decoded, turned, on white, drawn and encoded: bytes of a pixel at the worst moment.
    private const int BytesPerPixel = 24;

    private readonly Lock turn = new();
    private readonly ISamplingDevice device;
    private readonly IImageTranslator translator;
    private bool isDisposed;

    /// <summary>Takes an opened device, which is closed with it, and the weights.</summary>
    /// <param name="device">Where it draws.</param>
    /// <param name="model">What the generator is.</param>
    /// <param name="state">A saved state.</param>
    /// <param name="step">The step that it was trained to.</param>
    /// <exception cref="StateMismatchException">The state is of another network.</exception>
    internal Translator(ISamplingDevice device, TranslatorModel model, IReadOnlyDictionary<string, StateTensor> state, long step)
    {
        (this.device, Input, Output, Labels, Step) = (device, model.Input, model.Output, model.Labels, step);
        try
        {
            translator = device.CreateTranslator(model, state);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Reads a translator. A run that goes on meanwhile is not disturbed, and its data need not be there any more.</summary>
    /// <param name="path">The folder of a run that translates, or one of its checkpoints.</param>
    /// <param name="device"><c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>; null for <c>auto</c>, whatever the run was trained on.</param>
    /// <param name="back">Whether to translate what the run made into what it made it of, for one that learnt both.</param>
    /// <param name="notice">Hears of checkpoints that are damaged and of devices that did not open.</param>
    /// <exception cref="RunFolderException">There is no run in the folder, or one that draws from noise.</exception>
    /// <exception cref="CheckpointException">It has no usable checkpoint, or the file is damaged or of another network.</exception>
    /// <exception cref="OptionException">The run has not learnt to translate back.</exception>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static Translator Load(string path, string? device = null, bool back = false, Action<string>? notice = null) =>
        Load(path, device, back, new SamplingEngine(), notice ?? (_ => { }));

    /// <inheritdoc cref="Load(string, string, bool, Action{string})"/>
    internal static Translator Load(string path, string? device, bool back, ISamplingEngine engine, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(path);
        SystemLibraries.Check();
        var source = TranslatorSource.Read(path, back, notice);
        try
        {
            return new(engine.Open(device ?? "auto", TuningMode.Off, notice), source.Model, source.State, source.Step);
        }
        catch (StateMismatchException fault)
        {
            throw new CheckpointException($"{path} belongs to another network ({fault.Message.TrimEnd('.')}); use one that this program saved.", fault);
        }
    }

    /// <summary>What it translates.</summary>
    public PairSide Input { get; }

    /// <summary>What it makes of it.</summary>
    public PairSide Output { get; }

    /// <summary>The labels that it translates to; null for a run that takes none.</summary>
    public LabelChoice? Labels { get; }

    /// <summary>The step it was trained to.</summary>
    public long Step { get; }

    /// <summary>Selector and name of the device that it draws on.</summary>
    public string DeviceName => device.Name;

    /// <summary>Bytes of memory that the process may still take; asked before an image is decoded.</summary>
    internal Func<long> FreeMemory { get; init; } = HostMemory.Free;

    /// <summary>Translates a bitmap: the result has its size, and its alpha unless what is drawn has one.</summary>
    /// <param name="image">Not empty; the caller keeps it. Of a run whose inputs are maps of classes, a grey one whose shades are the numbers.</param>
    /// <param name="wish">How; null for the usual.</param>
    /// <param name="cancellation">Gives up after the tile at hand.</param>
    /// <returns>A bitmap, which the caller disposes of; of maps of classes, a grey one whose shades are the numbers.</returns>
    /// <exception cref="OptionException">A value is not allowed.</exception>
    /// <exception cref="ImageDecodeException">It is no map of the classes that the run knows; the message is the rest of a sentence that begins with the image.</exception>
    /// <exception cref="TooLittleMemoryException">The image is larger than memory allows.</exception>
    /// <exception cref="DeviceMemoryException">A tile takes more memory than the device has.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="ObjectDisposedException">The translator is closed.</exception>
    public SKBitmap Translate(SKBitmap image, TranslationWish? wish = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequireMemory(image.Height, image.Width);
        return Translate(TranslatedImage.Of(SourceImage.FromBitmap(image), Input), wish ?? new(), null, cancellation).ToBitmap();
    }

    /// <summary>Translates pixels.</summary>
    /// <param name="pixels">[height, width, channels of <see cref="Input"/>]; of a map of classes the place of each among <see cref="PairSide.Classes"/>.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="wish">How; null for the usual.</param>
    /// <param name="cancellation">Gives up after the tile at hand.</param>
    /// <returns>[height, width, channels of <see cref="Output"/>], of maps places as above.</returns>
    /// <inheritdoc cref="Translate(SKBitmap, TranslationWish?, CancellationToken)"/>
    /// <exception cref="ArgumentException">The bytes are not such an image.</exception>
    public byte[] Translate(byte[] pixels, int height, int width, TranslationWish? wish = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ImageFile.CheckShape(pixels.Length, 1, height, width, Input.Channels);
        if (Input.Classes is { } classes && pixels.Any(place => place >= classes.Count))
        {
            throw new ArgumentException($"A byte is {pixels.Max()}, and places among {classes.Count} classes are 0 to {classes.Count - 1}.", nameof(pixels));
        }
        return Draw(pixels, height, width, wish ?? new(), null, cancellation);
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
            translator.Dispose();
            device.Dispose();
        }
    }

    /// <summary>Translates the bytes of an image file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="wish">How.</param>
    /// <param name="progress">Hears how many tiles are done, of how many.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ImageDecodeException">It cannot be decoded, or would be too large to write.</exception>
    /// <exception cref="TooLittleMemoryException">It is larger than memory allows.</exception>
    internal TranslatedImage TranslateFile(ReadOnlySpan<byte> file, TranslationWish wish, Action<int, int>? progress, CancellationToken cancellation)
    {
        var (height, width) = ImageDecoder.ReadSize(file);
        if ((long)height * width > ImageFile.MaximumPixels)
        {
            throw new ImageDecodeException($"has {width} x {height} pixels, more than the {ImageFile.MaximumPixels} that can be written; give it in parts");
        }
        RequireMemory(height, width);
        return Translate(TranslatedImage.Decode(file, Input), wish, progress, cancellation);
    }

    /// <summary>Says what is wrong with a wish before anything is decoded.</summary>
    /// <exception cref="OptionException">A value is not allowed.</exception>
    internal void Check(TranslationWish wish) => LabelsOf(wish);

    private TranslatedImage Translate(TranslatedImage image, TranslationWish wish, Action<int, int>? progress, CancellationToken cancellation) =>
        image.With(Draw(image.Pixels, image.Height, image.Width, wish, progress, cancellation), Output, wish.IsOpaque);

    private byte[] Draw(byte[] pixels, int height, int width, TranslationWish wish, Action<int, int>? progress, CancellationToken cancellation)
    {
        float[] labels = LabelsOf(wish);
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            try
            {
                return translator.Translate(pixels, height, width, labels, wish.Tile, progress, cancellation);
            }
            catch (DeviceMemoryException fault)
            {
                throw fault.With($"give a smaller --tile than {wish.Tile}, or free some");
            }
        }
    }

    private float[] LabelsOf(TranslationWish wish)
    {
        OptionCheck.Between("--tile", wish.Tile, translator.SmallestTile, TranslationWish.LargestTile);
        if (Labels is null)
        {
            return wish.Label is null ? [] : throw new OptionException($"--label {wish.Label}: this run translates without labels; leave --label out.");
        }
        int?[] asked = Labels.Parse(wish.Label);
        return Array.IndexOf(asked, null) is >= 0 and var open
            ? throw new OptionException($"This run translates to a label: give --label {Labels.Columns[open].Name}={Labels.Columns[open].Values[0]}, or another of {string.Join(", ", Labels.Columns[open].Values)}.")
            : Labels.OneHotRows([.. asked.OfType<int>()]);
    }

    private void RequireMemory(int height, int width)
    {
        long needed = (long)height * width * BytesPerPixel, free = FreeMemory();
        if ((long)height * width > ImageDecoder.MaxPixels || needed > free)
        {
            throw new TooLittleMemoryException($"An image of {width} x {height} pixels takes {DeviceMemory.InUnits(needed)} beside the network, and there are {DeviceMemory.InUnits(free)}; "
                + "give it in parts, or free some memory.");
        }
    }
}
