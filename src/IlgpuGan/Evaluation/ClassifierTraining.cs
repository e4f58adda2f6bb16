using IlgpuGan.Data;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;

namespace IlgpuGan.Evaluation;

/// <summary>Trains a classifier's weights in device memory: Adam on softmax cross entropy with a falling rate, and an average of the last weights.</summary>
internal sealed class ClassifierTraining : IDisposable
{
    private const int Batch = 64, MeasuredBatches = 16, StepsPerReport = 16;

    // Small sets are seen often, large ones for about a minute of two processor cores: 200,000 images of 28 x 28, fewer where they are larger.
    private const long MostPixels = 200_000L * 28 * 28;
    private const int MostEpochs = 60;

    private const long MostBytes = 512L << 20;
    // Falls to zero along a line.
    private const float FirstRate = 2e-3f;

    private const ulong Seed = 0x6c6162656c73;

    private readonly VariableStore variables;
    private readonly ClassifierNetwork network;
    private readonly ByteSource source;
    private readonly DeviceBytes bytes;
    private readonly LabelSource[] labels;

    /// <summary>Lays images and their labels on the device.</summary>
    /// <param name="variables">Where the weights are.</param>
    /// <param name="network">What is trained.</param>
    /// <param name="images">The images; of more than fit, the first.</param>
    public ClassifierTraining(VariableStore variables, ClassifierNetwork network, IReadOnlyList<(ImageSet Set, int Index)> images)
    {
        (this.variables, this.network) = (variables, network);
        var set = images[0].Set;
        int count = (int)Math.Min(images.Count, Math.Max(1, MostBytes / set.BytesPerImage));
        source = new("labelled images", count, set.Height, set.Width, set.Channels);
        bytes = new(variables.Device, (long)count * set.BytesPerImage, isStaged: false);
        variables.Bind(source, bytes);
        foreach (var part in images.Take(count).Select((image, place) => (image, place)).Chunk(1024))
        {
            bytes.Write((long)part[0].place * set.BytesPerImage, [.. part.SelectMany(item => item.image.Set.Image(item.image.Index).ToArray())]);
        }
        labels = [.. set.Labels.Select(column => new LabelSource(column.Name, count, column.ValueNames.Count))];
        for (int column = 0; column < labels.Length; column++)
        {
            variables.Upload(labels[column], [.. images.Take(count).Select(image => image.Set.Labels[column].Values[image.Index])]);
        }
        long most = MostPixels / (set.Height * set.Width);
        Steps = (int)Math.Max(1, Math.Min((long)count * MostEpochs, most) / Batch);
    }

    /// <summary>Updates that will be made.</summary>
    public int Steps { get; }

    /// <summary>Trains from first weights to averaged ones.</summary>
    /// <param name="progress">Hears of the updates made.</param>
    /// <param name="cancellation">Gives up.</param>
    public void Run(IProgress<Work> progress, CancellationToken cancellation)
    {
        foreach (var set in network.Sets)
        {
            var values = Initialization.Draw(set, Seed);
            variables.Upload(set.Values, values);
            variables.Upload(set.Average, values);
        }
        var updates = new Counter("classifier.updates");
        using (var plan = Plan.Compile(variables, Update(updates)))
        {
            for (int step = 0; step < Steps; step++)
            {
                if (step % StepsPerReport == 0)
                {
                    // Waits for the device: else all updates would be handed over at once and nothing could be told of them.
                    variables.Download(updates);
                    cancellation.ThrowIfCancellationRequested();
                    progress.Report(new(WorkKind.TrainingClassifier, step, Steps));
                }
                plan.Run();
            }
        }
        Measure();
        progress.Report(new(WorkKind.TrainingClassifier, Steps, Steps));
    }

    /// <inheritdoc/>
    public void Dispose() => bytes.Dispose();

    private Graph Update(Counter updates)
    {
        var graph = new Graph();
        var logits = network.Train(Images(graph, updates));
        var loss = logits.Select((head, column) => CrossEntropy.OfSoftmax(head, graph.GatherLabels(labels[column], Batch, Seed, updates)))
            .Aggregate((sum, next) => sum + next);
        ParameterSet[] sets = [.. network.Sets];
        var gradients = new Queue<Tensor>(Differentiation.Gradients(loss, [.. sets.SelectMany(set => set.Parameters).Select(graph.Read)]));
        var optimizer = new Optimizer(UpdateRule.Adam)
        {
            LearningRate = (1 - graph.Value(updates) * (1f / Steps)) * FirstRate,
            Beta2 = 0.99f,
            AverageHalfLife = Steps / 40f,
        };
        foreach (var set in sets)
        {
            graph.Update(set, [.. set.Parameters.Select(_ => gradients.Dequeue())], optimizer, updates);
        }
        graph.Advance(updates);
        return graph;
    }

    // The average has weights but no moments of its own: they are measured over some batches.
    private void Measure()
    {
        var graph = new Graph();
        var batches = new Counter("classifier.measured");
        network.Read(Images(graph, batches), MomentSource.Measure);
        graph.Advance(batches);
        using var plan = Plan.Compile(variables, graph);
        for (int i = 0; i < MeasuredBatches; i++)
        {
            variables.Upload(network.Blend, [i / (i + 1f), 1 / (i + 1f)]);
            plan.Run();
        }
    }

    private Tensor Images(Graph graph, Counter counter) => graph.GatherImages(source, Batch, Seed, stream: 0, counter, flip: false);
}
