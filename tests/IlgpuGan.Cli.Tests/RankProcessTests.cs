using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using IlgpuGan.Runs;
using IlgpuGan.Tests;

namespace IlgpuGan.Cli.Tests;

/// <summary>The program on several ranks, by the MPI libraries that this machine has.</summary>
public sealed partial class RankProcessTests(RankProcessTests.Undisturbed undisturbed) : IClassFixture<RankProcessTests.Undisturbed>, IDisposable
{
    private const int Steps = 50, Reports = 10;

    // Labels, ADA, R1 and R2 (the default), batch normalisation (of G); --tune with its value in one word, as Open MPI takes a word of that name for its own.
    private static readonly string Run = "train faces --faces 24 --size 16 --condition hair-colour --network dcgan --width 4 --latent 8 --batch 16 --leaves 8 --augment ada --ada-kimg 1 "
        + $"--device cpu --tune=off --no-cache --report-every {Reports} --sample-every 25 --checkpoint-every 10 --keep 100";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mpirun.openmpi", "2 3 4 8")]
    [InlineData("mpirun.mpich", "2 3 4 8")]
    public async Task Any_number_of_ranks_makes_the_same_checkpoints_samples_and_log_as_one(string mpirun, string counts)
    {
        foreach (int ranks in counts.Split(' ').Select(int.Parse))
        {
            var (code, error) = await EndAsync($"{On(mpirun, ranks)} {Run} --steps {Steps} --out run{ranks}");
            Assert.True(code == 0, error);
            Assert.Equal(undisturbed.Digest, DigestOf(folder[$"run{ranks}"]));
            // Rank 0 alone speaks.
            Assert.Equal(1, Count(error, "Done: 50 steps"));
            Assert.Equal(1, Count(error, "step 50/50"));
        }
    }

    [Theory]
    [InlineData("mpirun.openmpi")]
    [InlineData("mpirun.mpich")]
    public async Task The_library_may_add_in_an_order_of_its_own_which_is_said_and_the_same_each_time(string mpirun)
    {
        foreach (string name in (string[])["one", "other"])
        {
            var (code, error) = await EndAsync($"{On(mpirun, 4)} {Run} --steps 10 --reduce fast --out {name}");
            Assert.True(code == 0, error);
            Assert.Equal(1, Count(error, "--reduce fast weights and images have the same bits only for as many ranks"));
        }
        Assert.Equal(CheckpointsOf(folder["one"]), CheckpointsOf(folder["other"]));
    }

    [Theory]
    [InlineData("mpirun.openmpi", 3, 2)]
    [InlineData("mpirun.mpich", 2, 4)]
    public async Task A_rank_that_is_killed_ends_the_job_by_its_name_and_the_run_goes_on_with_another_number(string mpirun, int ranks, int later)
    {
        using var process = Start($"exec {On(mpirun, ranks)} {Run} --steps 1000000 --out run");
        var error = new StringBuilder();
        await ReadToAsync(process, error, "step 20/");
        int killed = RankOf(process, 1);
        using (var kill = Process.Start("kill", ["-9", $"{killed}"]))
        {
            await kill.WaitForExitAsync(Cancellation);
        }
        error.Append(await process.StandardError.ReadToEndAsync(Cancellation));
        error.Append(await process.StandardOutput.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains($"1 is process {killed} on ", error.ToString(), StringComparison.Ordinal);
        // Open MPI names the rank, MPICH the process.
        Assert.Matches($"process rank 1 with|PID {killed} RUNNING", error.ToString());

        // It has gone beyond: what came later is left aside.
        var (code, said) = await EndAsync($"{On(mpirun, later)} train --out run --resume 20 --tune=off --steps {Steps}");
        Assert.True(code == 0, said);
        Assert.Equal(undisturbed.Checkpoints[^3..], CheckpointsOf(folder["run"])[^3..]);
    }

    [Fact]
    public async Task Ctrl_C_at_the_program_that_started_ranks_finishes_the_step_and_saves_once()
    {
        Skip("mpirun.openmpi");
        using var process = Start($"exec ilgpugan {Run.Replace("--checkpoint-every 10", "--checkpoint-every 1000000", StringComparison.Ordinal)} --steps 1000000 --ranks 2 --out run");
        var error = new StringBuilder();
        await ReadToAsync(process, error, "step 10/");
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(Cancellation);
        }
        error.Append(await process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);

        Assert.Equal((0, 1), (process.ExitCode, Count(error.ToString(), "everything is saved")));
        Assert.Single(RunFolder.CheckpointsIn(folder["run"]).Steps(), step => step >= Reports);
    }

