using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>The updates of an algorithm as one graph of segments: what all algorithms count, sum up and step by.</summary>
/// <param name="options">Batch, objective, rates, seed.</param>
internal abstract class TrainingProgram(TrainingOptions options)
{
    /// <summary>All that decides the training.</summary>
    protected TrainingOptions Options { get; } = options;

    /// <summary>What D and G minimise of each other.</summary>
    public Objective Objective { get; } = options.Objective;

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

    /// <summary>Thousands of real images shown beyond as many as all updates with the present batch make: other than 0 in a run whose batch has changed. Follows from what is saved.</summary>
    public Variable KimgBeside { get; } = new("kimg.beside", 1);

    /// <summary>Tensors and updates, for those who look at each.</summary>
    public Graph Graph { get; } = new();

    /// <summary>What learns to draw, the first of which is asked for pictures; an average is kept of its weights.</summary>
    public abstract IReadOnlyList<Network> Generators { get; }

    /// <summary>What learns with them and draws nothing.</summary>
    public virtual IReadOnlyList<Network> Heads => [];

    /// <summary>What learns to tell.</summary>
    public abstract IReadOnlyList<Network> Discriminators { get; }

    /// <summary>Names of what <see cref="Sum.Term"/> and the sums behind it are of; empty where G's loss has one part.</summary>
    public virtual IReadOnlyList<string> Terms => [];

    /// <summary>What must be saved besides networks, optimisers and counters.</summary>
    public virtual IReadOnlyList<Variable> State => [Sums, RateScale, .. Discriminators.SelectMany(network => network.State).Select(state => state.Variable)];

    /// <summary>Whether an augmentation changes images with a probability.</summary>
    public bool HasAugmentationProbability { get; protected set; }

    /// <summary>Whether G's step takes a batch of reals too.</summary>
    public virtual bool TakesRealsInGenerator => false;

    /// <summary>Counters that stay what they are made, with their values.</summary>
    public virtual IReadOnlyList<(Counter Counter, int Value)> Fixed => [];

    /// <summary>What updates D.</summary>
    public abstract UpdateSegments Discriminator { get; }

    /// <summary>What updates D by a penalty that has a step of its own, after every so many others; null where there is none.</summary>
    public virtual UpdateSegments? LazyPenalty => null;

    /// <summary>What updates G.</summary>
    public abstract UpdateSegments Generator { get; }

    /// <summary>What updates G where D has not been updated since it was; null where that is not asked for.</summary>
    public virtual UpdateSegments? GeneratorAgain => null;

    /// <summary>All segments in order.</summary>
    public Plan Compile(VariableStore variables) => Plan.Compile(variables, Graph);

    /// <summary>Bytes of <see cref="Compile"/>'s plan besides variables, which have memory after this.</summary>
    public long BytesOf(VariableStore variables) => Plan.BytesOf(variables, Graph);

    /// <summary>The weight of the penalty at the images that were shown.</summary>
    protected Tensor PenaltyWeight => At(Options.EffectivePenaltyWeight, DiscriminatorUpdates);

    /// <summary>One step of an optimiser.</summary>
    /// <param name="learning">What is updated.</param>
    /// <param name="isDiscriminator">Whether it is of D.</param>
    /// <param name="gradients">Of what it minimises; null where they lie in their place, summed over leaves.</param>
    /// <param name="share">How much of a whole step it is to move.</param>
    protected void Update(IReadOnlyList<Parameter> learning, bool isDiscriminator, IReadOnlyList<Tensor>? gradients, float share = 1)
    {
        var counter = isDiscriminator ? DiscriminatorUpdates : GeneratorUpdates;
        var learningRate = (isDiscriminator ? Options.DiscriminatorLearningRate : Options.GeneratorLearningRate) ?? Options.LearningRate;
        var optimizer = new Optimizer(Options.Optimizer)
        {
            LearningRate = At(learningRate, counter) * share * Graph.Read(RateScale, 0, Shape.Scalar),
            Beta1 = Power(Options.Optimizer == UpdateRule.Sgd ? Options.Momentum : Options.Beta1, share),
            Beta2 = Power(At(Options.Beta2, counter), share),
            AverageHalfLife = At(isDiscriminator ? 0 : Options.AverageHalfLifeKimg, counter) * (1 / KimgPerUpdate(counter)),
            Epsilon = Options.Epsilon,
            WeightDecay = Options.WeightDecay,
        };
        var steps = isDiscriminator ? DiscriminatorSteps : GeneratorUpdates;
        if (gradients is null)
        {
            Graph.Update(learning, optimizer, steps);
        }
        else
        {
            Graph.Update(learning, gradients, optimizer, steps);
        }
    }

