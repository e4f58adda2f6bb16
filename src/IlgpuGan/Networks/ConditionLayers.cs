using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>G's input: the latent [.., L] with an embedding of the labels beside it.</summary>
internal sealed class EmbeddingLayer(Condition condition) : Layer
{
    private Parameter? embedding;

    internal Parameter Embedding => embedding!;

    protected override Shape Build(Block block, Shape input)
    {
        embedding = block.Network.Parameters.Add("embedding", Shape.Of(condition.Classes, condition.Features), 0, 1);
        return Shape.Of([.. input.ToArray()[..^1], input.Columns + condition.Features]);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var embedded = pass.Graph.MatrixProduct(pass.NeededLabels, pass.Read(embedding!));
        return pass.Graph.Concatenate(x, embedded.Reshape([.. x.Shape.ToArray()[..^1], condition.Features]));
    }
}

/// <summary>D's input: the image [H, W, C] with a channel for each class, one where the image is of it; points [C] likewise.</summary>
internal sealed class LabelChannelsLayer(Condition condition) : Layer
{
    protected override Shape Build(Block block, Shape input) => Shape.Of([.. input.ToArray()[..^1], input.Columns + condition.Classes]);

    public override Tensor Apply(Pass pass, Tensor x)
    {
        int[] one = [x.Shape[0], .. Enumerable.Repeat(1, x.Shape.Rank - 2), condition.Classes];
        var channels = pass.Graph.RepeatPixels(pass.NeededLabels.Reshape(one), Shape.Of([.. x.Shape.ToArray()[..^1], condition.Classes]));
        return pass.Graph.Concatenate(x, channels);
    }
}

/// <summary>D's last layer with what labels make of it.</summary>
/// <param name="head">Makes the layer that gives so many outputs.</param>
/// <param name="condition">The labels; null for none.</param>
internal sealed class HeadLayer(Func<int, Layer> head, Condition? condition) : Layer
{
    private readonly Layer inner = head(condition?.Kind == ConditionKind.Classifier ? 1 + condition.Classes : 1);
    private Parameter? embedding;

    /// <summary>Gives the logit, and what it reads of the labels.</summary>
    internal Layer Inner => inner;

    /// <summary>Embedding of the labels [classes, features]; null unless D judges by projection.</summary>
    internal Parameter? Embedding => embedding;

    protected override Shape Build(Block block, Shape input)
    {
        if (condition?.Kind == ConditionKind.Projection)
        {
            embedding = block.Network.Parameters.Add("embedding", Shape.Of(condition.Classes, input.Columns), 0, 1 / MathF.Sqrt(input.Columns));
        }
        return Shape.Of(inner.Declare(block, input).Size);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        int batch = x.Shape[0];
        var output = inner.Apply(pass, x);
        output = output.Reshape(batch, output.Shape.Size / batch);
        if (embedding is null)
        {
            return output;
        }
        var features = pass.Graph.SumPixels(x).Reshape(batch, x.Shape.Columns);
        return output + (features * pass.Graph.MatrixProduct(pass.NeededLabels, pass.Read(embedding))).SumColumns();
    }
}
