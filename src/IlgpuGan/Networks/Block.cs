using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>Where a layer declares its parameters: a weight and what follows it share a number.</summary>
public sealed class Block
{
    private const string Prefix = "layer";

    private int number = -1;

    internal Block(Network network) => Network = network;

    internal Network Network { get; }

    /// <summary>The number of the block that a parameter was declared in; null for one that belongs to none, as tables of labels do.</summary>
    internal static int? NumberOf(Parameter parameter) =>
        parameter.Name.IndexOf('.', StringComparison.Ordinal) is > 0 and var end && parameter.Name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(parameter.Name.AsSpan(Prefix.Length, end - Prefix.Length), out int number) ? number : null;

    /// <summary>Begins a block: a layer with weights calls it before it declares them.</summary>
    public void Next() => number++;

    /// <summary>Declares a parameter, drawn from N(mean, deviation^2).</summary>
    /// <param name="name">Its name within the block, such as <c>weight</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="mean">Its mean at first.</param>
    /// <param name="deviation">Its standard deviation at first; 0 makes it constant.</param>
    public Parameter Add(string name, Shape shape, float mean, float deviation) =>
        Network.Parameters.Add($"{Prefix}{number}.{name}", shape, mean, deviation);
}
