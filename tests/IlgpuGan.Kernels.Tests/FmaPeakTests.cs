using IlgpuGan.Devices;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

public class FmaPeakTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    /// <summary>x = x / 2 + 1 / 2 ends at 1 exactly, so the sum of the chains is their number.</summary>
    [Fact]
    public void As_many_chains_run_as_are_counted()
    {
        using var bench = new Workbench(under.Device);
        var parameters = new FmaPeakParameters
        {
            Output = bench.Upload(new float[2 * FmaPeak.Threads]),
            Steps = 8 * FmaPeak.StepsPerRound,
            Groups = 2,
            Factor = 0.5f,
        };

        bench.Run<FmaPeak, FmaPeakParameters>(parameters, workers: 3);

        var sums = bench.Download(parameters.Output);
        if (under.Device.Kind == DeviceKind.Cpu)
        {
            Assert.All(sums[..3], sum => Assert.Equal(FmaPeak.WorkerChains, sum));
        }
        else
        {
            Assert.All(sums, sum => Assert.Equal(FmaPeak.ThreadChains, sum));
        }
    }

    [Fact]
    public void The_loop_of_a_thread_holds_all_its_multiply_adds_and_no_memory_access()
    {
        string ptx = PtxCompiler.Compile(DeviceKernel<FmaPeak, FmaPeakParameters>.Entry);

        PtxCheck.AssertClean(ptx);
        string entry = PtxCheck.Entry(ptx);
        Assert.Equal(FmaPeak.ThreadChains * FmaPeak.StepsPerRound, entry.Split("fma.rn.f32").Length - 1);
        Assert.DoesNotContain("ld.global", entry, StringComparison.Ordinal);
    }
}
