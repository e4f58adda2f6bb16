using IlgpuGan.Devices;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

/// <summary>Sums along vectors are those of sixteen partial sums, on processors whose vectors have four, eight or sixteen lanes.</summary>
public sealed class LaneSumsTests : IDisposable
{
    private readonly ComputeDevice processor = ComputeDevice.Open("cpu");

    [Theory]
    [InlineData(5, 1)]
    [InlineData(3, 4)]
    [InlineData(7, 9)]
    [InlineData(4, 16)]
    [InlineData(2, 31)]
    [InlineData(3, 1003)]
    public void The_sums_of_rows_have_the_bits_of_sixteen_partial_sums(int rows, int columns)
    {
        using var bench = new Workbench(processor);
        var random = new Random(rows * columns);
        float[] numbers = [.. Enumerable.Range(0, rows * columns).Select(_ => MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(12)))];
        var view = bench.Upload(numbers);
        var parameters = new ReductionParameters
        {
            Output = bench.Upload(new float[rows]),
            Operands = new() { X0 = view, X1 = view, X2 = view, X3 = view, X4 = view, X5 = view, X6 = view, X7 = view },
            Rows = rows,
            Columns = columns,
            Blocks = 1,
        };

        bench.Run<SumColumns<Full<Slot0>>, ReductionParameters>(parameters);

        Assert.Equal(Enumerable.Range(0, rows).Select(row => Sum(numbers.AsSpan(row * columns, columns))), bench.Download(parameters.Output));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(64)]
    [InlineData(77)]
    [InlineData(9 * 1024 + 77)]
    public void A_loss_has_the_bits_of_sixteen_partial_sums(int count)
    {
        using var bench = new Workbench(processor);
        var random = new Random(count);
        float[] logits = [.. Enumerable.Range(0, count).Select(_ => 20 * random.NextSingle() - 10)];
        var parameters = new BceParameters
        {
            Logits = bench.Upload(logits),
            Loss = bench.Upload(0f),
            Gradient = bench.Upload(new float[count]),
            Probability = bench.Upload(0f),
            Target = 0.9f,
            Count = count,
        };

        bench.Run<BceWithLogits, BceParameters>(parameters);

        float[] sigmoids = [.. logits.Select(x => 1 / (1 + LaneFunctions.Exp(-x)))];
        float[] losses = [.. logits.Select(x => Math.Max(x, 0) + LaneFunctions.Log(1 + LaneFunctions.Exp(-Math.Abs(x))) - 0.9f * x)];
        Assert.Equal(Sum(losses) / count, bench.Download(parameters.Loss)[0]);
        Assert.Equal(Sum(sigmoids) / count, bench.Download(parameters.Probability)[0]);
        Assert.Equal(sigmoids.Select(sigmoid => (sigmoid - 0.9f) / count), bench.Download(parameters.Gradient));
    }

    /// <inheritdoc/>
    public void Dispose() => processor.Dispose();

    private static float Sum(ReadOnlySpan<float> numbers)
    {
        Span<float> sums = stackalloc float[16];
        for (int i = 0; i < numbers.Length; i++)
        {
            sums[i % 16] += numbers[i];
        }
        for (int half = 8; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                sums[i] += sums[i + half];
            }
        }
        return sums[0];
    }
}
