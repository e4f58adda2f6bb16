namespace IlgpuGan.Sampling;

/// <summary>What a generator draws, as pixels.</summary>
internal static class ImageBytes
{
    /// <summary>[-1, 1] to 0 ... 255; what lies beyond is cut off.</summary>
    public static byte[] Of(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Clamp(MathF.Round((values[i] + 1) * 127.5f), 0, 255);
        return bytes;
    }
}
