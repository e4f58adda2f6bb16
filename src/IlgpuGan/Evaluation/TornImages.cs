using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Kernels;
using IlgpuGan.Runs;

namespace IlgpuGan.Evaluation;

/// <summary>
/// Images of a set, each beside what it is torn into: its quarters or sixteenths in another order, or squares of its colours. Their colours and textures are the same, so that who tells them
/// apart has learnt how the parts of an image lie.
/// </summary>
internal static class TornImages
{
    /// <summary>The label of an image that is whole.</summary>
    public const int Whole = 0;

    /// <summary>The most images that are torn.</summary>
    private const int Most = 4000;

    private const uint Seed = 0x746f726e;

    // Parts along a side; the last are squares of one colour.
    private static readonly int[] parts = [2, 4, 8];

    /// <summary>The set: image, torn image, image and so on, labelled.</summary>
    public static ImageSet Of(ImageSet images)
    {
        int count = Math.Min(Most, images.Count);
        var shape = new RunData(images.Fingerprint, 2 * count, images.Height, images.Width, images.Channels, IsPoints: false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pixels = new PixelCollector($"whole and torn images of {images.Name}", shape, new(images.BytesPerImage, 2 * count), hash);
        byte[] torn = new byte[images.BytesPerImage];
        for (int i = 0; i < count; i++)
        {
            var image = images.Image((int)((long)i * images.Count / count));
            Tear(image, torn, images.Height, images.Width, images.Channels, i);
            pixels.Add(image);
            pixels.Add(torn);
        }
        return pixels.Close([new LabelColumn("whole", ["yes", "no"], [.. Enumerable.Range(0, 2 * count).Select(place => place % 2)])]);
    }

    private static void Tear(ReadOnlySpan<byte> image, Span<byte> torn, int height, int width, int channels, int number)
    {
        int side = parts[number % parts.Length], tiles = side * side;
        bool isOfOneColour = number % parts.Length == parts.Length - 1;
        // A permutation that leaves most in their places would be a whole image under the name of a torn one.
        int[] order = Enumerable.Range(0, int.MaxValue).Select(turn => Enumerable.Range(0, tiles).Select(tile => EpochShuffle.Pick(tile, tiles, Seed + (uint)turn, (uint)number)).ToArray())
            .First(order => order.Index().Count(entry => entry.Item != entry.Index) > tiles / 2);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int row = y * side / height, column = x * side / width, from = order[row * side + column];
                int insideY = isOfOneColour ? 0 : y - First(row, height), insideX = isOfOneColour ? 0 : x - First(column, width);
                // Parts of a side that does not divide are a pixel longer here and there.
                int sourceY = Math.Min(height - 1, First(from / side, height) + insideY), sourceX = Math.Min(width - 1, First(from % side, width) + insideX);
                image.Slice((sourceY * width + sourceX) * channels, channels).CopyTo(torn[((y * width + x) * channels)..]);
            }
        }

        int First(int part, int length) => (part * length + side - 1) / side;
    }
}
