namespace IlgpuGan.Graphs;

/// <summary>
/// Shapes and steps of a two-dimensional convolution: x [N, H, W, C], w [R, S, C, K], y [N, P, Q, K] with
/// P = (H + 2 padding - R) / stride + 1, Q likewise.
/// </summary>
/// <param name="Height">H, rows of x.</param>
/// <param name="Width">W, columns of x.</param>
/// <param name="Channels">C, channels of x.</param>
/// <param name="Filters">K, channels of y.</param>
/// <param name="KernelHeight">R.</param>
/// <param name="KernelWidth">S.</param>
/// <param name="Stride">Distance of two neighbouring windows, both axes.</param>
/// <param name="Padding">Zeros around x, both axes.</param>
/// <param name="Groups">Parts into which channels and filters are cut alike: a filter sees the channels of its own part alone.</param>
public sealed record ConvolutionGeometry(
    int Height, int Width, int Channels, int Filters, int KernelHeight, int KernelWidth, int Stride, int Padding, int Groups = 1)
{
    /// <summary>P, rows of y.</summary>
    public int OutputHeight => (Height + 2 * Padding - KernelHeight) / Stride + 1;

    /// <summary>Q, columns of y.</summary>
    public int OutputWidth => (Width + 2 * Padding - KernelWidth) / Stride + 1;

    /// <summary>[R, S, C / groups, K]</summary>
    public Shape Weights => Shape.Of(KernelHeight, KernelWidth, Channels / Groups, Filters);

    /// <summary>Each channel has one filter of its own: a product would have one column.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == Channels && Groups == Filters;

    /// <summary>One window covers x whole, so that the convolution is a matrix product.</summary>
    public bool IsDense => Groups == 1 && Padding == 0 && KernelHeight == Height && KernelWidth == Width;

    /// <summary>[N, H, W, C]</summary>
    public Shape Input(int batch) => Shape.Of(batch, Height, Width, Channels);

    /// <summary>[N, P, Q, K]</summary>
    public Shape Output(int batch) => Shape.Of(batch, OutputHeight, OutputWidth, Filters);
}
