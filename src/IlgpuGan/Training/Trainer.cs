using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Owns the networks of a program, their optimisers and the compiled steps of one run on one device.</summary>
/// <param name="device">The device.</param>
/// <param name="options">All that decides the training.</param>
/// <param name="team">The ranks that train together; null where this process trains alone.</param>
internal abstract partial class Trainer(ComputeDevice device, TrainingOptions options, RankTeam? team = null) : ITrainer
{
    private const string Counters = "counters";

    // Between the seeds of networks of one kind; odd, so that none comes again.
    private const ulong SeedStep = 0x9e3779b97f4a7c15;

    private readonly RankTree? tree = team is null ? null : TreeOf(options, team.Ranks);

    private Plan? plan;
    private RankSum? sum;
    // What is computed while no sums are exchanged.
    private LeafRange? alone;
    private int rollbacks;
    // Of which no weight has changed since: D's latest update made them, and G's next mends them.
    private bool areFakesLatest;
    // The step whose weights all ranks were last seen to have in common.
    private long comparedStep = -1;
    // Shown beyond as many as all updates with the present batch make.
    private long imagesBeside;

    /// <summary>Everything that lies on the device.</summary>
    protected VariableStore Variables { get; } = new(device, options.Precision);

    /// <summary>What is trained by.</summary>
    protected abstract TrainingProgram Program { get; }

    /// <summary>The image sets that batches are taken from.</summary>
    protected abstract IReadOnlyList<DeviceImages> Sets { get; }

    /// <summary>The compiled program.</summary>
    protected Plan Plan => plan!;

    /// <summary>Bytes that training takes at least: weights, gradients, what the optimiser keeps, and one layer of a batch, or of a leaf.</summary>
    protected static long LeastBytes(TrainingOptions options, IReadOnlyList<Network> networks) => sizeof(float)
        * (networks.Sum(network => (long)network.Parameters.Extent) * (options.Optimizer is UpdateRule.Adam or UpdateRule.AdamW ? 4 : 2)
            + (long)options.Batch / options.Leaves * networks.Max(network => network.LargestLayer));

    /// <summary>Half of a card for the images; the rest is for networks and activations. A processor's memory is the machine's, and reading a batch from a file costs it no time.</summary>
    protected static long MostImageBytes(ComputeDevice? device) =>
        device is null ? 0 : device.Kind == DeviceKind.Cpu ? Math.Min(device.MemoryBytes / 2, 1 << 29) : device.MemoryBytes / 2;

    /// <inheritdoc/>
    public long Step { get; private set; }

    /// <summary>Every compiled plan: the updates of D and G, and what draws and looks.</summary>
    internal virtual IEnumerable<Plan> Plans => [Plan];

    /// <inheritdoc/>
    public long Images => DiscriminatorUpdates * options.Batch + imagesBeside;

    /// <summary>Whether a state says how many images were shown: those of earlier versions do not, and are of a run whose batch never changed.</summary>
    internal static bool CountsImages(IReadOnlyDictionary<string, StateTensor> state) => state.TryGetValue(Counters, out var counters) && counters.Integers?.Length != 3;

    /// <summary>Whether a state is of a training, and not of weights that were brought in alone.</summary>
    internal static bool HasTrained(IReadOnlyDictionary<string, StateTensor> state) => state.ContainsKey(Counters);

    /// <inheritdoc/>
    public int Rollbacks
    {
        get => rollbacks;
        set
        {
            team?.Announce(RankOrder.Rollbacks, value);
            rollbacks = value;
            Variables.Upload(Program.RateScale, [MathF.ScaleB(1, -value)]);
        }
    }

    /// <summary>Updates of D made so far.</summary>
    public long DiscriminatorUpdates { get; private set; }

    /// <inheritdoc/>
    public void RunStep() => RunStep(Plan.Run);

    /// <summary>Fix G: one update of D, with its penalty where that is due. In turns with <see cref="UpdateGenerator()"/> this is <see cref="RunStep()"/>, bit for bit.</summary>
    public void UpdateDiscriminator() => UpdateDiscriminator(Plan.Run);

    /// <summary>Fix D: one update of G, with the fakes that D learnt to tell last; a further one makes fakes of its own.</summary>
    /// <exception cref="InvalidOperationException">It is a further one, and the trainer was not made for that.</exception>
    public void UpdateGenerator() => UpdateGenerator(Plan.Run);

    /// <summary>The leaves of a batch that are computed here; null for all of them.</summary>
    protected LeafRange? Own => tree?.Shares[team!.Rank];

