using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// Sets a share of the numbers to zero and lets the others grow, so that the mean stays (Srivastava et al. 2014). Nothing is dropped in a pass without <see cref="Pass.Dropout"/>.
/// </summary>
/// <param name="share">The share, from 0 to below 1.</param>
internal sealed class DropoutLayer(float share) : Layer
{
    private int number;

    protected override Shape Build(Block block, Shape input)
    {
        number = block.Network.Dropouts++;
        return input;
    }

    public override Tensor Apply(Pass pass, Tensor x) =>
        pass.Dropout is { } draws ? x * ((draws.Uniform(pass.Graph, x.Shape, number) - share).Step() * (1 / (1 - share))) : x;
}
