using IlgpuGan.Devices;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
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
        Assert.SkipWhen(device.Remark is not null, $"{device.Id} is {device.Remark}.");
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

    [Fact]
    public void A_device_that_does_not_fuse_is_asked_for_a_product_and_a_sum_and_not_for_software()
    {
        foreach (var kernel in (Delegate[])[Kernel, OfConstants])
        {
            string text = OpenClCompiler.Source(kernel.Method, isFused: false);
            Assert.DoesNotContain("fma", text, StringComparison.Ordinal);
            Assert.Matches(@"=\s*\S+\s+\*\s+\S+\s+\+\s+\S+;", text);
        }
        string tile = OpenClCompiler.Source(DeviceKernel<VectorGemm<VectorTile256, SmallBlock, DepthMajor, OuterMajor, Accumulator>, GemmParameters<DepthMajor, OuterMajor>>.Entry, isFused: false);
        Assert.DoesNotContain("fma", tile, StringComparison.Ordinal);
        Assert.Contains("s0_0 = a0 * b0 + s0_0;", tile, StringComparison.Ordinal);
    }

    private static void Kernel(ArrayView<float> x) => x[3] = Scalar.Fma(x[0], x[1], x[2]);

    private static void OfConstants(ArrayView<float> x) => x[0] = Scalar.Fma(x[0], 2, 1) + Scalar.Fma(2, 3, 4);
}
