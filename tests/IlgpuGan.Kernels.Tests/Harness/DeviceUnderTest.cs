using IlgpuGan.Devices;

// Every accelerator takes the whole machine, and the CPU accelerator spins at its barriers: tests take turns.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>
/// The device that a test class runs on, for <c>IClassFixture&lt;DeviceUnderTest&gt;</c>: the one that the environment variable
/// ILGPUGAN_TEST_DEVICE names (cpu, opencl[:n], cuda[:n]), the processor when it names none. Tests skip where the device is absent.
/// </summary>
/// <remarks>
/// One context per class: a kernel that fails to compile spoils its context, and with it only the tests of its class.
/// </remarks>
public sealed class DeviceUnderTest : IDisposable
{
    /// <summary>The environment variable that names the device.</summary>
    public const string Variable = "ILGPUGAN_TEST_DEVICE";

    private ComputeDevice? device, groupDevice;

    /// <summary>The device, opened at the first use; skips the test when the machine has none of the kind.</summary>
    public ComputeDevice Device => device ??= Open(Named ?? "cpu");

    /// <summary>
    /// The device for kernels that run in groups of this many threads, which the CPU accelerator does not: when none is named, the first OpenCL device.
    /// Skips the test where there is none or its groups are smaller.
    /// </summary>
    public ComputeDevice DeviceWithGroups(int threads)
    {
        var opened = Named is null ? groupDevice ??= Open("opencl") : Device;
        int most = opened.Accelerator.MaxNumThreadsPerGroup;
        Assert.SkipWhen(most < threads, $"{opened.Id} runs groups of at most {most} threads, this kernel takes {threads}; set {Variable}=opencl or cuda.");
        return opened;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        device?.Dispose();
        groupDevice?.Dispose();
    }

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    private static ComputeDevice Open(string selector)
    {
        try
        {
            return ComputeDevice.Open(selector);
        }
        catch (DeviceException absent)
        {
            Assert.Skip(absent.Message);
            throw;
        }
    }
}
