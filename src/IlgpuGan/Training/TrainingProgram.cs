using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;

namespace IlgpuGan.Training;

/// <summary>The two updates of the algorithm as one graph of two segments, which share the fakes: what D has learnt to tell, G then mends.</summary>
internal sealed class TrainingProgram
{
    /// <summary>Random stream of the mirroring of real images; every other use of random numbers has a stream of its own too.</summary>
    public const int RealStream = 1;

    private const int LatentStream = 2, RealNoiseStream = 3, FakeNoiseStream = 4, GeneratorNoiseStream = 5,
        RealAugmentStream = 6, FakeAugmentStream = 7, GeneratorAugmentStream = 8;

    private readonly Graph graph = new();
    private readonly TrainingOptions options;
    private readonly Objective objective;
    private readonly Network generator, discriminator;
    private readonly IAugmentation? augmentation;

    /// <param name="options">Batch, objective, rates, seed.</param>
    /// <param name="generator">G.</param>
    /// <param name="discriminator">D.</param>
    /// <param name="reals">Makes the batch of real images from the graph and the counter of D's updates.</param>
    public TrainingProgram(TrainingOptions options, Network generator, Network discriminator, Func<Graph, Counter, Tensor> reals)
    {
        (this.options, this.generator, this.discriminator) = (options, generator, discriminator);
        objective = Objective.Named(options.Loss);
        augmentation = Augmentations.Of(options);
        var real = reals(graph, DiscriminatorUpdates);
        var latent = graph.RandomNormal(
            Shape.Of([options.Batch, .. generator.Input.ToArray()]), options.Seed, LatentStream, DiscriminatorUpdates);
        var fake = generator.Apply(latent);
        AddDiscriminatorUpdate(real, fake);
        graph.EndSegment();
        AddGeneratorUpdate(fake);
    }

    /// <summary>Updates of D so far; numbers batches and latents.</summary>
    public Counter DiscriminatorUpdates { get; } = new("discriminator.updates");

    /// <summary>Updates of G so far.</summary>
    public Counter GeneratorUpdates { get; } = new("generator.updates");

    /// <summary>Sums since the last report, by <see cref="Sum"/>.</summary>
    public Variable Sums { get; } = new("sums", 16);

    /// <summary>What the augmentation has learnt, which a resumed run needs.</summary>
    public IReadOnlyList<Variable> AugmentationState => augmentation?.State ?? [];

    /// <summary>Segment 0 updates D, segment 1 updates G.</summary>
    public Plan Compile(VariableStore variables) => Plan.Compile(variables, graph);

    // Nothing of G is among the targets, so no gradient of G is computed: G is fixed.
    private void AddDiscriminatorUpdate(Tensor real, Tensor fake)
    {
        var realLogits = discriminator.Apply(Shown(real, RealNoiseStream, RealAugmentStream, DiscriminatorUpdates));
        var fakeLogits = discriminator.Apply(Shown(fake, FakeNoiseStream, FakeAugmentStream, DiscriminatorUpdates));
        var loss = objective.Discriminator(realLogits, fakeLogits);
        Update(discriminator, loss, DiscriminatorUpdates, averageHalfLife: 0, Sum.DiscriminatorGradientNorm);
        Accumulate(Sum.DiscriminatorLoss, loss);
        Accumulate(Sum.RealProbability, graph.MeanProbability(realLogits, target: 1));
        Accumulate(Sum.FakeProbability, graph.MeanProbability(fakeLogits, target: 0));
        Accumulate(Sum.DiscriminatorUpdates, graph.Constant(1));
        if (augmentation?.Probability(graph) is { } probability)
            Accumulate(Sum.AugmentationProbability, probability);
        augmentation?.Update(realLogits);
        graph.Advance(DiscriminatorUpdates);
    }

    // D's weights lead to G's loss, but they are no targets: D is fixed.
    private void AddGeneratorUpdate(Tensor fake)
    {
        var loss = objective.Generator(discriminator.Apply(Shown(fake, GeneratorNoiseStream, GeneratorAugmentStream, GeneratorUpdates)));
        float halfLife = options.AverageHalfLifeKimg * 1000 / (options.Batch * (float)options.DiscriminatorSteps);
        Update(generator, loss, GeneratorUpdates, halfLife, Sum.GeneratorGradientNorm);
        Accumulate(Sum.GeneratorLoss, loss);
        Accumulate(Sum.GeneratorUpdates, graph.Constant(1));
        graph.Advance(GeneratorUpdates);
    }

    /// <summary>What D is shown of images: augmented, then with noise, which hides the finest detail of what augmentation has made of them, too.</summary>
    private Tensor Shown(Tensor images, int noiseStream, int augmentStream, Counter counter)
    {
        if (augmentation is not null)
            images = augmentation.Apply(images, options.Seed, augmentStream, counter);
        return options.InstanceNoise == 0
            ? images
            : images + graph.RandomNormal(images.Shape, options.Seed, noiseStream, counter) * options.InstanceNoise;
    }

    private void Update(Network network, Tensor loss, Counter counter, float averageHalfLife, Sum norm)
    {
        var parameters = network.Parameters;
        var settings = new AdamSettings(options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, averageHalfLife);
        graph.AdamUpdate(parameters, Differentiation.Gradients(loss, parameters), settings, counter);
        var gradients = graph.Read(parameters.Gradients, 0, Shape.Of(parameters.Gradients.Size / 16, 16));
        Accumulate(norm, gradients.Square().Sum().Sqrt());
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
    AugmentationProbability,
}
