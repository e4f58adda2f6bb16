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
