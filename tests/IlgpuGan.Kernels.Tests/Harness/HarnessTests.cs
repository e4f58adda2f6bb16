using ILGPU;

namespace IlgpuGan.Kernels.Tests.Harness;

public class HarnessTests
{
    [Fact]
    public void A_kernel_in_registers_passes_the_check_of_its_PTX() => PtxCheck.AssertClean(PtxCompiler.Compile(((Delegate)InRegisters).Method));

    [Fact]
    public void A_kernel_with_an_array_in_local_memory_fails_the_check_of_its_PTX() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => PtxCheck.AssertClean(PtxCompiler.Compile(((Delegate)InLocalMemory).Method)));

    [Fact]
    public void A_kernel_that_calls_a_function_fails_the_check_of_its_PTX() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => PtxCheck.AssertClean(PtxCompiler.Compile(((Delegate)WithCall).Method)));

    [Fact]
    public void OpenCL_source_is_had_without_a_device() =>
        Assert.Contains("kernel void", OpenClCompiler.Source(((Delegate)InRegisters).Method), StringComparison.Ordinal);

    private static void InRegisters(ArrayView<float> x) => x[Grid.IdxX] *= 2;

    private static void InLocalMemory(ArrayView<float> x, int n)
    {
        var local = LocalMemory.Allocate<float>(8);
        for (int i = 0; i < n; i++)
        {
            local[i] = x[i];
        }
        x[0] = local[n / 2];
    }

    private static void WithCall(ArrayView<float> x) => x[Grid.IdxX] = NotInlined(x[Grid.IdxX]);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static float NotInlined(float x) => x * 3;
}