    [Fact]
    public async Task What_rank_0_refuses_is_said_once_and_ends_all()
    {
        var (code, error) = await EndAsync($"{On("mpirun.openmpi", 3)} {Run.Replace("--leaves 8", "--leaves 2", StringComparison.Ordinal)} --out run");
        Assert.Equal((2, 1), (code, Count(error, "--leaves 2 are too few for 3 ranks")));
        (code, error) = await EndAsync($"{On("mpirun.openmpi", 2)} train nowhere --out run");
        Assert.Equal((2, 1), (code, Count(error, "nowhere")));
        (code, error) = await EndAsync($"{On("mpirun.openmpi", 2)} train unpaired:faces --faces 8 --size 16 --width 4 --batch 2 --no-cache --out run");
        Assert.Equal((2, 1), (code, Count(error, "trains in one process")));
        // A library that did not start the job would know of one process alone.
        (code, error) = await EndAsync($"ILGPUGAN_MPI=libmpich.so.12 {On("mpirun.openmpi", 2)} {Run} --out run");
        Assert.Equal((1, 1), (code, Count(error, "started 2 processes, and libmpich.so.12 is another's library")));
        (code, error) = await EndAsync($"ILGPUGAN_MPI=nothing.so {On("mpirun.openmpi", 2)} {Run} --out run");
        Assert.Equal((1, 1), (code, Count(error, "ILGPUGAN_MPI is nothing.so, which cannot be loaded")));
        (code, error) = await EndAsync($"{On("mpirun.openmpi", 2)} {Run} --ranks 3 --out run");
        Assert.Equal((2, 1), (code, Count(error, "--ranks 3 contradicts mpirun of Open MPI")));
        // What can be known is said before any is started, whose end mpirun would tell in words of its own.
        (code, error) = await EndAsync("exec ilgpugan train faces --batch 3 --ranks 2 --out run");
        Assert.Equal((2, "--batch 3 has no equal parts for 2 ranks but single images, which this training cannot take apart; give --batch 4, or fewer ranks.\n"), (code, error));
        (code, error) = await EndAsync("exec ilgpugan train faces --batch 8 --leaves 1 --ranks 2 --out run");
        Assert.Equal((2, 1), (code, Count(error, "\n")));
        Assert.StartsWith("--leaves 1 are too few for 2 ranks", error, StringComparison.Ordinal);
        (code, error) = await EndAsync("exec ilgpugan train --resume --ranks 2 --out nothing");
        Assert.Equal((2, 1), (code, Count(error, "\n")));
        (code, error) = await EndAsync("exec ilgpugan train faces --from nothing --ranks 2 --out run");
        Assert.Equal((2, 1), (code, Count(error, "\n")));
        (code, error) = await EndAsync("exec ilgpugan train ring --size 16 --ranks 2 --out run");
        Assert.Equal((2, "--size is of images, and ring is points; leave it out.\n"), (code, error));
        (code, error) = await EndAsync($"ILGPUGAN_MPIRUN=nothing exec ilgpugan {Run} --ranks 2 --out run");
        Assert.Equal((1, "ILGPUGAN_MPIRUN is nothing, which does not start; name an mpirun.\n"), (code, error));
    }

