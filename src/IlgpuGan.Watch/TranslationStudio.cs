using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Watch;

/// <summary>Translates pictures of whoever looks at the page, by runs that have ended.</summary>
internal sealed class TranslationStudio(string? device, Action<string> notice) : IAsyncDisposable
{
    /// <summary>Bytes of the largest file that is taken: more than a photograph has.</summary>
    public const int MostBytes = 64 << 20;

    // Files that are in memory at once, of pages that ask at the same time.
    private const int MostFiles = 2;

    private readonly SemaphoreSlim files = new(MostFiles);
    private readonly OpenRuns<Translator> runs = new(path => Translator.Load(path, device, notice: notice));

    /// <summary>The translation of a picture, as the bytes of a PNG file; maps of classes are shown in colours.</summary>
    /// <param name="path">The run folder.</param>
    /// <param name="read">Reads the picture's file, of at most <see cref="MostBytes"/>, when its turn comes.</param>
    /// <param name="label">What it is to become, for a run that translates between labels; null for others.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ImageDecodeException">The picture cannot be decoded; the message is the rest of a sentence that begins with it.</exception>
    /// <exception cref="OptionException">The label is none of the run's.</exception>
    /// <exception cref="RunFolderException">There is no run in the folder, or none that translates.</exception>
    /// <exception cref="CheckpointException">It has no usable checkpoint.</exception>
    /// <exception cref="DeviceException">The device cannot be opened, or has too little memory.</exception>
    /// <exception cref="DataException">The picture is larger than memory allows.</exception>
    public async Task<byte[]> TranslateAsync(string path, Func<Task<byte[]>> read, string? label, CancellationToken cancellation)
    {
        await files.WaitAsync(cancellation);
        try
        {
            var file = await read();
            return await runs.UseAsync(path, translator => Translate(translator, file, label, cancellation), cancellation);
        }
        finally
        {
            files.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await runs.DisposeAsync();
        files.Dispose();
    }

    private static byte[] Translate(Translator translator, byte[] file, string? label, CancellationToken cancellation)
    {
        var made = translator.TranslateFile(file, new TranslationWish { Label = label }, null, cancellation);
        var (pixels, channels) = translator.Output.Classes is { } classes ? (ClassColours.Show(PlacesOf(made.Pixels, classes)), 3) : (made.Pixels, made.Channels);
        using var png = ImageFile.EncodePng(pixels, made.Height, made.Width, channels);
        return png.ToArray();
    }

    private static byte[] PlacesOf(byte[] numbers, IReadOnlyList<int> classes)
    {
        var places = new byte[256];
        foreach (var (place, number) in classes.Index())
        {
            places[number] = (byte)place;
        }

        return [.. numbers.Select(number => places[number])];
    }
}
