using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Export;

/// <summary>Adds the layers of a network to an ONNX graph. No node knows the sides of an image, so that layers which work at every size do so there.</summary>
/// <param name="builder">The graph.</param>
/// <param name="weights">The network's parameters, laid out as <see cref="ParameterSet.Values"/>.</param>
/// <param name="moments">
/// The measured moments of its batch normalisations, laid out as <see cref="Network.Moments"/>; null to take those of the image at hand, as a batch of one image has them.
/// </param>
internal sealed class OnnxLayers(OnnxBuilder builder, float[] weights, float[]? moments)
{
    /// <summary>The number of values of each column of labels that is embedded.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>Whether latents come in, which lie flat.</summary>
    public bool IsOfLatents { get; init; }

    /// <summary>Adds modules one after the other.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="x">The name of what comes in.</param>
    /// <returns>The name of what they make.</returns>
    /// <exception cref="NotSupportedException">A layer has no counterpart.</exception>
    public string Add(IReadOnlyList<TorchModule> modules, string x) => modules.Aggregate(x, (value, module) => Add(module, value));

    private string Add(TorchModule module, string x) => module.Layer switch
    {
        ConvolutionLayer layer => Convolution("Conv", module, layer.Geometry, x),
        // Latents come flat.
        ConvolutionTransposedLayer layer => Convolution("ConvTranspose", module, layer.Geometry, IsOfLatents && layer.Input.Rows == 1 ? Reshape(x, layer.Input) : x,
            [.. layer.OutputPadding == 0 ? (OnnxAttribute[])[] : [OnnxBuilder.Attribute("output_padding", [layer.OutputPadding, layer.OutputPadding])]]),
        TurnedConvolutionLayer layer => Convolution(module, x, layer.Padding),
        ResizeConvolutionLayer layer => Convolution(module, layer.IsReflected ? Pad(Enlarged(x), 1) : Enlarged(x), layer.IsReflected ? 0 : 1, layer.Rest),
        ReflectionPadLayer layer => Pad(x, layer.Padding),
        LinearLayer => builder.Node("Gemm", [x, Tensor(module, "weight"), .. Optional(module, "bias")], OnnxBuilder.Attribute("transB", 1)),
        BiasLayer layer => builder.Node("Add", [x, Tensor(module, "bias", layer.Input.Rank == 3 ? [layer.Input[2], 1, 1] : null)]),
        BatchNormLayer when moments is null => Normalize(x, Tensor(module, "weight"), Tensor(module, "bias")),
        BatchNormLayer => builder.Node(
            "BatchNormalization", [x, .. ((string[])["weight", "bias", "running_mean", "running_var"]).Select(name => Tensor(module, name))],
            OnnxBuilder.Attribute("epsilon", BatchNormLayer.Epsilon)),
        InstanceNormLayer layer => Normalize(x, Scale(module, "weight", 1, layer.Input.Columns), Scale(module, "bias", 0, layer.Input.Columns)),
        LayerNormLayer layer => LayerNorm(module, layer.Input.Columns, x),
        LeakyReluLayer { Slope: 0 } => builder.Node("Relu", [x]),
        LeakyReluLayer layer => builder.Node("LeakyRelu", [x], OnnxBuilder.Attribute("alpha", layer.Slope)),
        TanhLayer => builder.Node("Tanh", [x]),
        ReshapeLayer layer => Reshape(x, layer.Target),
        DropoutLayer => x,
        SkipLayer => builder.Node("Concat", [x, Add(module.Main, x)], OnnxBuilder.Attribute("axis", 1)),
        LabelChannelsLayer => builder.Node("Concat", [x, Planes(x)], OnnxBuilder.Attribute("axis", 1)),
        ResidualLayer => builder.Node("Add", [Add(module.Shortcut, x), Add(module.Main, x)]),
        ResampleLayer layer => Resample(layer, x),
        ScaledPictureLayer layer => builder.Node("Mul", [Reshape(x, Shape.Of(1, 1, layer.Input.Columns)), Tensor(module, "picture")]),
        EmbeddingLayer => builder.Node("Concat", [x, Embedding(module)], OnnxBuilder.Attribute("axis", 1)),
        _ => throw new NotSupportedException($"{module.Layer.GetType().Name} has no counterpart in ONNX."),
    };

