namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>Numbers to compute with, and how near results must be.</summary>
internal static class Numbers
{
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
