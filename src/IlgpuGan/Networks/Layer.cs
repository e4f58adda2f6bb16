using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// One line of a network's table, a formula with parameters of its own: derive from it and <see cref="Network.Add"/> it. Its gradient needs no word, the graph
/// has it. Shapes here leave out the batch: [H, W, C] or [features].
/// </summary>
public abstract class Layer
{
    private Shape? input;

    /// <summary>Shape of what comes in, as soon as the layer is declared.</summary>
    protected internal Shape Input => input ?? throw new InvalidOperationException("The layer is in no network yet.");

    /// <summary>Declares the layer's parameters and returns the shape of its output.</summary>
    /// <param name="block">The network under construction and the name of the block of layers that this one belongs to.</param>
    /// <param name="shape">Shape of the input, without the batch.</param>
    public Shape Declare(Block block, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(block);
        input = shape;
        var output = Build(block, shape);
        block.Network.Meet(output);
        return output;
    }

    /// <inheritdoc cref="Declare"/>
    protected abstract Shape Build(Block block, Shape input);

    /// <summary>Adds the layer to a graph.</summary>
    /// <param name="pass">Reads parameters (<see cref="Pass.Read"/>).</param>
    /// <param name="x">The batch [N, ...].</param>
    /// <returns>[N, ...] in the shape that was declared.</returns>
    public abstract Tensor Apply(Pass pass, Tensor x);
}
