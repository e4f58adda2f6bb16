using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Trains G and D to draw images, or points, from noise.</summary>
internal sealed class GanTrainer : Trainer, ISingleUpdates
{
    private readonly TrainingOptions options;
    private readonly TrainingData data;
    private readonly LabelChoice? labels;
    private DeviceImages? images;
    private readonly Network generator, discriminator;
    private readonly GanProgram program;
    private Sampler? sampler;
    private CheckupPlan? checkup;
    private VerdictPlan? verdicts;
    // That came with the weights, and hold until these change.
    private float[]? moments;

    /// <summary>Builds networks and plans for the data's image size, or for points, and initialises them from the seed.</summary>
    /// <exception cref="OptionException">An option is out of range, or the network does not draw what the data holds.</exception>
    public GanTrainer(ComputeDevice device, TrainingOptions options, TrainingData data, RankTeam? team = null)
        : this(device, options, data, MostImageBytes(device), team)
    {
    }

    internal GanTrainer(ComputeDevice? device, TrainingOptions options, TrainingData data, long mostImageBytes, RankTeam? team = null, bool isSingle = false)
        : this(device ?? throw new ArgumentNullException(nameof(device)), Validated(options), data ?? throw new ArgumentNullException(nameof(data)), mostImageBytes, isSketch: false, team, isSingle)
    {
        Open(fault => LeafSearch.Advise(device, options, data, images?.Bytes ?? 0, device.FreeBytes, fault));
    }

    // Updates are single where they come one by one, in any order. A sketch is looked at for how much memory its training would take, and never run.
    private GanTrainer(ComputeDevice device, TrainingOptions options, TrainingData data, long mostImageBytes, bool isSketch, RankTeam? team = null, bool isSingle = false)
        : base(device, options, team)
    {
        (this.options, this.data) = (options, data);
        labels = data.Labels;
        (generator, discriminator) = options.Build(data.Describe().ImageShape, labels?.Width ?? 0);
        program = new(options, generator, discriminator, Batches(data, isSketch ? long.MaxValue : mostImageBytes), Own, isSingle);
    }

    /// <summary>Bytes of device memory that training takes, data and pictures not counted. Variables are taken for a moment.</summary>
    /// <exception cref="DeviceMemoryException">The device has too little for those.</exception>
    /// <exception cref="TensorSizeException">Something is larger than can be counted.</exception>
    /// <exception cref="OptionException">So is a layer; or the options contradict one another.</exception>
    internal static long BytesOf(ComputeDevice device, TrainingOptions options, TrainingData data)
    {
        options.Validate();
        using var shape = TrainingData.OfShape(data.Describe(), data.Labels);
        using var sketch = new GanTrainer(device, options, shape, mostImageBytes: 0, isSketch: true);
        return sketch.ProgramBytes;
    }

    /// <summary>Bytes that training takes at least, as far as shapes show: weights, gradients, what the optimiser keeps, and one layer of a batch.</summary>
    /// <exception cref="OptionException">The networks cannot be built.</exception>
    internal static long LeastBytes(TrainingOptions options, RunData shape)
    {
        var (generator, discriminator) = options.Build(shape.ImageShape, classes: 0);
        return LeastBytes(options, [generator, discriminator]);
    }

    /// <inheritdoc/>
    protected override TrainingProgram Program => program;

    /// <inheritdoc/>
    protected override IReadOnlyList<DeviceImages> Sets => images is null ? [] : [images];

    /// <inheritdoc/>
    internal override IEnumerable<Plan> Plans => [Plan, .. Sampling.Plans, (checkup ??= NewCheckup()).Plan];

    /// <inheritdoc/>
    public override Checkup Examine() => (checkup ??= NewCheckup()).Run();

    /// <inheritdoc/>
    public override byte[] Sample(ulong seed, int first, int count, IReadOnlyList<int?>? asked = null) =>
        ImageBytes.Of(Sampling.Draw(seed, first, count, asked));

    /// <inheritdoc/>
    public override float[] SamplePoints(ulong seed, int first, int count) => Sampling.Draw(seed, first, count, null);

    /// <summary>Opens one whose updates come one by one, in any order.</summary>
    public static ISingleUpdates OfSingleUpdates(ComputeDevice device, TrainingOptions options, TrainingData data) =>
        new GanTrainer(device, options, data, MostImageBytes(device), team: null, isSingle: true);

    /// <inheritdoc/>
    public void Restart() => Begin();

    /// <inheritdoc/>
    public float[] Draw(ulong seed, int first, int count) => Sampling.Draw(seed, first, count, null);

    /// <inheritdoc/>
    public float[] Judge(ReadOnlySpan<float> rows) => (verdicts ??= new(Variables, discriminator)).Run(rows);

    /// <inheritdoc/>
    public override void Dispose()
    {
        sampler?.Dispose();
        checkup?.Dispose();
        verdicts?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override long DrawingBytes => Sampling.Bytes;

    /// <inheritdoc/>
    protected override void WeightsChanged() => Normalize(null);

    /// <inheritdoc/>
    // An augmentation that the run did not have before begins as in a new run.
    protected override bool MayBeNew(Variable variable) => program.AugmentationState.Contains(variable);

    /// <inheritdoc/>
    protected override void SaveMore(IDictionary<string, StateTensor> state)
    {
        if (moments is not null)
        {
            state[LoadedSampler.Moments] = new([moments.Length], moments);
        }
    }

    /// <inheritdoc/>
    protected override Action ReadMore(StateReader reader, IReadOnlyDictionary<string, StateTensor> state)
    {
        // What an augmentation had kept that the run no longer has.
        reader.PassOver(Augmentations.StateNames(options));
        float[]? given = state.ContainsKey(LoadedSampler.Moments) ? reader.Floats(LoadedSampler.Moments, [generator.Moments.Size]) : null;
        return () => Normalize(given);
    }

    private static TrainingOptions Validated(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return options;
    }

    private int LeafRows => options.Batch / options.Leaves;

    private TrainingBatches Batches(TrainingData data, long mostImageBytes)
    {
        if (data.Images is not { } set)
        {
            var points = new Variable("points", data.Points!.Points.Length);
            Variables.Upload(points, data.Points.Points);
            return new((graph, counter) => graph.GatherRows(points, Shape.Of(LeafRows, 2), options.Seed, counter), null, []);
        }
        images = new(Variables, set, LeafRows, options.Seed, mostImageBytes);
        Tensor Gather(Graph graph, Counter counter) =>
            graph.GatherImages(images.Source, LeafRows, options.Seed, (int)RandomStream.Mirror, counter, options.Flip);
        if (labels is null)
        {
            return new(Gather, null, []);
        }
        var source = labels.Source(set.Count);
        // A trainer that only draws has no labels to learn from.
        Variables.Upload(source, set.Labels.Count > 0 ? labels.ValuesOf(set) : new int[set.Count * labels.Columns.Count]);
        return new(Gather, (graph, counter, seed) => graph.GatherLabels(source, LeafRows, seed, counter), labels.Classes);
    }

    private Sampler Sampling
    {
        get
        {
            if (sampler is null)
            {
                // No more activations at a time than a step in leaves has.
                sampler = new(Variables, generator, labels, options.Leaves > 1 ? Math.Min(64, LeafRows) : 64);
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

    private CheckupPlan NewCheckup() => new(Variables, generator, discriminator, data, LeafRows);
}
