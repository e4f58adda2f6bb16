using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// One line of a network's table, a formula with parameters of its own: derive from it and <see cref="Network.Add"/> it. Its gradient needs no word, the graph
/// has it. Shapes here leave out the batch: [H, W, C] or [features].
/// </summary>
public abstract class Layer
{
    private Shape? input, output;

    /// <summary>Shape of what comes in, as soon as the layer is declared.</summary>
    protected internal Shape Input => input ?? throw new InvalidOperationException("The layer is in no network yet.");

    /// <summary>Declares the layer's parameters and returns the shape of its output.</summary>
    /// <param name="block">The network under construction and the name of the block of layers that this one belongs to.</param>
    /// <param name="shape">Shape of the input, without the batch.</param>
    public Shape Declare(Block block, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (input is not null)
        {
            throw new ArgumentException($"A {GetType().Name} was added twice; a layer has its parameters in one place of one network: make another.");
        }

        input = shape;
        output = Build(block, shape) ?? throw new ArgumentException($"A {GetType().Name} declares no shape.");
        block.Network.Meet(output);
        return output;
    }

    /// <summary>Adds the layer to a graph, and sees to it that it makes what it has declared.</summary>
    internal Tensor ApplyAsDeclared(Pass pass, Tensor x)
    {
        var made = Apply(pass, x) ?? throw new ArgumentException($"A {GetType().Name} makes nothing of its input.");
        return made.Graph == x.Graph && made.Shape.ToArray().AsSpan(1).SequenceEqual(output!.ToArray()) && made.Shape[0] == x.Shape[0] ? made
            : throw new ArgumentException($"A {GetType().Name} makes {made.Shape} of a batch of {x.Shape[0]}, and has declared {output}; let Build and Apply agree.");
    }

    /// <inheritdoc cref="Declare"/>
    protected abstract Shape Build(Block block, Shape input);

    /// <summary>Adds the layer to a graph.</summary>
    /// <param name="pass">Reads parameters (<see cref="Pass.Read"/>).</param>
    /// <param name="x">The batch [N, ...].</param>
    /// <returns>[N, ...] in the shape that was declared.</returns>
    public abstract Tensor Apply(Pass pass, Tensor x);
}
