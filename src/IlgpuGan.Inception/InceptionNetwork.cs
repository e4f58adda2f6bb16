using System.Numerics.Tensors;
using IlgpuGan.Evaluation;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Options;
using IlgpuGan.Training;
using Microsoft.ML.OnnxRuntime;

namespace IlgpuGan.Inception;

/// <summary>
/// The network that FID, KID and IS are defined by, from an ONNX file of the user: the one of 2015-12-05 with 2048 features after the last
/// pooling, exported with images in [-1, 1] as input. Whether the weights are those of the published numbers only its hash can tell.
/// </summary>
public sealed class InceptionNetwork : IDisposable
{
    private const int Features = 2048;

    // Of the original network, and of those trained since.
    private static readonly int[] ClassCounts = [1000, 1008];

    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly string input;
    private readonly bool isBytes, isChannelsLast;
    private readonly string features;
    private readonly string? logits;

    private InceptionNetwork(InferenceSession session, string path, string hash)
    {
        this.session = session;
        Hash = hash;
        (input, isBytes, isChannelsLast) = InputOf(session, path);
        features = session.OutputMetadata.FirstOrDefault(output => Width(output.Value) == Features).Key
            ?? throw Refuse(path, $"no output has {Features} numbers for each image (it has {Names(session.OutputMetadata)})");
        (logits, var metadata) = session.OutputMetadata.FirstOrDefault(output => ClassCounts.Contains(Width(output.Value)));
        Classes = logits is null ? 0 : Width(metadata!);
    }

    /// <summary>Side of the images that it reads.</summary>
    public const int Side = 299;

    /// <summary>First half of the SHA-256 of the file, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Number of classes that it gives logits of; 0 where the file has only features.</summary>
    public int Classes { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="OptionException">The file cannot be read, is no ONNX file, or is of another network.</exception>
    public static InceptionNetwork Open(string path)
    {
        var (session, hash) = OnnxFile.Open("--inception", path, "give an ONNX file of Inception-v3", reason => Refuse(path, reason));
        InceptionNetwork? network = null;
        try
        {
            network = new(session, path, hash);
            network.Try(path);
            return network;
        }
        catch
        {
            network?.options.Dispose();
            session.Dispose();
            throw;
        }
    }

    // What only shows when images are read is said before hours of work, not after.
    private void Try(string path)
    {
        const int count = 2;
        var images = new float[count * Side * Side * 3];
        Array.Fill(images, 100);
        try
        {
            var (seen, probabilities) = Run(images, count);
            if (seen.Length != count * Features || probabilities.Length != count * Classes)
            {
                throw Refuse(path, $"of {count} images it gives {seen.Length} features and {probabilities.Length} logits where {count * Features} and {count * Classes} are expected");
            }
            if (!Array.TrueForAll(seen, float.IsFinite) || !Array.TrueForAll(probabilities, float.IsFinite))
            {
                throw Refuse(path, "of a grey image it gives numbers that are not finite, so its weights are damaged");
            }
        }
        catch (OnnxRuntimeException fault)
        {
            throw Refuse(path, $"it cannot read {count} images at once ({OnnxFile.Words(fault)})");
        }
    }

    /// <summary>The network as an extractor for images of a shape; this stays open and is disposed of by its owner.</summary>
    public IFeatureExtractor For(int height, int width, int channels) => new Extractor(this, new(height, width, channels));

    /// <inheritdoc/>
    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }

    /// <summary>Features [count, 2048] and probabilities [count, <see cref="Classes"/>] of images [count, 299, 299, 3] in grey values.</summary>
    private (float[] Features, float[] Probabilities) Run(float[] images, int count)
    {
        using var value = Input(images, count);
        string[] wanted = logits is null ? [features] : [features, logits];
        using var outputs = session.Run(options, [input], [value], wanted);
        float[] seen = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        if (logits is null)
        {
            return (seen, []);
        }
        float[] probabilities = outputs[1].GetTensorDataAsSpan<float>().ToArray();
        for (int i = 0; i < probabilities.Length / Classes; i++)
        {
            var row = probabilities.AsSpan(i * Classes, Classes);
            // Some exports end with a softmax.
            if (TensorPrimitives.Min<float>(row) < 0 || Math.Abs(TensorPrimitives.Sum<float>(row) - 1) > 1e-3)
            {
                Softmax.Of(row, row);
            }
        }
        return (seen, probabilities);
    }

