using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Looks at what becomes of the first images that are shown.</summary>
internal static class TranslationCheckup
{
    private const int Most = 32;

    /// <summary>Makes translations of images.</summary>
    /// <param name="pixels">Bytes of inputs.</param>
    /// <param name="rows">One-hot rows of labels.</param>
    public delegate byte[] Translation(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> rows);

    /// <summary>How far translations are from their inputs and from one another.</summary>
    public static Checkup Of(ShownImages images, Translation translate)
    {
        int count = Math.Min(images.Count, Most);
        var (inputs, truths) = (new byte[count * images.BytesPerInput], new byte[count * images.BytesPerTarget]);
        for (int i = 0; i < count; i++)
        {
            images.CopyInput(i, inputs.AsSpan(i * images.BytesPerInput, images.BytesPerInput));
            images.CopyTruth?.Invoke(i, truths.AsSpan(i * images.BytesPerTarget, images.BytesPerTarget));
        }
        return new();
    }
}
