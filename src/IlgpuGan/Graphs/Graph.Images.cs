namespace IlgpuGan.Graphs;

/// <summary>Operations on batches of images.</summary>
public sealed partial class Graph
{
    /// <summary>Images x [N, H, W, C] seen through affine maps [N, 6], as <see cref="Graphs.AffineSample"/> says.</summary>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Tensor AffineSample(Tensor x, Tensor coefficients, Border border)
    {
        RequireImages(x, coefficients, 6);
        return Make(new AffineSample(border), x.Shape, x, coefficients);
    }

    /// <summary>The transpose of <see cref="AffineSample"/>: each pixel of y [N, H, W, C] given to those it is made from.</summary>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Tensor AffineSampleTranspose(Tensor y, Tensor coefficients, Border border)
    {
        RequireImages(y, coefficients, 6);
        return Make(new AffineSampleTranspose(border), y.Shape, y, coefficients);
    }

    /// <summary>The pixels of x [N, H, W, C] multiplied by their image's matrix [N, C * C], or by its transpose.</summary>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Tensor MixChannels(Tensor x, Tensor matrices, bool transpose = false)
    {
        RequireImages(x, matrices, x.Shape.Columns * x.Shape.Columns);
        return Make(new MixChannels(transpose), x.Shape, x, matrices);
    }

    /// <summary>Images x [N, H, W, C] with so many more pixels on each side, the mirror image of what lies within: [N, H + 2 padding, W + 2 padding, C].</summary>
    /// <param name="x">The images.</param>
    /// <param name="padding">Less than both sides; as much at most where the border comes twice.</param>
    /// <param name="isBorderTwice">Whether the pixels at the border come twice; else they are the mirror, and come once.</param>
    /// <exception cref="ArgumentException">It is no batch of images, or a side is too short.</exception>
    public Tensor ReflectionPad(Tensor x, int padding, bool isBorderTwice = false)
    {
        RequireMirror(x.Shape, padding, 0, isBorderTwice);
        return padding == 0 ? x : Make(new ReflectionPad(padding, isBorderTwice), Shape.Of(x.Shape[0], x.Shape[1] + 2 * padding, x.Shape[2] + 2 * padding, x.Shape[3]), x);
    }

    /// <summary>The transpose of <see cref="ReflectionPad"/>: each pixel of y [N, H + 2 padding, W + 2 padding, C] added to the one of [N, H, W, C] that it mirrors.</summary>
    /// <exception cref="ArgumentException">It is no batch of images, or a side is too short.</exception>
    public Tensor ReflectionPadTranspose(Tensor y, int padding, bool isBorderTwice = false)
    {
        RequireMirror(y.Shape, padding, 2 * padding, isBorderTwice);
        return padding == 0 ? y : Make(new ReflectionPadTranspose(padding, isBorderTwice), Shape.Of(y.Shape[0], y.Shape[1] - 2 * padding, y.Shape[2] - 2 * padding, y.Shape[3]), y);
    }

    /// <summary>
    /// Some places of images x [N, H, W, C], drawn at random, the same of every image and none twice: [N, count, C]; all of them in their order where there are no more.
    /// </summary>
    /// <param name="x">The images.</param>
    /// <param name="key">Two numbers of <see cref="RandomUniform(Shape, ulong, int, Counter)"/>, [2]: equal keys take equal places of images of one size.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or nothing is taken.</exception>
    public Tensor GatherPlaces(Tensor x, Tensor key, int count)
    {
        RequirePlaces(x, 4, key, count);
        int places = x.Shape[1] * x.Shape[2];
        return count >= places ? x.Reshape(x.Shape[0], places, x.Shape[3]) : Make(new GatherPlaces(count), Shape.Of(x.Shape[0], count, x.Shape[3]), x, key);
    }

    /// <summary>The transpose of <see cref="GatherPlaces"/>: what was taken, [N, count, C], at its places of images [N, height, width, C], zeros at the others.</summary>
    /// <exception cref="ArgumentException">A shape does not fit, or more was taken than there are places.</exception>
    public Tensor GatherPlacesTranspose(Tensor y, Tensor key, int height, int width)
    {
        RequirePlaces(y, 3, key, height * width - y.Shape[1] + 1);
        var shape = Shape.Of(y.Shape[0], height, width, y.Shape[2]);
        return y.Shape[1] == height * width ? Reshape(y, shape) : Make(new GatherPlacesTranspose(), shape, y, key);
    }

    private static void RequirePlaces(Tensor x, int rank, Tensor key, int count)
    {
        if (x.Shape.Rank != rank || count < 1)
        {
            throw new ArgumentException($"No places are taken of, or given to, {x.Shape} so.");
        }
        Require(key, Shape.Of(2));
    }

    private static void RequireImages(Tensor x, Tensor coefficients, int count)
    {
        if (x.Shape.Rank != 4)
        {
            throw new ArgumentException($"Expected images [N, H, W, C], not {x.Shape}.");
        }
        Require(coefficients, Shape.Of(x.Shape[0], count));
    }

    // Farther out than the other border there is nothing to mirror.
    private static void RequireMirror(Shape shape, int padding, int padded, bool isBorderTwice)
    {
        if (shape.Rank != 4 || padding < 0 || Math.Min(shape[1], shape[2]) - padded < padding + (isBorderTwice ? 0 : 1))
        {
            throw new ArgumentException($"No reflection padding of {padding} pixels {(padded > 0 ? "gives" : "goes around")} {shape}: it takes images [N, H, W, C] whose sides are longer than it.");
        }
    }
}
