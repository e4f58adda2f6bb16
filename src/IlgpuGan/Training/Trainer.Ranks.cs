using System.Diagnostics;
using IlgpuGan.Export;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What a trainer does as one of several ranks.</summary>
internal abstract partial class Trainer
{
    private static readonly TimeSpan MeasuredTime = TimeSpan.FromSeconds(1);

    /// <summary>Does what rank 0 has ordered.</summary>
    internal void Obey(RankOrder order, long argument)
    {
        switch (order)
        {
            case RankOrder.Step:
                RunStep();
                break;
            case RankOrder.Load:
                LoadState(RankState.Share(team!, null));
                break;
            case RankOrder.Begin:
                Begin();
                break;
            case RankOrder.Report:
                _ = Report();
                break;
            case RankOrder.Compare:
                Compare(SaveState());
                break;
            case RankOrder.MeasureSteps:
                _ = TimeSteps((int)argument);
                break;
            case RankOrder.MeasureMessages:
                _ = team!.TimeMessages((int)argument);
                break;
            case RankOrder.Rollbacks:
                Rollbacks = (int)argument;
                break;
            case RankOrder.Explain:
                _ = ExplainNonFinite(argument < 0 ? null : RankState.Share(team!, null), Math.Abs(argument));
                break;
            default:
                throw new InvalidOperationException($"A trainer does not {order}.");
        }
    }

    /// <inheritdoc/>
    public Checkpoint TakeCheckpoint()
    {
        var state = SaveState();
        if (team is not null && comparedStep != Step)
        {
            team.Announce(RankOrder.Compare);
            Compare(state);
        }
        return new(Step, state);
    }

    /// <summary>The sums of a step over ranks: how many numbers each has, and how often a step has it.</summary>
    internal IEnumerable<(int Count, double Times)> RankSums =>
        from update in new (UpdateSegments? Segments, double Times)[]
        {
            (Program.Discriminator, options.DiscriminatorSteps), (Program.LazyPenalty, (double)options.DiscriminatorSteps / options.PenaltyEvery), (Program.Generator, 1),
        }
        where update.Segments?.Summed is not null
        select (update.Segments.Summed!.Gradients.Size, update.Times);

    /// <summary>Measures on all ranks at once how long a step of so many leaves takes without the sums over ranks, of no leaves what is done once. Weights are of no use afterwards.</summary>
    /// <param name="leaves">How many; a rank that has fewer computes those.</param>
    /// <returns>Of rank 0: seconds of a step, the median of several, on the slowest rank.</returns>
    internal double TimeSteps(int leaves)
    {
        const int LeastSteps = 3;
        team?.Announce(RankOrder.MeasureSteps, leaves);
        var seconds = new List<double>();
        alone = new(Own?.First ?? 0, Math.Min(leaves, Own?.Count ?? options.Leaves));
        try
        {
            // The first pays for what is compiled and for cold caches.
            MakeStep(Plan.Run);
            _ = IsFinite;
            for (long start = Stopwatch.GetTimestamp(); seconds.Count < LeastSteps || Stopwatch.GetElapsedTime(start) < MeasuredTime;)
            {
                long step = Stopwatch.GetTimestamp();
                MakeStep(Plan.Run);
                // Waits for the device.
                _ = IsFinite;
                seconds.Add(Stopwatch.GetElapsedTime(step).TotalSeconds);
            }
        }
        finally
        {
            alone = null;
        }
        double median = seconds.Order().ElementAt(seconds.Count / 2);
        return team?.Largest(median) ?? median;
    }

    private void Compare(IReadOnlyDictionary<string, StateTensor> state)
    {
        team!.Compare(Step, Checkpoint.Digest(state));
        comparedStep = Step;
    }
}
