using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Devices;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>Which device a rank takes, and what follows where ranks have different ones.</summary>
internal static class RankDevice
{
    /// <summary>What is asked for, but of the cards of a machine the one of the rank's number there, where no number is named.</summary>
    public static string Of(string selector) => RankEnvironment.Current is not { } job ? selector : Of(selector, job.LocalRank, kind => CardsOf(kind));

    /// <inheritdoc cref="Of(string)"/>
    /// <param name="selector">What is asked for.</param>
    /// <param name="localRank">The rank's number among those of its machine.</param>
    /// <param name="cards">The cards of a kind that can be used, by their names.</param>
    internal static string Of(string selector, int localRank, Func<DeviceKind, IReadOnlyList<string>> cards)
    {
        bool Is(string word) => selector.Equals(word, StringComparison.OrdinalIgnoreCase);
        foreach (var (kind, name) in new[] { (DeviceKind.Cuda, "cuda"), (DeviceKind.OpenCl, "opencl") })
        {
            if ((Is(name) || Is("auto")) && cards(kind) is { Count: > 0 } names)
            {
                return names[localRank % names.Count];
            }
        }
        return selector;
    }

    /// <summary>Tells the others what this rank computes on, once it has all that it trains with; returns when all have.</summary>
    /// <param name="team">The ranks; null for one process alone.</param>
    /// <param name="device">Selector and name of the device.</param>
    /// <param name="notice">Of rank 0: takes what a user should know where they differ.</param>
    public static void Meet(RankTeam? team, string device, Action<string> notice)
    {
        team?.Meet(HardwareOf(device, Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128, Fma.IsSupported || AdvSimd.IsSupported));
        if (team is not null && Difference(team.Devices) is { } sentence)
        {
            notice(sentence);
        }
    }

    /// <summary>What decides the bits: of processors whether they fuse multiplication and addition (kernels/README.md), of others the driver and the card.</summary>
    /// <param name="device">Selector and name of the device.</param>
    /// <param name="vectorBits">Width of this processor's vectors.</param>
    /// <param name="isFused">Whether it has fused multiply-adds.</param>
    internal static RankHardware HardwareOf(string device, int vectorBits, bool isFused)
    {
        int name = device.IndexOf(" (", StringComparison.Ordinal);
        string kind = (name < 0 ? device : device[..name]).Split(':')[0], card = name < 0 ? "" : device[(name + 1)..];
        return kind != "cpu" ? new($"{kind} {card}".Trim(), $"{kind} {card}".Trim())
            : new($"{kind} {card} with vectors of {vectorBits} bits".Replace("  ", " ", StringComparison.Ordinal), $"processors {(isFused ? "with" : "without")} fused multiply-adds");
    }

    /// <summary>What a user should know where ranks compute on different devices; null where they do not.</summary>
    internal static string? Difference(IReadOnlyList<RankHardware> devices)
    {
        var kinds = devices.Index().GroupBy(rank => rank.Item, rank => rank.Index).ToList();
        if (kinds.Count < 2)
        {
            return null;
        }
        string who = $"Ranks compute on different devices: {string.Join("; ", kinds.Select(kind => $"{kind.Key.Name} on rank {Numbers(kind)}"))}.";
        return devices.DistinctBy(device => device.Bits).Count() == 1
            ? $"{who} All are {devices[0].Bits}, so weights and images have the same bits as on equal ones."
            : $"{who} Their results differ in the last digits, so weights and images will be those of these ranks in this order alone: another number or order of ranks gives others.";
    }

    // 0 to 3, 5
    private static string Numbers(IEnumerable<int> ranks)
    {
        var parts = new List<(int First, int Last)>();
        foreach (int rank in ranks)
        {
            if (parts is [.., var last] && last.Last == rank - 1)
            {
                parts[^1] = (last.First, rank);
            }
            else
            {
                parts.Add((rank, rank));
            }
        }
        return string.Join(", ", parts.Select(part => part.First == part.Last ? $"{part.First}" : $"{part.First} to {part.Last}"));
    }

    private static IReadOnlyList<string> CardsOf(DeviceKind kind) =>
        [.. DeviceCatalog.Find(kind).Select(found => found.Description).Where(device => device is { IsUsable: true, IsGpu: true }).Select(device => device.Id)];
}
