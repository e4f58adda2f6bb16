using IlgpuGan.Graphs;

namespace IlgpuGan.Augmentation;

/// <summary>
/// Random columns [N, 1], each drawn once. All of a kind are drawn in one go into memory of their own, of which each column is a window: a launch for each
/// would cost more than the drawing.
/// </summary>
internal sealed class Draws
{
    // Streams above this one are for normal numbers: the same stream would give both kinds the same bits.
    private const int NormalStreams = 1 << 30;

    private readonly Graph graph;
    private readonly Shape column;
    private readonly Variable? uniforms, normals;
    private int usedUniforms, usedNormals;

    /// <param name="images">What the columns are for.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="stream">Stream, below 2^30.</param>
    /// <param name="counter">Counter.</param>
    /// <param name="uniform">Columns uniform in [0, 1).</param>
    /// <param name="normal">Columns normal.</param>
    public Draws(Tensor images, ulong seed, int stream, Counter counter, int uniform, int normal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stream, NormalStreams);
        if (images.Shape.Rank != 4 || images.Shape.Columns > 4)
        {
            throw new ArgumentException($"Expected images [N, H, W, C] of at most four channels, not {images.Shape}.");
        }
        graph = images.Graph;
        column = Shape.Of(images.Shape[0], 1);
        uniforms = Keep("uniform", uniform, shape => graph.RandomUniform(shape, seed, stream, counter, uniform));
        normals = Keep("normal", normal, shape => graph.RandomNormal(shape, seed, NormalStreams + stream, counter, normal));
    }

    /// <summary>The next column uniform in [0, 1).</summary>
    public Tensor Uniform() => graph.Read(uniforms!, usedUniforms++ * column.Size, column);

    /// <summary>The next standard normal column.</summary>
    public Tensor Normal() => graph.Read(normals!, usedNormals++ * column.Size, column);

    /// <summary>1 with a probability [1], else 0.</summary>
    public Tensor Happens(Tensor probability) => (probability - Uniform()).Step();

    /// <summary>A whole number from 0 to count - 1.</summary>
    public Tensor Whole(int count) => (Uniform() * count).Floor();

    private Variable? Keep(string kind, int columns, Func<Shape, Tensor> draw)
    {
        if (columns == 0)
        {
            return null;
        }
        var variable = new Variable($"augmentation.{kind}", columns * column.Size);
        graph.Assign(variable, 0, draw(Shape.Of(columns * column.Size)));
        return variable;
    }
}