    private string Convolution(string operation, TorchModule module, ConvolutionGeometry geometry, string x, params IReadOnlyList<OnnxAttribute> more) =>
        builder.Node(operation, [x, Tensor(module, "weight"), .. Optional(module, "bias")], [.. Attributes(geometry), .. more]);

    /// <summary>A convolution of stride 1.</summary>
    private string Convolution(TorchModule module, string x, int padding, int rest = 0)
    {
        int kernel = module.Tensors["weight"].Shape[2];
        return builder.Node("Conv", [x, Tensor(module, "weight"), .. Optional(module, "bias")],
            OnnxBuilder.Attribute("kernel_shape", [kernel, kernel]), OnnxBuilder.Attribute("pads", [padding, padding, padding + rest, padding + rest]));
    }

    /// <summary>Twice the sides, by the nearest pixel.</summary>
    private string Enlarged(string x) => builder.Node("Resize", [x, "", builder.Tensor("scales", [4], [1, 1, 2, 2])],
        OnnxBuilder.Attribute("mode", "nearest"), OnnxBuilder.Attribute("nearest_mode", "floor"), OnnxBuilder.Attribute("coordinate_transformation_mode", "asymmetric"));

    /// <summary>So many more pixels on every side, mirrored at the border.</summary>
    private string Pad(string x, int pixels) =>
        builder.Node("Pad", [x, builder.Integers("pads", [8], 0, 0, pixels, pixels, 0, 0, pixels, pixels)], OnnxBuilder.Attribute("mode", "reflect"));

    private string Normalize(string x, string scale, string shift) => builder.Node("InstanceNormalization", [x, scale, shift], OnnxBuilder.Attribute("epsilon", ImageNormLayer.Epsilon));

    private string Scale(TorchModule module, string name, float otherwise, int channels) => module.Tensors.ContainsKey(name) ? Tensor(module, name) : builder.Constant(otherwise, channels);

    /// <summary>That of an image over all that it holds: as if it had one channel.</summary>
    private string LayerNorm(TorchModule module, int channels, string x)
    {
        string whole = builder.Node("Reshape", [x, builder.Integers("shape", [3], 0, 1, -1)]);
        string normal = builder.Node("Reshape", [Normalize(whole, builder.Constant(1, 1), builder.Constant(0, 1)), builder.Node("Shape", [x])]);
        string scaled = builder.Node("Mul", [normal, Tensor(module, "weight", [channels, 1, 1])]);
        return builder.Node("Add", [scaled, Tensor(module, "bias", [channels, 1, 1])]);
    }

    /// <summary>A plane of the size of images for each label.</summary>
    private string Planes(string x)
    {
        string sides = builder.Node("Shape", [x], OnnxBuilder.Attribute("start", 2));
        string shape = builder.Node("Concat", [builder.Integers("shape", [2], 1, 1), sides], OnnxBuilder.Attribute("axis", 0));
        string pixels = builder.Node("Unsqueeze", ["labels", builder.Integers("axes", [2], 2, 3)]);
        return builder.Node("Expand", [pixels, shape]);
    }

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
        float[] all = tensor.Read(weights, moments ?? []);
        int features = tensor.Shape[1], first = 0;
        string? sum = null;
        for (int column = 0; column < Classes.Count; first += Classes[column++])
        {
            string rows = builder.Tensor($"{tensor.Name}.column{column}", [Classes[column], features], all[(first * features)..((first + Classes[column]) * features)]);
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
        return builder.Tensor(tensor.Name, shape ?? tensor.Shape, tensor.Read(weights, moments ?? []));
    }

    private IEnumerable<string> Optional(TorchModule module, string name) => module.Tensors.ContainsKey(name) ? [Tensor(module, name)] : [];
}
