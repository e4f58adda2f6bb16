using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Containers;

/// <summary>How images lie in an array: [count, height, width], [count, height, width, channels] or [count, channels, height, width].</summary>
/// <param name="Shape">Shape of an image.</param>
/// <param name="IsPlanar">Whether channels are planes, before height and width.</param>
internal readonly record struct ArrayLayout(ImageShape Shape, bool IsPlanar)
{
    private const int MostChannels = 4;

    /// <summary>What is expected, for people.</summary>
    public const string Expected = "[count, height, width], [count, height, width, channels] or [count, channels, height, width] with 1 to 4 channels";

    /// <summary>The layout of an array of a shape; null where it can be none of images, or both that have channels.</summary>
    public static ArrayLayout? Of(IReadOnlyList<long> lengths) => lengths switch
    {
        [_, > MostChannels and var height, > MostChannels and var width] => Checked(height, width, 1, false),
        [_, > MostChannels and var height, > MostChannels and var width, >= 1 and <= MostChannels and var channels] => Checked(height, width, channels, false),
        [_, >= 1 and <= MostChannels and var channels, > MostChannels and var height, > MostChannels and var width] => Checked(height, width, channels, true),
        _ => null,
    };

    /// <summary>Lays the channels of each pixel together.</summary>
    /// <param name="pixels">An image as it lies in the array.</param>
    /// <param name="destination">[height, width, channels].</param>
    public void Interleave(ReadOnlySpan<byte> pixels, Span<byte> destination)
    {
        if (!IsPlanar)
        {
            pixels.CopyTo(destination);
            return;
        }

        int plane = Shape.Height * Shape.Width;
        for (int channel = 0; channel < Shape.Channels; channel++)
        {
            ReadOnlySpan<byte> from = pixels.Slice(channel * plane, plane);
            for (int i = 0; i < plane; i++)
            {
                destination[(i * Shape.Channels) + channel] = from[i];
            }
        }
    }

    private static ArrayLayout? Checked(long height, long width, long channels, bool isPlanar) =>
        height <= ImageSize.MaxSide && width <= ImageSize.MaxSide && height * width <= ImageDecoder.MaxPixels
            ? new ArrayLayout(new ImageShape((int)height, (int)width, (int)channels), isPlanar) : null;
}
