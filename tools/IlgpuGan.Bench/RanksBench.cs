using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Training;

namespace IlgpuGan.Bench;

/// <summary>
/// What several ranks make of a step of DCGAN, each computing one leaf: a step measured here, and many ranks simulated from it and from the speed of a link. Started by mpirun, it
/// measures messages and the step of its ranks as well.
/// </summary>
internal static class RanksBench
{
    /// <summary>The command.</summary>
    public static Command Create(BenchContext context)
    {
        var counts = BenchOptions.Numbers("--ranks", "numbers of ranks to simulate", [8, 64, 512]);
        var size = BenchOptions.Number("--size", "side of the square images", 64);
        var width = BenchOptions.Number("--width", "channels nearest the image", 64);
        var leaf = BenchOptions.Number("--batch", "images that each rank computes", 64);
        var speed = BenchOptions.Number("--mbit", "what the link of each rank carries each way, in Mbit/s", 10_000);
        var latency = BenchOptions.Number("--latency", "time of an empty message, in microseconds", 50);
        var (device, precision, seconds, json) = (BenchOptions.Device(), BenchOptions.Precision(), BenchOptions.Seconds(5), BenchOptions.Json());
        var command = new Command("ranks", "Data-parallel training: a step and messages as measured, and many ranks simulated from them.")
        {
            counts, size, width, leaf, speed, latency, device, precision, seconds, json,
        };
        command.SetAction(parsed =>
        {
            var options = Presets.Radford2016 with { Width = parsed.GetValue(width), Batch = parsed.GetValue(leaf), Precision = parsed.GetValue(precision) };
            StepBench.Check(options, parsed.GetValue(size));
            var job = RankEnvironment.Current;
            // All calls of MPI come from this thread.
            using var team = job is null ? null : new RankTeam(MpiLink.Open(job, Cores.OfRanks, context.Error.WriteLine), $"process {Environment.ProcessId} on {Environment.MachineName}");
            using var opened = ComputeDevice.Open(parsed.GetValue(device)!);
            var link = new RankLinkSpeed(parsed.GetValue(latency) * 1e-6, parsed.GetValue(speed) * 1e6 / 8, RankLinkSpeed.UsualAddedBytesPerSecond);
            IReadOnlyList<RanksRow> Measured() => Rows(opened, options, parsed.GetValue(size), parsed.GetValue(counts)!, link, team, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            // All ranks do the same, without orders.
            var rows = team is null ? Measured() : team.DoTogether(Measured);
            if (team is { IsLeader: false })
            {
                // Rank 0 says when it leaves.
                team.Next();
            }
            else
            {
                Print(context, parsed.GetValue(json), opened.Name, options, parsed.GetValue(size), rows);
            }
            return 0;
        });
        return command;
    }

    /// <summary>Measures, and simulates.</summary>
    /// <param name="device">The device of this rank.</param>
    /// <param name="leaf">A step of one leaf.</param>
    /// <param name="size">Side of the images.</param>
    /// <param name="counts">Numbers of ranks to simulate.</param>
    /// <param name="link">The link that is assumed.</param>
    /// <param name="team">The ranks that there are; null for none.</param>
    /// <param name="time">How long each measurement takes.</param>
    internal static IReadOnlyList<RanksRow> Rows(ComputeDevice device, TrainingOptions leaf, int size, IReadOnlyList<int> counts, RankLinkSpeed link, RankTeam? team, TimeSpan time)
    {
        var rows = new List<RanksRow>();
        double alone = TimeStep(device, leaf, size, null, time);
        if (team is not null)
        {
            alone = Everywhere(team, alone);
            long bytes = 0;
            double together = TimeStep(device, leaf with { Batch = leaf.Batch * team.Ranks, Leaves = team.Ranks }, size, team, time, trainer => bytes = trainer.RankSums.Max(sum => sum.Count) * 4L);
            together = Everywhere(team, together);
            var measured = Together(team, bytes);
            // What is added is of this machine, whatever the link is.
            link = link with { AddedBytesPerSecond = measured.AddedBytesPerSecond };
            rows.Add(new("measured", team.Ranks, measured.Latency, measured.BytesPerSecond, alone, together - alone));
            rows.AddRange(Simulated("simulated, link as measured", counts.Prepend(team.Ranks).Distinct(), measured));
        }
        rows.AddRange(Simulated("simulated, link as given", counts, link));
        return rows;

        IEnumerable<RanksRow> Simulated(string kind, IEnumerable<int> ranks, RankLinkSpeed speed)
        {
            var sums = SumsOf(device, leaf, size);
            return [.. ranks.Select(count => RankForecast.Of(new(count, count), sums, speed, alone, alone * count)).Select(forecast =>
                new RanksRow(kind, forecast.Ranks, speed.Latency, speed.BytesPerSecond, alone, forecast.ExchangeSeconds) { BytesPerStep = forecast.BytesPerStep })];
        }
    }

    private static RankLinkSpeed Together(RankTeam team, long bytes)
    {
        var speed = team.MeasureLink(bytes);
        // Rank 0 alone knows.
        return new(Everywhere(team, team.IsLeader ? speed.Latency : 0), Everywhere(team, team.IsLeader ? speed.BytesPerSecond : 0), speed.AddedBytesPerSecond);
    }

    // The largest of all, on all.
    private static double Everywhere(RankTeam team, double own)
    {
        byte[] shared = BitConverter.GetBytes(team.Largest(own));
        team.Share(shared);
        return BitConverter.ToDouble(shared);
    }

    private static IReadOnlyList<(int Count, double Times)> SumsOf(ComputeDevice device, TrainingOptions leaf, int size)
    {
        // Where leaves are summed, which one leaf alone need not be.
        using var data = StepBench.Noise(leaf.Batch, size);
        using var trainer = new GanTrainer(device, leaf with { Batch = 2 * leaf.Batch, Leaves = 2 }, data);
        return [.. trainer.RankSums];
    }

    private static double TimeStep(ComputeDevice device, TrainingOptions options, int size, RankTeam? team, TimeSpan time, Action<GanTrainer>? look = null)
    {
        using var data = StepBench.Noise(options.Batch, size);
        using var trainer = new GanTrainer(device, options, data, team);
        look?.Invoke(trainer);
        var seconds = new List<double>();
        double Step()
        {
            long start = Stopwatch.GetTimestamp();
            trainer.RunStep();
            device.Stream.Synchronize();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        // All ranks make as many: so many that the slowest is done in time.
        Step();
        double first = Step();
        int steps = (int)Math.Clamp(time.TotalSeconds / (team is null ? first : Everywhere(team, first)), 3, 10_000);
        seconds.AddRange(Enumerable.Range(0, steps).Select(_ => Step()));
        return seconds.Order().ElementAt(steps / 2);
    }

    private static void Print(BenchContext context, bool json, string device, TrainingOptions options, int size, IReadOnlyList<RanksRow> rows)
    {
        if (json)
        {
            foreach (var row in rows)
            {
                context.Output.WriteLine(JsonSerializer.Serialize(new
                {
                    kind = row.Kind, ranks = row.Ranks, latency_us = row.Latency * 1e6, mbit = row.BytesPerSecond * 8e-6, ms_alone = row.Alone * 1e3, ms_exchange = row.Exchange * 1e3,
                    bytes_per_step = row.BytesPerStep, efficiency = row.Efficiency,
                }));
            }
            return;
        }
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{options.Network} {size} width {options.Width}, {options.Batch} images a rank and step, on {device}: {rows[0].Alone * 1e3:F1} ms a step without exchange"));
        context.Output.WriteLine("ranks  exchange      sent a step  efficiency  latency     link");
        foreach (var row in rows)
        {
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Ranks,5}  {row.Exchange * 1e3,8:F2} ms  {(row.BytesPerStep is { } bytes ? $"{bytes / 1e6,8:F1} MB" : "           ")}  {100 * row.Efficiency,8:F1} %  "
                    + $"{row.Latency * 1e6,5:F0} us  {row.BytesPerSecond * 8e-6,6:F0} Mbit/s  {row.Kind}"));
        }
    }
}

/// <summary>What so many ranks make of a step.</summary>
/// <param name="Kind">Whether it was measured or simulated.</param>
/// <param name="Ranks">How many.</param>
/// <param name="Latency">Seconds of an empty message.</param>
/// <param name="BytesPerSecond">What a link carries each way.</param>
/// <param name="Alone">Seconds of a step without exchange.</param>
/// <param name="Exchange">Seconds that a step takes longer for it.</param>
internal sealed record RanksRow(string Kind, int Ranks, double Latency, double BytesPerSecond, double Alone, double Exchange)
{
    /// <summary>Bytes that a rank sends in a step; null where that was not computed.</summary>
    public double? BytesPerStep { get; init; }

    /// <summary>Images per second beside as many times those of one rank.</summary>
    public double Efficiency => Alone / (Alone + Exchange);
}
