using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of the convolutions in which each channel has one filter of its own.</summary>
public struct DepthwiseParameters
{
    /// <summary>x [N, H, W, C]</summary>
    public ArrayView<float> X;

    /// <summary>w [R, S, C]</summary>
    public ArrayView<float> W;

    /// <summary>y [N, P, Q, C]</summary>
    public ArrayView<float> Y;

    /// <summary>N.</summary>
    public int Images;

    /// <summary>H.</summary>
    public int Height;

    /// <summary>W.</summary>
    public int Width;

    /// <summary>C.</summary>
    public int Channels;

    /// <summary>R.</summary>
    public int KernelHeight;

    /// <summary>S.</summary>
    public int KernelWidth;

    /// <summary>P.</summary>
    public int OutputHeight;

    /// <summary>Q.</summary>
    public int OutputWidth;

    /// <summary>Distance of windows.</summary>
    public int Stride;

    /// <summary>Zeros around x.</summary>
    public int Padding;
}

/// <summary>y[n, p, q, c] = sum over r, s of x[n, p stride + r - padding, q stride + s - padding, c] w[r, s, c].</summary>
public readonly struct DepthwiseConvolution : IKernel<DepthwiseParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in DepthwiseParameters p) => GridSize.For(p.Images * p.OutputHeight * p.OutputWidth * p.Channels);

    /// <inheritdoc/>
    public static void Thread(DepthwiseParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Images * p.OutputHeight * p.OutputWidth * p.Channels)
        {
            int pixel = i / p.Channels;
            int c = i - pixel * p.Channels;
            int line = pixel / p.OutputWidth;
            int n = line / p.OutputHeight;
            int top = (line - n * p.OutputHeight) * p.Stride - p.Padding;
            int left = (pixel - line * p.OutputWidth) * p.Stride - p.Padding;
            float sum = 0f;
            for (int r = 0; r < p.KernelHeight; r++)
            {
                for (int s = 0; s < p.KernelWidth; s++)
                {
                    int h = top + r, w = left + s;
                    if (h >= 0 && h < p.Height && w >= 0 && w < p.Width)
                    {
                        sum += p.X[((n * p.Height + h) * p.Width + w) * p.Channels + c] * p.W[(r * p.KernelWidth + s) * p.Channels + c];
                    }
                }
            }
            p.Y[i] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in DepthwiseParameters p, in Crew crew)
    {
        float* x = p.X.Pointer(), weights = p.W.Pointer(), y = p.Y.Pointer();
        nint channels = p.Channels;
        while (crew.Take(p.Images * p.OutputHeight, 1, out int first, out int last))
        {
            for (int line = first; line < last; line++)
            {
                int n = line / p.OutputHeight;
                int top = (line - n * p.OutputHeight) * p.Stride - p.Padding;
                int r0 = Math.Max(0, -top), r1 = Math.Min(p.KernelHeight, p.Height - top);
                for (int q = 0; q < p.OutputWidth; q++)
                {
                    int left = q * p.Stride - p.Padding;
                    int s0 = Math.Max(0, -left), s1 = Math.Min(p.KernelWidth, p.Width - left);
                    float* target = y + ((nint)line * p.OutputWidth + q) * channels;
                    for (nint c = 0; c < channels; c += Vector<float>.Count)
                    {
                        Vector<float> sum = default;
                        for (int r = r0; r < r1; r++)
                        {
                            float* source = x + ((nint)(n * p.Height + top + r) * p.Width + left) * channels + c;
                            float* filter = weights + (nint)r * p.KernelWidth * channels + c;
                            for (int s = s0; s < s1; s++)
                            {
                                sum += Vector.Load(source + s * channels) * Vector.Load(filter + s * channels);
                            }
                        }
                        HostMemory.StoreFirst(sum, target + c, channels - c);
                    }
                }
            }
        }
    }
}

