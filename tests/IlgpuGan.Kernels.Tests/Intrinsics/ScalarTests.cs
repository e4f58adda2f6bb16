using IlgpuGan.Kernels.Intrinsics;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Tests.Intrinsics;

public class ScalarTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Fact]
    public void Fma_rounds_once()
    {
        // (1 + e)(1 - e) - 1 = -e^2: a product rounded before the sum loses it altogether.
        const float E = 1f / 4096 / 2;
        var device = under.Device;
        using var x = device.Accelerator.Allocate1D([1 + E, 1 - E, -1f, 0f]);
        device.Accelerator.LoadKernel<ArrayView<float>>(Kernel)(device.Stream, (1, 1), x.View);
        device.Stream.Synchronize();
        Assert.Equal(-E * E, x.GetAsArray1D()[3]);
    }

    [Fact]
    public void Fma_is_one_instruction_in_PTX()
    {
        string ptx = PtxCompiler.Compile(((Delegate)Kernel).Method);
        PtxCheck.AssertClean(ptx);
        Assert.Contains("fma.rn.f32", PtxCheck.Entry(ptx), StringComparison.Ordinal);
    }

    [Fact]
    public void Fma_takes_constants_as_arguments()
    {
        PtxCheck.AssertClean(PtxCompiler.Compile(((Delegate)OfConstants).Method));
        Assert.Contains("fma (", OpenClCompiler.Source(((Delegate)OfConstants).Method), StringComparison.Ordinal);
    }

    private static void Kernel(ArrayView<float> x) => x[3] = Scalar.Fma(x[0], x[1], x[2]);

    private static void OfConstants(ArrayView<float> x) => x[0] = Scalar.Fma(x[0], 2, 1) + Scalar.Fma(2, 3, 4);
}
