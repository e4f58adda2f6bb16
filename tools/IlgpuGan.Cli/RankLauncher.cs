using System.Diagnostics;
using System.Globalization;
using IlgpuGan.Ranks;

namespace IlgpuGan.Cli;

/// <summary>Starts a command on several ranks of this machine by the mpirun that it has.</summary>
internal static class RankLauncher
{
    /// <summary>The option that asks for it.</summary>
    public const string Option = "--ranks";

    /// <summary>The environment variable that names the mpirun to take.</summary>
    public const string Variable = "ILGPUGAN_MPIRUN";

    private static readonly string[] Names = ["mpirun", "mpiexec", "mpirun.openmpi", "mpirun.mpich", "mpiexec.hydra"];

    /// <summary>The environment variable that tells rank 0 that it is asked to stop by the end of its standard input, which every mpirun hands to it, as not every one does signals.</summary>
    private const string StopVariable = "ILGPUGAN_STOP_AT_END_OF_INPUT";

    /// <summary>Asks to stop when the process that started the ranks does, or is no more.</summary>
    /// <param name="stop">Asks.</param>
    public static void WatchInput(Action stop)
    {
        if (Environment.GetEnvironmentVariable(StopVariable) is null)
        {
            return;
        }
        var watch = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }
            stop();
        }) { IsBackground = true };
        watch.Start();
    }

    /// <summary>Runs the command line that this process was given, without the number of ranks, on so many.</summary>
    /// <param name="ranks">How many.</param>
    /// <param name="args">The command line.</param>
    /// <param name="context">Says when to stop.</param>
    /// <param name="keepsOption">Whether the ranks are told the number, too.</param>
    /// <returns>The exit code of mpirun: not 0 where a rank failed.</returns>
    /// <exception cref="RanksException">There is no mpirun.</exception>
    public static int Run(int ranks, IReadOnlyList<string> args, CliContext context, bool keepsOption = false)
    {
        var (program, isOpenMpi) = Find();
        // A session of its own, which takes no process between, as this one leads no group: Ctrl-C would have mpirun end the ranks at once, where they are to finish their step and save.
        string[] apart = OperatingSystem.IsLinux() && File.Exists("/usr/bin/setsid") ? ["/usr/bin/setsid"] : [];
        string[] line = [.. apart, program, .. Arguments(ranks, isOpenMpi, Environment.IsPrivilegedProcess), .. Itself, .. ForRanks(args, keepsOption)];
        var start = new ProcessStartInfo(line[0], line[1..]) { UseShellExecute = false, RedirectStandardInput = true };
        start.Environment[StopVariable] = "1";
        using var process = Process.Start(start) ?? throw new RanksException($"{program} does not start; name another in {Variable}.");
        // Rank 0 says that it stops.
        using var signals = new StopSignals(context.Clock, process.StandardInput.Close, context.Stop, atOnce: process.Kill);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>What mpirun is told: that several ranks may share a core, that none is bound to one, and what root must say.</summary>
    internal static IEnumerable<string> Arguments(int ranks, bool isOpenMpi, bool isRoot)
    {
        string count = ranks.ToString(CultureInfo.InvariantCulture);
        return isOpenMpi ? ["-n", count, "--bind-to", "none", "--oversubscribe", .. isRoot ? (string[])["--allow-run-as-root"] : []] : ["-n", count, "-bind-to", "none"];
    }

    /// <summary>A command line for each rank: without their number, or with it. Open MPI takes a word <c>--tune</c> for its own wherever it stands: it is joined to what follows.</summary>
    internal static IEnumerable<string> ForRanks(IReadOnlyList<string> args, bool keepsOption)
    {
        string? before = null;
        foreach (string arg in args)
        {
            if (before == "--tune")
            {
                yield return $"{before}={arg}";
            }
            else if ((keepsOption || (before != Option && arg != Option)) && arg != "--tune")
            {
                yield return arg;
            }
            before = arg;
        }
    }

    private static string[] Itself =>
        Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) != "dotnet" ? [own] : [Environment.ProcessPath ?? "dotnet", typeof(RankLauncher).Assembly.Location];

    private static (string Program, bool IsOpenMpi) Find()
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        foreach (string name in string.IsNullOrEmpty(named) ? Names : [named])
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(name, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
                string version = process?.StandardOutput.ReadToEnd() ?? "";
                process?.WaitForExit();
                return (name, version.Contains("Open MPI", StringComparison.Ordinal) || version.Contains("open-mpi", StringComparison.Ordinal));
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is none of this name.
            }
        }
        throw new RanksException(string.IsNullOrEmpty(named)
            ? $"{Option} starts mpirun, and there is none; install it: on Debian and Ubuntu apt-get install openmpi-bin or mpich, on Fedora dnf install openmpi or mpich, or name it in {Variable}."
            : $"{Variable} is {named}, which does not start; name an mpirun.");
    }
}
