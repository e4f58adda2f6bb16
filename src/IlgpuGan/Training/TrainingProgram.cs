using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;

namespace IlgpuGan.Training;

/// <summary>The updates of the algorithm as one graph of segments, which share the fakes: what D has learnt to tell, G then mends.</summary>
internal sealed class TrainingProgram
{
    /// <summary>Random stream of the mirroring of real images; every other use of random numbers has a stream of its own too.</summary>
    public const int RealStream = 1;

    private const int LatentStream = 2, RealNoiseStream = 3, FakeNoiseStream = 4, GeneratorNoiseStream = 5, PenaltyStream = 6, GeneratorRealNoiseStream = 7,
        PenaltyRealNoiseStream = 8, PenaltyFakeNoiseStream = 9;

    // What is shown with the noise of a stream is augmented by the stream so much further on.
    private const int AugmentStreams = 16;

    private readonly Graph graph = new();
    private readonly TrainingOptions options;
    private readonly GradientPenalty? penalty;
    private readonly LeCam? leCam;
    private readonly Network generator, discriminator;
    private readonly IAugmentation? augmentation;
    private readonly Dictionary<(Tensor Images, int Stream), Tensor> augmented = [];
    private readonly Func<Graph, Counter, Tensor> reals;
    private Weights critic;

    /// <param name="options">Batch, objective, rates, seed.</param>
    /// <param name="generator">G.</param>
    /// <param name="discriminator">D.</param>
    /// <param name="reals">Makes a batch of real images from the graph and the counter of such batches.</param>
    public TrainingProgram(TrainingOptions options, Network generator, Network discriminator, Func<Graph, Counter, Tensor> reals)
    {
        (this.options, this.generator, this.discriminator, this.reals) = (options, generator, discriminator, reals);
        Objective = Objective.Named(options.Loss);
        penalty = GradientPenalty.Named(options.Penalty);
        leCam = options.LeCam > 0 ? new() : null;
        augmentation = Augmentations.Of(options);
        var latent = graph.RandomNormal(
            Shape.Of([options.Batch, .. generator.Input.ToArray()]), options.Seed, LatentStream, DiscriminatorUpdates);
        var fake = generator.Apply(latent);
        critic = discriminator.Take(graph);
        AddDiscriminatorUpdate(fake);
        graph.EndSegment();
        if (HasLazyPenalty)
        {
            critic = discriminator.Take(graph);
            AddPenaltyUpdate(fake);
            graph.EndSegment();
        }
        critic = discriminator.Take(graph);
        AddGeneratorUpdate(fake);
    }

    /// <summary>What D and G minimise.</summary>
    public Objective Objective { get; }

    /// <summary>Updates of D so far; numbers latents.</summary>
    public Counter DiscriminatorUpdates { get; } = new("discriminator.updates");

    /// <summary>Steps of D's optimiser so far: its updates and those of a penalty that has its own.</summary>
    public Counter DiscriminatorSteps { get; } = new("discriminator.steps");

    /// <summary>Updates of G so far.</summary>
    public Counter GeneratorUpdates { get; } = new("generator.updates");

    /// <summary>Batches of reals taken so far.</summary>
    public Counter RealBatches { get; } = new("real.batches");

    /// <summary>Sums since the last report, by <see cref="Sum"/>.</summary>
    public Variable Sums { get; } = new("sums", 16);

    /// <summary>What must be saved besides networks, optimisers and counters.</summary>
    public IReadOnlyList<Variable> State => [Sums, .. leCam is null ? [] : (Variable[])[leCam.Averages], .. discriminator.State.Select(state => state.Variable),
        .. augmentation?.State ?? []];

    /// <summary>Whether G's step takes a batch of reals too.</summary>
    public bool ComparesInGenerator => Objective.ComparesInGenerator;

    /// <summary>Whether the penalty has a segment of its own, run after every so many updates of D.</summary>
    public bool HasLazyPenalty => penalty is not null && options.PenaltyEvery > 1;

    /// <summary>Segment 0 updates D, the last one updates G; a lazy penalty's lies between.</summary>
    public Plan Compile(VariableStore variables) => Plan.Compile(variables, graph);

    // Nothing of G is among the targets, so no gradient of G is computed: G is fixed.
    private void AddDiscriminatorUpdate(Tensor fake)
    {
        var real = reals(graph, RealBatches);
        Tensor realLogits = Judge(real, RealNoiseStream), fakeLogits = Judge(fake, FakeNoiseStream);
        var adversarial = Objective.Discriminator(realLogits, fakeLogits);
        var loss = adversarial;
        if (penalty is not null && !HasLazyPenalty)
        {
            var term = Penalty(real, fake);
            loss += term * options.EffectivePenaltyWeight;
            Accumulate(Sum.Penalty, term);
            Accumulate(Sum.PenaltyUpdates, graph.Constant(1));
        }
        if (leCam is not null)
            loss += leCam.Of(realLogits, fakeLogits) * options.LeCam;
        Update(discriminator, loss, DiscriminatorSteps, averageHalfLife: 0);
        AccumulateNorm(Sum.DiscriminatorGradientNorm, discriminator);
        leCam?.Update(realLogits, fakeLogits);
        var (realBelief, fakeBelief) = Objective.Beliefs(realLogits, fakeLogits);
        Accumulate(Sum.DiscriminatorLoss, adversarial);
        Accumulate(Sum.RealProbability, graph.MeanProbability(realBelief, target: 1));
        Accumulate(Sum.FakeProbability, graph.MeanProbability(fakeBelief, target: 0));
        Accumulate(Sum.DiscriminatorUpdates, graph.Constant(1));
        if (augmentation?.Probability(graph) is { } probability)
            Accumulate(Sum.AugmentationProbability, probability);
        augmentation?.Update(realLogits);
        graph.Advance(RealBatches);
        graph.Advance(DiscriminatorUpdates);
    }

