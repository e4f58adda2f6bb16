using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using ProtoBuf;

namespace IlgpuGan.Export;

/// <summary>
/// A generator as an ONNX model of operator set 17: <c>latents</c> [batch, latent] and, with a condition, <c>labels</c> [batch, columns] (numbers of
/// values) to <c>images</c> [batch, channels, height, width] in [-1, 1], or to <c>points</c> [batch, 2].
/// </summary>
internal sealed class OnnxGenerator
{
    /// <summary>Version of the operator set.</summary>
    public const int OperatorSet = 17;

    // What protocol buffers can hold is less than 2 GiB; the rest of the model is small.
    private const long MostBytes = int.MaxValue - (1 << 20);

    private readonly OnnxBuilder builder;
    private readonly IReadOnlyList<int> classes;
    private readonly float[] weights, moments;

    private OnnxGenerator(OnnxBuilder builder, IReadOnlyList<int> classes, float[] weights, float[] moments) =>
        (this.builder, this.classes, this.weights, this.moments) = (builder, classes, weights, moments);

    /// <summary>Writes a model.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="generator">The network.</param>
    /// <param name="classes">The number of values of each label column; empty for a network without a condition.</param>
    /// <param name="weights">Its parameters, laid out as <see cref="ParameterSet.Values"/>.</param>
    /// <param name="moments">The measured moments of its batch normalisations, laid out as <see cref="Network.Moments"/>; empty for a network without.</param>
    /// <param name="version">Version of this program.</param>
    /// <param name="metadata">What else the model says of itself.</param>
    /// <exception cref="NotSupportedException">The network is too large for the format, or has a layer that no generator has.</exception>
    public static void Write(
        Stream stream, Network generator, IReadOnlyList<int> classes, float[] weights, float[] moments, string version, IReadOnlyDictionary<string, string> metadata)
    {
        if ((long)weights.Length * sizeof(float) > MostBytes)
        {
            throw new NotSupportedException($"{weights.LongLength * sizeof(float)} bytes of weights are more than an ONNX file holds; export safetensors instead.");
        }
        bool isOfPoints = generator.Output.Rank == 1;
        var model = new OnnxModel
        {
            IrVersion = 8,
            ProducerName = "IlgpuGan",
            ProducerVersion = version,
            DocString = isOfPoints ? "Generator of points in the plane." : "Generator of images, [batch, channels, height, width] in [-1, 1].",
            Graph = { Name = "generator" },
            OperatorSets = { new() { Version = OperatorSet } },
        };
        model.Metadata.AddRange(metadata.Select(pair => new OnnxEntry { Key = pair.Key, Value = pair.Value }));
        var graph = model.Graph;
        var builder = new OnnxBuilder(graph);
        graph.Inputs.Add(OnnxBuilder.Value("latents", OnnxTensor.Float, generator.Input.Size));
        if (classes.Count > 0)
        {
            graph.Inputs.Add(OnnxBuilder.Value("labels", OnnxTensor.Int64, classes.Count));
        }
        string last = new OnnxGenerator(builder, classes, weights, moments).Add(TorchLayout.Of(generator), "latents");
        if (isOfPoints)
        {
            builder.Node("Identity", "points", [last]);
            graph.Outputs.Add(OnnxBuilder.Value("points", OnnxTensor.Float, generator.Output.Size));
        }
        else
        {
            builder.Node("Clip", "images", [last, builder.Tensor("black", [], [-1f]), builder.Tensor("white", [], [1f])]);
            graph.Outputs.Add(OnnxBuilder.Value("images", OnnxTensor.Float, generator.Output[2], generator.Output[0], generator.Output[1]));
        }
        Serializer.Serialize(stream, model);
    }

    private string Add(IReadOnlyList<TorchModule> modules, string x) => modules.Aggregate(x, (value, module) => Add(module, value));

