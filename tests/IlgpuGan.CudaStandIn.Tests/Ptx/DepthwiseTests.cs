using IlgpuGan.CudaStandIn.Tests.Harness;
using IlgpuGan.Kernels;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>Convolutions channel by channel: their threads loop each over taps of its own, inside loops that are promised to be uniform.</summary>
public sealed class DepthwiseTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private static readonly DepthwiseParameters Shape = new()
    {
        Images = 2, Height = 7, Width = 6, Channels = 5, KernelHeight = 4, KernelWidth = 3, OutputHeight = 3, OutputWidth = 3, Stride = 2, Padding = 1,
    };

    private readonly float[] x = Numbers.Random(2 * 7 * 6 * 5, 1);
    private readonly float[] weights = Numbers.Random(4 * 3 * 5, 2);
    private readonly float[] y = Numbers.Random(2 * 3 * 3 * 5, 3);

    [Fact]
    public void A_convolution_sums_the_taps_that_lie_inside()
    {
        using var card = new Card(texts);
        var output = card.Empty(y.Length);
        card.Run<DepthwiseConvolution, DepthwiseParameters>(Shape, ("X", card.Upload<float>(x)), ("W", card.Upload<float>(weights)), ("Y", output));
        Numbers.AssertNear(Sum(y.Length, tap => (tap.Y, x[tap.X] * (double)weights[tap.W])), Card.Download<float>(output), 1e-5);
    }

    [Fact]
    public void Its_gradient_by_images_sums_over_the_places_that_read_a_pixel()
    {
        using var card = new Card(texts);
        var output = card.Empty(x.Length);
        card.Run<DepthwiseDataGradient, DepthwiseParameters>(Shape, ("X", output), ("W", card.Upload<float>(weights)), ("Y", card.Upload<float>(y)));
        Numbers.AssertNear(Sum(x.Length, tap => (tap.X, y[tap.Y] * (double)weights[tap.W])), Card.Download<float>(output), 1e-5);
    }

    [Fact]
    public void Its_gradient_by_weights_sums_over_all_images()
    {
        using var card = new Card(texts);
        var output = card.Empty(weights.Length);
        card.Run<DepthwiseWeightGradient, DepthwiseParameters>(Shape, ("X", card.Upload<float>(x)), ("W", output), ("Y", card.Upload<float>(y)));
        Numbers.AssertNear(Sum(weights.Length, tap => (tap.W, x[tap.X] * (double)y[tap.Y])), Card.Download<float>(output), 1e-5);
    }

    private static double[] Sum(int count, Func<(int X, int W, int Y), (int Place, double Value)> term)
    {
        var sums = new double[count];
        foreach (var tap in Taps())
        {
            var (place, value) = term(tap);
            sums[place] += value;
        }
        return sums;
    }

    private static IEnumerable<(int X, int W, int Y)> Taps() =>
        from n in Enumerable.Range(0, Shape.Images)
        from row in Enumerable.Range(0, Shape.OutputHeight)
        from column in Enumerable.Range(0, Shape.OutputWidth)
        from r in Enumerable.Range(0, Shape.KernelHeight)
        from s in Enumerable.Range(0, Shape.KernelWidth)
        let h = (row * Shape.Stride) + r - Shape.Padding
        let w = (column * Shape.Stride) + s - Shape.Padding
        where h >= 0 && h < Shape.Height && w >= 0 && w < Shape.Width
        from c in Enumerable.Range(0, Shape.Channels)
        select (
            (((((n * Shape.Height) + h) * Shape.Width) + w) * Shape.Channels) + c,
            (((r * Shape.KernelWidth) + s) * Shape.Channels) + c,
            (((((n * Shape.OutputHeight) + row) * Shape.OutputWidth) + column) * Shape.Channels) + c);
}
