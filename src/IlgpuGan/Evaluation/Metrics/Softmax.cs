using System.Numerics.Tensors;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>Probabilities of classes from their logits.</summary>
internal static class Softmax
{
    /// <summary>
    /// exp(x - max) / sum exp(x - max), which is finite for all finite logits; without the maximum off, exp is infinite from 88.8 on. Input and output may
    /// be the same.
    /// </summary>
    /// <param name="logits">A row of at least one class.</param>
    /// <param name="probabilities">As long a row.</param>
    public static void Of(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        TensorPrimitives.SoftMax<float>(probabilities, probabilities);
    }
}
