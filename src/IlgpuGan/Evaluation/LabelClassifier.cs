using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;
using IlgpuGan.Networks;
using IlgpuGan.Runs;

namespace IlgpuGan.Evaluation;

/// <summary>Reads the labels of a data set off images, also off generated ones: a small network trained by this engine on one device.</summary>
internal sealed class LabelClassifier : IDisposable
{
    // One more whenever the same data would give other weights than before: classifiers that were kept are then trained anew.
    private const int Version = 1;

    private const int Batch = 256;
    private const int HeldOutShare = 10, MostHeldOut = 10_000;
    private const uint SplitSeed = 0x73706c69;

    private readonly VariableStore variables;
    private readonly ClassifierNetwork network;
    private readonly Shape image;
    private readonly ImageBatches batches;
    private readonly Tensor features;
    private readonly Tensor[] logits;
    private readonly Plan plan;

    private LabelClassifier(ComputeDevice device, ImageSet data)
    {
        image = Shape.Of(data.Height, data.Width, data.Channels);
        Columns = [.. data.Labels.Select(column => column.Name)];
        variables = new(device);
        network = new(image, [.. data.Labels.Select(column => column.ValueNames.Count)]);
        batches = new(image, Batch);
        var graph = new Graph();
        (features, logits) = network.Read(batches.Read(graph), MomentSource.Measured);
        plan = Plan.Compile(variables, graph, [features, .. logits]);
    }

    /// <summary>Names of the label columns it reads, those of its data.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Bytes of one image.</summary>
    public int ImageSize => image.Size;

    /// <summary>Share of held-out images whose label it reads rightly, 0 to 1, of each column.</summary>
    public IReadOnlyList<double> Accuracy { get; private set; } = [];

    /// <summary>Numbers that its heads read of an image: what it has learnt to see.</summary>
    public int FeatureSize => features.Shape.Columns;

    /// <summary>Number of values of the first column.</summary>
    public int Classes => logits[0].Shape.Columns;

