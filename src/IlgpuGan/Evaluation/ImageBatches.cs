using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Sampling;

namespace IlgpuGan.Evaluation;

/// <summary>Images that a network reads, so many at a time.</summary>
/// <param name="image">[H, W, C]</param>
/// <param name="batch">How many.</param>
internal sealed class ImageBatches(Shape image, int batch)
{
    private readonly Variable input = new("images", batch * image.Size);

    /// <summary>The batch at hand, [batch, H, W, C] in [-1, 1].</summary>
    public Tensor Read(Graph graph) => graph.Read(input, 0, Shape.Of([batch, .. image.ToArray()]));

    /// <summary>Runs a plan on each batch.</summary>
    /// <param name="variables">Its memory.</param>
    /// <param name="plan">What reads <see cref="Read"/>.</param>
    /// <param name="images">Bytes [N, H, W, C].</param>
    /// <param name="take">Called after each with its first image and how many there are.</param>
    /// <exception cref="ArgumentException">The bytes are not a whole number of images.</exception>
    public void Run(VariableStore variables, Plan plan, ReadOnlySpan<byte> images, Action<int, int> take)
    {
        if (images.Length % image.Size != 0)
        {
            throw new ArgumentException($"{images.Length} bytes are not a whole number of images of {image}.", nameof(images));
        }
        int count = images.Length / image.Size;
        var host = new float[input.Size];
        for (int first = 0; first < count; first += batch)
        {
            int taken = Math.Min(batch, count - first);
            ImageBytes.ToValues(images.Slice(first * image.Size, taken * image.Size), host);
            variables.Upload(input, host);
            plan.Run();
            take(first, taken);
        }
    }
}
