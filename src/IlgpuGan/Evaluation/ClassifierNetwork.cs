using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Evaluation;

/// <summary>
/// A small convolutional network that reads several labels off one image [H, W, C]: halving convolutions with batch normalisation until a
/// side is below 8, one hidden layer, and a softmax head for each label column.
/// </summary>
internal sealed class ClassifierNetwork
{
    // Enough for 90 % of Fashion-MNIST, and a pass over its images takes two processor cores some seconds.
    private const int Width = 24, WidestFactor = 4, Hidden = 128, SmallestSide = 8;

    private const float Slope = 0.1f;

    private readonly Network trunk;
    private readonly Network[] heads;

    /// <param name="image">[H, W, C]</param>
    /// <param name="classes">Number of classes of each column.</param>
    public ClassifierNetwork(Shape image, IReadOnlyList<int> classes)
    {
        trunk = new Network("trunk", image);
        for (int factor = 1; Math.Min(trunk.Output[0], trunk.Output[1]) >= SmallestSide; factor = Math.Min(2 * factor, WidestFactor))
        {
            trunk.Convolution(Width * factor, kernel: 4, stride: 2, padding: 1).BatchNorm().LeakyRelu(Slope);
        }
        trunk.Reshape(trunk.Output.Size).Linear(Hidden).LeakyRelu(Slope);
        heads = [.. classes.Select((count, column) => new Network($"head{column}", trunk.Output).Linear(count))];
    }

    /// <summary>All trainable tensors.</summary>
    public IEnumerable<ParameterSet> Sets => [trunk.Parameters, .. heads.Select(head => head.Parameters)];

    /// <summary>Means and variances of the batch normalisations.</summary>
    public Variable Moments => trunk.Moments;

    /// <summary>Shares of the old and the new moments, see <see cref="MomentSource.Measure"/>.</summary>
    public Variable Blend => trunk.Blend;

    /// <summary>Logits [N, classes] of each column, as they are trained.</summary>
    public Tensor[] Train(Tensor images)
    {
        var features = trunk.Apply(images);
        return [.. heads.Select(head => head.Apply(features))];
    }

    /// <summary>What the heads read, [N, hidden units], and the logits [N, classes] of each column, with the averaged weights.</summary>
    public (Tensor Features, Tensor[] Logits) Read(Tensor images, MomentSource moments)
    {
        var features = trunk.Apply(images, trunk.Parameters.Average, moments);
        return (features, [.. heads.Select(head => head.Apply(features, head.Parameters.Average, moments))]);
    }
}
