using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Every kernel that a plan can hold compiles for CUDA without a card, and to code that is fit to run: see <see cref="PtxCheck"/>.</summary>
public sealed partial class PtxGateTests(SeenKernels seen) : IClassFixture<SeenKernels>
{
    private const int SharedMemoryOfAGroup = 48 * 1024;

    private static readonly DeviceTraits Card = new() { Kind = DeviceKind.Cuda, HasTensorCores = true, GroupThreads = 1024, MostSharedBytes = 227 << 10, Multiprocessors = 132 };

    [Theory]
    [InlineData("dcgan", "non-saturating", 16, 3, Precision.Tf32, "ada")]
    [InlineData("dcgan", "non-saturating", 16, 3, Precision.Bf16, "diffaugment")]
    [InlineData("dcgan", "minimax", 28, 1, Precision.Tf32, "none")]
    [InlineData("dcgan", "minimax", 28, 1, Precision.Fp32, "none")]
    [InlineData("mlp", "non-saturating", 5, 2, Precision.Tf32, "none")]
    [InlineData("mlp", "minimax", 0, 0, Precision.Fp32, "none")]
    public void Every_kernel_of_a_training_run_compiles_to_clean_PTX(string network, string loss, int size, int channels, Precision precision, string augment) =>
        AssertClean(GateKernels.OfTraining(network, loss, size, channels, augment, new ProductKernels(Card, precision)));

    [Fact]
    public void Every_kernel_of_the_table_of_operations_and_of_its_gradients_compiles_to_clean_PTX() =>
        AssertClean(GateKernels.OfOperations(new(Card, Precision.Tf32), new(Card, Precision.Fp32)));

    private void AssertClean(IReadOnlyList<DeviceLaunch> launches) => GateKernels.AssertAll(launches, seen, () => new PtxCompiler(),
        (compiler, kernel) => AssertClean(kernel.Entry, compiler.Ptx(kernel.Entry, kernel.Specialization)));

    private static void AssertClean(MethodInfo entry, string ptx)
    {
        PtxCheck.AssertClean(ptx);
        // Most cards have few units for doubles; nothing of ours asks for one.
        Assert.DoesNotMatch(@"(?m)^(?!\s*\.reg).*\.f64", PtxCheck.Entry(ptx));
        var parameters = Assert.Single(ParameterSizes().Matches(ptx));
        Assert.Equal(0, int.Parse(parameters.Groups[1].ValueSpan, CultureInfo.InvariantCulture) % 8);
        int shared = SharedSizes().Matches(ptx).Sum(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        Assert.InRange(shared, 0, SharedMemoryOfAGroup);
        var kernel = entry.GetGenericArguments()[0];
        bool isTensorProduct = PtxOfTensorGemm.Is(kernel);
        if (isTensorProduct)
        {
            PtxOfTensorGemm.AssertCounts(kernel, PtxCheck.Entry(ptx));
        }
        var shape = kernel.Name.StartsWith("TiledGemm`", StringComparison.Ordinal)
            ? TileShapes.All.Single(shape => shape.Type == kernel.GetGenericArguments()[0])
            : null;
        // One for each sum of a thread, in registers: nothing is unrolled and nothing is looped over.
        Assert.Equal(shape is null ? 0 : shape.Rows * shape.Columns / shape.Threads, ptx.Split("fma.rn.f32").Length - 1);
        if (shape is not null)
        {
            Assert.Contains("ld.shared.v4.f32", ptx, StringComparison.Ordinal);
            Assert.Contains("st.shared.", ptx, StringComparison.Ordinal);
            Assert.Equal(kernel.GetGenericArguments().Contains(typeof(ByQuads)), ptx.Contains("ld.global.v4.f32", StringComparison.Ordinal));
        }
        // Shared memory is read by quads, which must lie on 16 bytes, whatever it was allocated as.
        if (isTensorProduct || shape is not null)
        {
            Assert.All(SharedAlignments().Matches(ptx), match => Assert.Equal("16", match.Groups[1].Value));
        }
        // Whatever shares memory waits for it, and nothing else waits.
        Assert.Equal(shared > 0, ptx.Contains("bar.sync", StringComparison.Ordinal));
        Assert.Equal(isTensorProduct || shape is not null || kernel == typeof(BceWithLogits) || Sums(kernel), shared > 0);
    }

    // Alone or beside others.
    private static bool Sums(Type kernel) => ((string[])["RowSums`", "RowMoments`", "ColumnSums`"]).Any(name => kernel.Name.StartsWith(name, StringComparison.Ordinal))
        || (kernel.Name.StartsWith("SideBySide`", StringComparison.Ordinal) && kernel.GetGenericArguments().Any(Sums));

    [GeneratedRegex(@"\.shared .* __shared_alloca\d+\[(\d+)\]")]
    private static partial Regex SharedSizes();

    [GeneratedRegex(@"\.shared \.align (\d+)")]
    private static partial Regex SharedAlignments();

    [GeneratedRegex(@"\.param \.align 8 \.b8 \w+\[(\d+)\]")]
    private static partial Regex ParameterSizes();
}
