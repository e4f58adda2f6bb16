namespace IlgpuGan.Sampling;

/// <summary>Draws from a generator whose weights do not change; for any thread, but one at a time.</summary>
internal interface ISampler : IDisposable
{
    /// <summary>What the generator makes of latents <c>first ... first + count - 1</c> of a seed.</summary>
    /// <param name="seed">Chooses the latents, and the labels that are left open.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="asked">The label wanted of each column, null where any will do; null for any of all.</param>
    /// <param name="truncation">Bound of the latents, see <see cref="LatentSpace"/>; infinity for none.</param>
    /// <param name="images">Filled with [count, H, W, C], near [-1, 1], or points [count, 2]; its length says how many.</param>
    void Draw(ulong seed, int first, IReadOnlyList<int?>? asked, double truncation, Span<float> images);

    /// <summary>What the generator makes of given latents.</summary>
    /// <param name="latents">[N, latent].</param>
    /// <param name="labels">[N, columns]; empty for a run without labels.</param>
    /// <param name="images">Filled with [N, H, W, C], or points [N, 2].</param>
    void Decode(ReadOnlySpan<float> latents, ReadOnlySpan<int> labels, Span<float> images);

    /// <summary>Finds latents of given images; its memory is the sampler's. Only for a generator of images.</summary>
    ILatentDescent Descent { get; }

    /// <summary>The means and variances that its batch normalisations use, one after the other; empty for a generator without.</summary>
    float[] MeasureMoments();
}
