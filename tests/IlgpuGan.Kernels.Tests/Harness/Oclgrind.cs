using System.ComponentModel;
using System.Diagnostics;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>
/// Runs tests of this assembly once more in a process of their own, on the simulated OpenCL device of oclgrind, which reports data races and accesses
/// out of bounds with the line of OpenCL source. The simulator is slow: such tests use tiny shapes.
/// </summary>
internal static class Oclgrind
{
    /// <summary>What came out: the runner's output, and its error output, where the simulator reports; it is empty when all is well.</summary>
    public sealed record Report(int ExitCode, string Output, string Log);

    private const string Mark = "ILGPUGAN_IN_OCLGRIND";

    /// <summary>Whether this process is the one on the simulated device.</summary>
    public static bool IsRunning => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Skips a test that is dear and shows nothing on a device that does not look for races.</summary>
    public static void SkipElsewhere() =>
        Assert.SkipUnless(IsRunning, $"Races show on oclgrind's device alone: {nameof(RaceCheckTests)} runs this test there.");

    /// <summary>Runs the tests that the runner's own filter arguments select; skips the calling test where oclgrind is not installed.</summary>
    public static async Task<Report> RunAsync(CancellationToken cancel, params string[] filter)
    {
        // oclgrind lacks the newer name of the barrier that ILGPU's own one uses. Its option --log is of no use: every context empties the file anew.
        // Its 32 KiB of local memory are fewer than cards have, and the emulated tensor cores exchange registers there besides.
        string[] arguments = ["--data-races", "--local-mem-size", "131072", "--build-options", "-Dwork_group_barrier(x)=barrier(x)",
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", typeof(Oclgrind).Assembly.Location, "-noColor", .. filter];
        var start = new ProcessStartInfo("oclgrind", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[DeviceUnderTest.Variable] = "opencl";
        start.Environment[Mark] = "1";
        using var process = Start(start);
        using var stop = cancel.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return new Report(process.ExitCode, await output, await errors);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("oclgrind is not installed; on Debian: apt-get install oclgrind.");
            throw;
        }
    }
}