    /// <summary>Clips D's weights, where that is asked for.</summary>
    protected void Clip(IReadOnlyList<Parameter> learning)
    {
        if (Options.Clip > 0)
        {
            var values = learning[0].Set.Values;
            int first = learning[0].Offset;
            Graph.Assign(values, first, Graph.Read(values, first, Shape.Of(values.Size - first)).Clamp(-Options.Clip, Options.Clip));
        }
    }

    /// <summary>Adds the norm of the gradients that networks were last updated by.</summary>
    protected void AccumulateNorm(Sum norm, params IReadOnlyList<Network> networks)
    {
        var squares = networks.Select(network => Graph.Read(network.Parameters.Gradients, 0, Shape.Of(network.Parameters.Extent / 16, 16)).Square().Sum());
        Accumulate(norm, squares.Aggregate((sum, square) => sum + square).Sqrt());
    }

    /// <summary>Adds a value of one update, and counts it.</summary>
    protected void Count(Sum sum, Tensor value, Sum count)
    {
        Accumulate(sum, value);
        Accumulate(count, Graph.Constant(1));
    }

    /// <summary>Adds a value of one update.</summary>
    protected void Accumulate(Sum sum, Tensor value) => Graph.Assign(Sums, (int)sum, Graph.Read(Sums, (int)sum, Shape.Scalar) + value);

    // Both counters begin at 0 and say the same of one step's beginning: D's and G's schedules go together, whatever number of D's updates a step has.
    private Tensor At(Schedule schedule, Counter counter) =>
        schedule.At(Graph, Graph.Value(counter) * KimgPerUpdate(counter) + Graph.Read(KimgBeside, 0, Shape.Scalar));

    private float KimgPerUpdate(Counter counter) => Options.Batch * (counter == GeneratorUpdates ? Options.DiscriminatorSteps : 1) / 1000f;

    // A number stays a number: exact, and no launch of its own.
    private Tensor Power(Tensor x, float exponent) =>
        exponent == 1 ? x
        : x.Operation is Constant constant ? Graph.Constant(Power(constant.Value, exponent))
        : (x.Log() * exponent).Exp();

    // Rounded from double precision: the C libraries of two machines differ in the last bit of a float's power.
    private static float Power(float x, float exponent) => (float)Math.Pow(x, exponent);
}

/// <summary>The segments of one update.</summary>
/// <param name="Before">What runs once before the leaves, and is the same for all; null where the batch is whole.</param>
/// <param name="Leaf">What runs once for each leaf of the batch.</param>
/// <param name="After">What runs when all leaves are added; null where the batch is whole.</param>
internal sealed record UpdateSegments(int? Before, int Leaf, int? After)
{
    /// <summary>Where the leaves' sums are; null where the batch is whole.</summary>
    public ParameterSet? Summed { get; init; }

    /// <summary>How many of them, the first, are means over the batch; the last of these says whether ranks were asked to stop.</summary>
    public int Means { get; init; }

    /// <summary>The segments in their order, each as often as it runs.</summary>
    public IEnumerable<int> Run(int leaves) =>
        [.. Before is { } before ? [before] : (int[])[], .. Enumerable.Repeat(Leaf, leaves), .. After is { } after ? [after] : (int[])[]];
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

    /// <summary>The first of <see cref="TrainingProgram.Terms"/>; the others follow.</summary>
    Term,
}
