using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// What learns to compare features of places (Park, Efros, Zhang and Zhu, "Contrastive learning for unpaired image-to-image translation", ECCV 2020, section 3): two layers, and what they
/// make brought to length 1, so that the product of two is the cosine of their angle.
/// </summary>
internal static class ContrastHead
{
    private const int Width = 256;

    /// <summary>A head for features of so many channels: [channels] to [256] of length 1.</summary>
    public static Network Of(int channels, string name) => new Network(name, Shape.Of(channels)).Add(Linear()).Relu().Add(Linear()).Add(new UnitLengthLayer());

    // Their weights are those of Glorot and Bengio 2010 times 0.02: what follows divides by the length, so that small ones learn faster.
    private static LinearLayer Linear() => new(Width, deviation: length => 0.02f * MathF.Sqrt(2f / (length + Width)));
}

/// <summary>x / |x| for each image, [features] to [features].</summary>
internal sealed class UnitLengthLayer : Layer
{
    // Far below the length of what is not nothing, whose direction is none; its square is a float yet.
    private const float Least = 1e-7f;

    protected override Shape Build(Block block, Shape input) => input;

    public override Tensor Apply(Pass pass, Tensor x) => x * (x.Square().SumColumns() + Least * Least).ReciprocalSqrt();
}