/// <summary>The transpose of <see cref="DepthwiseConvolution"/> in x: x[n, h, w, c] = sum of y[n, p, q, c] w[r, s, c] over the windows that see the pixel.</summary>
public readonly struct DepthwiseDataGradient : IKernel<DepthwiseParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in DepthwiseParameters p) => GridSize.For(p.Images * p.Height * p.Width * p.Channels);

    /// <inheritdoc/>
    public static void Thread(DepthwiseParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Images * p.Height * p.Width * p.Channels)
        {
            int pixel = i / p.Channels;
            int c = i - pixel * p.Channels;
            int line = pixel / p.Width;
            int n = line / p.Height;
            int bottom = line - n * p.Height + p.Padding;
            int right = pixel - line * p.Width + p.Padding;
            float sum = 0f;
            for (int r = bottom % p.Stride; r < p.KernelHeight && r <= bottom; r += p.Stride)
            {
                for (int s = right % p.Stride; s < p.KernelWidth && s <= right; s += p.Stride)
                {
                    int row = (bottom - r) / p.Stride, column = (right - s) / p.Stride;
                    if (row < p.OutputHeight && column < p.OutputWidth)
                    {
                        sum += p.Y[((n * p.OutputHeight + row) * p.OutputWidth + column) * p.Channels + c] * p.W[(r * p.KernelWidth + s) * p.Channels + c];
                    }
                }
            }
            p.X[i] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in DepthwiseParameters p, in Crew crew)
    {
        float* x = p.X.Pointer(), weights = p.W.Pointer(), y = p.Y.Pointer();
        nint channels = p.Channels;
        while (crew.Take(p.Images * p.Height, 1, out int first, out int last))
        {
            for (int line = first; line < last; line++)
            {
                int n = line / p.Height;
                int bottom = line - n * p.Height + p.Padding;
                for (int w = 0; w < p.Width; w++)
                {
                    int right = w + p.Padding;
                    float* target = x + ((nint)line * p.Width + w) * channels;
                    for (nint c = 0; c < channels; c += Vector<float>.Count)
                    {
                        Vector<float> sum = default;
                        for (int r = bottom % p.Stride; r < p.KernelHeight && r <= bottom; r += p.Stride)
                        {
                            int row = (bottom - r) / p.Stride;
                            if (row >= p.OutputHeight)
                            {
                                continue;
                            }
                            for (int s = right % p.Stride; s < p.KernelWidth && s <= right; s += p.Stride)
                            {
                                int column = (right - s) / p.Stride;
                                if (column < p.OutputWidth)
                                {
                                    sum += Vector.Load(y + ((nint)(n * p.OutputHeight + row) * p.OutputWidth + column) * channels + c)
                                        * Vector.Load(weights + (nint)(r * p.KernelWidth + s) * channels + c);
                                }
                            }
                        }
                        HostMemory.StoreFirst(sum, target + c, channels - c);
                    }
                }
            }
        }
    }
}

/// <summary>The gradient of <see cref="DepthwiseConvolution"/> with respect to w: w[r, s, c] = sum over n, p, q of x y, pixel after pixel.</summary>
public readonly struct DepthwiseWeightGradient : IKernel<DepthwiseParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in DepthwiseParameters p) => GridSize.For(p.KernelHeight * p.KernelWidth * p.Channels);

    /// <inheritdoc/>
    public static void Thread(DepthwiseParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.KernelHeight * p.KernelWidth * p.Channels)
        {
            int tap = i / p.Channels;
            int c = i - tap * p.Channels;
            int r = tap / p.KernelWidth - p.Padding;
            int s = tap - tap / p.KernelWidth * p.KernelWidth - p.Padding;
            float sum = 0f;
            for (int n = 0; n < p.Images; n++)
            {
                for (int row = 0; row < p.OutputHeight; row++)
                {
                    for (int column = 0; column < p.OutputWidth; column++)
                    {
                        int h = row * p.Stride + r, w = column * p.Stride + s;
                        if (h >= 0 && h < p.Height && w >= 0 && w < p.Width)
                        {
                            sum += p.X[((n * p.Height + h) * p.Width + w) * p.Channels + c]
                                * p.Y[((n * p.OutputHeight + row) * p.OutputWidth + column) * p.Channels + c];
                        }
                    }
                }
            }
            p.W[i] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in DepthwiseParameters p, in Crew crew)
    {
        float* x = p.X.Pointer(), weights = p.W.Pointer(), y = p.Y.Pointer();
        int strips = (p.Channels + Vector<float>.Count - 1) / Vector<float>.Count;
        while (crew.Take(p.KernelHeight * p.KernelWidth * strips, 1, out int first, out int last))
        {
            for (int item = first; item < last; item++)
            {
                int tap = item / strips;
                nint c = (nint)(item - tap * strips) * Vector<float>.Count;
                HostMemory.StoreFirst(Tap(p, x + c, y + c, tap), weights + (nint)tap * p.Channels + c, p.Channels - c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe Vector<float> Tap(in DepthwiseParameters p, float* x, float* y, int tap)
    {
        int r = tap / p.KernelWidth - p.Padding, s = tap % p.KernelWidth - p.Padding;
        Vector<float> sum = default;
        for (int n = 0; n < p.Images; n++)
        {
            for (int row = 0; row < p.OutputHeight; row++)
            {
                int h = row * p.Stride + r;
                if (h < 0 || h >= p.Height)
                {
                    continue;
                }
                for (int column = 0; column < p.OutputWidth; column++)
                {
                    int w = column * p.Stride + s;
                    if (w >= 0 && w < p.Width)
                    {
                        sum += Vector.Load(x + ((nint)(n * p.Height + h) * p.Width + w) * p.Channels)
                            * Vector.Load(y + ((nint)(n * p.OutputHeight + row) * p.OutputWidth + column) * p.Channels);
                    }
                }
            }
        }
        return sum;
    }
}
