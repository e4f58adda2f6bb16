namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>Numbers to compute with, and how near results must be.</summary>
internal static class Numbers
{
    /// <summary>Rounded to bfloat16, to nearest, ties to even.</summary>
    public static double RoundBf16(double number) => BitConverter.UInt32BitsToSingle(Bf16((float)number) << 16);

    /// <summary>Pairs of bfloat16 numbers, the first in the lower half.</summary>
    public static uint[] ToPairs(float[] numbers) => [.. numbers.Chunk(2).Select(pair => Bf16(pair[0]) | (Bf16(pair[1]) << 16))];

    /// <summary>What pairs hold.</summary>
    public static float[] FromPairs(uint[] words) => [.. words.SelectMany(word => (uint[])[word << 16, word & 0xFFFF0000]).Select(BitConverter.UInt32BitsToSingle)];

    private static uint Bf16(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    }

    /// <summary>Numbers in [-1, 1] that are the same every time.</summary>
    public static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    /// <summary>Fails unless each number is as near to what is expected as a share of it and of one.</summary>
    public static void AssertNear(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"number {i} of {expected.Length}: {actual[i]:R}, expected {expected[i]:R}");
        }
    }
}
