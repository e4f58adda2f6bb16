namespace IlgpuGan.Kernels;

/// <summary>Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).</summary>
public static class Philox
{
    /// <summary>The four random words of a counter under a key.</summary>
    public static Words Generate(Words counter, uint key0, uint key1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong left = 0xD2511F53UL * counter.A;
            ulong right = 0xCD9E8D57UL * counter.C;
            Words next;
            next.A = (uint)(right >> 32) ^ counter.B ^ key0;
            next.B = (uint)right;
            next.C = (uint)(left >> 32) ^ counter.D ^ key1;
            next.D = (uint)left;
            counter = next;
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }
        return counter;
    }

    /// <summary>The words for item <paramref name="index"/> of a stream at a step.</summary>
    public static Words Generate(uint index, uint stream, uint step, uint seedLow, uint seedHigh)
    {
        Words counter;
        counter.A = index;
        counter.B = stream;
        counter.C = step;
        counter.D = 0u;
        return Generate(counter, seedLow, seedHigh);
    }

    /// <summary>24 random bits as a float in [0, 1).</summary>
    /// <remarks>By way of an int: C# takes an unsigned number to a float through a double, which many devices lack.</remarks>
    public static float Uniform(uint word) => (int)(word >> 8) * (1f / 16777216f);

    /// <summary>Four standard normal numbers by Box and Muller (1958).</summary>
    public static Float4 Normal(Words words)
    {
        float r0 = Radius(words.A);
        float r1 = Radius(words.C);
        float t0 = 6.2831853f * Uniform(words.B);
        float t1 = 6.2831853f * Uniform(words.D);
        Float4 normal;
        normal.X = r0 * MathF.Cos(t0);
        normal.Y = r0 * MathF.Sin(t0);
        normal.Z = r1 * MathF.Cos(t1);
        normal.W = r1 * MathF.Sin(t1);
        return normal;
    }

    /// <summary>The radius sqrt(-2 log v) of Box and Muller from log v of a v in (0, 1].</summary>
    /// <remarks>
    /// The absolute value of what is never above zero: the logarithms of GPUs err by up to 2^-22 next to 1, to either side, and the root of a
    /// negative number would be a latent that is none.
    /// </remarks>
    public static float Radius(float logarithm) => MathF.Sqrt(2f * MathF.Abs(logarithm));

    // 1 - u lies in (0, 1]: the logarithm stays finite.
    private static float Radius(uint word) => Radius(MathF.Log(1f - Uniform(word)));
}
