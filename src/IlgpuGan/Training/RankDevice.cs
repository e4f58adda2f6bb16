using IlgpuGan.Devices;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>Which device a rank takes.</summary>
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

    private static IReadOnlyList<string> CardsOf(DeviceKind kind) =>
        [.. DeviceCatalog.Find(kind).Select(found => found.Description).Where(device => device is { IsUsable: true, IsGpu: true }).Select(device => device.Id)];
}