    /// <summary>The leaves spread over ranks.</summary>
    /// <exception cref="OptionException">There are fewer leaves than ranks.</exception>
    internal static RankTree TreeOf(TrainingOptions options, int ranks) => options.Leaves >= ranks ? new(options.Leaves, ranks)
        : throw new OptionException($"--leaves {options.Leaves} are too few for {ranks} ranks, each of which computes at least one leaf of the batch; give --leaves {ranks} or more, which divide "
            + $"--batch {options.Batch}, or fewer ranks.");

    /// <inheritdoc/>
    public abstract Checkup Examine();

    /// <inheritdoc/>
    public string? ExplainNonFinite(IReadOnlyDictionary<string, StateTensor>? from, long last)
    {
        if (team is null)
        {
            return Explain(from, last)?.Words;
        }
        team.Announce(RankOrder.Explain, from is null ? -last : last);
        if (from is not null && team.IsLeader)
        {
            RankState.Share(team, from);
        }
        try
        {
            return NonFinite.FirstOf(team, team.DoTogether(() => Explain(from, last)));
        }
        // The others wait in the middle of a sum: nothing goes on from here.
        catch (Exception fault) when (fault is DeviceException or OutOfMemoryException)
        {
            throw new RanksException($"Rank {team.Rank} cannot look for the number that was not finite: {fault.Message.TrimEnd('.')}; go on from the last checkpoint with --resume.", fault);
        }
    }

