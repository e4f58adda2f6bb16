using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>Every test with the trait Category=Races runs on the simulator as well: kernels whose threads share memory carry it.</summary>
public class RaceCheckTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    // The simulator needs a minute or two; many times that on a machine that has much else to do.
    private const int Threads = 8, LimitMilliseconds = 60 * 60 * 1000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Kernels_that_share_memory_have_no_data_races_and_stay_in_bounds()
    {
        var report = await Oclgrind.RunAsync(TestContext.Current.CancellationToken, "-trait", "Category=Races", "-failSkips");
        Assert.True(report is { ExitCode: 0, Log: "" }, $"{report.Log}\n{report.Output}");
        Assert.DoesNotContain("Total: 0", report.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_kernel_that_forgets_its_barrier_is_reported()
    {
        if (Oclgrind.IsRunning)
        {
            RunRacyKernel();
            return;
        }
        var report = await Oclgrind.RunAsync(TestContext.Current.CancellationToken,
            "-method", $"{typeof(RaceCheckTests).FullName}.{nameof(A_kernel_that_forgets_its_barrier_is_reported)}");
        Assert.Contains("data race at local memory", report.Log, StringComparison.Ordinal);
        Assert.Contains(nameof(Racy), report.Log, StringComparison.Ordinal);
    }

    private void RunRacyKernel()
    {
        var device = under.DeviceWithGroups(Threads);
        using var x = device.Accelerator.Allocate1D(new float[Threads]);
        device.Accelerator.LoadKernel<ArrayView<float>>(Racy)(device.Stream, (1, Threads), x.View);
        device.Stream.Synchronize();
    }

    private static void Racy(ArrayView<float> x)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = x[Group.IdxX];
        x[Group.IdxX] = shared[(Group.IdxX + 1) % Threads];
    }
}
