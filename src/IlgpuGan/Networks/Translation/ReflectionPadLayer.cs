using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>So many more pixels on every side, mirrored at the border: [H, W, C] to [H + 2 p, W + 2 p, C].</summary>
internal sealed class ReflectionPadLayer(int padding) : Layer
{
    internal int Padding => padding;

    protected override Shape Build(Block block, Shape input) => Shape.Of(input[0] + 2 * padding, input[1] + 2 * padding, input[2]);

    public override Tensor Apply(Pass pass, Tensor x) => pass.Graph.ReflectionPad(x, padding);
}
