using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>One line of a network's table. Shapes here leave out the batch: [H, W, C] or [features].</summary>
public abstract class Layer
{
    private Shape? input;

    /// <summary>Shape of what comes in, as soon as the layer is declared.</summary>
    internal Shape Input => input ?? throw new InvalidOperationException("The layer is in no network yet.");

    /// <summary>Declares the layer's parameters and returns the shape of its output.</summary>
    /// <param name="block">The network under construction and the name of the block of layers that this one belongs to.</param>
    /// <param name="shape">Shape of the input, without the batch.</param>
    internal Shape Declare(Block block, Shape shape)
    {
        input = shape;
        var output = Build(block, shape);
        block.Network.Meet(output);
        return output;
    }

    /// <inheritdoc cref="Declare"/>
    internal abstract Shape Build(Block block, Shape input);

    /// <summary>Adds the layer to a graph.</summary>
    internal abstract Tensor Apply(Pass pass, Tensor x);
}

/// <summary>Where a layer declares its parameters: a weight and what follows it share a number.</summary>
internal sealed class Block(Network network)
{
    private int number = -1;

    public Network Network { get; } = network;

    public void Next() => number++;

    public Parameter Add(string name, Shape shape, float mean, float deviation) =>
        Network.Parameters.Add($"layer{number}.{name}", shape, mean, deviation);
}

/// <summary>The values that the parameters of a network have at one point of a graph.</summary>
public sealed class Weights
{
    private readonly Graph graph;
    private readonly Variable source;
    private readonly Dictionary<Parameter, Tensor> replaced = [];

    /// <summary>The values in a variable that is laid out as the network's weights.</summary>
    internal Weights(Graph graph, Variable source) => (this.graph, this.source) = (graph, source);

    /// <summary>The value of a parameter, in its shape.</summary>
    internal Tensor this[Parameter parameter] =>
        replaced.TryGetValue(parameter, out var tensor) ? tensor : graph.Read(source, parameter.Offset, parameter.Shape);

    /// <summary>Puts something computed in the place of a parameter.</summary>
    internal void Replace(Parameter parameter, Tensor tensor) => replaced[parameter] = tensor;
}

/// <summary>A way through a network: which weights it takes, and which moments its batch normalisation.</summary>
/// <param name="Graph">The graph it is added to.</param>
/// <param name="Weights">The values that its parameters have.</param>
/// <param name="Moments">Which moments batch normalisation uses.</param>
/// <param name="Labels">The condition of each image, [N, classes] of zeros and ones; null for a network without.</param>
internal sealed record Pass(Graph Graph, Weights Weights, MomentSource Moments, Tensor? Labels)
{
    /// <summary>The condition, for layers that cannot do without.</summary>
    public Tensor NeededLabels => Labels ?? throw new InvalidOperationException("A network with a condition was applied without labels.");

    /// <summary>The present value of a parameter.</summary>
    public Tensor Read(Parameter parameter) => Weights[parameter];
}

/// <summary>The moments that batch normalisation uses.</summary>
public enum MomentSource
{
    /// <summary>Of the batch at hand: training.</summary>
    Batch,

    /// <summary>Of the batch at hand, which are also blended into the measured ones: <see cref="Network.Blend"/> says how.</summary>
    Measure,

    /// <summary>The measured ones, so that an image does not depend on its batch: sampling.</summary>
    Measured,
}
