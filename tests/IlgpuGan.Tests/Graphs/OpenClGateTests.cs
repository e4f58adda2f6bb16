using System.Text.RegularExpressions;
using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Every kernel that a plan can hold becomes OpenCL C 1.2 that a device without any optional feature can take: see <see cref="OpenClCompiler"/>.</summary>
public sealed partial class OpenClGateTests(SeenKernels seen) : IClassFixture<SeenKernels>
{
    // A card, and a processor, whose kernels differ.
    private static readonly ProductKernels[] Devices =
    [
        new(new() { Kind = DeviceKind.OpenCl, GroupThreads = 256, SharedBytes = 32 * 1024, Multiprocessors = 16 }, Precision.Fp32),
        new(new() { Kind = DeviceKind.OpenCl, GroupThreads = 256, SharedBytes = 32 * 1024, IsProcessor = true, VectorBits = 256 }, Precision.Fp32),
    ];

    [Theory]
    [InlineData("dcgan", "non-saturating", 16, 3, "ada")]
    [InlineData("dcgan", "minimax", 28, 1, "diffaugment")]
    [InlineData("mlp", "minimax", 0, 0, "none")]
    public void Every_kernel_of_a_training_run_needs_no_double_and_has_its_parameters_padded(string network, string loss, int size, int channels, string augment) =>
        AssertPlain(GateKernels.OfTraining(network, loss, size, channels, augment, Devices));

    [Fact]
    public void Every_kernel_of_the_table_of_operations_and_of_its_gradients_needs_no_double_and_has_its_parameters_padded() =>
        AssertPlain(GateKernels.OfOperations(Devices));

    private void AssertPlain(IReadOnlyList<DeviceLaunch> launches) => GateKernels.AssertAll(launches, seen, () => new OpenClCompiler(), (compiler, kernel) =>
    {
        string text = compiler.Text(kernel.Entry);
        Assert.DoesNotMatch(@"\b(double|half|atomic_\w+|sub_group\w*)\b", text);
        // The one parameter that is a struct ends with eight bytes, so that no padding is left for a driver and ILGPU to disagree on.
        string type = Assert.Single(Parameters().Matches(text)).Groups[1].Value;
        Assert.Matches($@"struct {type}\s*\{{[^}}]*\blong\s+\w+;\s*\}}", text);
    });

    [GeneratedRegex(@"kernel void \w+\s*\([^)]*?struct (\w+)")]
    private static partial Regex Parameters();
}
