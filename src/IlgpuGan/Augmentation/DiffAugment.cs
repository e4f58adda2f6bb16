using IlgpuGan.Graphs;

namespace IlgpuGan.Augmentation;

/// <summary>Kinds of changes of <see cref="DiffAugment"/>.</summary>
[Flags]
public enum DiffAugmentPolicy
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Brightness + U(-0.5, 0.5), saturation x U(0, 2) where there are three colours, contrast x U(0.5, 1.5).</summary>
    Color = 1,

    /// <summary>A move by whole pixels, up to an eighth of the sides; zeros move in.</summary>
    Translation = 2,

    /// <summary>A rectangle of half the sides becomes zero; its centre may be any pixel.</summary>
    Cutout = 4,
}

/// <summary>Differentiable augmentation (Zhao et al. 2020): every image is changed, every time, by all that the policy names.</summary>
/// <param name="policy">What may change.</param>
public sealed class DiffAugment(DiffAugmentPolicy policy) : IAugmentation
{
    /// <inheritdoc/>
    public string Name => "diffaugment";

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, ulong seed, int stream, Counter counter)
    {
        // All are drawn, used or not: a policy with less in it draws the rest alike.
        var draws = new Draws(images, seed, stream, counter, uniform: 7, normal: 0);
        var (brightness, saturation, contrast) = (draws.Uniform() - 0.5f, draws.Uniform() * 2, draws.Uniform() + 0.5f);
        var (height, width) = (images.Shape[1], images.Shape[2]);
        var (moveX, moveY) = (Move(draws, width), Move(draws, height));
        var (cutX, cutY) = (draws.Whole(Centres(width)), draws.Whole(Centres(height)));
        if (policy.HasFlag(DiffAugmentPolicy.Color))
        {
            images = Recolour(images, brightness, saturation, contrast);
        }
        if (policy.HasFlag(DiffAugmentPolicy.Translation))
        {
            var (one, zero) = (images.Graph.Constant(1).BroadcastTo(moveX.Shape), images.Graph.Constant(0).BroadcastTo(moveX.Shape));
            images = new Placement(one, zero, moveX, zero, one, moveY).Apply(images, Border.Zero);
        }
        return policy.HasFlag(DiffAugmentPolicy.Cutout) ? CutOut(images, cutX, cutY) : images;
    }

    // Brightness moves the mean; contrast is around the mean as it is then.
    private static Tensor Recolour(Tensor images, Tensor brightness, Tensor saturation, Tensor contrast) =>
        new ColourChange(contrast, contrast * saturation, Turn: null).Apply(images, brightness + (1 - contrast) * ColourChange.Mean(images));

    private static Tensor Move(Draws draws, int side)
    {
        int most = (side + 4) / 8;
        return draws.Whole(2 * most + 1) - most;
    }

    private static int CutSize(int side) => (side + 1) / 2;

    // A rectangle of even size has its centre between two pixels: there is one such place more than pixels.
    private static int Centres(int side) => side + 1 - CutSize(side) % 2;

    private static Tensor CutOut(Tensor images, Tensor cutX, Tensor cutY)
    {
        var shape = images.Shape;
        var (height, width, channels) = (shape[1], shape[2], shape[3]);
        var flat = Shape.Of(shape[0], shape.Size / shape[0]);
        // Inside, the distance from the centre is below one half of the size, by half a pixel at least.
        Tensor Distance(Tensor centre, int size, Func<int, int> place) => (images.Graph
            .Literal(Shape.Of(flat.Columns), [.. Enumerable.Range(0, flat.Columns).Select(i => (place(i / channels) + size / 2 - (size - 1) / 2f) / size)])
            .BroadcastTo(flat) - centre * (1f / size)).Abs();
        var distance = Distance(cutX, CutSize(width), pixel => pixel % width).Maximum(Distance(cutY, CutSize(height), pixel => pixel / width));
        return images.Graph.Reshape(images.Graph.Reshape(images, flat) * (distance - 0.5f).Step(), shape);
    }
}
