using IlgpuGan.Generation;
using IlgpuGan.Sampling;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Generation;

public sealed class LatentPathTests
{
    private const int Size = 100, Keys = 5;

    private static readonly float[] Ways = LatentSpace.Draw(seed: 4, first: 0, Keys, Size);

    [Fact]
    public void It_passes_through_the_keys_and_comes_back()
    {
        for (int key = 0; key < Keys; key++)
        {
            Near(Ways.AsSpan(key * Size, Size), LatentPath.At(Ways, Size, key));
        }
        Near(Ways.AsSpan(0, Size), LatentPath.At(Ways, Size, Keys));
        Near(LatentPath.At(Ways, Size, 1.3), LatentPath.At(Ways, Size, 1.3 - Keys));
    }

    [Fact]
    public void Its_length_stays_that_of_latents()
    {
        // A chord between two of them would dip to sqrt(50) = 7.1.
        for (double at = 0; at < Keys; at += 0.05)
        {
            Assert.InRange(Length(LatentPath.At(Ways, Size, at)), 8.5, 11.5);
        }
    }

    [Fact]
    public void It_does_not_turn_sharply_anywhere()
    {
        const double Step = 0.01;
        double[] turns = [.. Enumerable.Range(0, (int)(Keys / Step)).Select(i =>
        {
            float[] before = LatentPath.At(Ways, Size, (i - 1) * Step), here = LatentPath.At(Ways, Size, i * Step), after = LatentPath.At(Ways, Size, (i + 1) * Step);
            float[] one = [.. here.Zip(before, (a, b) => a - b)], other = [.. after.Zip(here, (a, b) => a - b)];
            return Math.Acos(Math.Clamp(one.Zip(other, (a, b) => (double)a * b).Sum() / (Length(one) * Length(other)), -1, 1));
        })];

        // Arcs from key to key turn by 1.5 to 2 at each of them.
        Assert.True(turns.Max() < 0.1, $"{turns.Max()}");
    }

    [Fact]
    public void Slerp_is_the_arc_of_Shoemake()
    {
        Near([MathF.Sqrt(0.5f), MathF.Sqrt(0.5f)], LatentPath.Slerp([1, 0], [0, 1], 0.5));
        Near([MathF.Cos(MathF.PI / 6) * 3, 1.5f], LatentPath.Slerp([3, 0], [0, 3], 1 / 3.0));
        Near([0, -1], LatentPath.Slerp([1, 0], [0, 1], -1));
        // Half way from a length of 1 to one of 4.
        Assert.Equal(2, Length(LatentPath.Slerp([1, 0], [0, 4], 0.5)), 1e-6);
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 1, 2 })]
    [InlineData(new float[] { 1, 2, -1, -2 })]
    [InlineData(new float[] { 0, 0, 1, 2 })]
    [InlineData(new float[] { 1, 2 })]
    public void Latents_without_an_arc_between_them_give_numbers(float[] keys)
    {
        for (double at = 0; at < 2; at += 0.1)
        {
            Assert.All(LatentPath.At(keys, 2, at), value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void Keys_are_whole_latents()
    {
        Assert.Throws<ArgumentException>(() => LatentPath.At(new float[5], 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentPath.At([], 2, 0));
    }

    private static double Length(ReadOnlySpan<float> latent)
    {
        double sum = 0;
        foreach (float value in latent)
        {
            sum += value * value;
        }
        return Math.Sqrt(sum);
    }

    // Sines of angles in double precision, rounded to floats.
    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }
}
