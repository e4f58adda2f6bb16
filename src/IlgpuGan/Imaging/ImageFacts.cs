using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging;

/// <summary>What decoding an image showed beyond its pixels, so that a set can say what became of it.</summary>
/// <param name="BitsPerChannel">Bits of one stored value.</param>
/// <param name="Largest">The largest colour value, in 255ths of what the bits can hold; measured where <paramref name="BitsPerChannel"/> is above 8, else 255.</param>
/// <param name="Frames">Pages or frames of the file, of which the first was taken.</param>
internal readonly record struct ImageFacts(int BitsPerChannel, byte Largest, int Frames)
{
    /// <summary>Whether a pixel of the file is not opaque.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Whether a pixel of straight RGBA, [pixels, 4], is not opaque.</summary>
    internal static bool HasTransparency(ReadOnlySpan<byte> rgba)
    {
        foreach (uint pixel in MemoryMarshal.Cast<byte, uint>(rgba))
        {
            // Alpha is the last byte in memory: the highest of a little-endian word.
            if (pixel < 0xFF000000)
            {
                return true;
            }
        }

        return false;
    }
}
