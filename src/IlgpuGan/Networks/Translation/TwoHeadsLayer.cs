using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>A 3 x 3 convolution to a logit for each place, and behind them a logit for each label, of all places together: [H, W, C] to [H W + labels].</summary>
internal sealed class TwoHeadsLayer(int labels) : Layer
{
    private ConvolutionLayer? places, whole;

    /// <summary>Gives the logits of places.</summary>
    internal ConvolutionLayer Places => places!;

    /// <summary>Gives the logits of labels.</summary>
    internal ConvolutionLayer Whole => whole!;

    protected override Shape Build(Block block, Shape input)
    {
        places = new(1, 3, 3, 1, 1);
        whole = new(labels, input[0], input[1], 1, 0);
        return Shape.Of(places.Declare(block, input).Size + whole.Declare(block, input).Size);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        int batch = x.Shape[0];
        return pass.Graph.Concatenate(Flat(places!), Flat(whole!));

        Tensor Flat(ConvolutionLayer head)
        {
            var logits = head.Apply(pass, x);
            return logits.Reshape(batch, logits.Shape.Size / batch);
        }
    }
}
