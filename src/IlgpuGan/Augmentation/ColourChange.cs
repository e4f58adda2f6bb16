using IlgpuGan.Graphs;

namespace IlgpuGan.Augmentation;

/// <summary>
/// A change of colours that is the same for every pixel of an image: what is grey in a pixel (the mean of its channels) is multiplied, what is not is
/// multiplied and turned around the axis of greys, and a grey is added. Brightness, contrast, saturation, hue and turned-over luma are of this kind, and
/// so is each sequence of them.
/// </summary>
/// <param name="Grey">Factor of the mean, [N, 1].</param>
/// <param name="Chroma">Factor of the rest times the cosine of its turn, [N, 1].</param>
/// <param name="Turn">Factor of the rest times the sine of its turn, [N, 1]; null for no turn.</param>
internal sealed record ColourChange(Tensor Grey, Tensor Chroma, Tensor? Turn)
{
    /// <summary>The images changed and an offset [N, 1] added to their colours.</summary>
    public Tensor Apply(Tensor images, Tensor offset)
    {
        var shape = images.Shape;
        int channels = shape.Columns;
        var flat = Shape.Of(shape[0], shape.Size / shape[0]);
        var graph = images.Graph;
        var changed = channels == 1
            ? graph.Reshape(images, flat) * Grey
            : graph.Reshape(graph.MixChannels(images, Matrices(graph, shape[0], channels)), flat);
        changed = channels % 2 == 1
            ? changed + offset
            : changed + offset.BroadcastTo(flat) * ColourMask(graph, shape);
        return graph.Reshape(changed, shape);
    }

    /// <summary>Mean of all colours of each image, [N, 1].</summary>
    public static Tensor Mean(Tensor images)
    {
        var shape = images.Shape;
        int size = shape.Size / shape[0];
        var flat = images.Reshape(shape[0], size);
        return shape.Columns % 2 == 1
            ? flat.SumColumns() * (1f / size)
            : (flat * ColourMask(images.Graph, shape)).SumColumns() * (1f / (size / shape.Columns * Colours(shape.Columns)));
    }

    // In this form a change by nothing is the unit matrix exactly.
    private Tensor Matrices(Graph graph, int images, int channels)
    {
        var shape = Shape.Of(images, channels * channels);
        int colours = Colours(channels);
        var matrices = (colours == 1 ? Grey : Chroma).BroadcastTo(shape) * Pattern(graph, channels, (to, from) => to == from && to < colours ? 1 : 0);
        if (colours == 3)
        {
            matrices += (Grey - Chroma).BroadcastTo(shape) * Pattern(graph, channels, (to, from) => to < 3 && from < 3 ? 1f / 3 : 0);
            // The cross product with (1, 1, 1) / sqrt(3), the axis of greys.
            if (Turn is not null)
            {
                matrices += Turn.BroadcastTo(shape) * Pattern(graph, channels, (to, from) =>
                    to == 3 || from == 3 || to == from ? 0 : (from == (to + 2) % 3 ? 1 : -1) / MathF.Sqrt(3));
            }
        }
        return colours == channels ? matrices : matrices + Pattern(graph, channels, (to, from) => to == from && to == colours ? 1 : 0);
    }

    private static Tensor Pattern(Graph graph, int channels, Func<int, int, float> element) => graph.Literal(
        Shape.Of(channels * channels), [.. Enumerable.Range(0, channels * channels).Select(i => element(i / channels, i % channels))]);

    private static int Colours(int channels) => channels <= 2 ? 1 : 3;

    private static Tensor ColourMask(Graph graph, Shape images) => graph.Literal(
        Shape.Of(images.Size / images[0]), [.. Enumerable.Range(0, images.Size / images[0]).Select(i => i % images.Columns == Colours(images.Columns) ? 0f : 1f)]);
}
