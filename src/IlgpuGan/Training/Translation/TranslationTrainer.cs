using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Trains networks to translate images.</summary>
internal sealed class TranslationTrainer : Trainer
{
    private readonly TrainingOptions options;
    private readonly TrainingData data;
    private readonly RunData shape;
    private readonly TranslationNetworks networks;
    private readonly TranslationProgram program;
    private readonly List<DeviceImages> sets = [];
    private TranslationSampler? sampler;

    /// <summary>Builds networks and plans for the data's image size and initialises them from the seed.</summary>
    /// <exception cref="OptionException">An option is out of range, or the networks do not translate such images.</exception>
    public TranslationTrainer(ComputeDevice device, TrainingOptions options, TrainingData data)
        : this(device, options, data, MostImageBytes(device))
    {
    }

    internal TranslationTrainer(ComputeDevice device, TrainingOptions options, TrainingData data, long mostImageBytes)
        : base(device, options)
    {
        (this.options, this.data, shape) = (options, data, data.Describe());
        options.Validate();
        networks = TranslationNetworks.Build(options, shape, data.Labels?.Width ?? 0);
        program = TranslationProgram.Of(options, networks, Batches(mostImageBytes));
        Open(Advise);
    }

    /// <summary>What is said where there is too little memory.</summary>
    internal static DeviceMemoryException Advise(DeviceMemoryException fault) => fault.With($"give {DeviceMemory.Smaller}, or free some");

    /// <summary>Bytes that training takes at least, as far as shapes show: weights, gradients, what the optimiser keeps, and one layer of a batch.</summary>
    /// <exception cref="OptionException">The networks cannot be built.</exception>
    internal static long LeastBytes(TrainingOptions options, RunData shape, int labels)
    {
        var networks = TranslationNetworks.Build(options, shape, labels);
        return LeastBytes(options, [.. networks.Generators, .. networks.Heads, .. networks.Discriminators]);
    }

    /// <inheritdoc/>
    protected override TrainingProgram Program => program;

    /// <inheritdoc/>
    protected override IReadOnlyList<DeviceImages> Sets => sets;

    /// <inheritdoc/>
    internal override IEnumerable<Plan> Plans => [Plan, Sampler.Plan];

    /// <inheritdoc/>
    protected override long DrawingBytes => Sampler.Plan.ArenaBytes;

    /// <inheritdoc/>
    public override Checkup Examine() => TranslationCheckup.Of(Shown, shape.InputSide, shape.TargetSide, count => Sample(0, 0, count));

    /// <summary>Translations of the inputs that are shown, numbered round and round; the seed draws the labels that are not asked for.</summary>
    /// <inheritdoc/>
    public override byte[] Sample(ulong seed, int first, int count, IReadOnlyList<int?>? asked = null)
    {
        var inputs = Shown;
        var pixels = new byte[count * inputs.BytesPerInput];
        for (int i = 0; i < count; i++)
        {
            inputs.CopyInput((first + i) % inputs.Count, pixels.AsSpan(i * inputs.BytesPerInput, inputs.BytesPerInput));
        }
        return Sampler.Translate(pixels, data.Labels is { } labels
            ? labels.OneHotRows([.. Enumerable.Range(first, count).SelectMany(image => labels.Draw(asked ?? new int?[labels.Columns.Count], seed, image))]) : []);
    }

    /// <inheritdoc/>
    public override float[] SamplePoints(ulong seed, int first, int count) => throw new InvalidOperationException("Points are not translated.");

    /// <inheritdoc/>
    public override void Dispose()
    {
        sampler?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void WeightsChanged()
    {
    }

    private ShownImages Shown => ShownImages.Of(data);

    private TranslationSampler Sampler => sampler ??=
        new(Variables, networks.Generators[0], shape.InputSide, shape.TargetSide, options.Translation!.Norm == Normalization.Batch, data.Labels?.Width ?? 0);

    private TranslationBatches Batches(long mostImageBytes)
    {
        DeviceImages Laid(ImageSet set, ulong seed, int count)
        {
            sets.Add(new(Variables, set, options.Batch, seed, mostImageBytes / count));
            return sets[^1];
        }
        Tensor Gather(Graph graph, DeviceImages images, ulong seed, TranslationStream stream, Counter counter) =>
            graph.GatherImages(images.Source, options.Batch, seed, (int)stream, counter, options.Flip, shape.Height, shape.Width);

        if (data.Pairs is not { Set: var pairs })
        {
            var own = Laid(data.Images!, options.Seed, 1);
            var labels = data.Labels ?? throw new OptionException("--method stargan translates between labels; say which by --condition.");
            var source = labels.Source(data.Images!.Count);
            Variables.Upload(source, labels.ValuesOf(data.Images));
            return new(
                (graph, counter) => Gather(graph, own, options.Seed, TranslationStream.Inputs, counter) is var images ? (images, images) : default,
                (graph, counter, seed) => graph.GatherLabels(source, options.Batch, seed, counter), labels.Classes);
        }

        if (pairs.Training is { } training)
        {
            var both = Laid(training, options.Seed, 1);
            return new((graph, counter) =>
            {
                var images = Gather(graph, both, options.Seed, TranslationStream.Inputs, counter);
                return (ImagePlanes.Of(graph.Slice(images, 0, pairs.Input.Channels), pairs.Input), ImagePlanes.Of(graph.Slice(images, pairs.Input.Channels, pairs.Target.Channels), pairs.Target));
            }, null, []);
        }

        // Another seed shuffles anew: which images meet is chance.
        var (inputs, targets) = (Laid(pairs.Inputs!, options.Seed, 2), Laid(pairs.Targets!, ~options.Seed, 2));
        return new((graph, counter) => (
            ImagePlanes.Of(Gather(graph, inputs, options.Seed, TranslationStream.Inputs, counter), pairs.Input),
            ImagePlanes.Of(Gather(graph, targets, ~options.Seed, TranslationStream.Targets, counter), pairs.Target)), null, []);
    }
}
