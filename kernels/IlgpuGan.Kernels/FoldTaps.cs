using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="FoldTaps{TWidth, TEpilogue}"/>.</summary>
public struct FoldParameters
{
    /// <summary>x [N, Height, Width, Channels]</summary>
    public ArrayView<float> Output;

    /// <summary>[N, P, Q, R, S, Channels]: what each pixel (p, q) of y gives to the pixels of x under the kernel laid on it.</summary>
    public ArrayView<float> Taps;

    /// <summary>What the epilogue takes besides the sum; none of it by row or column.</summary>
    public Operands Operands;

    /// <summary>N.</summary>
    public int Images;

    /// <summary>Rows of x.</summary>
    public int Height;

    /// <summary>Columns of x.</summary>
    public int Width;

    /// <summary>Channels of x.</summary>
    public int Channels;

    /// <summary>P, rows of y.</summary>
    public int InputHeight;

    /// <summary>Q, columns of y.</summary>
    public int InputWidth;

    /// <summary>R.</summary>
    public int KernelHeight;

    /// <summary>S.</summary>
    public int KernelWidth;

    /// <summary>Step of the kernel.</summary>
    public int Stride;

    /// <summary>Zeros around x.</summary>
    public int Padding;
}

/// <summary>
/// Second half of a convolution's data gradient towards few channels: x[n, h, w, c] = epilogue(sum of the taps that fall on it). The first
/// half is one dense matrix product with R S C columns, where the direct one would have C, a fraction of a vector.
/// </summary>
/// <typeparam name="TWidth">How taps lie: as <see cref="Pairs"/>, or as floats, which those on a processor are.</typeparam>
/// <typeparam name="TEpilogue">What becomes of a sum.</typeparam>
public readonly struct FoldTaps<TWidth, TEpilogue> : IKernel<FoldParameters>
    where TWidth : struct, ICopyWidth
    where TEpilogue : struct, IExpression
{
    /// <inheritdoc/>
    public static GridSize Grid(in FoldParameters p) => GridSize.For(p.Images * p.Height * p.Width * p.Channels);

    /// <inheritdoc/>
    public static void Thread(FoldParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i >= p.Images * p.Height * p.Width * p.Channels)
        {
            return;
        }
        int pixel = i / p.Channels;
        int c = i - pixel * p.Channels;
        int line = pixel / p.Width;
        int w = pixel - line * p.Width + p.Padding;
        int n = line / p.Height;
        int h = line - n * p.Height + p.Padding;
        float sum = 0f;
        for (int r = h % p.Stride; r < p.KernelHeight && r <= h; r += p.Stride)
        {
            int row = (h - r) / p.Stride;
            for (int s = w % p.Stride; s < p.KernelWidth && s <= w; s += p.Stride)
            {
                int column = (w - s) / p.Stride;
                if (row < p.InputHeight && column < p.InputWidth)
                {
                    int tap = ((((n * p.InputHeight + row) * p.InputWidth + column) * p.KernelHeight + r) * p.KernelWidth + s) * p.Channels + c;
                    sum += TWidth.IsInPairs ? Pairs.One(p.Taps, tap) : p.Taps[tap];
                }
            }
        }
        p.Output[i] = TEpilogue.At(p.Operands, i, 0, 0, sum);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in FoldParameters p, in Crew crew)
    {
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer();
        while (crew.Take(p.Images * p.Height, 4, out int first, out int last))
        {
            for (int line = first; line < last; line++)
            {
                Line(p, operands, output, line);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Line(in FoldParameters p, in HostOperands operands, float* output, int line)
    {
        int lineSize = p.Width * p.Channels;
        nint start = (nint)line * lineSize;
        Sum(p, output + start, line / p.Height, line % p.Height + p.Padding);
        if (typeof(TEpilogue) == typeof(Accumulator))
        {
            return;
        }
        for (int i = 0; i < lineSize; i += Vector<float>.Count)
        {
            var sum = Vector.Load(output + start + i);
            HostMemory.StoreFirst(TEpilogue.Lanes(operands, start + i, 0, 0, sum), output + start + i, lineSize - i);
        }
    }

    /// <summary>
    /// The taps that fall on one line of x, one column of the kernel after the other: pixels of x that are written are not read again before the whole line is done, so
    /// no load waits for a store. Those of a pixel of x are added by rows of y and then by columns of y, rising.
    /// </summary>
    private static unsafe void Sum(in FoldParameters p, float* target, int n, int h)
    {
        new Span<float>(target, p.Width * p.Channels).Clear();
        float* taps = p.Taps.Pointer();
        nint size = (nint)p.KernelHeight * p.KernelWidth * p.Channels, step = (nint)p.Stride * p.Channels;
        for (int r = h % p.Stride; r < p.KernelHeight && r <= h; r += p.Stride)
        {
            int row = (h - r) / p.Stride;
            if (row >= p.InputHeight)
            {
                continue;
            }
            float* line = taps + (nint)(n * p.InputHeight + row) * p.InputWidth * size + (nint)r * p.KernelWidth * p.Channels;
            for (int s = p.KernelWidth - 1; s >= 0; s--)
            {
                int first = Math.Max(0, (p.Padding - s + p.Stride - 1) / p.Stride);
                int end = Math.Min(p.InputWidth, (p.Width - 1 + p.Padding - s) / p.Stride + 1);
                float* source = line + s * p.Channels + first * size;
                float* sums = target + (nint)(first * p.Stride - p.Padding + s) * p.Channels;
                if (p.Channels == 3)
                {
                    for (int column = first; column < end; column++, source += size, sums += step)
                    {
                        sums[0] += source[0];
                        sums[1] += source[1];
                        sums[2] += source[2];
                    }
                    continue;
                }
                for (int column = first; column < end; column++, source += size, sums += step)
                {
                    for (int c = 0; c < p.Channels; c++)
                    {
                        sums[c] += source[c];
                    }
                }
            }
        }
    }
}
