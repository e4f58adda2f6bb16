using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Kernels;

/// <summary>
/// A channel of a pixel as networks see it: 0 ... 255 as -1 ... 1, and back. The one statement of it, with one rounding, for kernels and for the host alike.
/// </summary>
public static class Shade
{
    private const float Middle = 127.5f, Step = 1f / Middle;

    /// <summary>b / 127.5 - 1</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(byte value) => value * Step - 1f;

    /// <summary>The same of eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<uint> values) => Vector256.ConvertToSingle(values.AsInt32()) * Step - Vector256<float>.One;

    /// <summary>The nearest byte; what lies beyond -1 ... 1 is cut off.</summary>
    public static byte ToByte(float value) => (byte)Math.Clamp(MathF.Round((value + 1) * Middle), 0, 255);
}
