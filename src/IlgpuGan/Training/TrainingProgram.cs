using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>The updates of the algorithm as one graph of segments, which share the fakes: what D has learnt to tell, G then mends.</summary>
internal sealed class TrainingProgram
{
    private readonly Graph graph = new();
    private readonly TrainingOptions options;
    private readonly GradientPenalty? penalty;
    private readonly LeCam? leCam;
    private readonly IAugmentation? augmentation;
    private readonly Dictionary<(Tensor Images, RandomStream Stream), Tensor> augmented = [];
    private readonly Network generator, discriminator;
    private readonly TrainingBatches batches;
    private Weights critic;

    /// <param name="options">Batch, objective, rates, seed.</param>
    /// <param name="generator">G.</param>
    /// <param name="discriminator">D.</param>
    /// <param name="batches">Makes batches of real images and their labels.</param>
    public TrainingProgram(TrainingOptions options, Network generator, Network discriminator, TrainingBatches batches)
    {
        (this.options, this.generator, this.discriminator, this.batches) = (options, generator, discriminator, batches);
        Objective = options.Objective;
        penalty = options.GradientPenalty;
        leCam = options.LeCam > 0 ? new() : null;
        augmentation = options.Augmentation;
        var real = TakeReals();
        var latent = graph.RandomNormal(
            Shape.Of([options.Batch, .. generator.Input.ToArray()]), options.Seed, (int)RandomStream.Latents, DiscriminatorUpdates);
        // Fakes are asked for with the labels that the reals have, so in the same frequencies.
        var fake = real with { Images = generator.Apply(latent, generator.Take(graph), real.Labels) };
        critic = discriminator.Take(graph);
        AddDiscriminatorUpdate(real, fake);
        graph.EndSegment();
        if (HasLazyPenalty)
        {
            critic = discriminator.Take(graph);
            AddPenaltyUpdate(fake);
            graph.EndSegment();
        }
        critic = discriminator.Take(graph);
        AddGeneratorUpdate(fake);
        if (State.GroupBy(variable => variable.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new OptionException($"--augment {options.Augment} keeps a variable named {twice.Key}, as something else does; give it another name.");
        }
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

    /// <summary>What all learning rates are multiplied by: 1 until a run goes back to an earlier state.</summary>
    public Variable RateScale { get; } = new("rate.scale", 1);

    /// <summary>Tensors and updates, for those who look at each.</summary>
    public Graph Graph => graph;

    /// <summary>What must be saved besides networks, optimisers and counters.</summary>
    public IReadOnlyList<Variable> State =>
    [
        Sums, RateScale, .. leCam is null ? [] : (Variable[])[leCam.Averages], .. AugmentationState, .. discriminator.State.Select(state => state.Variable),
    ];

    /// <summary>Of these what the augmentation keeps.</summary>
    public IReadOnlyList<Variable> AugmentationState => augmentation?.State ?? [];

    /// <summary>Whether G's step takes a batch of reals too.</summary>
    public bool ComparesInGenerator => Objective.ComparesInGenerator;

    /// <summary>Whether the augmentation changes images with a probability.</summary>
    public bool HasAugmentationProbability { get; private set; }

    /// <summary>Whether the penalty has a segment of its own, run after every so many updates of D.</summary>
    public bool HasLazyPenalty => penalty is not null && options.PenaltyEvery > 1;

    /// <summary>Segment 0 updates D, the last one updates G; a lazy penalty's lies between.</summary>
    public Plan Compile(VariableStore variables) => Plan.Compile(variables, graph);

    // Nothing of G is among the targets, so no gradient of G is computed: G is fixed.
    private void AddDiscriminatorUpdate(Judged real, Judged fake)
    {
        Verdict onReal = Judge(real, RandomStream.Reals), onFake = Judge(fake, RandomStream.Fakes);
        var adversarial = Objective.Discriminator(onReal.Logits, onFake.Logits);
        if (options.Mismatched)
        {
            adversarial = (adversarial + Objective.Discriminator(onReal.Logits, Mismatched(real, onFake.Logits))) * 0.5f;
        }
        var loss = adversarial;
        if (onReal.Classes is not null)
        {
            loss += ClassLoss(real, onReal) + ClassLoss(fake, onFake);
        }
        if (penalty is not null && !HasLazyPenalty)
        {
            // On what the loss has seen, so that D is applied to it once.
            var term = Penalty(real, fake, RandomStream.Reals, RandomStream.Fakes);
            loss += term * PenaltyWeight;
            Count(Sum.Penalty, term, Sum.PenaltyUpdates);
        }
        if (leCam is not null)
        {
            loss += leCam.Of(onReal.Logits, onFake.Logits) * options.LeCam;
        }
        Update(discriminator, loss, DiscriminatorUpdates, options.DiscriminatorLearningRate, averageHalfLifeKimg: 0);
        AccumulateNorm(Sum.DiscriminatorGradientNorm, discriminator);
        leCam?.Update(onReal.Logits, onFake.Logits);
        var (realBelief, fakeBelief) = Objective.Beliefs(onReal.Logits, onFake.Logits);
        Accumulate(Sum.RealProbability, graph.MeanProbability(realBelief, target: 1));
        Accumulate(Sum.FakeProbability, graph.MeanProbability(fakeBelief, target: 0));
        Count(Sum.DiscriminatorLoss, adversarial, Sum.DiscriminatorUpdates);
        if (augmentation?.Probability(graph) is { } probability)
        {
            Accumulate(Sum.AugmentationProbability, probability);
            HasAugmentationProbability = true;
        }
        augmentation?.Update(onReal.Logits);
        graph.Advance(RealBatches);
        graph.Advance(DiscriminatorUpdates);
    }

    private void AddPenaltyUpdate(Judged fake)
    {
        var term = Penalty(TakeReals(), fake, RandomStream.PenaltyReals, RandomStream.PenaltyFakes);
        Update(discriminator, term * (PenaltyWeight * options.PenaltyEvery), DiscriminatorUpdates, options.DiscriminatorLearningRate, averageHalfLifeKimg: 0);
        Count(Sum.Penalty, term, Sum.PenaltyUpdates);
        graph.Advance(RealBatches);
    }

    // D's weights lead to G's loss, but they are no targets: D is fixed.
    private void AddGeneratorUpdate(Judged fake)
    {
        var onFake = Judge(fake, RandomStream.GeneratorFakes);
        var onReal = ComparesInGenerator ? Judge(TakeReals(), RandomStream.GeneratorReals) : onFake;
        var loss = Objective.Generator(onReal.Logits, onFake.Logits);
        Accumulate(Sum.GeneratorLoss, loss);
        if (onFake.Classes is not null)
        {
            loss += ClassLoss(fake, onFake);
        }
        Accumulate(Sum.GeneratorUpdates, graph.Constant(1));
        Update(generator, loss, GeneratorUpdates, options.GeneratorLearningRate, options.AverageHalfLifeKimg);
        AccumulateNorm(Sum.GeneratorGradientNorm, generator);
        graph.Advance(GeneratorUpdates);
        if (ComparesInGenerator)
        {
            graph.Advance(RealBatches);
        }
    }

    private Judged TakeReals() => new(batches.Images(graph, RealBatches), batches.Labels?.Invoke(graph, RealBatches, options.Seed));

    /// <summary>What D says of images, seen through the augmentation and the noise that all images are seen through.</summary>
    private Verdict Judge(Judged judged, RandomStream stream)
    {
        var images = Augmented(judged.Images, stream);
        if (options.InstanceNoise != 0)
        {
            images += graph.RandomNormal(images.Shape, options.Seed, (int)stream, DiscriminatorUpdates) * options.InstanceNoise;
        }
        var output = discriminator.Apply(images, critic, judged.Labels);
        return output.Shape.Columns == 1 ? new(output, null) : new(graph.Slice(output, 0, 1), graph.Slice(output, 1, output.Shape.Columns - 1));
    }

    // Images that are judged twice by one stream are augmented once, so that D is applied to them once.
    private Tensor Augmented(Tensor images, RandomStream stream)
    {
        if (augmentation is null)
        {
            return images;
        }
        if (!augmented.TryGetValue((images, stream), out var changed))
        {
            changed = augmentation.Apply(images, options.Seed, (int)RandomStream.Augmentation + (int)stream, DiscriminatorUpdates);
            augmented[(images, stream)] = changed is not null && changed.Shape.Equals(images.Shape) ? changed
                : throw new OptionException($"--augment {options.Augment} makes {changed?.Shape.ToString() ?? "nothing"} of images {images.Shape}; it must keep their shape.");
        }
        return changed;
    }

    /// <summary>D's logits of real images with labels of others; where those happen to be right, the fake's stand in for them.</summary>
    private Tensor Mismatched(Judged real, Tensor fakeLogits)
    {
        // Another seed shuffles anew: the labels are those of other images, in the data's frequencies.
        var labels = batches.Labels!(graph, RealBatches, ~options.Seed);
        var isSame = ((labels * real.Labels!).SumColumns() - (batches.LabelColumns.Count - 0.5f)).Step();
        var logits = Judge(real with { Labels = labels }, RandomStream.Reals).Logits;
        return fakeLogits * isSame + logits * (1 - isSame);
    }

    /// <summary>Cross entropy of the labels that D reads off images, over all columns (Odena et al. 2017, equation 3).</summary>
    private Tensor ClassLoss(Judged judged, Verdict verdict)
    {
        int first = 0;
        Tensor? loss = null;
        foreach (int classes in batches.LabelColumns)
        {
            var part = CrossEntropy.OfSoftmax(graph.Slice(verdict.Classes!, first, classes), graph.Slice(judged.Labels!, first, classes));
            loss = loss is null ? part : loss + part;
            first += classes;
        }
        return loss!;
    }

    private Tensor Penalty(Judged real, Judged fake, RandomStream realStream, RandomStream fakeStream) => OwnParts.Scalar(penalty!.Of(
        images => Judge(real with { Images = images, Labels = images == fake.Images ? fake.Labels : real.Labels }, images == real.Images ? realStream : fakeStream).Logits,
        real.Images, fake.Images, shape => graph.RandomUniform(shape, options.Seed, (int)RandomStream.Penalty, DiscriminatorUpdates)), $"the penalty {options.Penalty}");

    private Tensor PenaltyWeight => At(options.EffectivePenaltyWeight, DiscriminatorUpdates);

    /// <summary>One step of a network's optimiser.</summary>
    /// <param name="network">What is updated.</param>
    /// <param name="loss">What it minimises.</param>
    /// <param name="counter">Says how many images were shown before.</param>
    /// <param name="learningRate">Its own rate; null for that of both.</param>
    /// <param name="averageHalfLifeKimg">Of the weights' average; 0 for none.</param>
    private void Update(Network network, Tensor loss, Counter counter, Schedule? learningRate, Schedule averageHalfLifeKimg)
    {
        var parameters = network.Parameters;
        bool isCritic = network == discriminator;
        // Where a penalty has steps of its own, both kinds together are to move D as far as the single ones would (Karras et al. 2020, appendix B).
        float share = isCritic && HasLazyPenalty ? options.PenaltyEvery / (options.PenaltyEvery + 1f) : 1;
        var optimizer = new Optimizer(options.Optimizer)
        {
            LearningRate = At(learningRate ?? options.LearningRate, counter) * share * graph.Read(RateScale, 0, Shape.Scalar),
            Beta1 = Power(options.Optimizer == UpdateRule.Sgd ? options.Momentum : options.Beta1, share),
            Beta2 = Power(At(options.Beta2, counter), share),
            AverageHalfLife = At(averageHalfLifeKimg, counter) * (1 / KimgPerUpdate(counter)),
            Epsilon = options.Epsilon,
            WeightDecay = options.WeightDecay,
        };
        var steps = isCritic ? DiscriminatorSteps : GeneratorUpdates;
        // No gradient is computed of what is frozen.
        var learning = isCritic ? network.Without(options.FreezeDiscriminator, areLast: false) : network.Without(options.FreezeGenerator, areLast: true);
        graph.Update(learning, Differentiation.Gradients(loss, [.. learning.Select(graph.Read)]), optimizer, steps);
        if (!isCritic)
        {
            return;
        }
        graph.Advance(steps);
        if (options.Clip > 0)
        {
            int first = learning[0].Offset;
            var weights = graph.Read(parameters.Values, first, Shape.Of(parameters.Values.Size - first));
            graph.Assign(parameters.Values, first, weights.Clamp(-options.Clip, options.Clip));
        }
    }

    // Both counters begin at 0 and say the same of one step's beginning: D's and G's schedules go together, whatever number of D's updates a step has.
    private Tensor At(Schedule schedule, Counter counter) => schedule.At(graph, graph.Value(counter) * KimgPerUpdate(counter));

    private float KimgPerUpdate(Counter counter) => options.Batch * (counter == GeneratorUpdates ? options.DiscriminatorSteps : 1) / 1000f;

    // A number stays a number: exact, and no launch of its own.
    private Tensor Power(Tensor x, float exponent) =>
        exponent == 1 ? x
        : x.Operation is Constant constant ? graph.Constant(Power(constant.Value, exponent))
        : (x.Log() * exponent).Exp();

    // Rounded from double precision: the C libraries of two machines differ in the last bit of a float's power.
    private static float Power(float x, float exponent) => (float)Math.Pow(x, exponent);

    private void AccumulateNorm(Sum norm, Network network)
    {
        var all = network.Parameters.Gradients;
        Accumulate(norm, graph.Read(all, 0, Shape.Of(all.Size / 16, 16)).Square().Sum().Sqrt());
    }

    private void Count(Sum sum, Tensor value, Sum count)
    {
        Accumulate(sum, value);
        Accumulate(count, graph.Constant(1));
    }

    private void Accumulate(Sum sum, Tensor value) => graph.Assign(Sums, (int)sum, graph.Read(Sums, (int)sum, Shape.Scalar) + value);

    /// <summary>Images with what they are labelled, or asked to be.</summary>
    private sealed record Judged(Tensor Images, Tensor? Labels);

    /// <summary>What D says: logits [N, 1] and, where it reads labels, class logits [N, classes].</summary>
    private sealed record Verdict(Tensor Logits, Tensor? Classes);
}

/// <summary>Where batches of reals come from.</summary>
/// <param name="Images">Makes a batch from the graph and the counter of such batches.</param>
/// <param name="Labels">Makes one-hot rows from the graph, that counter and a seed: those of the batch for the run's own seed. Null where there are none.</param>
/// <param name="LabelColumns">Classes of each column of labels.</param>
internal sealed record TrainingBatches(Func<Graph, Counter, Tensor> Images, Func<Graph, Counter, ulong, Tensor>? Labels, IReadOnlyList<int> LabelColumns);

/// <summary>Every use of random numbers has a stream of its own.</summary>
internal enum RandomStream
{
    /// <summary>Mirroring of real images.</summary>
    Mirror = 1,
    Latents = 2,
    Reals = 3,
    Fakes = 4,
    GeneratorFakes = 5,
    GeneratorReals = 6,
    Penalty = 7,
    PenaltyReals = 8,
    PenaltyFakes = 9,

    /// <summary>Augmentation of what a stream is for has the stream of the sum.</summary>
    Augmentation = 16,
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