    private void AddPenaltyUpdate(Tensor fake)
    {
        var term = Penalty(reals(graph, RealBatches), fake);
        Update(discriminator, term * (options.EffectivePenaltyWeight * options.PenaltyEvery), DiscriminatorSteps, averageHalfLife: 0);
        Accumulate(Sum.Penalty, term);
        Accumulate(Sum.PenaltyUpdates, graph.Constant(1));
        graph.Advance(RealBatches);
    }

    // D's weights lead to G's loss, but they are no targets: D is fixed.
    private void AddGeneratorUpdate(Tensor fake)
    {
        var fakeLogits = Judge(fake, GeneratorNoiseStream);
        var realLogits = ComparesInGenerator ? Judge(reals(graph, RealBatches), GeneratorRealNoiseStream) : fakeLogits;
        var loss = Objective.Generator(realLogits, fakeLogits);
        float halfLife = options.AverageHalfLifeKimg * 1000 / (options.Batch * (float)options.DiscriminatorSteps);
        Update(generator, loss, GeneratorUpdates, halfLife);
        AccumulateNorm(Sum.GeneratorGradientNorm, generator);
        Accumulate(Sum.GeneratorLoss, loss);
        Accumulate(Sum.GeneratorUpdates, graph.Constant(1));
        if (ComparesInGenerator)
            graph.Advance(RealBatches);
    }

    /// <summary>D's logits of images, with the augmentation and the noise that D sees them through.</summary>
    private Tensor Judge(Tensor images, int noiseStream) => discriminator.Apply(options.InstanceNoise == 0
        ? Augmented(images, noiseStream)
        : Augmented(images, noiseStream) + graph.RandomNormal(images.Shape, options.Seed, noiseStream, DiscriminatorUpdates) * options.InstanceNoise, critic);

    // Images that are judged twice with the same noise are augmented once: D is then applied to them once.
    private Tensor Augmented(Tensor images, int noiseStream)
    {
        if (augmentation is null)
            return images;
        var key = (images, noiseStream);
        return augmented.TryGetValue(key, out var known)
            ? known
            : augmented[key] = augmentation.Apply(images, options.Seed, AugmentStreams + noiseStream, DiscriminatorUpdates);
    }

    private Tensor Penalty(Tensor real, Tensor fake)
    {
        // In D's own update the penalty sees what the loss has seen, so that D is applied to it once.
        var (realStream, fakeStream) = HasLazyPenalty ? (PenaltyRealNoiseStream, PenaltyFakeNoiseStream) : (RealNoiseStream, FakeNoiseStream);
        return penalty!.Of(
            images => Judge(images, images == real ? realStream : fakeStream), real, fake,
            shape => graph.RandomUniform(shape, options.Seed, PenaltyStream, DiscriminatorUpdates));
    }

    /// <summary>One step of a network's optimiser; its counter then counts it.</summary>
    private void Update(Network network, Tensor loss, Counter counter, float averageHalfLife)
    {
        var parameters = network.Parameters;
        // Where a penalty has steps of its own, both kinds together are to move D as far as the single ones would (Karras et al. 2020, appendix B).
        float share = network == discriminator && HasLazyPenalty ? options.PenaltyEvery / (options.PenaltyEvery + 1f) : 1;
        var optimizer = new Optimizer(UpdateRule.Adam)
        {
            LearningRate = options.LearningRate * share,
            Beta1 = MathF.Pow(options.Beta1, share),
            Beta2 = MathF.Pow(options.Beta2, share),
            Epsilon = options.Epsilon,
            AverageHalfLife = averageHalfLife,
        };
        graph.Update(parameters, Differentiation.Gradients(loss, parameters), optimizer, counter);
        graph.Advance(counter);
        if (network == discriminator && options.Clip > 0)
        {
            var weights = graph.Read(parameters.Values, 0, Shape.Of(parameters.Values.Size));
            graph.Assign(parameters.Values, 0, weights.Clamp(-options.Clip, options.Clip));
        }
    }

    private void AccumulateNorm(Sum norm, Network network)
    {
        var all = network.Parameters.Gradients;
        Accumulate(norm, graph.Read(all, 0, Shape.Of(all.Size / 16, 16)).Square().Sum().Sqrt());
    }

    private void Accumulate(Sum sum, Tensor value) => graph.Assign(Sums, (int)sum, graph.Read(Sums, (int)sum, Shape.Scalar) + value);
}

/// <summary>Places of the sums that a report averages.</summary>
internal enum Sum
{
    DiscriminatorLoss,
    GeneratorLoss,
    RealProbability,
    FakeProbability,
    DiscriminatorGradientNorm,
    GeneratorGradientNorm,
    DiscriminatorUpdates,
    GeneratorUpdates,
    Penalty,
    PenaltyUpdates,
    AugmentationProbability,
}
