using System.Runtime.CompilerServices;
using IlgpuGan.Kernels;

namespace IlgpuGan.Sampling;

/// <summary>Pixels as bytes, and as what networks read and draw. Compiled whole at once: a data set of a run that begins comes through here before .NET would see that a loop is hot.</summary>
internal static class ImageBytes
{
    /// <summary>[-1, 1] to 0 ... 255; what lies beyond is cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte[] Of(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = Shade.ToByte(values[i]);
        }
        return bytes;
    }

    /// <summary>0 ... 255 to [-1, 1].</summary>
    /// <param name="bytes">Pixels.</param>
    /// <param name="values">At least as many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToValues(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            values[i] = Shade.Of(bytes[i]);
        }
    }
}
