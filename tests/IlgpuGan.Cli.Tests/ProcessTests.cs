using System.Diagnostics;
using IlgpuGan.Runs;
using IlgpuGan.Tests;

namespace IlgpuGan.Cli.Tests;

/// <summary>The program as a process, under what a shell can do to one.</summary>
public sealed class ProcessTests : IDisposable
{
    private const string Run = "train ring --width 8 --depth 2 --batch 16 --tune off --device cpu --no-watchdog --out run";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Program => Path.Combine(AppContext.BaseDirectory, "IlgpuGan.Cli.dll");

    private Process Start(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what the shell does to a process is as Linux has it");
        // Tests that run under nohup would hand it on, and the program would rightly obey. The shell becomes the program, so that a signal to one is a signal to the other.
        var start = new ProcessStartInfo("sh", ["-c", command.Replace("ilgpugan", $"exec env --default-signal=HUP dotnet '{Program}'", StringComparison.Ordinal)])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["XDG_CACHE_HOME"] = folder["cache"];
        return Process.Start(start)!;
    }

    private async Task<(int Code, string Error)> EndAsync(string command)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = await process.StandardError.ReadToEndAsync(Cancellation);
        await output;
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, error);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("--json >&-")]
    [InlineData("--json >/dev/full 2>&1")]
    [InlineData("--json <&- >&- 2>&-")]
    public async Task A_run_ends_well_and_saved_whatever_its_streams_are(string streams)
    {
        var (code, _) = await EndAsync($"ilgpugan {Run} --steps 4 {streams}");
        Assert.Equal(0, code);
        Assert.Equal(4, RunFolder.CheckpointsIn(folder["run"]).ReadNewest(Assert.Fail)!.Step);
    }

    [Fact]
    public async Task A_terminal_that_closes_saves_the_run()
    {
        using var process = Start($"ilgpugan {Run} --steps 1000000000 --report-every 1");
        while (await process.StandardError.ReadLineAsync(Cancellation) is { } line && !line.StartsWith("step 2/", StringComparison.Ordinal))
        {
        }

        using (var kill = Process.Start("kill", ["-HUP", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(Cancellation);
        }

        // The terminal is gone, and with it whoever read.
        process.StandardError.Close();
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
        Assert.True(RunFolder.CheckpointsIn(folder["run"]).ReadNewest(Assert.Fail)!.Step >= 2);
    }

    [Fact]
    public async Task Few_open_files_and_a_working_directory_that_was_removed_are_said_in_a_sentence()
    {
        var (code, error) = await EndAsync($"ulimit -n 64; ilgpugan {Run} --steps 1");
        Assert.Equal((2, "This process may have 64 files open, and 256 are needed; allow more with ulimit -n 1024 and try again.\n"), (code, error));
        (code, error) = await EndAsync($"mkdir gone; cd gone; rmdir ../gone; ilgpugan {Run} --steps 1");
        // The shell has something to say of it, too.
        Assert.Equal((2, "The working directory was removed; change to one that exists and try again."), (code, error.TrimEnd().Split('\n')[^1]));
    }

    [Fact]
    public async Task Runs_that_are_killed_at_random_moments_and_resumed_equal_those_that_are_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the script is of bash");
        var script = Path.Combine(Path.GetDirectoryName(FindSolution())!, "tests", "kill-and-resume.sh");
        // Two kinds of run, each with its own seed of moments; the script itself takes any number.
        var (code, error) = await EndAsync($"TUNE=off ILGPUGAN='dotnet {Program}' exec bash '{script}' 2 7 >&2");
        Assert.True(code == 0, error);
    }

    private static string FindSolution()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "IlgpuGan.sln")))
            {
                return Path.Combine(directory.FullName, "IlgpuGan.sln");
            }
        }

        throw new InvalidOperationException("IlgpuGan.sln lies in no folder above the tests.");
    }
}
