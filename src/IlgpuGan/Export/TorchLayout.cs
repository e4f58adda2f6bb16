using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Export;

/// <summary>
/// Writes a network down as PyTorch would have it: names count the modules of an <c>nn.Sequential</c>, images are [N, C, H, W], weights of a
/// convolution [K, C / groups, R, S], of a transposed one [K, C, R, S], of a linear layer [outputs, inputs].
/// </summary>
internal static class TorchLayout
{
    /// <summary>The modules of a network.</summary>
    public static IReadOnlyList<TorchModule> Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Of(network.Layers, "");
    }

    private static List<TorchModule> Of(IReadOnlyList<Layer> layers, string prefix)
    {
        var modules = new List<TorchModule>();
        // An image laid flat: PyTorch's has its channels outermost, ours innermost.
        Shape? flat = null;
        for (int i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            if ((layer is HeadLayer head ? head.Inner : layer) is LinearLayer && layer.Input.Rank == 3)
            {
                // Ours reads an image as it lies; PyTorch's wants it flat.
                modules.Add(Module(new ReshapeLayer(Shape.Of(layer.Input.Size)), []));
            }
            string name = $"{prefix}{modules.Count}.";
            flat = layer switch
            {
                ReshapeLayer { Target.Rank: 1 } => layer.Input,
                LabelChannelsLayer => flat,
                _ => flat is not null && layer is LinearLayer ? flat : null,
            };
            if (IsConvolution(layer) && i + 1 < layers.Count && layers[i + 1] is BiasLayer shift)
            {
                var weight = TensorsOf(layer, name, flat, null).Single();
                modules.Add(Module(layer, [weight, Vector($"{weight.Name[..^"weight".Length]}bias", shift.Bias)]));
                i++;
                continue;
            }
            modules.Add(layer switch
            {
                ResidualLayer residual => Module(layer, Of(residual.Main, $"{name}main."), Of(residual.Shortcut, $"{name}shortcut.")),
                SkipLayer skip => Module(layer, Of(skip.Inner, $"{name}inner."), []),
                TwoHeadsLayer heads => Module(layer, Of([heads.Places], $"{name}places."), Of([heads.Whole], $"{name}whole.")),
                _ => Module(layer, [.. TensorsOf(layer, name, flat, ImageAfter(layers, i))]),
            });
        }
        return modules;
    }

    /// <summary>Whether a layer convolves: a shift that follows it is then its own.</summary>
    internal static bool IsConvolution(Layer layer) => layer is ConvolutionLayer or ConvolutionTransposedLayer or TurnedConvolutionLayer or ResizeConvolutionLayer;

    private static TorchModule Module(Layer layer, IReadOnlyList<TorchModule> main, IReadOnlyList<TorchModule> around) => new(layer, new Dictionary<string, TorchTensor>(), main, around);

    private static TorchModule Module(Layer layer, IEnumerable<TorchTensor> tensors) =>
        new(layer, tensors.ToDictionary(tensor => tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..]), [], []);

    /// <summary>The image that flat numbers are made into, past what works on each of them by itself.</summary>
    private static Shape? ImageAfter(IReadOnlyList<Layer> layers, int index) =>
        layers.Skip(index + 1).SkipWhile(layer => layer is TanhLayer or LeakyReluLayer or BatchNormLayer).FirstOrDefault() is ReshapeLayer { Target.Rank: 3 } reshape ? reshape.Target : null;

    private static IEnumerable<TorchTensor> TensorsOf(Layer layer, string name, Shape? flat, Shape? image) => layer switch
    {
        ConvolutionLayer { Bias: { } shift } convolution => [Convolution($"{name}weight", convolution.Geometry, convolution.Weight), Vector($"{name}bias", shift)],
        ConvolutionLayer convolution => [Convolution($"{name}weight", convolution.Geometry, convolution.Weight)],
        ConvolutionTransposedLayer transposed => [Convolution($"{name}weight", transposed.Geometry, transposed.Weight)],
        TurnedConvolutionLayer turned => [Turned($"{name}weight", turned.Weight)],
        // An Upsample, a ReflectionPad2d or ZeroPad2d, and the Conv2d.
        ResizeConvolutionLayer resized => [Turned($"{name}2.weight", resized.Weight)],
        LinearLayer linear => Linear(name, linear, flat ?? linear.Input, image),
        BiasLayer shift => [Vector($"{name}bias", shift.Bias)],
        BatchNormLayer norm => Norm(name, norm, norm.Input.Rank == 1 ? image : null),
        ImageNormLayer { Gamma: { } gamma, Beta: { } beta } => [Vector($"{name}weight", gamma), Vector($"{name}bias", beta)],
        ImageNormLayer => [],
        ScaledPictureLayer scaled => [Picture($"{name}picture", scaled.Picture)],
        EmbeddingLayer embedding => [Matrix($"{name}embedding", embedding.Embedding)],
        HeadLayer { Embedding: { } embedding } head => [.. TensorsOf(head.Inner, name, flat, null), Matrix($"{name}embedding", embedding)],
        HeadLayer head => TensorsOf(head.Inner, name, flat, null),
        LeakyReluLayer or TanhLayer or ReshapeLayer or ResampleLayer or SumPixelsLayer or MinibatchDeviationLayer or LabelChannelsLayer or ReflectionPadLayer
            or DropoutLayer => [],
        _ => throw new NotSupportedException($"{layer.GetType().Name} has no counterpart in PyTorch."),
    };

    /// <param name="name">Its name, with a dot behind it.</param>
    /// <param name="norm">The layer.</param>
    /// <param name="image">The image that the numbers which it normalises are made into afterwards; null where they are channels, or stay flat.</param>
    private static IEnumerable<TorchTensor> Norm(string name, BatchNormLayer norm, Shape? image)
    {
        int[] shape = [norm.Gamma.Shape.Size];
        int Place(int i) => image is null ? i : ChannelsLast(i, image);
        yield return new($"{name}weight", shape, TorchSource.Weights, i => norm.Gamma.Offset + Place(i));
        yield return new($"{name}bias", shape, TorchSource.Weights, i => norm.Beta.Offset + Place(i));
        yield return new($"{name}running_mean", shape, TorchSource.Moments, i => norm.MeanOffset + Place(i));
        yield return new($"{name}running_var", shape, TorchSource.Moments, i => norm.VarianceOffset + Place(i));
        yield return new($"{name}num_batches_tracked", [], TorchSource.Count, i => i);
    }

    private static TorchTensor Vector(string name, Parameter parameter) =>
        new(name, [parameter.Shape.Size], TorchSource.Weights, i => parameter.Offset + i);

    private static TorchTensor Matrix(string name, Parameter parameter) =>
        new(name, [parameter.Shape.Rows, parameter.Shape.Columns], TorchSource.Weights, i => parameter.Offset + i);

    private static TorchTensor Picture(string name, Parameter parameter) =>
        new(name, [parameter.Shape[2], parameter.Shape[0], parameter.Shape[1]], TorchSource.Weights, i => parameter.Offset + ChannelsLast(i, parameter.Shape));

    private static TorchTensor Convolution(string name, ConvolutionGeometry geometry, Parameter parameter)
    {
        int filters = geometry.Filters, channels = geometry.Channels / geometry.Groups, taps = geometry.KernelHeight * geometry.KernelWidth;
        return new(name, [filters, channels, geometry.KernelHeight, geometry.KernelWidth], TorchSource.Weights, i =>
            parameter.Offset + (i % taps * channels + i / taps % channels) * filters + i / (taps * channels));
    }

    /// <summary>A convolution [K, C, R, S] whose kernel lies as [R, S, K, C], turned by half a turn.</summary>
    private static TorchTensor Turned(string name, Parameter parameter)
    {
        int filters = parameter.Shape[2], channels = parameter.Shape[3], taps = parameter.Shape[0] * parameter.Shape[1];
        return new(name, [filters, channels, parameter.Shape[0], parameter.Shape[1]], TorchSource.Weights, i =>
            parameter.Offset + ((taps - 1 - i % taps) * filters + i / (taps * channels)) * channels + i / taps % channels);
    }

    private static IEnumerable<TorchTensor> Linear(string name, LinearLayer layer, Shape from, Shape? to)
    {
        int inputs = layer.Weight.Shape.Rows, outputs = layer.Weight.Shape.Columns;
        int Output(int i) => to is null ? i : ChannelsLast(i, to);
        // What stands beside a flat image, its labels, keeps its place.
        int Input(int i) => from.Rank == 3 && i < from.Size ? ChannelsLast(i, from) : i;
        yield return new($"{name}weight", [outputs, inputs], TorchSource.Weights, i => layer.Weight.Offset + Input(i % inputs) * outputs + Output(i / inputs));
        if (layer.Bias is { } bias)
        {
            yield return new($"{name}bias", [outputs], TorchSource.Weights, i => bias.Offset + Output(i));
        }
    }

    /// <summary>Place in [H, W, C] of an element of [C, H, W].</summary>
    private static int ChannelsLast(int i, Shape image)
    {
        int pixels = image[0] * image[1];
        return i % pixels * image[2] + i / pixels;
    }
}
