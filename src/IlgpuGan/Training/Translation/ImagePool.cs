using IlgpuGan.Graphs;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>
/// Translations made before, of which D is shown some in place of the latest (Shrivastava et al. 2017, section 2.3). Each place of a batch has as many as the pool divided by the batch:
/// until these are filled it keeps each image and shows it, afterwards it shows one of them with probability 1/2 and keeps the new one in its place. All is drawn from seed and counter, and the
/// images are saved with a run, so that it goes on to the bit.
/// </summary>
internal sealed class ImagePool
{
    private readonly ulong seed;
    private readonly int batch, slots, size, stream;

    /// <param name="name">Name of its images in a saved state.</param>
    /// <param name="options">Pool, batch, seed.</param>
    /// <param name="image">Shape of an image.</param>
    /// <param name="stream">Of its random numbers.</param>
    /// <exception cref="OptionException">It would be larger than can be counted.</exception>
    public ImagePool(string name, TrainingOptions options, Shape image, int stream)
    {
        int pool = options.Translation!.Pool;
        (seed, batch, size, this.stream) = (options.Seed, options.Batch, image.Size, stream);
        slots = Math.Max(1, (pool + batch - 1) / batch);
        if ((long)slots * batch * size > Shape.MostElements)
        {
            throw new OptionException($"--pool is {pool}; of images of {image} at most {Shape.MostElements / size} can be kept.");
        }
        Images = new(name, slots * batch * size);
    }

    /// <summary>The images: [slots, batch, H, W, C].</summary>
    public Variable Images { get; }

    /// <summary>What D is shown for new images [batch, H, W, C].</summary>
    /// <param name="graph">Takes it.</param>
    /// <param name="images">The new ones.</param>
    /// <param name="counter">How many batches came before.</param>
    public Tensor Exchange(Graph graph, Tensor images, Counter counter)
    {
        var draws = graph.RandomUniform(Shape.Of(2, batch), seed, stream, counter);
        // The first row draws a place, the second whether it is taken from.
        Tensor Row(int row) => (draws * graph.Literal(Shape.Of(2, 1), row == 0 ? [1, 0] : [0, 1])).SumRows();
        var before = graph.Value(counter);
        var isFilling = (slots - 0.5f - before).Step();
        var place = (Row(0) * slots).Floor() * (1 - isFilling) + before * isFilling;
        var isSwapped = (Row(1) - 0.5f).Step() * (1 - isFilling);
        // 1 at the place of each image of the batch that is kept: [slots, batch].
        var all = graph.Literal(Shape.Of(slots, 1), [.. Enumerable.Range(0, slots).Select(slot => (float)slot)]);
        var isAt = 1 - ((graph.Broadcast(all, Shape.Of(slots, batch)) - place).Abs() - 0.5f).Step();
        var isKept = (isAt * (isFilling + isSwapped)).Reshape(slots * batch, 1);
        var kept = graph.Read(Images, 0, Shape.Of(slots * batch, size));
        var added = graph.Broadcast(images.Reshape(batch * size), Shape.Of(slots, batch * size)).Reshape(slots * batch, size);
        // What is chosen is the sum of all of which one is not nothing.
        var chosen = (kept * isAt.Reshape(slots * batch, 1)).Reshape(slots, batch * size).SumRows().Reshape(batch, size);
        var swapped = isSwapped.Reshape(batch, 1);
        var shown = images.Reshape(batch, size) * (1 - swapped) + chosen * swapped;
        graph.Assign(Images, 0, kept * (1 - isKept) + added * isKept);
        return shown.Reshape(images.Shape.ToArray());
    }
}
