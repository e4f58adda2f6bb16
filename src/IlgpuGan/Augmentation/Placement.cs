using IlgpuGan.Graphs;

namespace IlgpuGan.Augmentation;

/// <summary>An affine map for each image, from positions in the changed image to positions in the original; each entry is a column [N, 1].</summary>
/// <param name="XX">Step in x for a step in x.</param>
/// <param name="XY">Step in x for a step in y.</param>
/// <param name="X">Offset of the centre in x, in pixels.</param>
/// <param name="YX">Step in y for a step in x.</param>
/// <param name="YY">Step in y for a step in y.</param>
/// <param name="Y">Offset of the centre in y, in pixels.</param>
internal sealed record Placement(Tensor XX, Tensor XY, Tensor X, Tensor YX, Tensor YY, Tensor Y)
{
    /// <summary>The images seen through the maps.</summary>
    public Tensor Apply(Tensor images, Border border)
    {
        var shape = Shape.Of(images.Shape[0], 6);
        Tensor[] columns = [XX, XY, X, YX, YY, Y];
        var coefficients = columns
            .Select((column, place) => column.BroadcastTo(shape) * images.Graph.Literal(Shape.Of(6), [.. Enumerable.Range(0, 6).Select(i => i == place ? 1f : 0f)]))
            .Aggregate((sum, next) => sum + next);
        return images.Graph.AffineSample(images, coefficients, border);
    }
}
