using IlgpuGan.Devices;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Tests;

/// <summary>Results on the processor do not depend on how many cores it has.</summary>
public sealed class WorkersTests : IDisposable
{
    private readonly ComputeDevice processor = ComputeDevice.Open("cpu");

    [Theory]
    [InlineData(1003, 37, 5)]
    [InlineData(1003, 1, 8)]
    [InlineData(9, 3000, 1)]
    public void The_number_of_workers_changes_no_bit_of_sums(int rows, int columns, int blocks)
    {
        AssertSame(workers => Sum<SumRows<Full<Slot0>>>(rows, columns, blocks, blocks * columns, workers));
        AssertSame(workers => Sum<SumColumns<Full<Slot0>>>(rows, columns, 1, rows, workers));
    }

    [Theory]
    [InlineData(1003, 37, 5)]
    [InlineData(777, 64, 3)]
    [InlineData(100, 200, 2)]
    public void Two_sums_of_one_pass_have_the_bits_of_each_by_itself(int rows, int columns, int blocks)
    {
        float[] Both(int workers)
        {
            using var bench = new Workbench(processor);
            var parameters = new TwoSumParameters
            {
                First = bench.Upload(new float[blocks * columns]),
                Second = bench.Upload(new float[blocks * columns]),
                Operands = Only(bench.Upload(Numbers(rows * columns))),
                Rows = rows,
                Columns = columns,
                Blocks = blocks,
            };
            bench.Run<TwoSumRows<Full<Slot0>, Multiply<Full<Slot0>, Full<Slot1>>>, TwoSumParameters>(parameters, workers);
            return [.. bench.Download(parameters.First), .. bench.Download(parameters.Second)];
        }

        AssertSame(Both);
        Assert.Equal(
            [.. Sum<SumRows<Full<Slot0>>>(rows, columns, blocks, blocks * columns, 1), .. Sum<SumRows<Multiply<Full<Slot0>, Full<Slot1>>>>(rows, columns, blocks, blocks * columns, 1)],
            Both(2));
    }

    [Theory]
    [InlineData(7, 1001)]
    [InlineData(5003, 3)]
    [InlineData(1, 9001)]
    public void The_number_of_workers_changes_no_bit_of_element_wise_formulas(int rows, int columns) => AssertSame(workers =>
    {
        using var bench = new Workbench(processor);
        var parameters = new ElementwiseParameters { Output = bench.Upload(new float[rows * columns]), Operands = Only(bench.Upload(Numbers(rows * columns))), Rows = rows, Columns = columns };
        bench.Run<Elementwise<Tanh<Full<Slot0>>>, ElementwiseParameters>(parameters, workers);
        return bench.Download(parameters.Output);
    });

    /// <summary>Outputs larger than the caches are stored past them, in whole aligned vectors: heads and tails of lines must not be forgotten.</summary>
    [Theory]
    [InlineData(1, 4_194_311)]
    [InlineData(300_000, 15)]
    [InlineData(1_400_000, 3)]
    public void An_output_larger_than_the_caches_is_right_to_the_last_element(int rows, int columns)
    {
        using var bench = new Workbench(processor);
        float[] numbers = Numbers(rows * columns);
        var output = bench.Upload([.. Enumerable.Repeat(float.NaN, numbers.Length + 2)]);
        bench.Run<Elementwise<Full<Slot0>>, ElementwiseParameters>(
            new() { Output = output.SubView(1, numbers.Length), Operands = Only(bench.Upload(numbers)), Rows = rows, Columns = columns });

        float[] written = bench.Download(output);
        Assert.Equal(numbers, written[1..^1]);
        Assert.True(float.IsNaN(written[0]) && float.IsNaN(written[^1]));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(16 * 1024)]
    [InlineData(29 * 1024 + 5)]
    public void The_number_of_workers_changes_no_bit_of_a_loss(int count) => AssertSame(workers =>
    {
        using var bench = new Workbench(processor);
        var parameters = new BceParameters
        {
            Logits = bench.Upload(Numbers(count)),
            Loss = bench.Upload(0f),
            Gradient = bench.Upload(new float[count]),
            Probability = bench.Upload(0f),
            Target = 0.9f,
            Count = count,
        };
        bench.Run<BceWithLogits, BceParameters>(parameters, workers);
        return [.. bench.Download(parameters.Gradient), .. bench.Download(parameters.Loss), .. bench.Download(parameters.Probability)];
    });

