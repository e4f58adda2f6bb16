using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>Where a layer declares its parameters: a weight and what follows it share a number.</summary>
internal sealed class Block(Network network)
{
    private int number = -1;

    public Network Network { get; } = network;

    public void Next() => number++;

    public Parameter Add(string name, Shape shape, float mean, float deviation) =>
        Network.Parameters.Add($"layer{number}.{name}", shape, mean, deviation);
}