    private string Add(TorchModule module, string x) => module.Layer switch
    {
        ConvolutionLayer layer => Convolution("Conv", module, layer.Geometry, x),
        // Latents come flat.
        ConvolutionTransposedLayer layer => Convolution("ConvTranspose", module, layer.Geometry, layer.Input.Rows == 1 ? Reshape(x, layer.Input) : x),
        LinearLayer => builder.Node("Gemm", [x, Tensor(module, "weight"), .. Optional(module, "bias")], OnnxBuilder.Attribute("transB", 1)),
        BiasLayer layer => builder.Node("Add", [x, Tensor(module, "bias", layer.Input.Rank == 3 ? [layer.Input[2], 1, 1] : null)]),
        BatchNormLayer => builder.Node(
            "BatchNormalization", [x, .. ((string[])["weight", "bias", "running_mean", "running_var"]).Select(name => Tensor(module, name))],
            OnnxBuilder.Attribute("epsilon", BatchNormLayer.Epsilon)),
        LeakyReluLayer { Slope: 0 } => builder.Node("Relu", [x]),
        LeakyReluLayer layer => builder.Node("LeakyRelu", [x], OnnxBuilder.Attribute("alpha", layer.Slope)),
        TanhLayer => builder.Node("Tanh", [x]),
        ReshapeLayer layer => Reshape(x, layer.Target),
        ResidualLayer => builder.Node("Add", [Add(module.Shortcut, x), Add(module.Main, x)]),
        ResampleLayer layer => Resample(layer, x),
        ScaledPictureLayer layer => builder.Node("Mul", [Reshape(x, Shape.Of(1, 1, layer.Input.Columns)), Tensor(module, "picture")]),
        EmbeddingLayer => builder.Node("Concat", [x, Embedding(module)], OnnxBuilder.Attribute("axis", 1)),
        _ => throw new NotSupportedException($"{module.Layer.GetType().Name} is in no generator."),
    };

    private string Convolution(string operation, TorchModule module, ConvolutionGeometry geometry, string x) =>
        builder.Node(operation, [x, Tensor(module, "weight"), .. Optional(module, "bias")], Attributes(geometry));

    private string Resample(ResampleLayer layer, string x)
    {
        var geometry = layer.Geometry;
        int taps = geometry.KernelHeight * geometry.KernelWidth;
        // [R, S, 1, C] to [C, 1, R, S]
        float[] filter = [.. Enumerable.Range(0, taps * geometry.Channels).Select(i => layer.Filter[i % taps * geometry.Channels + i / taps])];
        return builder.Node(layer.IsUp ? "ConvTranspose" : "Conv",
            [x, builder.Tensor("filter", [geometry.Channels, 1, geometry.KernelHeight, geometry.KernelWidth], filter)], Attributes(geometry));
    }

    private static OnnxAttribute[] Attributes(ConvolutionGeometry geometry) =>
    [
        OnnxBuilder.Attribute("kernel_shape", [geometry.KernelHeight, geometry.KernelWidth]),
        OnnxBuilder.Attribute("strides", [geometry.Stride, geometry.Stride]),
        OnnxBuilder.Attribute("pads", [geometry.Padding, geometry.Padding, geometry.Padding, geometry.Padding]),
        OnnxBuilder.Attribute("group", geometry.Groups),
    ];

    /// <summary>The sum of what the values of all columns are embedded into: [batch, features].</summary>
    private string Embedding(TorchModule module)
    {
        var tensor = module.Tensors["embedding"];
        float[] all = tensor.Read(weights, moments);
        int features = tensor.Shape[1], first = 0;
        string? sum = null;
        for (int column = 0; column < classes.Count; first += classes[column++])
        {
            string rows = builder.Tensor($"{tensor.Name}.column{column}", [classes[column], features], all[(first * features)..((first + classes[column]) * features)]);
            string labels = builder.Node("Gather", ["labels", builder.Integers("column", [], column)], OnnxBuilder.Attribute("axis", 1));
            string embedded = builder.Node("Gather", [rows, labels], OnnxBuilder.Attribute("axis", 0));
            sum = sum is null ? embedded : builder.Node("Add", [sum, embedded]);
        }
        return sum!;
    }

    private string Reshape(string x, Shape shape) => builder.Node(
        "Reshape", [x, builder.Integers("shape", [shape.Rank + 1], shape.Rank == 3 ? [-1, shape[2], shape[0], shape[1]] : [-1, shape.Size])]);

    private string Tensor(TorchModule module, string name, int[]? shape = null)
    {
        var tensor = module.Tensors[name];
        return builder.Tensor(tensor.Name, shape ?? tensor.Shape, tensor.Read(weights, moments));
    }

    private IEnumerable<string> Optional(TorchModule module, string name) => module.Tensors.ContainsKey(name) ? [Tensor(module, name)] : [];
}