    [Fact]
    public async Task A_dry_run_measures_steps_and_messages_and_predicts_any_number_of_ranks_from_them()
    {
        var (code, error) = await EndAsync($"{On("mpirun.openmpi", 2)} {Run} --dry-run --ranks 4 --out run");
        Assert.True(code == 0, error);
        Assert.Contains("ranks           4, of 8 leaves each computes 2; predicted from 2 of them", error, StringComparison.Ordinal);
        Assert.Matches("messages +[0-9]+ us and [0-9]+ MB/s each way, measured", error);
        Assert.False(Directory.Exists(folder["run"]));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string On(string mpirun, int ranks)
    {
        Skip(mpirun);
        return mpirun == "mpirun.openmpi" ? $"mpirun.openmpi --allow-run-as-root --oversubscribe --bind-to none -n {ranks} ilgpugan" : $"mpirun.mpich -bind-to none -n {ranks} ilgpugan";
    }

    private static void Skip(string mpirun) =>
        Assert.SkipUnless(File.Exists($"/usr/bin/{mpirun}"), $"{mpirun} is not installed (Debian's {(mpirun == "mpirun.mpich" ? "mpich" : "openmpi-bin")})");

    private static int Count(string text, string part) => Regex.Count(text, Regex.Escape(part));

    private Process Start(string command) => undisturbed.Start(command, folder.Path);

    private Task<(int Code, string Error)> EndAsync(string command) => undisturbed.EndAsync(command, folder.Path);

    private static async Task ReadToAsync(Process process, StringBuilder error, string begin)
    {
        while (await process.StandardError.ReadLineAsync(Cancellation) is { } line)
        {
            error.AppendLine(line);
            if (line.Contains(begin, StringComparison.Ordinal))
            {
                return;
            }
        }
        Assert.Fail(error.ToString());
    }

    /// <summary>The process of a rank, by what mpirun left in its environment.</summary>
    private static int RankOf(Process mpirun, int rank)
    {
        foreach (string process in Directory.GetDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                string environment = File.ReadAllText(Path.Combine(process, "environ"));
                if (Descends(process, mpirun.Id)
                    && (environment.Contains($"OMPI_COMM_WORLD_RANK={rank}\0", StringComparison.Ordinal) || environment.Contains($"PMI_RANK={rank}\0", StringComparison.Ordinal)))
                {
                    return int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another's.
            }
        }
        throw new InvalidOperationException($"There is no rank {rank}.");
    }

    private static bool Descends(string process, int ancestor)
    {
        for (string id = Path.GetFileName(process); id is not ("0" or "1");)
        {
            if (id == ancestor.ToString(System.Globalization.CultureInfo.InvariantCulture))
            {
                return true;
            }
            id = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..].Trim();
        }
        return false;
    }

    private static string[] CheckpointsOf(string run) =>
        [.. Directory.GetFiles(Path.Combine(run, "checkpoints")).Order(StringComparer.Ordinal).Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];

    /// <summary>Checkpoints, samples, and the log without its times.</summary>
    private static string DigestOf(string run) => string.Join('\n', (string[])[
        .. CheckpointsOf(run),
        .. Directory.GetFiles(Path.Combine(run, "samples")).Order(StringComparer.Ordinal).Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
        Times().Replace(File.ReadAllText(Path.Combine(run, "log.jsonl")), "")]);

    [GeneratedRegex("\"(images_per_second|seconds)\":[0-9.eE+-]+,?|\"rank_waits\":{[^}]*},")]
    private static partial Regex Times();

    /// <summary>The same run in one process.</summary>
    public sealed class Undisturbed : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();

        /// <summary>Tells what it made.</summary>
        public string Digest { get; private set; } = "";

        /// <summary>Tells its checkpoints, in their order.</summary>
        public string[] Checkpoints { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "ranks are started as on Linux");
            var (code, error) = await EndAsync($"exec ilgpugan {Run} --steps {Steps} --out run", folder.Path);
            Assert.True(code == 0, error);
            (Digest, Checkpoints) = (DigestOf(folder["run"]), CheckpointsOf(folder["run"]));
        }

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return default;
        }

        internal Process Start(string command, string place)
        {
            string program = Path.Combine(AppContext.BaseDirectory, "IlgpuGan.Cli.dll");
            var start = new ProcessStartInfo("sh", ["-c", command.Replace("ilgpugan", $"env --default-signal=HUP dotnet '{program}'", StringComparison.Ordinal)])
            {
                WorkingDirectory = place,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            };
            start.Environment["XDG_CACHE_HOME"] = folder["cache"];
            return Process.Start(start)!;
        }

        internal async Task<(int Code, string Error)> EndAsync(string command, string place)
        {
            using var process = Start(command, place);
            var output = process.StandardOutput.ReadToEndAsync(Cancellation);
            string error = await process.StandardError.ReadToEndAsync(Cancellation);
            // Open MPI hands on both as one where it made them a terminal.
            error += await output;
            await process.WaitForExitAsync(Cancellation);
            return (process.ExitCode, error);
        }
    }
}
