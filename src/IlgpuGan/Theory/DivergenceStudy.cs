using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;

namespace IlgpuGan.Theory;

/// <summary>Which discriminators are trained on what.</summary>
public sealed record DivergenceOptions
{
    /// <summary>Losses of D whose divergence is known.</summary>
    public static IReadOnlyList<string> AllLosses { get; } = [.. Objective.Names.Where(name => Objective.Named(name).Divergence is not null)];

    /// <summary>Penalties that hold the Wasserstein critic's slope at 1.</summary>
    public static IReadOnlyList<string> SlopePenalties { get; } = ["wgan-lp", "wgan-gp"];

    /// <summary>Name of the pair of distributions.</summary>
    public string Pair { get; init; } = "segments";

    /// <summary>Losses of D to try.</summary>
    public IReadOnlyList<string> Losses { get; init; } = ["non-saturating", "wasserstein"];

    /// <summary>Distances of the two; empty: those of the pair.</summary>
    public IReadOnlyList<double> Distances { get; init; } = [];

    /// <summary>
    /// What bounds the Wasserstein critic; the other losses need nothing. With wgan-gp a slope of the wrong sign may not pass through 0 on its way to the
    /// right one, and on the line a critic stays folded where it was folded at first; wgan-lp lets it.
    /// </summary>
    public string Penalty { get; init; } = "wgan-lp";

    /// <summary>
    /// Its weight. The critic weighs slope against penalty: its slope, and with it the estimate, is W / (2 weight) too large. The 10 of the paper
    /// would show 10 % at W = 2.
    /// </summary>
    public float PenaltyWeight { get; init; } = 100;

    /// <summary>Hidden units of each of D's two layers.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Points of each distribution in an update.</summary>
    public int Batch { get; init; } = 512;

    /// <summary>Updates of each D.</summary>
    public int Steps { get; init; } = 1500;

    /// <summary>Adam's learning rate.</summary>
    public float LearningRate { get; init; } = 2e-3f;

    /// <summary>Seed of weights and points.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every value against what is allowed.</summary>
    /// <exception cref="OptionException">The first value that is not, by the name of its option.</exception>
    public void Validate()
    {
        OptionCheck.OneOf("PAIR", Pair, DistributionPair.Names);
        foreach (string loss in Losses)
        {
            OptionCheck.OneOf("--loss", loss, AllLosses);
        }
        double least = DistributionPair.Named(Pair).Least;
        foreach (double distance in Distances)
        {
            OptionCheck.Between("--distances", distance, least, 100);
        }
        OptionCheck.OneOf("--penalty", Penalty, SlopePenalties);
        OptionCheck.Between("--penalty-weight", PenaltyWeight, 0, 1e6f);
        OptionCheck.Between("--width", Width, 1, 1024);
        OptionCheck.Between("--batch", Batch, 2, 8192);
        OptionCheck.Between("--steps", Steps, 1, 1_000_000);
        OptionCheck.Above0("--lr", LearningRate, 1);
    }
}

/// <summary>What one discriminator makes of two distributions.</summary>
/// <param name="Loss">Its loss.</param>
/// <param name="Divergence">What it estimates.</param>
/// <param name="Distance">Distance of the two.</param>
/// <param name="Estimate">The estimate of the averaged discriminator on points that it has not seen.</param>
/// <param name="Exact">The truth; infinite where it is.</param>
public sealed record DivergenceTrial(string Loss, string Divergence, double Distance, double Estimate, double Exact);

/// <summary>
/// Trains D alone between two known distributions: its best loss is a divergence (Goodfellow et al. 2014, theorem 1; Nowozin et al. 2016; Arjovsky
/// et al. 2017), and here it can be seen how well it gets there.
/// </summary>
public static class DivergenceStudy
{
    private const int RealStream = 0, FakeStream = 2, PenaltyStream = 4, FreshStreams = 8;

    // 2^20 points: the mean of something of deviation 1 is then known to 0.001.
    private const int FreshBatch = 4096, FreshBatches = 256;

