using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>
/// The updates of the algorithm as one graph of segments. Of a batch that is computed whole the updates share the fakes: what D has learnt to tell, G then mends. Of a batch in leaves
/// each update makes them again, with the same latents and labels, and is cut in two: what runs once for each leaf, and what follows when gradients, figures and logits of
/// all leaves are together.
/// </summary>
internal sealed class GanProgram : TrainingProgram
{
    // Room for figures of a batch, one line.
    private const int Figures = Alignment.Floats;

    private readonly GradientPenalty? penalty;
    private readonly Graph graph;
    private readonly LeCam? leCam;
    private readonly IAugmentation? augmentation;
    private readonly Dictionary<(Tensor Images, RandomStream Stream), Tensor> augmented = [];
    private readonly Network generator, discriminator;
    private readonly TrainingBatches batches;
    private readonly Leaf? leaf;
    // Numbers of the latents and of the labels that the latest fakes were made of, for later updates to make them of; used with leaves alone.
    private readonly Counter latestLatents = new("latest.latents"), latestLabels = new("latest.labels");
    // The first leaf of this process.
    private readonly Counter firstLeaf = new("first.leaf");
    private Weights? critic;
    private Judged? shared;
    private int segments;

    /// <param name="options">Batch, objective, rates, seed.</param>
    /// <param name="generator">G.</param>
    /// <param name="discriminator">D.</param>
    /// <param name="batches">Makes batches of real images and their labels.</param>
    /// <param name="own">The leaves that are computed here; null for all.</param>
    /// <param name="isSingle">Whether updates of D and G come one by one, in any order.</param>
    public GanProgram(TrainingOptions options, Network generator, Network discriminator, TrainingBatches batches, LeafRange? own = null, bool isSingle = false)
        : base(options)
    {
        (this.generator, this.discriminator, this.batches) = (generator, discriminator, batches);
        graph = Graph;
        penalty = options.GradientPenalty;
        leCam = options.LeCam > 0 ? new() : null;
        augmentation = options.Augmentation;
        if (options.Leaves > 1)
        {
            leaf = new(new("leaf"), options.Leaves, options.Batch / options.Leaves) { First = own?.First ?? 0, Own = own?.Count ?? options.Leaves };
            (discriminator.Parameters.Beside, generator.Parameters.Beside) = (Figures + 2 * Variable.Align(options.Batch), Figures);
        }
        Discriminator = Add(discriminator, AddDiscriminatorUpdate);
        if (penalty is not null && options.PenaltyEvery > 1)
        {
            int first = graph.Tensors.Count;
            LazyPenalty = Add(discriminator, AddPenaltyUpdate);
            // Most steps are without it.
            graph.ForgetFrom(first);
        }
        Generator = Add(generator, () => AddGeneratorUpdate(LatestFakes()));
        if (isSingle)
        {
            // It may be the first that runs.
            graph.ForgetFrom(0);
            GeneratorAgain = Add(generator, () => AddGeneratorUpdate(FurtherFakes()));
        }
        if (State.GroupBy(variable => variable.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new OptionException($"--augment {options.Augment} keeps a variable named {twice.Key}, as something else does; give it another name.");
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Network> Generators => [generator];

    /// <inheritdoc/>
    public override IReadOnlyList<Network> Discriminators => [discriminator];

    /// <inheritdoc/>
    public override IReadOnlyList<Variable> State => [.. base.State, .. leCam is null ? [] : (Variable[])[leCam.Averages], .. AugmentationState];

    /// <summary>Of these what the augmentation keeps.</summary>
    public IReadOnlyList<Variable> AugmentationState => augmentation?.State ?? [];

    /// <inheritdoc/>
    public override IReadOnlyList<(Counter Counter, int Value)> Fixed => leaf is null ? [] : [(firstLeaf, leaf.First), (leaf.Counter, leaf.First)];

    /// <inheritdoc/>
    public override bool TakesRealsInGenerator => Objective.ComparesInGenerator;

    /// <inheritdoc/>
    public override UpdateSegments Discriminator { get; }

    /// <inheritdoc/>
    public override UpdateSegments? LazyPenalty { get; }

    /// <inheritdoc/>
    public override UpdateSegments Generator { get; }

    /// <inheritdoc/>
    public override UpdateSegments? GeneratorAgain { get; }

    private UpdateSegments Add(Network network, Action addUpdate)
    {
        if (critic is not null)
        {
            EndSegment();
        }
        int? before = null;
        if (leaf is not null)
        {
            before = segments;
            discriminator.Iterate(graph);
            EndSegment();
        }
        int leaves = segments;
        graph.Leaf = leaf;
        critic = leaf is null ? discriminator.Take(graph) : discriminator.TakeIterated(graph);
        addUpdate();
        if (leaf is not null)
        {
            graph.Copy(firstLeaf, leaf.Counter);
        }
        return new(before, leaves, segments > leaves ? segments : null)
        {
            Summed = leaf is null ? null : network.Parameters,
            Means = network.Parameters.Extent + Figures,
        };
    }

    private void EndSegment(bool isRepeated = false)
    {
        segments++;
        if (leaf is null)
        {
            graph.EndSegment();
        }
        else
        {
            graph.CloseSegment(isRepeated);
        }
    }

    /// <summary>Gradients of a loss, with figures and logits of the whole batch: of one in leaves those follow in a segment of their own, and the gradients are in their place.</summary>
    private Whole OverBatch(Network network, Tensor loss, IReadOnlyList<Tensor> figures, params IReadOnlyList<Tensor> logits)
    {
        var parameters = network.Parameters;
        var learning = Learning(network);
        Tensor[] gradients = Differentiation.Gradients(loss, [.. learning.Select(graph.Read)]);
        if (leaf is null)
        {
            return new(gradients, figures, logits);
        }
        int after = parameters.Extent;
        int PlaceOf(int rows) => after + Figures + rows * Variable.Align(Options.Batch);
        foreach (var (i, figure) in figures.Index())
        {
            graph.Assign(parameters.Gradients, after + i, figure);
        }
        foreach (var (i, rows) in logits.Index())
        {
            graph.PlaceLeaf(parameters.Gradients, PlaceOf(i), rows, leaf);
        }
        graph.SumLeaves(learning, gradients, leaf, Figures);
        graph.Advance(leaf.Counter);
        EndSegment(isRepeated: true);
        graph.Leaf = null;
        return new(null, [.. figures.Select((_, i) => graph.Read(parameters.Gradients, after + i, Shape.Scalar))],
            [.. logits.Select((_, i) => graph.Read(parameters.Gradients, PlaceOf(i), Shape.Of(Options.Batch, 1)))]);
    }

    // Nothing of G is among the targets, so no gradient of G is computed: G is fixed.
    private void AddDiscriminatorUpdate()
    {
        var real = TakeReals();
        // Fakes are asked for with the labels that the reals have, so in the same frequencies.
        var fake = shared = MakeFakes(DiscriminatorUpdates, real.Labels);
        Verdict onReal = Judge(real, RandomStream.Reals), onFake = Judge(fake, RandomStream.Fakes);
        var adversarial = Objective.Discriminator(onReal.Logits, onFake.Logits);
        if (Options.Mismatched)
        {
            adversarial = (adversarial + Objective.Discriminator(onReal.Logits, Mismatched(real, onFake.Logits))) * 0.5f;
        }
        var loss = adversarial;
        var figures = new List<Tensor> { adversarial };
        if (onReal.Classes is not null)
        {
            loss += ClassLoss(real, onReal) + ClassLoss(fake, onFake);
        }
        if (penalty is not null && Options.PenaltyEvery == 1)
        {
            // On what the loss has seen, so that D is applied to it once.
            var term = Penalty(real, fake, RandomStream.Reals, RandomStream.Fakes);
            loss += term * PenaltyWeight;
            figures.Add(term);
        }
        if (leCam is not null)
        {
            loss += leCam.Of(onReal.Logits, onFake.Logits) * Options.LeCam;
        }
        var whole = OverBatch(discriminator, loss, figures, onReal.Logits, onFake.Logits);
        var (realLogits, fakeLogits) = (whole.Logits[0], whole.Logits[1]);
        Update(discriminator, whole.Gradients);
        AccumulateNorm(Sum.DiscriminatorGradientNorm, discriminator);
        leCam?.Update(realLogits, fakeLogits);
        var (realBelief, fakeBelief) = Objective.Beliefs(realLogits, fakeLogits);
        Accumulate(Sum.RealProbability, graph.MeanProbability(realBelief, target: 1));
        Accumulate(Sum.FakeProbability, graph.MeanProbability(fakeBelief, target: 0));
        Count(Sum.DiscriminatorLoss, whole.Figures[0], Sum.DiscriminatorUpdates);
        if (whole.Figures.Count > 1)
        {
            Count(Sum.Penalty, whole.Figures[1], Sum.PenaltyUpdates);
        }
        if (augmentation?.Probability(graph) is { } probability)
        {
            Accumulate(Sum.AugmentationProbability, probability);
            HasAugmentationProbability = true;
        }
        augmentation?.Update(realLogits);
        if (leaf is not null)
        {
            graph.Copy(DiscriminatorUpdates, latestLatents);
            graph.Copy(RealBatches, latestLabels);
        }
        graph.Advance(RealBatches);
        graph.Advance(DiscriminatorUpdates);
    }

    private void AddPenaltyUpdate()
    {
        var term = Penalty(TakeReals(), LatestFakes(), RandomStream.PenaltyReals, RandomStream.PenaltyFakes);
        var whole = OverBatch(discriminator, term * (PenaltyWeight * Options.PenaltyEvery), [term]);
        Update(discriminator, whole.Gradients);
        Count(Sum.Penalty, whole.Figures[0], Sum.PenaltyUpdates);
        graph.Advance(RealBatches);
    }

    // D's weights lead to G's loss, but they are no targets: D is fixed.
    private void AddGeneratorUpdate(Judged fake)
    {
        var onFake = Judge(fake, RandomStream.GeneratorFakes);
        var onReal = TakesRealsInGenerator ? Judge(TakeReals(), RandomStream.GeneratorReals) : onFake;
        var adversarial = Objective.Generator(onReal.Logits, onFake.Logits);
        var whole = OverBatch(generator, onFake.Classes is null ? adversarial : adversarial + ClassLoss(fake, onFake), [adversarial]);
        Accumulate(Sum.GeneratorLoss, whole.Figures[0]);
        Accumulate(Sum.GeneratorUpdates, graph.Constant(1));
        Update(generator, whole.Gradients);
        AccumulateNorm(Sum.GeneratorGradientNorm, generator);
        graph.Advance(GeneratorUpdates);
        if (TakesRealsInGenerator)
        {
            graph.Advance(RealBatches);
        }
    }

    private Judged MakeFakes(Counter numbers, Tensor? labels, RandomStream stream = RandomStream.Latents)
    {
        var latent = graph.RandomNormal(Shape.Of([Rows, .. generator.Input.ToArray()]), Options.Seed, (int)stream, numbers);
        return new(generator.Apply(latent, generator.Take(graph), labels), labels);
    }

    /// <summary>The fakes that D has learnt to tell.</summary>
    private Judged LatestFakes() => leaf is null ? shared! : MakeFakes(latestLatents, batches.Labels?.Invoke(graph, latestLabels, Options.Seed));

    /// <summary>Fakes of new latents, for a G that is updated again.</summary>
    private Judged FurtherFakes() => MakeFakes(GeneratorUpdates, batches.Labels?.Invoke(graph, GeneratorUpdates, Options.Seed), RandomStream.LatentsAgain);

    private int Rows => leaf?.Rows ?? Options.Batch;

    private Judged TakeReals() => new(batches.Images(graph, RealBatches), batches.Labels?.Invoke(graph, RealBatches, Options.Seed));

    /// <summary>What D says of images, seen through the augmentation and the noise that all images are seen through.</summary>
    private Verdict Judge(Judged judged, RandomStream stream)
    {
        var images = Augmented(judged.Images, stream);
        if (Options.InstanceNoise != 0)
        {
            images += graph.RandomNormal(images.Shape, Options.Seed, (int)stream, DiscriminatorUpdates) * Options.InstanceNoise;
        }
        var output = discriminator.Apply(images, critic!, judged.Labels);
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
            changed = augmentation.Apply(images, Options.Seed, (int)RandomStream.Augmentation + (int)stream, DiscriminatorUpdates);
            augmented[(images, stream)] = changed is not null && changed.Shape.Equals(images.Shape) ? changed
                : throw new OptionException($"--augment {Options.Augment} makes {changed?.Shape.ToString() ?? "nothing"} of images {images.Shape}; it must keep their shape.");
        }
        return changed;
    }

    /// <summary>D's logits of real images with labels of others; where those happen to be right, the fake's stand in for them.</summary>
    private Tensor Mismatched(Judged real, Tensor fakeLogits)
    {
        // Another seed shuffles anew: the labels are those of other images, in the data's frequencies.
        var labels = batches.Labels!(graph, RealBatches, ~Options.Seed);
        var isSame = ((labels * real.Labels!).SumColumns() - (batches.LabelColumns.Count - 0.5f)).Step();
        var logits = Judge(real with { Labels = labels }, RandomStream.Reals).Logits;
        return fakeLogits * isSame + logits * (1 - isSame);
    }

    /// <summary>Cross entropy of the labels that D reads off images.</summary>
    private Tensor ClassLoss(Judged judged, Verdict verdict) => CrossEntropy.OfColumns(verdict.Classes!, judged.Labels!, batches.LabelColumns);

    private Tensor Penalty(Judged real, Judged fake, RandomStream realStream, RandomStream fakeStream) => OwnParts.Scalar(penalty!.Of(
        images => Judge(real with { Images = images, Labels = images == fake.Images ? fake.Labels : real.Labels }, images == real.Images ? realStream : fakeStream).Logits,
        real.Images, fake.Images, shape => graph.RandomUniform(shape, Options.Seed, (int)RandomStream.Penalty, DiscriminatorUpdates)), $"the penalty {Options.Penalty}");

    /// <summary>What is not frozen of a network: no gradient is computed of the rest.</summary>
    private IReadOnlyList<Parameter> Learning(Network network) =>
        network == discriminator ? network.Without(Options.FreezeDiscriminator, areLast: false) : network.Without(Options.FreezeGenerator, areLast: true);

    /// <summary>One step of a network's optimiser.</summary>
    /// <param name="network">What is updated.</param>
    /// <param name="gradients">Of what it minimises; null where they lie in their place, summed over leaves.</param>
    private void Update(Network network, Tensor[]? gradients)
    {
        bool isCritic = network == discriminator;
        // Where a penalty has steps of its own, both kinds together are to move D as far as the single ones would (Karras et al. 2020, appendix B).
        Update(Learning(network), isCritic, gradients, isCritic && penalty is not null && Options.PenaltyEvery > 1 ? Options.PenaltyEvery / (Options.PenaltyEvery + 1f) : 1);
        if (isCritic)
        {
            graph.Advance(DiscriminatorSteps);
            Clip(Learning(network));
        }
    }

    /// <summary>Images with what they are labelled, or asked to be.</summary>
    private sealed record Judged(Tensor Images, Tensor? Labels);

    /// <summary>What D says: logits [N, 1] and, where it reads labels, class logits [N, classes].</summary>
    private sealed record Verdict(Tensor Logits, Tensor? Classes);

    /// <summary>What an update needs of its whole batch.</summary>
    private sealed record Whole(Tensor[]? Gradients, IReadOnlyList<Tensor> Figures, IReadOnlyList<Tensor> Logits);
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

    /// <summary>Of updates of G that follow one another, which the updates of G number.</summary>
    LatentsAgain = 10,

    /// <summary>Augmentation of what a stream is for has the stream of the sum.</summary>
    Augmentation = 16,
}
