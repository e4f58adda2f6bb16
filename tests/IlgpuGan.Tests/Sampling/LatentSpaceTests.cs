using IlgpuGan.Sampling;

namespace IlgpuGan.Tests.Sampling;

public class LatentSpaceTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void Truncated_latents_have_the_truncated_normal_distribution(double bound)
    {
        var latents = LatentSpace.Draw(seed: 5, first: 0, count: 2000, size: 50, bound);
        // Variance of N(0, 1) cut off at +-b: 1 - 2 b phi(b) / (2 Phi(b) - 1).
        double density = Math.Exp(-bound * bound / 2) / Math.Sqrt(2 * Math.PI);
        double inside = MathNet.Numerics.Distributions.Normal.CDF(0, 1, bound) * 2 - 1;
        double variance = 1 - 2 * bound * density / inside;

        Assert.All(latents, value => Assert.InRange(value, -bound, bound));
        Assert.Equal(0, latents.Average(), 0.01);
        // 100,000 draws: a relative standard error of at most 0.45 %.
        Assert.InRange(latents.Average(value => value * value) / variance, 0.98, 1.02);
    }

    [Fact]
    public void A_latent_is_a_function_of_seed_and_number()
    {
        Assert.Equal(LatentSpace.Draw(1, 0, 10, 7)[21..28], LatentSpace.Draw(1, 3, 1, 7));
        Assert.NotEqual(LatentSpace.Draw(1, 0, 1, 7), LatentSpace.Draw(2, 0, 1, 7));
    }

    [Fact]
    public void Truncation_keeps_the_order_of_latents()
    {
        float[] values = [-3, -1, -0.2f, 0, 0.5f, 4];
        LatentSpace.Truncate(values, 0.8);

        Assert.Equal(values.Order(), values);
        Assert.Equal(0, values[3], 1e-7f);
    }
}
