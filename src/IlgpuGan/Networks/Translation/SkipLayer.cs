using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>What comes in, and behind it as further channels what other layers make of it: [H, W, C] to [H, W, C + D] (Ronneberger et al. 2015).</summary>
/// <param name="inner">Layers whose output has the sides of their input.</param>
internal sealed class SkipLayer(params IReadOnlyList<Layer> inner) : Layer
{
    internal IReadOnlyList<Layer> Inner => inner;

    protected override Shape Build(Block block, Shape input)
    {
        var output = inner.Aggregate(input, (shape, layer) => layer.Declare(block, shape));
        return output[0] == input[0] && output[1] == input[1] ? Shape.Of(input[0], input[1], input[2] + output[2])
            : throw new ArgumentException($"{output} cannot be put behind the channels of {input}.");
    }

    public override Tensor Apply(Pass pass, Tensor x) => pass.Graph.Concatenate(x, inner.Aggregate(x, (value, layer) => layer.Apply(pass, value)));
}
