using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;

namespace IlgpuGan.Evaluation;

/// <summary>
/// A convolutional network that never learns: weights drawn once and for all, halving convolutions with leaky ReLUs until a side is below 8, and
/// a random projection. Distances of its features need no label and no file; they compare runs on the same data and mean nothing beyond it.
/// </summary>
internal sealed class RandomConvolution : IFeatureExtractor
{
    private const int Batch = 128, Width = 64, WidestFactor = 4, SmallestSide = 8, Features = 256;
    private const float Slope = 0.2f;
    private const ulong Seed = 0x72616e646f6d;

    private readonly VariableStore variables;
    private readonly ImageBatches batches;
    private readonly Tensor output;
    private readonly Plan plan;
    private readonly int imageSize;

    public RandomConvolution(ComputeDevice device, int height, int width, int channels)
    {
        var image = Shape.Of(height, width, channels);
        imageSize = image.Size;
        var network = new Network("random", image);
        for (int factor = 1; Math.Min(network.Output[0], network.Output[1]) >= SmallestSide; factor = Math.Min(2 * factor, WidestFactor))
        {
            network.Add(new ConvolutionLayer(Width * factor, 4, 4, 2, 1, deviation: fanIn => MathF.Sqrt(2f / fanIn))).LeakyRelu(Slope);
        }
        network.Reshape(network.Output.Size).Linear(Features);
        variables = new(device, Precision.Fp32);
        variables.Upload(network.Parameters.Average, Initialization.Draw(network.Parameters, Seed));
        batches = new(image, Batch);
        var graph = new Graph();
        output = network.Apply(batches.Read(graph), network.Parameters.Average, MomentSource.Measured);
        plan = Plan.Compile(variables, graph, output);
        string identity = string.Create(CultureInfo.InvariantCulture, $"1 {Width} {WidestFactor} {SmallestSide} {Features} {Slope} {Seed} {image}");
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 8));
    }

    /// <summary>Its name for people.</summary>
    public const string Title = "random-convolution";

    public string Name => Title;

    public string Hash { get; }

    public string Resize => "none";

    public MetricNames? Names => null;

    public int Dimension => Features;

    public int Classes => 0;

    public (float[] Features, float[] Probabilities) Read(ReadOnlySpan<byte> images)
    {
        var result = new float[images.Length / imageSize * Features];
        batches.Run(variables, plan, images, (first, taken) => plan.Fetch(output).AsSpan(0, taken * Features).CopyTo(result.AsSpan(first * Features)));
        return (result, []);
    }

    public void Dispose()
    {
        plan.Dispose();
        variables.Dispose();
    }
}
