using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>Adds what the leaves of the ranks' cards have without a way through the host: messages and sums follow each other on the stream of the plan.</summary>
/// <param name="team">The ranks.</param>
/// <param name="tree">Which leaves they have.</param>
/// <param name="variables">Where the sums of the leaves here are.</param>
/// <param name="link">Carries them.</param>
/// <param name="reduction">In which order they are added.</param>
internal sealed class RankDeviceSum(RankTeam team, RankTree tree, VariableStore variables, IDeviceLink link, RankReduction reduction) : IDisposable
{
    private readonly Dictionary<Variable, Sums> sums = [];
    private readonly DeviceWindow window = new(variables);

    /// <summary>Makes the sums of the leaves here those of all leaves.</summary>
    /// <param name="values">[size] of this rank.</param>
    /// <param name="means">How many of the first are means; the last of these says whether a rank was asked to stop.</param>
    public void Add(Variable values, int means)
    {
        if (!sums.TryGetValue(values, out var plans))
        {
            sums[values] = plans = new(variables, values, means, tree.Leaves);
        }
        window.Write(values, means - 1, team.WantsStop ? 1 : 0);
        nint stream = window.Stream, own = window.AddressOf(values), other = window.AddressOf(plans.Received);
        if (reduction == RankReduction.Fast)
        {
            link.Reduce(own, values.Size, stream);
        }
        else
        {
            foreach (var meeting in tree.MeetingsOf(team.Rank))
            {
                link.Exchange(meeting.To, own, meeting.From, other, values.Size, stream);
                (meeting.IsLeft ? plans.AsLeft : plans.AsRight).Run();
            }
        }
        plans.Share.Run();
        if (window.Read(values, means - 1) > 0)
        {
            team.HearStop();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var plans in sums.Values)
        {
            plans.Dispose();
        }
        sums.Clear();
        link.Dispose();
    }

    /// <summary>What is done with the sums of one network.</summary>
    private sealed class Sums : IDisposable
    {
        public Sums(VariableStore variables, Variable values, int means, int leaves)
        {
            Received = new($"{values.Name}.received", values.Size);
            variables.Upload(Received, new float[values.Size]);
            AsLeft = Compile(graph => graph.Read(values, 0, Shape.Of(values.Size)) + graph.Read(Received, 0, Shape.Of(values.Size)), 0);
            AsRight = Compile(graph => graph.Read(Received, 0, Shape.Of(values.Size)) + graph.Read(values, 0, Shape.Of(values.Size)), 0);
            Share = Compile(graph => graph.Read(values, 0, Shape.Of(means)) * (1f / leaves), 0);

            Plan Compile(Func<Graph, Tensor> sum, int place)
            {
                var graph = new Graph();
                graph.Assign(values, place, sum(graph));
                return Plan.Compile(variables, graph);
            }
        }

        public Variable Received { get; }

        public Plan AsLeft { get; }

        public Plan AsRight { get; }

        public Plan Share { get; }

        public void Dispose()
        {
            AsLeft.Dispose();
            AsRight.Dispose();
            Share.Dispose();
        }
    }
}
