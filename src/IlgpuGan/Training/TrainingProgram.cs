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

    private const int LatentStream = 2, RealNoiseStream = 3, FakeNoiseStream = 4, GeneratorNoiseStream = 5;

    private readonly Graph graph = new();
    private readonly TrainingOptions options;
    private readonly Objective objective;
    private readonly Network generator, discriminator;

    /// <param name="options">Batch, objective, rates, seed.</param>
    /// <param name="generator">G.</param>
    /// <param name="discriminator">D.</param>
    /// <param name="reals">Makes the batch of real images from the graph and the counter of D's updates.</param>
    public TrainingProgram(TrainingOptions options, Network generator, Network discriminator, Func<Graph, Counter, Tensor> reals)
    {
        (this.options, this.generator, this.discriminator) = (options, generator, discriminator);
        objective = Objective.Named(options.Loss);
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

    /// <summary>Segment 0 updates D, segment 1 updates G.</summary>
    public Plan Compile(VariableStore variables) => Plan.Compile(variables, graph);

    // Nothing of G is among the targets, so no gradient of G is computed: G is fixed.
    private void AddDiscriminatorUpdate(Tensor real, Tensor fake)
    {
        var realLogits = discriminator.Apply(Noisy(real, RealNoiseStream, DiscriminatorUpdates));
        var fakeLogits = discriminator.Apply(Noisy(fake, FakeNoiseStream, DiscriminatorUpdates));
        var loss = objective.Discriminator(realLogits, fakeLogits);
        Update(discriminator, loss, DiscriminatorUpdates, options.DiscriminatorLearningRate, averageHalfLifeKimg: 0, Sum.DiscriminatorGradientNorm);
        Accumulate(Sum.DiscriminatorLoss, loss);
        Accumulate(Sum.RealProbability, graph.MeanProbability(realLogits, target: 1));
        Accumulate(Sum.FakeProbability, graph.MeanProbability(fakeLogits, target: 0));
        Accumulate(Sum.DiscriminatorUpdates, graph.Constant(1));
        graph.Advance(DiscriminatorUpdates);
    }

    // D's weights lead to G's loss, but they are no targets: D is fixed.
    private void AddGeneratorUpdate(Tensor fake)
    {
        var loss = objective.Generator(discriminator.Apply(Noisy(fake, GeneratorNoiseStream, GeneratorUpdates)));
        Update(generator, loss, GeneratorUpdates, options.GeneratorLearningRate, options.AverageHalfLifeKimg, Sum.GeneratorGradientNorm);
        Accumulate(Sum.GeneratorLoss, loss);
        Accumulate(Sum.GeneratorUpdates, graph.Constant(1));
        graph.Advance(GeneratorUpdates);
    }

    private Tensor Noisy(Tensor images, int stream, Counter counter) => options.InstanceNoise == 0
        ? images
        : images + graph.RandomNormal(images.Shape, options.Seed, stream, counter) * options.InstanceNoise;

    private void Update(Network network, Tensor loss, Counter counter, Schedule? learningRate, Schedule averageHalfLifeKimg, Sum norm)
    {
        var parameters = network.Parameters;
        var optimizer = new Optimizer(Enum.Parse<UpdateRule>(options.Optimizer, ignoreCase: true))
        {
            LearningRate = At(learningRate ?? options.LearningRate, counter),
            Beta1 = options.Optimizer == "sgd" ? options.Momentum : options.Beta1,
            Beta2 = At(options.Beta2, counter),
            AverageHalfLife = At(averageHalfLifeKimg, counter) * (1 / KimgPerUpdate(counter)),
            Epsilon = options.Epsilon,
            WeightDecay = options.WeightDecay,
        };
        graph.Update(parameters, Differentiation.Gradients(loss, parameters), optimizer, counter);
        var gradients = graph.Read(parameters.Gradients, 0, Shape.Of(parameters.Gradients.Size / 16, 16));
        Accumulate(norm, gradients.Square().Sum().Sqrt());
    }

    // Both counters begin at 0 and say the same of one step's beginning: D's and G's schedules go together, whatever number of D's updates a step has.
    private Tensor At(Schedule schedule, Counter counter) => schedule.At(graph, graph.Value(counter) * KimgPerUpdate(counter));

    private float KimgPerUpdate(Counter counter) => options.Batch * (counter == GeneratorUpdates ? options.DiscriminatorSteps : 1) / 1000f;

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
}
