using IlgpuGan.Graphs;
using MathNet.Numerics.Distributions;

namespace IlgpuGan.Sampling;

/// <summary>
/// The latents of a seed, from N(0, 1), and the truncation trick (Brock, Donahue and Simonyan 2019, section 3.1): latents from a normal
/// distribution cut off at a bound give fewer kinds of images, and, of networks that bear it, better ones.
/// </summary>
internal static class LatentSpace
{
    /// <summary>Latent vectors <c>first ... first + count - 1</c> of a seed: [count, size]. Each is a stream of its own, so it does not depend on the count.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="size">Length of each.</param>
    /// <param name="truncation">See <see cref="Truncate"/>.</param>
    public static float[] Draw(ulong seed, int first, int count, int size, double truncation = double.PositiveInfinity)
    {
        var latents = new float[count * size];
        for (int i = 0; i < count; i++)
        {
            Initialization.Normal(latents.AsSpan(i * size, size), seed, first + i);
        }
        Truncate(latents, truncation);
        return latents;
    }

    /// <summary>
    /// Makes values of N(0, 1) such of N(0, 1) cut off at plus and minus the bound, by their quantiles: unlike drawing again what lies outside, an
    /// image then changes smoothly with the bound.
    /// </summary>
    /// <param name="latents">The values, changed in place.</param>
    /// <param name="bound">Above 0; infinity changes nothing.</param>
    public static void Truncate(Span<float> latents, double bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        if (double.IsPositiveInfinity(bound))
        {
            return;
        }
        double outside = Normal.CDF(0, 1, -bound), inside = 1 - 2 * outside;
        foreach (ref float value in latents)
        {
            value = (float)Normal.InvCDF(0, 1, outside + inside * Normal.CDF(0, 1, value));
        }
    }
}
