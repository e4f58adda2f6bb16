using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Owns the networks, their optimisers and the compiled steps of one run on one device.</summary>
internal sealed class Trainer : ITrainer
{
    private const string Counters = "counters";

    private readonly TrainingOptions options;
    private readonly VariableStore variables;
    private readonly TrainingData data;
    private readonly LabelChoice? labels;
    private DeviceImages? images;
    private readonly Network generator, discriminator;
    private readonly TrainingProgram program;
    private readonly Plan plan;
    private Sampler? sampler;
    private CheckupPlan? checkup;
    private int rollbacks;
    // Shown beyond as many as all updates with the present batch make.
    private long imagesBeside;
    // That came with the weights, and hold until these change.
    private float[]? moments;

    /// <summary>Builds networks and plans for the data's image size, or for points, and initialises them from the seed.</summary>
    /// <exception cref="OptionException">An option is out of range, or the network does not draw what the data holds.</exception>
    public Trainer(ComputeDevice device, TrainingOptions options, TrainingData data)
        : this(device, options, data, MostImageBytes(device))
    {
    }

    // Half of a card for the images; the rest is for networks and activations. A processor's memory is the machine's, and reading a batch from a file costs it no time.
    private static long MostImageBytes(ComputeDevice? device) =>
        device is null ? 0 : device.Kind == DeviceKind.Cpu ? Math.Min(device.MemoryBytes / 2, 1 << 29) : device.MemoryBytes / 2;

