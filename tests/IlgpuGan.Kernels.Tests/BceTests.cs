using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

public class BceTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    private const int Threads = 64;

    [Theory, Trait("Category", "Races")]
    [InlineData(1, 1f)]
    [InlineData(70, 0f)]
    [InlineData(130, 0.9f)]
    public void Loss_gradient_and_probability_are_those_of_the_formula_also_where_the_sigmoid_saturates(int count, float target)
    {
        using var bench = new Workbench(under.DeviceWithGroups(Threads));
        float[] logits = [.. Enumerable.Range(0, count).Select(i => 40 * MathF.Sin(i * i))];
        var parameters = new BceParameters
        {
            Logits = bench.Upload(logits),
            Loss = bench.Upload(0f),
            Gradient = bench.Upload(new float[count]),
            Probability = bench.Upload(0f),
            Target = target,
            Count = count,
        };
        bench.Run<BceWithLogits, BceParameters>(parameters);
        double[] sigmoids = [.. logits.Select(x => 1 / (1 + Math.Exp(-(double)x)))];
        double loss = logits.Average(x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)x))) - (double)target * x);
        // Sums of about a hundred terms, each rounded to 6e-8 of itself.
        Assert.Equal(loss, bench.Download(parameters.Loss)[0], 1e-6 * Math.Max(1, loss));
        Assert.Equal(sigmoids.Average(), bench.Download(parameters.Probability)[0], 1e-6);
        foreach (var (sigmoid, gradient) in sigmoids.Zip(bench.Download(parameters.Gradient)))
        {
            Assert.Equal((sigmoid - target) / count, gradient, 1e-6 / count);
        }
    }
}