    [Fact]
    public void The_number_of_workers_changes_no_bit_of_an_update()
    {
        AssertSame(Update<AdamRule>);
        AssertSame(Update<RmsPropRule>);
        AssertSame(Update<SgdRule>);
    }

    /// <summary>Several operations between two meetings, in run after run: each is made by all workers, once, and counts anew the next time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Operations_between_two_meetings_are_each_made_once(int workers)
    {
        int[] sizes = [1, 1000, 7, 40, .. Enumerable.Repeat(5, Team.MostTogether - 4)];
        Tally[] tallies = [.. sizes.Select(size => new Tally(size))];
        var after = new Tally(100);
        var program = new HostProgram([new HostTasks(tallies), after]);
        using var gate = processor.Accelerator.Allocate1D<int>(Team.GateSize);
        gate.MemSetToZero();
        for (int run = 1; run <= 3; run++)
        {
            Parallel.For(0, workers, new() { MaxDegreeOfParallelism = workers }, worker => program.Run(gate.View, worker, workers));
            Assert.Null(program.Failure);
            Assert.All(tallies.Append(after), tally => Assert.All(tally.Made, made => Assert.Equal(run, made)));
        }
    }

    [Fact]
    public void More_operations_than_can_be_counted_are_refused()
    {
        Tally[] tallies = [.. Enumerable.Range(0, Team.MostTogether + 1).Select(_ => new Tally(1))];
        Assert.Contains("33 operations", Assert.Throws<ArgumentException>(() => new HostTasks(tallies)).Message, StringComparison.Ordinal);
    }

    private sealed class Tally(int items) : IHostTask
    {
        public int[] Made { get; } = new int[items];

        public void Share(in Crew crew)
        {
            while (crew.Take(Made.Length, 1, out int first, out int last))
            {
                for (int i = first; i < last; i++)
                {
                    Interlocked.Increment(ref Made[i]);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => processor.Dispose();

    private float[] Update<TRule>(int workers)
        where TRule : struct, IUpdateRule
    {
        const int count = 5008;
        using var bench = new Workbench(processor);
        var parameters = new UpdateParameters
        {
            Values = bench.Upload(Numbers(count)),
            Gradients = bench.Upload(Numbers(count)),
            FirstMoment = bench.Upload(Numbers(count)),
            SecondMoment = bench.Upload([.. Numbers(count).Select(Math.Abs)]),
            Average = bench.Upload(Numbers(count)),
            Counters = bench.Upload(3),
            Count = count,
            LearningRate = bench.Upload(0.1f),
            Beta1 = bench.Upload(0.5f),
            Beta2 = bench.Upload(0.99f),
            AverageHalfLife = bench.Upload(2f),
            Epsilon = 1e-8f,
            DecoupledDecay = 0.5f,
            WeightPenalty = 0.25f,
        };
        bench.Run<ParameterUpdate<TRule>, UpdateParameters>(parameters, workers);
        return [.. bench.Download(parameters.Values), .. bench.Download(parameters.FirstMoment), .. bench.Download(parameters.SecondMoment), .. bench.Download(parameters.Average)];
    }

    private float[] Sum<TKernel>(int rows, int columns, int blocks, int outputs, int workers)
        where TKernel : struct, IKernel<ReductionParameters>
    {
        using var bench = new Workbench(processor);
        var parameters = new ReductionParameters
        {
            Output = bench.Upload(new float[outputs]),
            Operands = Only(bench.Upload(Numbers(rows * columns))),
            Rows = rows,
            Columns = columns,
            Blocks = blocks,
        };
        bench.Run<TKernel, ReductionParameters>(parameters, workers);
        return bench.Download(parameters.Output);
    }

    private static void AssertSame(Func<int, float[]> run)
    {
        var one = run(1);
        Assert.All((int[])[2, 3, 5], workers => Assert.Equal(one, run(workers)));
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    private static Operands Only(ArrayView<float> view) =>
        new() { X0 = view, X1 = view, X2 = view, X3 = view, X4 = view, X5 = view, X6 = view, X7 = view };
}