    private NonFinite? Explain(IReadOnlyDictionary<string, StateTensor>? from, long last)
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
        var search = new NonFiniteSearch(Variables, Program.Graph, [.. Learning.Select(learning => learning.Network.Parameters)]);
        return search.Run(SaveState(), LoadState, RunStep);
    }

    /// <inheritdoc/>
    public TrainingReport Report()
    {
        if (team is not null)
        {
            team.Announce(RankOrder.Report);
            Compare(SaveState());
        }
        var sums = Variables.Download(Program.Sums);
        Variables.Upload(Program.Sums, new float[Program.Sums.Size]);
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
            Divergence = Program.Objective.Divergence,
            DivergenceBound = Program.Objective.Divergence is null ? null : Program.Objective.Estimate(loss),
            Penalty = sums[(int)Sum.PenaltyUpdates] > 0 ? Mean(Sum.Penalty, Sum.PenaltyUpdates) : null,
            AugmentationProbability = Program.HasAugmentationProbability ? Mean(Sum.AugmentationProbability, Sum.DiscriminatorUpdates) : null,
            RankWaits = team is { IsLeader: true } ? RankWaits.Of(team.TakeWaits()) : null,
            Terms = Program.Terms.Count == 0 ? null : Program.Terms.Index().ToDictionary(term => term.Item, term => Mean(Sum.Term + term.Index, Sum.GeneratorUpdates)),
        };
    }

    /// <inheritdoc/>
    public abstract byte[] Sample(ulong seed, int first, int count, IReadOnlyList<int?>? asked = null);

    /// <inheritdoc/>
    public abstract float[] SamplePoints(ulong seed, int first, int count);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StateTensor> SaveState()
    {
        var state = new Dictionary<string, StateTensor>();
        foreach (var (variable, parameters) in Saved())
        {
            var values = Variables.Download(variable);
            foreach (var parameter in parameters.Parameters)
            {
                state[$"{variable.Name}.{parameter.Name}"] = new(
                    parameter.Shape.ToArray(), values.AsSpan(parameter.Offset, parameter.Shape.Size).ToArray());
            }
        }
        foreach (var variable in Program.State)
        {
            state[variable.Name] = new([variable.Size], Variables.Download(variable));
        }
        SaveMore(state);
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
        foreach (var variable in Program.State)
        {
            uploads.Add((variable, !state.ContainsKey(variable.Name) && MayBeNew(variable) ? new float[variable.Size] : reader.Floats(variable.Name, [variable.Size])));
        }
        var more = ReadMore(reader, state);
        long[] counters = reader.Integers(Counters, CountsImages(state) ? 4 : 3);
        reader.End();
        if (counters[1] != counters[0] * options.DiscriminatorSteps || counters[2] != unchecked((long)options.Seed))
        {
            throw new StateMismatchException("it was saved with another --seed or --d-steps");
        }
        // Only what fits goes to the others.
        if (team is { IsLeader: true, AreTogether: false })
        {
            team.Announce(RankOrder.Load);
            RankState.Share(team, state);
        }
        comparedStep = -1;
        // All is checked; only now does anything change.
        foreach (var (variable, values) in uploads)
        {
            Variables.Upload(variable, values);
        }
        (Step, DiscriminatorUpdates, areFakesLatest) = (counters[0], counters[1], false);
        imagesBeside = counters.Length > 3 ? counters[3] - DiscriminatorUpdates * options.Batch : 0;
        rollbacks = -(int)MathF.Round(MathF.Log2(Variables.Download(Program.RateScale)[0]));
        UploadCounters();
        more();
    }

    /// <inheritdoc/>
    public TrainingCost Describe()
    {
        return new(
            Program.Generators.Sum(network => (long)network.Parameters.Size),
            Program.Discriminators.Sum(network => (long)network.Parameters.Size),
            (Flops(Program.Discriminator) * options.DiscriminatorSteps + Flops(Program.Generator)
                + Flops(Program.LazyPenalty) * options.DiscriminatorSteps / options.PenaltyEvery) / 1e9,
            Variables.Bytes + Sets.Sum(set => set.Bytes) + Plan.ArenaBytes + DrawingBytes)
        {
            Precision = Plan.Precision.ToString().ToLowerInvariant(),
            AvailableBytes = Variables.Device.Memory.Taken + Variables.Device.FreeBytes,
        };
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        plan?.Dispose();
        sum?.Dispose();
        foreach (var set in Sets)
        {
            set.Dispose();
        }
        Variables.Dispose();
    }

    /// <summary>Compiles the program and sets everything to what it is before the first step: the end of a constructor.</summary>
    /// <param name="advise">Makes of a lack of memory what a user is told, once nothing of the trainer is on the device.</param>
    /// <exception cref="OptionException">Something is larger than can be counted.</exception>
    /// <exception cref="DeviceMemoryException">The device has too little memory.</exception>
    protected void Open(Func<DeviceMemoryException, DeviceMemoryException> advise)
    {
        try
        {
            plan = Program.Compile(Variables);
        }
        catch (TensorSizeException fault)
        {
            throw new OptionException($"--batch is {options.Batch}: {fault.Message}");
        }
        catch (DeviceMemoryException fault)
        {
            foreach (var set in Sets)
            {
                set.Dispose();
            }
            Variables.Dispose();
            throw advise(fault);
        }
        Begin();
    }

    /// <summary>Bytes of device memory that the compiled program would take.</summary>
    protected long ProgramBytes
    {
        get
        {
            long arena = Program.BytesOf(Variables);
            return Variables.Bytes + arena;
        }
    }

    /// <summary>Bytes of activations of what draws.</summary>
    protected abstract long DrawingBytes { get; }

    /// <summary>The weights have changed, and what is drawn with them will have.</summary>
    protected abstract void WeightsChanged();

    /// <summary>Whether a variable may be missing in a saved state, and begins at zero then.</summary>
    protected virtual bool MayBeNew(Variable variable) => false;

    /// <summary>Puts what else is kept into a state.</summary>
    protected virtual void SaveMore(IDictionary<string, StateTensor> state)
    {
    }

    /// <summary>Reads what else is kept.</summary>
    /// <returns>What takes it over, once all has been checked.</returns>
    protected virtual Action ReadMore(StateReader reader, IReadOnlyDictionary<string, StateTensor> state) => WeightsChanged;

    // One set of streams for all networks would give them the same first weights.
    private IEnumerable<(Network Network, ulong Seed)> Learning =>
        from kind in new[] { (Networks: [.. Program.Generators, .. Program.Heads], options.Seed), (Networks: Program.Discriminators, Seed: ~options.Seed) }
        from network in kind.Networks.Index()
        select (network.Item, kind.Seed + (ulong)network.Index * SeedStep);

    // Everything that is counted follows from the updates of D and G alone.
    private long Penalties(long updates) => Program.LazyPenalty is not null ? updates / options.PenaltyEvery : 0;

    private long RealBatches(long updates) => updates + Penalties(updates) + (Program.TakesRealsInGenerator ? Step : 0);

    private bool IsPenaltyDue(long updates) => Program.LazyPenalty is not null && updates % options.PenaltyEvery == 0;

    private bool IsFinite => Variables.Download(Program.Sums).All(float.IsFinite);

    private double Flops(UpdateSegments? update) => update?.Run(options.Leaves).Sum(Plan.Flops) ?? 0;

    /// <summary>One step whose segments are run by <paramref name="run"/>.</summary>
    private void RunStep(Action<int> run)
    {
        if (team is null)
        {
            MakeStep(run);
            return;
        }
        team.Announce(RankOrder.Step);
        team.Do(() =>
        {
            MakeStep(run);
            return Step;
        });
    }

    private void MakeStep(Action<int> run)
    {
        for (int i = 0; i < options.DiscriminatorSteps; i++)
        {
            UpdateDiscriminator(run); // fix G: reals towards 1, fakes towards 0
        }
        UpdateGenerator(run); // fix D: make it take fakes for reals
    }

    private void UpdateDiscriminator(Action<int> run)
    {
        Run(Program.Discriminator, RealBatches(DiscriminatorUpdates), run);
        DiscriminatorUpdates++;
        if (IsPenaltyDue(DiscriminatorUpdates))
        {
            Run(Program.LazyPenalty!, RealBatches(DiscriminatorUpdates) - 1, run);
        }
        areFakesLatest = true;
    }

    private void UpdateGenerator(Action<int> run)
    {
        var update = areFakesLatest ? Program.Generator : Program.GeneratorAgain ?? throw new InvalidOperationException("This trainer does not update G again without D in between.");
        Run(update, Program.TakesRealsInGenerator ? RealBatches(DiscriminatorUpdates) : null, run);
        (Step, areFakesLatest) = (Step + 1, false);
        WeightsChanged();
    }

    /// <summary>Runs the segments of an update.</summary>
    /// <param name="update">Which.</param>
    /// <param name="realBatch">Number of the batch of reals that it takes; null for none.</param>
    /// <param name="run">Runs a segment.</param>
    private void Run(UpdateSegments update, long? realBatch, Action<int> run)
    {
        var own = alone ?? Own ?? new(0, options.Leaves);
        long leaf = (realBatch * options.Leaves ?? 0) + own.First, left = own.Count;
        foreach (int segment in update.Run(own.Count))
        {
            if (segment == update.Leaf && realBatch is not null)
            {
                // Behind the last leaf here come those of other ranks, then the next batch's first.
                long next = --left > 0 ? leaf + 1 : leaf + 1 + options.Leaves - own.Count;
                foreach (var set in Sets)
                {
                    set.Prepare(leaf, next);
                }
                leaf = next;
            }
            if (segment == update.After && team is not null)
            {
                sum ??= new(team, tree!, Variables, options.Reduce);
                if (alone is null)
                {
                    sum.Add(update);
                }
                else
                {
                    sum.Bring(update);
                }
            }
            run(segment);
        }
    }

    private void UploadCounters()
    {
        Variables.Upload(Program.GeneratorUpdates, checked((int)Step));
        Variables.Upload(Program.DiscriminatorUpdates, checked((int)DiscriminatorUpdates));
        Variables.Upload(Program.DiscriminatorSteps, checked((int)(DiscriminatorUpdates + Penalties(DiscriminatorUpdates))));
        Variables.Upload(Program.RealBatches, checked((int)RealBatches(DiscriminatorUpdates)));
        Variables.Upload(Program.KimgBeside, [imagesBeside / 1000f]);
        foreach (var (counter, value) in Program.Fixed)
        {
            Variables.Upload(counter, value);
        }
    }

    private void Return(IReadOnlyDictionary<string, StateTensor>? state)
    {
        if (state is null)
        {
            team?.Announce(RankOrder.Begin);
            Begin();
        }
        else
        {
            LoadState(state);
        }
    }

    /// <summary>Sets everything to what it is before the first step.</summary>
    protected void Begin()
    {
        foreach (var (network, seed) in Learning)
        {
            var parameters = network.Parameters;
            foreach (var variable in SavedOf(parameters))
            {
                Variables.Upload(variable, variable == parameters.Values || variable == parameters.Average ? Initialization.Draw(parameters, seed) : new float[variable.Size]);
            }
        }
        foreach (var variable in Program.State)
        {
            Variables.Upload(variable, new float[variable.Size]);
        }
        foreach (var (variable, initial) in Program.Discriminators.SelectMany(network => network.State))
        {
            Variables.Upload(variable, initial);
        }
        (Step, DiscriminatorUpdates, Rollbacks, imagesBeside, areFakesLatest, comparedStep) = (0, 0, 0, 0, false, -1);
        UploadCounters();
        WeightsChanged();
    }

    private IEnumerable<(Variable Variable, ParameterSet Parameters)> Saved() =>
        from learning in Learning
        from variable in SavedOf(learning.Network.Parameters)
        select (variable, learning.Network.Parameters);

    private static Variable[] SavedOf(ParameterSet parameters) => [parameters.Values, parameters.FirstMoment, parameters.SecondMoment, parameters.Average];
}
