using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

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
