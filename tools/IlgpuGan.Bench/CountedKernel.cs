using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>Launches that a table has in one row: those of a kernel, or those of a kernel and a shape.</summary>
internal sealed class CountedKernel
{
    private readonly (LaunchCount Count, double Seconds, string Limit)[] launches;

    private CountedKernel(string name, IReadOnlyList<(Launch Launch, LaunchCount Count)> launches, Precision precision)
    {
        Name = name;
        OnceBytes = launches.Sum(item => item.Launch.Cost.Bytes);
        Flops = launches.Sum(item => item.Launch.Cost.Flops);
        this.launches = [.. launches.Select(item =>
        {
            var (seconds, limit) = CardModel.Time(item.Count, item.Launch.Cost.Bytes, precision);
            return (item.Count, seconds, limit);
        })];
    }

    /// <summary>The rows of a step, the longest first.</summary>
    /// <param name="launches">All launches and their counts.</param>
    /// <param name="precision">How products multiply.</param>
    /// <param name="areEach">Whether each shape of a kernel has a row.</param>
    public static IReadOnlyList<CountedKernel> Rows(IEnumerable<(DeviceLaunch Launch, LaunchCount Count)> launches, Precision precision, bool areEach) =>
    [
        .. launches.GroupBy(item => $"{ShortName(item.Launch)} {(areEach ? item.Launch.Name : item.Launch.Name.Split(' ')[0])}")
            .Select(row => new CountedKernel(row.Key, [.. row.Select(item => ((Launch)item.Launch, item.Count))], precision))
            .OrderByDescending(row => row.Seconds),
    ];

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Launches.</summary>
    public int Launches => launches.Length;

    /// <summary>Bytes if each launch touched each of its tensors once.</summary>
    public double OnceBytes { get; }

    /// <summary>Floating-point operations, as the mathematics counts them.</summary>
    public double Flops { get; }

    /// <summary>Time of all launches by the model, without what lies between them.</summary>
    public double Seconds => launches.Sum(launch => launch.Seconds);

    /// <summary>What takes most of that time.</summary>
    public string Limit => launches.GroupBy(launch => launch.Limit).MaxBy(group => group.Sum(launch => launch.Seconds))!.Key;

    /// <summary>How many times the card fills up with groups, all launches together.</summary>
    public double Waves => launches.Sum(launch => CardModel.Waves(launch.Count));

    /// <summary>Most bytes of shared memory of a group.</summary>
    public long SharedBytes => launches.Max(launch => launch.Count.SharedBytes);

    /// <summary>Registers that a thread may have at most where the kernel says how many groups are to fit; null where it does not: only the assembler knows them.</summary>
    public long? MostRegisters => launches[0].Count is { ResidentGroups: > 0 } count ? Math.Min(255, 65536 / (count.ResidentGroups * count.WarpsOfGroup * 32) / 8 * 8) : null;

    /// <summary>Registers that hold, at the fullest place of the kernel's text, what is read later: an estimate, for the assembler has the last word.</summary>
    public long LiveRegisters => launches.Max(launch => launch.Count.LiveRegisters);

    /// <summary>Bytes of the sectors that accesses lie in.</summary>
    public double SectorBytes => 32 * Sum(count => count.LoadedSectors + count.StoredSectors);

    /// <summary>Bytes of the fewest sectors that would do.</summary>
    public double IdealSectorBytes => 32 * Sum(count => count.IdealLoadedSectors + count.IdealStoredSectors);

    /// <summary>A figure of all launches.</summary>
    public double Sum(Func<LaunchCount, double> figure) => launches.Sum(launch => figure(launch.Count));

    // The kernel's own name; of a product also its tile, the first of what it is closed over.
    private static string ShortName(DeviceLaunch launch)
    {
        var kernel = launch.Entry.GetGenericArguments()[0];
        string own = kernel.Name.Split('`')[0];
        return kernel.GetGenericArguments() is [var tile, _, ..] ? $"{own} {tile.Name}" : own;
    }
}
