using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>A layer in its network.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Input">Shape of what comes in, without the batch.</param>
/// <param name="Output">Shape of what it makes, without the batch.</param>
/// <param name="Parameters">The parameters that it has declared, in their order.</param>
internal sealed record PlacedLayer(Layer Layer, Shape Input, Shape Output, IReadOnlyList<Parameter> Parameters)
{
    /// <summary>Whether it has weights of a linear map, and not shifts and scales alone.</summary>
    public bool HasWeights => Parameters.Any(parameter => parameter.Shape.Rank > 1);
}
