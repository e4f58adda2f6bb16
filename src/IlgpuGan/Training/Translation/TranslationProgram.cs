using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>
/// The updates of a method that translates: one segment updates all discriminators, the next all generators, both by the same translations. The factor 1/2 that papers write before D's loss
/// is left out: Adam's steps do not depend on it.
/// </summary>
/// <param name="options">Objective, rates, weights of the losses, seed.</param>
/// <param name="networks">What learns.</param>
internal abstract class TranslationProgram(TrainingOptions options, TranslationNetworks networks) : TrainingProgram(options)
{
    private readonly GradientPenalty? penalty = options.GradientPenalty;
    private readonly Dictionary<Network, Weights> weights = [];

    /// <summary>The program of a method.</summary>
    /// <exception cref="OptionException">The data is not what the method needs.</exception>
    public static TranslationProgram Of(TrainingOptions options, TranslationNetworks networks, TranslationBatches batches)
    {
        TranslationProgram program = options.Translation!.Method switch
        {
            TranslationMethod.Pix2Pix => new Pix2PixProgram(options, networks, batches),
            TranslationMethod.CycleGan => new CycleGanProgram(options, networks, batches),
            TranslationMethod.Cut or TranslationMethod.FastCut => new CutProgram(options, networks, batches),
            TranslationMethod.StarGan => new StarGanProgram(options, networks, batches),
            var method => throw new InvalidOperationException($"There is no method {method}."),
        };
        program.Begin();
        program.AddDiscriminators();
        program.Graph.EndSegment();
        program.Begin();
        program.AddGenerators();
        return program;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Network> Generators => networks.Generators;

    /// <inheritdoc/>
    public override IReadOnlyList<Network> Heads => networks.Heads;

    /// <inheritdoc/>
    public override IReadOnlyList<Network> Discriminators => networks.Discriminators;

    /// <inheritdoc/>
    public override UpdateSegments Discriminator { get; } = new(null, 0, null);

    /// <inheritdoc/>
    public override UpdateSegments Generator { get; } = new(null, 1, null);

    /// <summary>What decides the translation.</summary>
    protected TranslationOptions Translation { get; } = options.Translation!;

    /// <summary>Translates, and updates what judges.</summary>
    protected abstract void AddDiscriminators();

    /// <summary>Updates what translates.</summary>
    protected abstract void AddGenerators();

    /// <summary>A network's weights as they are in this update.</summary>
    protected Weights WeightsOf(Network network) => weights.TryGetValue(network, out var taken) ? taken : weights[network] = network.Take(Graph);

    /// <summary>What a generator makes of images.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="images">Planes [N, H, W, C].</param>
    /// <param name="pass">Tells apart its passes in one step.</param>
    /// <param name="labels">The labels asked for, where it takes some.</param>
    protected Tensor Translate(Network generator, Tensor images, int pass, Tensor? labels = null) => Layers(generator, images, pass, labels)[^1];

    /// <summary>The same with what each of its layers makes on the way.</summary>
    protected IReadOnlyList<Tensor> Layers(Network generator, Tensor images, int pass, Tensor? labels = null) => generator.ApplyByLayers(
        images, WeightsOf(generator), labels, Translation.Dropout > 0 ? new DropoutDraws(Options.Seed, (int)TranslationStream.Dropout + pass, DiscriminatorUpdates) : null);

    /// <summary>Logits of all places of all images, one after the other: [N P Q, 1].</summary>
    protected virtual Tensor Judge(Network discriminator, Tensor images)
    {
        var logits = discriminator.Apply(images, WeightsOf(discriminator));
        return logits.Reshape(logits.Shape.Size, 1);
    }

    /// <summary>Updates discriminators by what they are shown.</summary>
    /// <param name="others">What else is minimised; null for nothing.</param>
    /// <param name="games">What each is shown.</param>
    protected void UpdateDiscriminators(Tensor? others, params IReadOnlyList<Game> games)
    {
        var logits = games.Select((game, i) => (Real: Judge(game.Discriminator, Noisy(game.Real, 2 * i)), Fake: Judge(game.Discriminator, Noisy(game.Fake, 2 * i + 1)))).ToList();
        var adversarial = logits.Select(pair => Objective.Discriminator(pair.Real, pair.Fake)).Aggregate((sum, loss) => sum + loss);
        var loss = others is null ? adversarial : adversarial + others;
        Tensor? slopes = null;
        if (penalty is not null)
        {
            slopes = games.Select((game, i) => PenaltyOf(game, i)).Aggregate((sum, term) => sum + term);
            loss += slopes * PenaltyWeight;
        }
        Learn(loss, Discriminators, isDiscriminator: true);
        foreach (var network in Discriminators)
        {
            Clip(network.Parameters.Parameters);
        }
        Graph.Advance(DiscriminatorSteps);
        AccumulateNorm(Sum.DiscriminatorGradientNorm, Discriminators);
        float share = 1f / games.Count;
        foreach (var (real, fake) in logits)
        {
            var (realBelief, fakeBelief) = Objective.Beliefs(real, fake);
            Accumulate(Sum.RealProbability, Graph.MeanProbability(realBelief, target: 1) * share);
            Accumulate(Sum.FakeProbability, Graph.MeanProbability(fakeBelief, target: 0) * share);
        }
        Count(Sum.DiscriminatorLoss, adversarial * share, Sum.DiscriminatorUpdates);
        if (slopes is not null)
        {
            Count(Sum.Penalty, slopes * share, Sum.PenaltyUpdates);
        }
        Graph.Advance(RealBatches);
        Graph.Advance(DiscriminatorUpdates);
    }

    /// <summary>Updates generators by what discriminators say of their translations, and by other losses.</summary>
    /// <param name="games">What each discriminator is shown.</param>
    /// <param name="terms">Other losses before their weights, in the order of <see cref="TrainingProgram.Terms"/>.</param>
    protected void UpdateGenerators(IReadOnlyList<Game> games, params IReadOnlyList<(Tensor Loss, float Weight)> terms)
    {
        var adversarial = games.Select((game, i) =>
        {
            var fake = Judge(game.Discriminator, Noisy(game.Fake, 2 * (games.Count + i)));
            return Objective.Generator(Objective.ComparesInGenerator ? Judge(game.Discriminator, Noisy(game.Real, 2 * (games.Count + i) + 1)) : fake, fake);
        }).Aggregate((sum, loss) => sum + loss);
        Learn(terms.Aggregate(adversarial, (sum, term) => sum + term.Loss * term.Weight), [.. Generators, .. Heads], isDiscriminator: false);
        AccumulateNorm(Sum.GeneratorGradientNorm, Generators);
        Count(Sum.GeneratorLoss, adversarial * (1f / games.Count), Sum.GeneratorUpdates);
        foreach (var (i, term) in terms.Index())
        {
            Accumulate(Sum.Term + i, term.Loss);
        }
        Graph.Advance(GeneratorUpdates);
    }

    /// <summary>Mean distance of two batches, in colours from -1 to 1.</summary>
    protected static Tensor Distance(Tensor one, Tensor other) => (one - other).Abs().Mean();

    private void Begin() => weights.Clear();

    private void Learn(Tensor loss, IReadOnlyList<Network> learning, bool isDiscriminator)
    {
        var parameters = learning.SelectMany(network => network.Parameters.Parameters).ToList();
        var gradients = Differentiation.Gradients(loss, [.. parameters.Select(Graph.Read)]);
        int first = 0;
        foreach (var set in learning.Select(network => network.Parameters.Parameters))
        {
            Update(set, isDiscriminator, gradients[first..(first + set.Count)]);
            first += set.Count;
        }
    }

    private Tensor PenaltyOf(Game game, int place) => OwnParts.Scalar(
        penalty!.Of(images => Judge(game.Discriminator, Noisy(images, images == game.Fake ? 2 * place + 1 : 2 * place)), game.Real, game.Fake,
            shape => Graph.RandomUniform(shape, Options.Seed, (int)TranslationStream.Penalty + place, DiscriminatorUpdates)), $"the penalty {Options.Penalty}");

    private Tensor Noisy(Tensor images, int place) => Options.InstanceNoise == 0 ? images
        : images + Graph.RandomNormal(images.Shape, Options.Seed, (int)TranslationStream.Noise + place, DiscriminatorUpdates) * Options.InstanceNoise;

    /// <summary>What a discriminator is to tell apart.</summary>
    /// <param name="Discriminator">The discriminator.</param>
    /// <param name="Real">Real images, with what they are a translation of where it sees that.</param>
    /// <param name="Fake">Translations, likewise.</param>
    protected sealed record Game(Network Discriminator, Tensor Real, Tensor Fake);
}

/// <summary>Where batches of a translation come from.</summary>
/// <param name="Images">Makes batches, from the graph and the counter of batches: inputs and targets as planes, which belong together where they are pairs; both the same where images are
/// translated into others of their kind.</param>
/// <param name="Labels">Makes one-hot rows from the graph, that counter and a seed: those of the batch for the run's own seed. Null where there are none.</param>
/// <param name="LabelColumns">Classes of each column of labels.</param>
internal sealed record TranslationBatches(Func<Graph, Counter, (Tensor Input, Tensor Target)> Images, Func<Graph, Counter, ulong, Tensor>? Labels, IReadOnlyList<int> LabelColumns);

/// <summary>Every use of random numbers has a stream of its own.</summary>
internal enum TranslationStream
{
    /// <summary>Windows and mirroring of inputs, or of pairs.</summary>
    Inputs = 1,

    /// <summary>Those of unpaired targets.</summary>
    Targets = 2,

    /// <summary>Which inputs are translated mirrored.</summary>
    Mirror = 4,

    /// <summary>The pools, of which there is one for each discriminator.</summary>
    Pool = 8,

    /// <summary>Places where slopes are measured, for each discriminator.</summary>
    Penalty = 16,

    /// <summary>Noise on what is judged, for each judgement.</summary>
    Noise = 32,

    /// <summary>What is dropped, for each pass.</summary>
    Dropout = 64,

    /// <summary>Places that are contrasted, for each layer and pair of images.</summary>
    Places = 96,
}