    internal Trainer(ComputeDevice? device, TrainingOptions options, TrainingData data, long mostImageBytes)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        options.Validate();
        (this.options, this.data) = (options, data);
        labels = data.Labels;
        variables = new(device, options.Precision);
        (generator, discriminator, program) = Programmed(mostImageBytes);
        try
        {
            plan = program.Compile(variables);
        }
        catch (PlanSizeException fault)
        {
            throw new OptionException($"--batch is {options.Batch}: {fault.Message}");
        }
        catch (DeviceMemoryException fault)
        {
            long imageBytes = images?.Bytes ?? 0;
            images?.Dispose();
            variables.Dispose();
            throw LeafSearch.Advise(device, options, data, imageBytes, device.FreeBytes, fault);
        }
        Begin();
    }

    /// <summary>Networks and the program of their training, for a look at how much memory that would take.</summary>
    private Trainer(VariableStore variables, TrainingOptions options, TrainingData data)
    {
        (this.options, this.data, this.variables) = (options, data, variables);
        labels = data.Labels;
        (generator, discriminator, program) = Programmed(mostImageBytes: long.MaxValue);
        plan = null!;
    }

    private (Network Generator, Network Discriminator, TrainingProgram Program) Programmed(long mostImageBytes)
    {
        var (g, d) = options.Build(data.Describe().ImageShape, labels?.Width ?? 0);
        return (g, d, new(options, g, d, Batches(data, mostImageBytes)));
    }

    /// <summary>Bytes of device memory that training takes, data and pictures not counted. Variables are taken for a moment.</summary>
    /// <exception cref="DeviceMemoryException">The device has too little for those.</exception>
    /// <exception cref="PlanSizeException">Something is larger than can be counted.</exception>
    /// <exception cref="OptionException">So is a layer; or the options contradict one another.</exception>
    internal static long BytesOf(ComputeDevice device, TrainingOptions options, TrainingData data)
    {
        options.Validate();
        using var variables = new VariableStore(device, options.Precision);
        using var shape = TrainingData.OfShape(data.Describe(), data.Labels);
        var sketch = new Trainer(variables, options, shape);
        try
        {
            long arena = sketch.program.BytesOf(variables);
            return variables.Bytes + arena;
        }
        finally
        {
            sketch.images?.Dispose();
        }
    }

    /// <summary>Bytes that training takes at least, as far as shapes show: weights, gradients, what the optimiser keeps, and one layer of a batch.</summary>
    /// <exception cref="OptionException">The networks cannot be built.</exception>
    internal static long LeastBytes(TrainingOptions options, RunData shape)
    {
        var (generator, discriminator) = options.Build(shape.ImageShape, classes: 0);
        long weights = (long)generator.Parameters.Extent + discriminator.Parameters.Extent;
        long layer = (long)options.Batch / options.Leaves * Math.Max(generator.LargestLayer, discriminator.LargestLayer);
        return sizeof(float) * (weights * (options.Optimizer is UpdateRule.Adam or UpdateRule.AdamW ? 4 : 2) + layer);
    }

    /// <inheritdoc/>
    public long Step { get; private set; }

    /// <summary>Every compiled plan: the updates of D and G, and what the sampler runs.</summary>
    internal IEnumerable<Plan> Plans => [plan, .. Sampling.Plans, (checkup ??= NewCheckup()).Plan];

    /// <inheritdoc/>
    public long Images => DiscriminatorUpdates * options.Batch + imagesBeside;

    /// <summary>Whether a state says how many images were shown: those of earlier versions do not, and are of a run whose batch never changed.</summary>
    internal static bool CountsImages(IReadOnlyDictionary<string, StateTensor> state) => state.TryGetValue(Counters, out var counters) && counters.Integers?.Length != 3;

    private long DiscriminatorUpdates => Step * options.DiscriminatorSteps;

    private int LeafRows => options.Batch / options.Leaves;

    private bool IsPenaltyDue(long updates) => program.LazyPenalty is not null && updates % options.PenaltyEvery == 0;

    // Everything that is counted follows from the updates of D and G alone.
    private long Penalties(long updates) => program.LazyPenalty is not null ? updates / options.PenaltyEvery : 0;

    private long RealBatches(long updates) => updates + Penalties(updates) + (program.ComparesInGenerator ? Step : 0);

    /// <inheritdoc/>
    public int Rollbacks
    {
        get => rollbacks;
        set
        {
            rollbacks = value;
            variables.Upload(program.RateScale, [MathF.ScaleB(1, -value)]);
        }
    }

    /// <inheritdoc/>
    public void RunStep() => RunStep(plan.Run);

    /// <summary>One step whose segments are run by <paramref name="run"/>.</summary>
    private void RunStep(Action<int> run)
    {
        for (int i = 0; i < options.DiscriminatorSteps; i++)
        {
            UpdateDiscriminator(DiscriminatorUpdates + i, run); // fix G: reals towards 1, fakes towards 0
        }
        UpdateGenerator(run); // fix D: make it take fakes for reals
        Step++;
    }

    /// <inheritdoc/>
    public Checkup Examine() => (checkup ??= NewCheckup()).Run();

    /// <inheritdoc/>
    public string? ExplainNonFinite(IReadOnlyDictionary<string, StateTensor>? from, long last)
    {
        Return(from);
        while (Step < last && IsFinite)
        {
            RunStep();
        }
        // The sums show a weight that is not finite one step late, so the last step is to blame where they show nothing.
        long failing = Step - 1;
        Return(from);
        while (Step < failing)
        {
            RunStep();
        }
        var search = new NonFiniteSearch(variables, program.Graph, [generator.Parameters, discriminator.Parameters]);
        return search.Run(SaveState(), LoadState, RunStep);
    }

    /// <inheritdoc/>
    public TrainingReport Report()
    {
        var sums = variables.Download(program.Sums);
        variables.Upload(program.Sums, new float[program.Sums.Size]);
        double Mean(Sum sum, Sum count) => sums[(int)sum] / (double)sums[(int)count];
        double loss = Mean(Sum.DiscriminatorLoss, Sum.DiscriminatorUpdates);
        return new TrainingReport(
            Step,
            Images / 1000.0,
            loss,
            Mean(Sum.GeneratorLoss, Sum.GeneratorUpdates),
            Mean(Sum.RealProbability, Sum.DiscriminatorUpdates),
            Mean(Sum.FakeProbability, Sum.DiscriminatorUpdates),
            Mean(Sum.DiscriminatorGradientNorm, Sum.DiscriminatorUpdates),
            Mean(Sum.GeneratorGradientNorm, Sum.GeneratorUpdates))
        {
            Divergence = program.Objective.Divergence,
            DivergenceBound = program.Objective.Divergence is null ? null : program.Objective.Estimate(loss),
            Penalty = sums[(int)Sum.PenaltyUpdates] > 0 ? Mean(Sum.Penalty, Sum.PenaltyUpdates) : null,
            AugmentationProbability = program.HasAugmentationProbability ? Mean(Sum.AugmentationProbability, Sum.DiscriminatorUpdates) : null,
        };
    }

    /// <inheritdoc/>
    public byte[] Sample(ulong seed, int first, int count, IReadOnlyList<int?>? asked = null) =>
        ImageBytes.Of(Sampling.Draw(seed, first, count, asked));

    /// <inheritdoc/>
    public float[] SamplePoints(ulong seed, int first, int count) => Sampling.Draw(seed, first, count, null);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StateTensor> SaveState()
    {
        var state = new Dictionary<string, StateTensor>();
        foreach (var (variable, parameters) in Saved())
        {
            var values = variables.Download(variable);
            foreach (var parameter in parameters.Parameters)
            {
                state[$"{variable.Name}.{parameter.Name}"] = new(
                    parameter.Shape.ToArray(), values.AsSpan(parameter.Offset, parameter.Shape.Size).ToArray());
            }
        }
        foreach (var variable in program.State)
        {
            state[variable.Name] = new([variable.Size], variables.Download(variable));
        }
        if (moments is not null)
        {
            state[LoadedSampler.Moments] = new([moments.Length], moments);
        }
        state[Counters] = new([4], [Step, DiscriminatorUpdates, unchecked((long)options.Seed), Images]);
        return state;
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, StateTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var reader = new StateReader(state);
        var uploads = new List<(Variable, float[])>();
        foreach (var (variable, parameters) in Saved())
        {
            var values = new float[variable.Size];
            foreach (var parameter in parameters.Parameters)
            {
                reader.Floats($"{variable.Name}.{parameter.Name}", parameter.Shape.ToArray()).CopyTo(values, parameter.Offset);
            }
            uploads.Add((variable, values));
        }
        foreach (var variable in program.State)
        {
            // An augmentation that the run did not have before begins as in a new run.
            bool isNew = program.AugmentationState.Contains(variable) && !state.ContainsKey(variable.Name);
            uploads.Add((variable, isNew ? new float[variable.Size] : reader.Floats(variable.Name, [variable.Size])));
        }
        // What one had kept that the run no longer has.
        reader.PassOver(Augmentations.StateNames(options));
        float[]? given = state.ContainsKey(LoadedSampler.Moments) ? reader.Floats(LoadedSampler.Moments, [generator.Moments.Size]) : null;
        long[] counters = reader.Integers(Counters, CountsImages(state) ? 4 : 3);
        reader.End();
        if (counters[1] != counters[0] * options.DiscriminatorSteps || counters[2] != unchecked((long)options.Seed))
        {
            throw new StateMismatchException("it was saved with another --seed or --d-steps");
        }
        // All is checked; only now does anything change.
        foreach (var (variable, values) in uploads)
        {
            variables.Upload(variable, values);
        }
        Step = counters[0];
        imagesBeside = counters.Length > 3 ? counters[3] - DiscriminatorUpdates * options.Batch : 0;
        rollbacks = -(int)MathF.Round(MathF.Log2(variables.Download(program.RateScale)[0]));
        UploadCounters();
        Normalize(given);
    }

    private void UploadCounters()
    {
        variables.Upload(program.GeneratorUpdates, checked((int)Step));
        variables.Upload(program.DiscriminatorUpdates, checked((int)DiscriminatorUpdates));
        variables.Upload(program.DiscriminatorSteps, checked((int)(DiscriminatorUpdates + Penalties(DiscriminatorUpdates))));
        variables.Upload(program.RealBatches, checked((int)RealBatches(DiscriminatorUpdates)));
        variables.Upload(program.KimgBeside, [imagesBeside / 1000f]);
    }

    /// <inheritdoc/>
    public TrainingCost Describe()
    {
        return new(
            generator.Parameters.Size,
            discriminator.Parameters.Size,
            (Flops(program.Discriminator) * options.DiscriminatorSteps + Flops(program.Generator)
                + Flops(program.LazyPenalty) * options.DiscriminatorSteps / options.PenaltyEvery) / 1e9,
            variables.Bytes + (images?.Bytes ?? 0) + plan.ArenaBytes + Sampling.Bytes)
        {
            Precision = plan.Precision.ToString().ToLowerInvariant(),
            AvailableBytes = variables.Device.Memory.Taken + variables.Device.FreeBytes,
        };
    }

    private double Flops(UpdateSegments? update) => update?.Run(options.Leaves).Sum(plan.Flops) ?? 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        sampler?.Dispose();
        checkup?.Dispose();
        plan.Dispose();
        images?.Dispose();
        variables.Dispose();
    }

    private TrainingBatches Batches(TrainingData data, long mostImageBytes)
    {
        if (data.Images is not { } set)
        {
            var points = new Variable("points", data.Points!.Points.Length);
            variables.Upload(points, data.Points.Points);
            return new((graph, counter) => graph.GatherRows(points, Shape.Of(LeafRows, 2), options.Seed, counter), null, []);
        }
        images = new(variables, set, LeafRows, options.Seed, mostImageBytes);
        Tensor Gather(Graph graph, Counter counter) =>
            graph.GatherImages(images.Source, LeafRows, options.Seed, (int)RandomStream.Mirror, counter, options.Flip);
        if (labels is null)
        {
            return new(Gather, null, []);
        }
        var source = labels.Source(set.Count);
        // A trainer that only draws has no labels to learn from.
        variables.Upload(source, set.Labels.Count > 0 ? labels.ValuesOf(set) : new int[set.Count * labels.Columns.Count]);
        return new(Gather, (graph, counter, seed) => graph.GatherLabels(source, LeafRows, seed, counter), labels.Classes);
    }

    private Sampler Sampling
    {
        get
        {
            if (sampler is null)
            {
                // No more activations at a time than a step in leaves has.
                sampler = new(variables, generator, labels, options.Leaves > 1 ? Math.Min(64, LeafRows) : 64);
                Normalize(moments);
            }
            return sampler;
        }
    }

    /// <summary>Draws with these moments, or, without any, with those that are measured of the weights at hand.</summary>
    private void Normalize(float[]? given)
    {
        moments = given;
        if (given is null)
        {
            sampler?.Invalidate();
        }
        else
        {
            sampler?.TakeMoments(given);
        }
    }

    private CheckupPlan NewCheckup() => new(variables, generator, discriminator, data, LeafRows);

    private bool IsFinite => variables.Download(program.Sums).All(float.IsFinite);

    private void Return(IReadOnlyDictionary<string, StateTensor>? state)
    {
        if (state is null)
        {
            Begin();
        }
        else
        {
            LoadState(state);
        }
    }

    /// <summary>Sets everything to what it is before the first step.</summary>
    private void Begin()
    {
        foreach (var (variable, parameters) in Saved())
        {
            // One set of streams for both networks would give them the same first weights.
            variables.Upload(variable, variable == parameters.Values || variable == parameters.Average
                ? Initialization.Draw(parameters, parameters == generator.Parameters ? options.Seed : ~options.Seed)
                : new float[variable.Size]);
        }
        foreach (var variable in program.State)
        {
            variables.Upload(variable, new float[variable.Size]);
        }
        foreach (var (variable, initial) in discriminator.State)
        {
            variables.Upload(variable, initial);
        }
        (Step, Rollbacks, imagesBeside) = (0, 0, 0);
        UploadCounters();
        Normalize(null);
    }

    private void UpdateDiscriminator(long update, Action<int> run)
    {
        Run(program.Discriminator, RealBatches(update), run);
        if (IsPenaltyDue(update + 1))
        {
            Run(program.LazyPenalty!, RealBatches(update + 1) - 1, run);
        }
    }

    private void UpdateGenerator(Action<int> run)
    {
        Run(program.Generator, program.ComparesInGenerator ? RealBatches(DiscriminatorUpdates + options.DiscriminatorSteps) : null, run);
        Normalize(null);
    }

    /// <summary>Runs the segments of an update.</summary>
    /// <param name="update">Which.</param>
    /// <param name="realBatch">Number of the batch of reals that it takes; null for none.</param>
    /// <param name="run">Runs a segment.</param>
    private void Run(UpdateSegments update, long? realBatch, Action<int> run)
    {
        long leaf = realBatch * options.Leaves ?? 0;
        foreach (int segment in update.Run(options.Leaves))
        {
            if (segment == update.Leaf && realBatch is not null)
            {
                images?.Prepare(leaf++);
            }
            run(segment);
        }
    }

    private IEnumerable<(Variable Variable, ParameterSet Parameters)> Saved() =>
        from parameters in (ParameterSet[])[generator.Parameters, discriminator.Parameters]
        from variable in (Variable[])[parameters.Values, parameters.FirstMoment, parameters.SecondMoment, parameters.Average]
        select (variable, parameters);
}
