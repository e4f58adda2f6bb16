using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>Adds what the ranks' leaves have: gradients, figures and logits of one network, which lie side by side, in one message.</summary>
/// <param name="team">The ranks.</param>
/// <param name="tree">Which leaves they have.</param>
/// <param name="variables">Where the sums of the leaves here are.</param>
/// <param name="reduction">In which order they are added.</param>
internal sealed class RankSum(RankTeam team, RankTree tree, VariableStore variables, RankReduction reduction) : IDisposable
{
    private readonly HostWindow window = new(variables);
    // Where all ranks have cards of their own and NCCL.
    private readonly RankDeviceSum? cards = NcclLink.Open(team, variables.Device.Kind == DeviceKind.Cuda) is { } link ? new(team, tree, variables, link, reduction) : null;
    private float[] other = [];

    /// <summary>Makes the sums of the leaves here those of all leaves.</summary>
    public void Add(UpdateSegments update)
    {
        var gradients = update.Summed!.Gradients;
        if (cards is not null)
        {
            cards.Add(gradients, update.Means);
            return;
        }
        if (other.Length < gradients.Size)
        {
            other = GC.AllocateUninitializedArray<float>(gradients.Size, pinned: true);
        }
        window.Change(gradients, values => team.Sum(values, other.AsSpan(0, values.Length), update.Means, update.Means - 1, tree, inAnyOrder: reduction == RankReduction.Fast));
    }

    /// <summary>Brings them to the host and back, where that is their way, and leaves them as they are.</summary>
    public void Bring(UpdateSegments update)
    {
        if (cards is null)
        {
            window.Change(update.Summed!.Gradients, _ => { });
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cards?.Dispose();
        window.Dispose();
    }
}