    /// <summary>Equal for equal weights, in hexadecimal.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var variable in Kept())
            {
                hash.AppendData(MemoryMarshal.AsBytes<float>(variables.Download(variable)));
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        }
    }

    /// <summary>Whether its weights came from the cache of an earlier call.</summary>
    public bool FromCache { get; private set; }

    /// <summary>Takes the classifier of a data set from the cache, or trains it and keeps it there.</summary>
    /// <param name="device">Where it is trained and used; to be disposed after it.</param>
    /// <param name="data">Labelled images; the shape of what it will read. A tenth of them is held out for <see cref="Accuracy"/>.</param>
    /// <param name="more">More images with the same label columns: it is then trained on these alone and all of <paramref name="data"/> is held out. Not called when the cache serves.</param>
    /// <param name="cacheFolder">Where classifiers are kept; null keeps none.</param>
    /// <param name="observer">Hears how far it is, and of a cache that cannot be used.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The data has no labels.</exception>
    public static LabelClassifier Open(
        ComputeDevice device, ImageSet data, Func<ImageSet>? more, string? cacheFolder, IDataObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(observer);
        if (data.Labels.Count == 0)
        {
            throw new ArgumentException($"{data.Name} has no labels to learn.", nameof(data));
        }
        var classifier = new LabelClassifier(device, data);
        try
        {
            var cache = cacheFolder is null ? null : new StateCache(cacheFolder, "classifier", "is trained anew", $"{Version} {(more is null ? "split" : "more")} {data.Fingerprint}");
            if (cache?.TryRead(classifier.Load, observer.Notice) == true)
            {
                classifier.FromCache = true;
                return classifier;
            }
            classifier.Train(data, more, observer, cancellation);
            cache?.TryWrite(classifier.Save(), observer.Notice);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>The label of each column that each image looks most like: [N, columns].</summary>
    /// <param name="images">Bytes [N, H, W, C] of the shape that it was trained for.</param>
    /// <exception cref="ArgumentException">The bytes are not a whole number of images.</exception>
    public int[] Read(ReadOnlySpan<byte> images)
    {
        var labels = new int[images.Length / image.Size * Columns.Count];
        batches.Run(variables, plan, images, (first, taken) =>
        {
            for (int column = 0; column < logits.Length; column++)
            {
                int classes = logits[column].Shape.Columns;
                var rows = plan.Fetch(logits[column]).AsSpan();
                for (int i = 0; i < taken; i++)
                {
                    labels[(first + i) * Columns.Count + column] = IndexOfLargest(rows.Slice(i * classes, classes));
                }
            }
        });
        return labels;
    }

    /// <summary>What its heads read of each image, [N, <see cref="FeatureSize"/>], and what the first makes of it: [N, <see cref="Classes"/>] probabilities.</summary>
    /// <param name="images">Bytes [N, H, W, C] of the shape that it was trained for.</param>
    /// <exception cref="ArgumentException">The bytes are not a whole number of images.</exception>
    public (float[] Features, float[] Probabilities) Look(ReadOnlySpan<byte> images)
    {
        int count = images.Length / image.Size, classes = Classes;
        var (seen, probabilities) = (new float[count * FeatureSize], new float[count * classes]);
        batches.Run(variables, plan, images, (first, taken) =>
        {
            plan.Fetch(features).AsSpan(0, taken * FeatureSize).CopyTo(seen.AsSpan(first * FeatureSize));
            var rows = plan.Fetch(logits[0]).AsSpan();
            for (int i = 0; i < taken; i++)
            {
                Softmax.Of(rows.Slice(i * classes, classes), probabilities.AsSpan((first + i) * classes, classes));
            }
        });
        return (seen, probabilities);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        plan.Dispose();
        variables.Dispose();
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }
        return largest;
    }

    private void Train(ImageSet data, Func<ImageSet>? more, IDataObserver observer, CancellationToken cancellation)
    {
        using var extra = more?.Invoke();
        // A shuffle, as sets are often sorted by class.
        (ImageSet Set, int Index)[] shuffled = [.. Enumerable.Range(0, data.Count).Select(i => (data, EpochShuffle.Pick(i, data.Count, SplitSeed, 0)))];
        int held = extra is null ? Math.Min(MostHeldOut, data.Count / HeldOutShare) : Math.Min(MostHeldOut, data.Count);
        var training = extra is null ? shuffled[held..] : [.. Enumerable.Range(0, extra.Count).Select(i => (extra, i))];
        using (var course = new ClassifierTraining(variables, network, training))
        {
            course.Run(observer, cancellation);
        }
        // A set of less than ten images has nothing to spare: then what was learnt is asked.
        Accuracy = Measure(held > 0 ? shuffled[..held] : shuffled);
    }

    private double[] Measure((ImageSet Set, int Index)[] images)
    {
        var right = new int[Columns.Count];
        foreach (var part in images.Chunk(Batch))
        {
            var read = Read([.. part.SelectMany(item => item.Set.Image(item.Index).ToArray())]);
            for (int i = 0; i < read.Length; i++)
            {
                right[i % right.Length] += part[i / right.Length].Set.Labels[i % right.Length].Values[part[i / right.Length].Index] == read[i] ? 1 : 0;
            }
        }
        return [.. right.Select(count => count / (double)images.Length)];
    }

    private Dictionary<string, StateTensor> Save()
    {
        var state = Kept().ToDictionary(variable => variable.Name, variable => new StateTensor([variable.Size], variables.Download(variable)));
        state["accuracy"] = new([Accuracy.Count], Accuracy.Select(value => (float)value).ToArray());
        return state;
    }

    private void Load(IReadOnlyDictionary<string, StateTensor> state)
    {
        var reader = new StateReader(state);
        var values = Kept().Select(variable => (variable, reader.Floats(variable.Name, [variable.Size]))).ToList();
        var accuracy = reader.Floats("accuracy", [Columns.Count]);
        reader.End();
        foreach (var (variable, floats) in values)
        {
            variables.Upload(variable, floats);
        }
        Accuracy = [.. accuracy.Select(value => (double)value)];
    }

    private IEnumerable<Variable> Kept() => [.. network.Sets.Select(set => set.Average), network.Moments];
}
