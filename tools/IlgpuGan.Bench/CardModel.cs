using System.Globalization;
using IlgpuGan.Devices;

namespace IlgpuGan.Bench;

/// <summary>
/// How long a card would take for a launch, by what the launch counts: arithmetic, not a measurement. The slowest of what a multiprocessor does takes the
/// time; that everything else hides behind it is the model's hope, that nothing is found in the second-level cache across launches its fear.
/// </summary>
internal static class CardModel
{
    // An H200.
    private const int Multiprocessors = 132, Schedulers = 4, MostThreads = 2048, MostGroups = 32;
    private const double Hertz = 1.83e9, BytesPerSecond = 4.3e12;
    private const long SharedBytes = 228 << 10, SharedOfDriver = 1 << 10;

    // Dense; of it what mma.sync reaches on Hopper, where only wgmma reaches all.
    private const double Tf32FlopsPerSecond = 494e12, Bf16FlopsPerSecond = 989e12, MmaShare = 0.63;
    private const double Tf32FlopsOfMma = 2 * 16 * 8 * 8, Bf16FlopsOfMma = 2 * 16 * 8 * 16;

    // A scheduler with warps enough issues in four of five cycles.
    private const double IssueShare = 0.8;

    // From asking to having: of memory, and of a copy to shared memory, which the second-level cache mostly answers.
    private const double LoadSeconds = 0.75e-6, CopyCycles = 700;

    // How many turns of a loop the assembler has under way together.
    private const double LoadsAtOnce = 4;

    // Where a multiprocessor has a warp for each scheduler nothing hides a barrier and what stands round it.
    private const double BarrierCycles = 150;

    // To begin and to end: a launch, and a group that has a pipeline to fill.
    private const double LaunchSeconds = 1e-6, PipelineCycles = 1500;

    /// <summary>Between two launches of a graph.</summary>
    public const double GapSeconds = 1.3e-6;

    /// <summary>The constants, for whoever reads a table.</summary>
    public static string Constants => string.Create(CultureInfo.InvariantCulture,
        $"MODEL of an H200, not a measurement: {Multiprocessors} multiprocessors at {Hertz / 1e9} GHz, {BytesPerSecond / 1e12} TB/s, {Tf32FlopsPerSecond / 1e12} TFLOP/s in TF32 and "
        + $"{Bf16FlopsPerSecond / 1e12} in BF16, of which mma.sync reaches {MmaShare}; a scheduler issues in {IssueShare} of its cycles; {LoadSeconds * 1e6} us for a load, "
        + $"{LoadsAtOnce} turns of a loop at once, {CopyCycles} cycles for a copy, {BarrierCycles} for a barrier of a group alone; {LaunchSeconds * 1e6} us or "
        + $"{PipelineCycles} cycles a pipeline to begin and end, {GapSeconds * 1e6} us between launches; what the second-level cache gives is not counted.");

    /// <summary>Groups that a multiprocessor holds at a time, as far as it is known: registers bound them where the kernel says how many there are to be.</summary>
    public static long Resident(LaunchCount count)
    {
        long least = Math.Min(MostGroups, Math.Min(MostThreads / (32 * count.WarpsOfGroup), SharedBytes / (count.SharedBytes + SharedOfDriver)));
        return Math.Max(1, count.ResidentGroups > 0 ? Math.Min(least, count.ResidentGroups) : least);
    }

    /// <summary>How many times the card fills up with groups.</summary>
    public static double Waves(LaunchCount count) => count.Groups / (double)(Multiprocessors * Resident(count));

    /// <summary>Time of a launch, and what it waits for.</summary>
    /// <param name="count">What it counted.</param>
    /// <param name="bytes">Bytes of its tensors, each once.</param>
    /// <param name="precision">Of its products.</param>
    public static (double Seconds, string Limit) Time(LaunchCount count, double bytes, Precision precision)
    {
        // What the busiest multiprocessor has.
        double turns = Math.Ceiling(count.Groups / (double)Multiprocessors);
        double atOnce = Math.Min(Resident(count), turns);
        double warps = atOnce * count.WarpsOfGroup;
        double PerGroup(double all) => all / count.Groups;
        var (flops, flopsOfMma) = precision == Precision.Bf16 ? (Bf16FlopsPerSecond, Bf16FlopsOfMma) : (Tf32FlopsPerSecond, Tf32FlopsOfMma);
        double cyclesOfMma = flopsOfMma * Multiprocessors * Hertz / (flops * MmaShare);
        double barriers = warps <= Schedulers ? turns * PerGroup(count.Barriers) * BarrierCycles : 0;
        double waits = count.CopySteps > 0 ? PerGroup(count.CopyWaits) * count.CopyWaits / count.CopySteps : 0;
        (double Seconds, string Limit)[] limits =
        [
            ((turns * PerGroup(count.Slots) / (Math.Min(warps, Schedulers) * IssueShare) + barriers) / Hertz, "issue"),
            (turns * PerGroup(count.Products) * cyclesOfMma / Hertz, "mma"),
            (turns * PerGroup(count.BankPasses) / Hertz, "banks"),
            (turns / atOnce * waits * CopyCycles / Hertz, "copies"),
            (Math.Max(1, Waves(count)) * Math.Max(1, PerGroup(count.LoadRounds) / count.WarpsOfGroup / LoadsAtOnce) * LoadSeconds, "loads"),
            (bytes / BytesPerSecond, "memory"),
        ];
        var longest = limits.MaxBy(limit => limit.Seconds);
        return (longest.Seconds + (count.CopyWaits > 0 ? Math.Ceiling(turns / atOnce) * PipelineCycles / Hertz : LaunchSeconds), longest.Limit);
    }
}
