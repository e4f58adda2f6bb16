using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Bench;

/// <summary>A training of many minutes in a folder of its own, which is to take as much in the last minute as in the first after it has warmed up.</summary>
internal static class SoakBench
{
    // A minute in which all is compiled, drawn and saved for the first time.
    private const int WarmUp = 2;

    /// <summary>The command.</summary>
    public static Command Create(BenchContext context)
    {
        var minutes = BenchOptions.Number("--minutes", "how long to train", 60);
        var drift = BenchOptions.Number("--drift", "per cent by which memory, handles, threads and step time may grow", 1);
        var device = BenchOptions.Device();
        var command = new Command("soak", "A long training, and each minute what the process takes; fails when it takes ever more.") { minutes, drift, device };
        command.SetAction(parsed => Run(context, parsed.GetValue(minutes), parsed.GetValue(drift) / 100.0, parsed.GetValue(device)!));
        return command;
    }

    private static int Run(BenchContext context, int minutes, double drift, string device)
    {
        string folder = Directory.CreateTempSubdirectory("soak-").FullName;
        try
        {
            var settings = RunSettings.For("faces") with { Device = device };
            settings = settings with
            {
                Data = settings.Data with { FaceCount = 500, Size = new ImageSize(32, 32), UseCache = false },
                Training = settings.Training with { Steps = 1_000_000_000 },
                Schedule = settings.Schedule with { Minutes = minutes + 0.1, ReportEvery = 10, SampleEvery = 200, CheckpointEvery = 200 },
            };
            var watch = new SoakObserver(context.Output);
            using (var session = TrainingSession.Start(Path.Combine(folder, "run"), settings, force: false, new TrainingEngine(), watch, TimeProvider.System, CancellationToken.None))
            {
                session.Run(CancellationToken.None);
            }
            string[] complaints = [.. Complaints([.. watch.Minutes.Skip(WarmUp)], drift)];
            foreach (string complaint in complaints)
            {
                context.Error.WriteLine(complaint);
            }
            return complaints.Length == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What grew beyond a share, from the median of the first third of the minutes to that of the last; handles and threads may be one more, memory 2 MiB.</summary>
    internal static IEnumerable<string> Complaints(IReadOnlyList<SoakMinute> minutes, double drift)
    {
        if (minutes.Count < 3)
        {
            yield break;
        }
        (string Name, Func<SoakMinute, double> Value, double Grain)[] quantities =
        [
            ("resident memory, MiB", minute => minute.Resident, 2), ("managed heap, MiB", minute => minute.Heap, 2), ("handles", minute => minute.Handles, 1),
            ("threads", minute => minute.Threads, 1), ("step time, ms", minute => minute.StepMilliseconds, 0),
        ];
        int third = minutes.Count / 3;
        foreach (var (name, value, grain) in quantities)
        {
            double first = Median(minutes.Take(third).Select(value)), last = Median(minutes.TakeLast(third).Select(value));
            if (last > first * (1 + drift) + grain)
            {
                yield return FormattableString.Invariant($"{name}: {first:G5} in the first third, {last:G5} in the last; more than {drift:P0} apart.");
            }
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    /// <summary>Looks at the process once a minute.</summary>
    private sealed class SoakObserver(TextWriter output) : IRunObserver
    {
        private readonly Stopwatch time = new();
        private long stepBefore = -1;

        public List<SoakMinute> Minutes { get; } = [];

        public void Notice(string sentence) => output.WriteLine(sentence);

        public void Report(Work value)
        {
        }

        public void Started(RunStart start)
        {
            output.WriteLine("minute  step     resident MiB  heap MiB  handles  threads  ms a step");
            stepBefore = start.Step;
            time.Start();
        }

        // A report has waited for the device, so that the steps before it are really done.
        public void Reported(TrainingReport report, TimeSpan left)
        {
            if (time.Elapsed < TimeSpan.FromMinutes(1))
            {
                return;
            }
            double stepTime = time.Elapsed.TotalMilliseconds / (report.Step - stepBefore);
            using var process = Process.GetCurrentProcess();
            var now = new SoakMinute(
                process.WorkingSet64 / 1048576.0, GC.GetTotalMemory(forceFullCollection: true) / 1048576.0, process.HandleCount, process.Threads.Count, stepTime);
            Minutes.Add(now);
            output.WriteLine(FormattableString.Invariant(
                $"{Minutes.Count,6}  {report.Step,-7}  {now.Resident,12:F1}  {now.Heap,8:F2}  {now.Handles,7}  {now.Threads,7}  {now.StepMilliseconds,9:F3}"));
            output.Flush();
            stepBefore = report.Step;
            time.Restart();
        }

        public void Stepped(long step)
        {
        }

        public void SampleSaved(long step, string path)
        {
        }

        public void CheckpointSaved(long step, string path)
        {
        }
    }
}

/// <summary>What a process took in one minute of a soak.</summary>
/// <param name="Resident">Resident memory, MiB.</param>
/// <param name="Heap">What is alive on the managed heap, MiB.</param>
/// <param name="Handles">Open files and the like.</param>
/// <param name="Threads">Threads.</param>
/// <param name="StepMilliseconds">Time of a step, pictures and checkpoints included.</param>
internal sealed record SoakMinute(double Resident, double Heap, double Handles, double Threads, double StepMilliseconds);
