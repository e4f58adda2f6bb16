using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>x where positive, else slope x.</summary>
internal sealed class LeakyReluLayer(float slope) : Layer
{
    internal float Slope => slope;

    protected override Shape Build(Block block, Shape input) => input;

    public override Tensor Apply(Pass pass, Tensor x) => x.LeakyRelu(slope);
}

internal sealed class TanhLayer : Layer
{
    protected override Shape Build(Block block, Shape input) => input;

    public override Tensor Apply(Pass pass, Tensor x) => x.Tanh();
}

internal sealed class ReshapeLayer(Shape shape) : Layer
{
    internal Shape Target => shape;

    protected override Shape Build(Block block, Shape input) =>
        input.Size == shape.Size ? shape : throw new ArgumentException($"{input} has not as many elements as {shape}.");

    public override Tensor Apply(Pass pass, Tensor x) => x.Reshape([x.Shape[0], .. shape.ToArray()]);
}