    /// <summary>Trains a discriminator for each loss at each distance; losses are the outer loop.</summary>
    /// <param name="options">What is tried.</param>
    /// <param name="device">Where.</param>
    /// <param name="progress">Hears of each update.</param>
    /// <param name="cancellation">Ends the study between two updates.</param>
    /// <returns>The trials, each as it ends.</returns>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    public static IEnumerable<DivergenceTrial> Run(DivergenceOptions options, ComputeDevice device, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        options.Validate();
        var pair = DistributionPair.Named(options.Pair);
        var distances = options.Distances.Count > 0 ? options.Distances : pair.Distances;
        var all = (from loss in options.Losses from distance in distances select (loss, distance)).ToList();
        return all.Select((task, i) => Try(
            task.loss, Objective.Named(task.loss), pair, task.distance, options, device, progress,
            new(WorkKind.TrainingDiscriminators, i * (long)options.Steps, all.Count * (long)options.Steps, FormattableString.Invariant($"{task.loss} at {task.distance}")), cancellation));
    }

    /// <summary>Trains one discriminator with any objective whose divergence is known.</summary>
    internal static DivergenceTrial Try(
        string loss, Objective objective, DistributionPair pair, double distance, DivergenceOptions options, ComputeDevice device,
        IProgress<Work>? progress, Work before, CancellationToken cancellation)
    {
        var (p, q) = pair.At(distance);
        var critic = Mlp.Discriminator(new NetworkDesign(Shape.Of(p.Dimension), Latent: 1, options.Width));
        using var variables = new VariableStore(device, Precision.Fp32);
        Train(critic, objective, p, q, options, variables, progress, before, cancellation);
        double estimate = objective.Estimate(FreshLoss(critic, objective, p, q, options.Seed, variables));
        return new(loss, objective.Divergence!, distance, estimate, pair.Exact(objective, distance));
    }

    private static void Train(
        Network critic, Objective objective, Distribution p, Distribution q, DivergenceOptions options, VariableStore variables, IProgress<Work>? progress, Work before, CancellationToken cancellation)
    {
        var graph = new Graph();
        var counter = new Counter("updates");
        var weights = critic.Take(graph);
        Tensor Judge(Tensor points) => critic.Apply(points, weights);
        Tensor real = p.Draw(graph, options.Batch, options.Seed, RealStream, counter), fake = q.Draw(graph, options.Batch, options.Seed, FakeStream, counter);
        var loss = objective.Discriminator(Judge(real), Judge(fake));
        if (objective.NeedsLipschitz)
        {
            loss += GradientPenalty.Named(options.Penalty)!.Of(
                Judge, real, fake, shape => graph.RandomUniform(shape, options.Seed, PenaltyStream, counter)) * options.PenaltyWeight;
        }

        // Averaging over the last part takes out what single batches shake.
        var optimizer = new Optimizer(UpdateRule.Adam)
        {
            LearningRate = Schedule.Cosine(options.LearningRate, options.LearningRate / 100, options.Steps).At(graph, graph.Value(counter)),
            Beta1 = 0.9f,
            Beta2 = 0.99f,
            AverageHalfLife = options.Steps / 20f,
        };
        graph.Update(critic.Parameters, Differentiation.Gradients(loss, critic.Parameters), optimizer, counter);
        graph.Advance(counter);
        using var plan = Plan.Compile(variables, graph);
        var initial = Initialization.Draw(critic.Parameters, options.Seed);
        // D is 0 at first: half of the divergences are made of exponentials of it, and one point far out would drown all others.
        var last = critic.Parameters.Parameters[^2];
        initial.AsSpan(last.Offset, last.Shape.Size).Clear();
        variables.Upload(critic.Parameters.Values, initial);
        variables.Upload(critic.Parameters.Average, initial);
        for (int step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            plan.Run(0);
            progress?.Report(before.After(step + 1));
        }
    }

    private static double FreshLoss(Network critic, Objective objective, Distribution p, Distribution q, ulong seed, VariableStore variables)
    {
        var graph = new Graph();
        var counter = new Counter("fresh");
        Tensor Judge(Tensor points) => critic.Apply(points, critic.Parameters.Average, MomentSource.Measured);
        var loss = objective.Discriminator(
            Judge(p.Draw(graph, FreshBatch, seed, FreshStreams + RealStream, counter)), Judge(q.Draw(graph, FreshBatch, seed, FreshStreams + FakeStream, counter)));
        graph.Advance(counter);
        using var plan = Plan.Compile(variables, graph, loss);
        double sum = 0;
        for (int i = 0; i < FreshBatches; i++)
        {
            plan.Run(0);
            sum += plan.Fetch(loss)[0];
        }
        return sum / FreshBatches;
    }
}