    private OrtValue Input(float[] images, int count)
    {
        long[] shape = isChannelsLast ? [count, Side, Side, 3] : [count, 3, Side, Side];
        var ordered = isChannelsLast ? images : ChannelsFirst(images, count);
        if (isBytes)
        {
            return OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ordered, grey => (byte)MathF.Round(grey)), shape);
        }
        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[i] = (ordered[i] - 128) / 128;
        }
        return OrtValue.CreateTensorValueFromMemory(ordered, shape);
    }

    private static float[] ChannelsFirst(float[] images, int count)
    {
        const int area = Side * Side;
        var planes = new float[images.Length];
        for (int image = 0; image < count; image++)
        {
            for (int pixel = 0; pixel < area; pixel++)
            {
                for (int c = 0; c < 3; c++)
                {
                    planes[(image * 3 + c) * area + pixel] = images[(image * area + pixel) * 3 + c];
                }
            }
        }
        return planes;
    }

    private static (string Name, bool IsBytes, bool IsChannelsLast) InputOf(InferenceSession session, string path)
    {
        if (session.InputMetadata.Count != 1)
        {
            throw Refuse(path, $"it has {session.InputMetadata.Count} inputs ({Names(session.InputMetadata)}) where one is expected");
        }
        var (name, metadata) = session.InputMetadata.First();
        int[] shape = metadata.Dimensions;
        bool Fits(int place, int length) => shape[place] == length || shape[place] < 0;
        bool isFirst = shape.Length == 4 && Fits(1, 3) && Fits(2, Side) && Fits(3, Side), isLast = shape.Length == 4 && Fits(1, Side) && Fits(2, Side) && Fits(3, 3);
        bool isBytes = metadata.ElementType == typeof(byte);
        return (isFirst || isLast) && shape[0] < 0 && (isBytes || metadata.ElementType == typeof(float)) ? (name, isBytes, !isFirst)
            : throw Refuse(path, $"its input is {Names(session.InputMetadata)} where float[N, 3, {Side}, {Side}] is expected");
    }

    // [N, 2048] and [N, 2048, 1, 1] alike.
    private static int Width(NodeMetadata output) =>
        output.ElementType == typeof(float) && output.Dimensions.Length is 2 or 4 ? output.Dimensions.Skip(1).Aggregate(1, (size, length) => size * length) : 0;

    private static string Names(IReadOnlyDictionary<string, NodeMetadata> nodes) =>
        string.Join(", ", nodes.Select(node => $"{node.Key}: {node.Value.ElementType?.Name}[{string.Join(", ", node.Value.Dimensions.Select(length => length < 0 ? "N" : $"{length}"))}]"));

    private static OptionException Refuse(string path, string reason) =>
        new($"--inception {path} is not Inception-v3 as FID takes it: {reason}; export the network of 2015-12-05 with its {Features} pooled features as an output.");

    private sealed class Extractor(InceptionNetwork network, CleanResize resize) : IFeatureExtractor
    {
        // A megabyte for each.
        private const int Batch = 16;

        public string Name => "Inception-v3";

        public string Hash => network.Hash;

        public string Resize => network.isBytes ? CleanResize.Words(Side) : $"{CleanResize.Words(Side)}, (x - 128) / 128";

        public MetricNames? Names => new("FID", "KID", "IS");

        public int Dimension => Features;

        public int Classes => network.Classes;

        public (float[] Features, float[] Probabilities) Read(ReadOnlySpan<byte> images)
        {
            int size = resize.BytesPerImage, count = images.Length / size;
            var (features, probabilities) = (new float[count * Features], new float[count * Classes]);
            for (int first = 0; first < count; first += Batch)
            {
                int taken = Math.Min(Batch, count - first);
                var (seen, sure) = network.Run(resize.Apply(images.Slice(first * size, taken * size), Side), taken);
                seen.CopyTo(features, first * Features);
                sure.CopyTo(probabilities, first * Classes);
            }
            return (features, probabilities);
        }

        public void Dispose()
        {
        }
    }
}
