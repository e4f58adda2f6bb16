using IlgpuGan.Options;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>What a training would take on several ranks, predicted from measured steps and messages.</summary>
/// <param name="Ranks">Processes that train together.</param>
/// <param name="Measured">How many of them measured this.</param>
/// <param name="Leaves">Leaves of a batch.</param>
/// <param name="MostLeaves">Leaves of the rank that has most.</param>
/// <param name="MemoryBytes">Bytes that a rank takes on its device, and for what it receives.</param>
/// <param name="BytesPerStep">Bytes that the rank sends in a step that sends most.</param>
/// <param name="MessagesPerStep">Messages that it sends in a step.</param>
/// <param name="Latency">Seconds of a message of no length, measured.</param>
/// <param name="BytesPerSecond">What a link carries each way, measured.</param>
/// <param name="ComputingSeconds">Seconds of a step without exchange, measured.</param>
/// <param name="ExchangeSeconds">Seconds of its exchange, computed from latency and speed.</param>
/// <param name="Efficiency">Images per second beside as many times those of one rank with what each has: 1 is all that can be had.</param>
public sealed record RankForecast(
    int Ranks, int Measured, int Leaves, int MostLeaves, long MemoryBytes, double BytesPerStep, double MessagesPerStep, double Latency, double BytesPerSecond, double ComputingSeconds,
    double ExchangeSeconds, double Efficiency)
{
    /// <summary>Seconds of a step.</summary>
    public double SecondsPerStep => ComputingSeconds + ExchangeSeconds;

    /// <summary>Measures on the ranks that there are, and predicts for as many as are wanted.</summary>
    /// <param name="team">The ranks that there are.</param>
    /// <param name="trainer">The trainer of rank 0; of no use afterwards.</param>
    /// <param name="options">What is trained.</param>
    /// <param name="ranks">How many are wanted.</param>
    /// <exception cref="OptionException">They are more than the leaves.</exception>
    internal static RankForecast Measure(RankTeam team, Trainer trainer, TrainingOptions options, int ranks) => team.Do(() =>
    {
        var tree = Trainer.TreeOf(options, ranks);
        var sums = trainer.RankSums.ToList();
        var speed = team.MeasureLink(sums.Max(sum => sum.Count) * (long)sizeof(float));
        // What is done once for all leaves, as the optimiser's step, and what for each.
        int measured = Math.Min(tree.MostLeaves, Trainer.TreeOf(options, team.Ranks).MostLeaves);
        double some = trainer.TimeSteps(measured), each = Math.Max(0, some - trainer.TimeSteps(0)) / measured;
        double computing = some + each * (tree.MostLeaves - measured);
        return Of(tree, sums, speed, computing, computing + each * (options.Leaves - tree.MostLeaves)) with
        {
            Measured = team.Ranks,
            MemoryBytes = trainer.Describe().DeviceBytes + sums.Max(sum => sum.Count) * (long)sizeof(float),
        };
    });

    /// <summary>What ranks take whose computing and links are known.</summary>
    /// <param name="tree">Which leaves they have.</param>
    /// <param name="sums">How many numbers each sum of a step has, and how often a step has it.</param>
    /// <param name="speed">How fast they exchange.</param>
    /// <param name="computing">Seconds of a step of the rank that has most leaves, without exchange.</param>
    /// <param name="alone">Seconds of a step of one rank with all leaves.</param>
    internal static RankForecast Of(RankTree tree, IReadOnlyList<(int Count, double Times)> sums, RankLinkSpeed speed, double computing, double alone)
    {
        var costs = sums.Select(sum => (Cost: RankCost.OfSum(tree, sum.Count, speed), sum.Times)).ToList();
        double exchange = costs.Sum(cost => cost.Cost.Seconds * cost.Times) + RankCost.OrderSeconds(tree.Ranks, speed);
        return new(
            tree.Ranks, 0, tree.Leaves, tree.MostLeaves, 0, costs.Sum(cost => cost.Cost.Bytes * cost.Times), costs.Sum(cost => cost.Cost.Messages * cost.Times), speed.Latency,
            speed.BytesPerSecond, computing, exchange, alone / (tree.Ranks * (computing + exchange)));
    }
}
