using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <param name="features">Length of the output.</param>
/// <param name="hasBias">Whether a learnt shift follows.</param>
/// <param name="deviation">Standard deviation of the weights at first, from the length of the input; null: sqrt(2 / fan in).</param>
/// <param name="biasDeviation">Standard deviation of the shift at first.</param>
internal sealed class LinearLayer(int features, bool hasBias = true, Func<int, float>? deviation = null, float biasDeviation = 0) : Layer
{
    private Parameter? weight, bias;

    internal Parameter Weight => weight!;

    internal Parameter? Bias => bias;

    protected override Shape Build(Block block, Shape input)
    {
        block.Next();
        weight = block.Add("weight", Shape.Of(input.Size, features), 0, deviation?.Invoke(input.Size) ?? MathF.Sqrt(2f / input.Size));
        bias = hasBias ? block.Add("bias", Shape.Of(features), 0, biasDeviation) : null;
        return Shape.Of(features);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var product = pass.Graph.MatrixProduct(x.Reshape(x.Shape[0], x.Shape.Size / x.Shape[0]), pass.Read(weight!));
        return bias is null ? product : product + pass.Read(bias);
    }
}
