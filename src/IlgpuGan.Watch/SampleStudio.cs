using System.Globalization;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Watch;

/// <summary>Draws images of runs that have ended.</summary>
internal sealed class SampleStudio(string? device, Action<string> notice) : IAsyncDisposable
{
    // What a page can show without its pictures becoming specks.
    private const int MostImages = 256;

    private readonly OpenRuns<Generator> runs = new(path => Generator.Load(path, device, notice));

    /// <summary>Whether a failure is one that the user can remedy, with a message that says how.</summary>
    public static bool IsUsersFault(Exception fault) => fault is OptionException or RunFolderException or CheckpointException or DeviceException or DataException;

    /// <summary>A picture of the images asked for, as the bytes of a PNG file.</summary>
    /// <exception cref="OptionException">A value is not allowed.</exception>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">It has no usable checkpoint.</exception>
    /// <exception cref="DeviceException">The device cannot be opened.</exception>
    public async Task<byte[]> DrawAsync(string path, SampleRequest request, CancellationToken cancellation)
    {
        if (!ulong.TryParse(request.Seed, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            throw new OptionException($"The seed is \"{request.Seed}\"; it must be a whole number from 0 to {ulong.MaxValue}.");
        }

        if (request.Count is < 1 or > MostImages)
        {
            throw new OptionException($"The number of images is {request.Count}; it must be 1 to {MostImages}.");
        }

        if (request.Truncation is { } bound && !(bound > 0))
        {
            throw new OptionException(FormattableString.Invariant($"The truncation is {bound}; it must be above 0."));
        }

        var label = request.Labels is { Count: > 0 } labels ? string.Join(',', labels.Select(pair => $"{pair.Key}={pair.Value}")) : null;
        return await runs.UseAsync(path, generator => Draw(generator, request.Count, seed, label, request.Truncation ?? double.PositiveInfinity), cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => runs.DisposeAsync();

    private static byte[] Draw(Generator generator, int count, ulong seed, string? label, double truncation)
    {
        var data = generator.Data;
        var layout = GridLayout.For(count, data.Height, data.Width);
        if (layout.Width * layout.Height > ImageFile.MaximumPixels)
        {
            throw new OptionException($"{count} images of {data.Width} x {data.Height} pixels are too many for one picture; ask for fewer.");
        }

        var pixels = generator.Sample(count, seed, label, truncation);
        return ImageGrid.Encode(pixels, count, data.Height, data.Width, data.Channels);
    }
}
