using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Every kernel that a plan can hold compiles for CUDA without a card, and to code that is fit to run: see <see cref="PtxCheck"/>.</summary>
[Collection(nameof(TestDevice))]
public sealed partial class PtxGateTests
{
    private const int SharedMemoryOfAGroup = 48 * 1024;

    private static readonly DeviceTraits Card = new() { Kind = DeviceKind.Cuda, HasTensorCores = true, GroupThreads = 1024, Multiprocessors = 132 };

    [Theory]
    [InlineData("dcgan", "non-saturating", 16, 3, Precision.Tf32, "ada")]
    [InlineData("dcgan", "non-saturating", 16, 3, Precision.Bf16, "diffaugment")]
    [InlineData("dcgan", "minimax", 28, 1, Precision.Tf32, "none")]
    [InlineData("dcgan", "minimax", 28, 1, Precision.Fp32, "none")]
    [InlineData("mlp", "non-saturating", 5, 2, Precision.Tf32, "none")]
    [InlineData("mlp", "minimax", 0, 0, Precision.Fp32, "none")]
    public void Every_kernel_of_a_training_run_compiles_to_clean_PTX(string network, string loss, int size, int channels, Precision precision, string augment)
    {
        using var device = ComputeDevice.Open("cpu");
        using var data = size == 0
            ? TrainingData.Of(PointSet.Ring(64, seed: 1))
            : TrainingData.Of(ImageSet.FromBytes("noise", size, size, channels, new byte[8 * size * size * channels]));
        using var trainer = new Trainer(device, new() { Network = network, Loss = loss, Width = 4, LatentSize = 6, Batch = 4, Flip = true, InstanceNoise = 0.1f, Augment = augment }, data);
        AssertClean([.. trainer.Plans.SelectMany(plan => plan.LaunchesFor(new(Card, precision)))]);
    }

    [Fact]
    public void Every_kernel_of_the_table_of_operations_and_of_its_gradients_compiles_to_clean_PTX()
    {
        using var device = ComputeDevice.Open("cpu");
        using var variables = new VariableStore(device);
        var launches = new List<DeviceLaunch>();
        foreach (var entry in OperationCases.All)
        {
            var inputs = new CaseInputs(seed: 1);
            var outputs = entry.Build(inputs);
            if (entry.Differentiable)
                outputs = [.. outputs, .. Differentiation.Gradients(inputs.Project(outputs), [.. inputs.Targets])];
            using var plan = Plan.Compile(variables, inputs.Graph, outputs);
            launches.AddRange(plan.LaunchesFor(new(Card, Precision.Tf32)));
            launches.AddRange(plan.LaunchesFor(new(Card, Precision.Fp32)));
        }
        AssertClean(launches);
    }

    private static void AssertClean(IReadOnlyList<DeviceLaunch> launches)
    {
        var faults = new List<string>();
        var compiler = new PtxCompiler();
        foreach (var kernel in launches.DistinctBy(launch => launch.Entry))
        {
            try
            {
                AssertClean(kernel.Entry, compiler.Ptx(kernel.Entry, kernel.Specialization));
            }
            catch (Exception fault)
            {
                faults.Add($"{kernel.Name}, {kernel.Entry}: {fault}");
                compiler.Dispose();
                compiler = new();
            }
        }
        compiler.Dispose();
        Assert.True(faults.Count == 0, $"{faults.Count} kernels: {string.Join("\n\n", faults.Take(12))}");
    }

    private static void AssertClean(MethodInfo entry, string ptx)
    {
        PtxCheck.AssertClean(ptx);
        int shared = SharedSizes().Matches(ptx).Sum(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        Assert.InRange(shared, 0, SharedMemoryOfAGroup);
        var kernel = entry.GetGenericArguments()[0];
        bool isTensorProduct = PtxOfTensorGemm.Is(kernel);
        if (isTensorProduct)
            PtxOfTensorGemm.AssertCounts(kernel, PtxCheck.Entry(ptx));
        var shape = kernel.Name.StartsWith("TiledGemm`", StringComparison.Ordinal)
            ? TileShapes.All.Single(shape => shape.Type == kernel.GetGenericArguments()[0])
            : null;
        // One for each sum of a thread, in registers: nothing is unrolled and nothing is looped over.
        Assert.Equal(shape is null ? 0 : shape.Rows * shape.Columns / shape.Threads, ptx.Split("fma.rn.f32").Length - 1);
        if (shape is not null)
        {
            Assert.Contains("ld.shared.v4.f32", ptx, StringComparison.Ordinal);
            Assert.Equal(kernel.GetGenericArguments().Contains(typeof(LoadFour)), ptx.Contains("ld.global.v4.f32", StringComparison.Ordinal));
        }
        // Whatever shares memory waits for it, and nothing else waits.
        Assert.Equal(shared > 0, ptx.Contains("bar.sync", StringComparison.Ordinal));
        Assert.Equal(isTensorProduct || shape is not null || kernel == typeof(BceWithLogits), shared > 0);
    }

    [GeneratedRegex(@"\.shared .* __shared_alloca\d+\[(\d+)\]")]
    private static partial Regex SharedSizes();
}
