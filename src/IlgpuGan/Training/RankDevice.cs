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
    /// <param name="cards">How many cards of a kind there are.</param>
    internal static string Of(string selector, int localRank, Func<DeviceKind, int> cards)
    {
        foreach (var (kind, name) in new[] { (DeviceKind.Cuda, "cuda"), (DeviceKind.OpenCl, "opencl") })
        {
            if ((selector == name || selector == "auto") && cards(kind) is > 0 and int count)
            {
                return FormattableString.Invariant($"{name}:{localRank % count}");
            }
        }
        return selector;
    }

    private static int CardsOf(DeviceKind kind) => DeviceCatalog.Find().Count(device => device.Kind == kind && device.IsGpu && device.Reason is null);
}
