using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="ReflectionPad"/> and <see cref="ReflectionPadTranspose"/>.</summary>
public struct ReflectionParameters
{
    /// <summary>What is made: [N, H + 2 padding, W + 2 padding, C], of the transpose [N, H, W, C].</summary>
    public ArrayView<float> Output;

    /// <summary>What it is made of: [N, H, W, C], of the transpose [N, H + 2 padding, W + 2 padding, C].</summary>
    public ArrayView<float> Input;

    /// <summary>N.</summary>
    public int Images;

    /// <summary>H, rows without the padding.</summary>
    public int Height;

    /// <summary>W, columns without the padding.</summary>
    public int Width;

    /// <summary>C.</summary>
    public int Channels;

    /// <summary>Pixels on each side, at most what <see cref="Twice"/> leaves to be mirrored of H and W.</summary>
    public int Padding;

    /// <summary>1: the pixels at the border come twice, the mirror lies behind them; 0: they are the mirror, and come once.</summary>
    public int Twice;

    internal readonly int PaddedHeight => Height + 2 * Padding;

    internal readonly int PaddedWidth => Width + 2 * Padding;

    /// <summary>The place within a side of a length that a place counted from its first one on, perhaps beyond an end, is the mirror image of.</summary>
    internal readonly int Mirror(int place, int length)
    {
        int folded = place < 0 ? -place - Twice : place;
        return folded < length ? folded : 2 * (length - 1) + Twice - folded;
    }
}

/// <summary>output[n, h, w] = input[n, h - padding, w - padding], mirrored at the border.</summary>
public readonly struct ReflectionPad : IKernel<ReflectionParameters>, IGroupKernel<ReflectionParameters>
{
    /// <inheritdoc/>
    public static int SharedBytes => 0;

    /// <inheritdoc/>
    public static GridSize Grid(in ReflectionParameters p) => GridSize.InGroups(p.Images * p.PaddedHeight * p.PaddedWidth * p.Channels);

    /// <inheritdoc/>
    public static void Thread(ReflectionParameters p) => Thread(p, ILGPU.Grid.IdxX);

    /// <inheritdoc/>
    public static void Thread(ReflectionParameters p, int group)
    {
        int i = group * GridSize.GroupThreads + Group.IdxX;
        if (i < p.Images * p.PaddedHeight * p.PaddedWidth * p.Channels)
        {
            int pixel = i / p.Channels;
            int line = pixel / p.PaddedWidth;
            int image = line / p.PaddedHeight;
            int row = p.Mirror(line - image * p.PaddedHeight - p.Padding, p.Height);
            int column = p.Mirror(pixel - line * p.PaddedWidth - p.Padding, p.Width);
            p.Output[i] = p.Input[((image * p.Height + row) * p.Width + column) * p.Channels + i - pixel * p.Channels];
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in ReflectionParameters p, in Crew crew)
    {
        float* output = p.Output.Pointer();
        float* input = p.Input.Pointer();
        nint length = (nint)p.PaddedWidth * p.Channels;
        while (crew.Take(p.Images * p.PaddedHeight, Math.Max(1, 4096 / (int)length), out int first, out int last))
        {
            for (int line = first; line < last; line++)
            {
                int image = line / p.PaddedHeight;
                int row = p.Mirror(line - image * p.PaddedHeight - p.Padding, p.Height);
                float* source = input + ((nint)image * p.Height + row) * p.Width * p.Channels;
                float* target = output + line * length;
                for (int column = -p.Padding; column < 0; column++, target += p.Channels)
                {
                    Copy(source, target, p.Mirror(column, p.Width), 1, p.Channels);
                }
                Copy(source, target, 0, p.Width, p.Channels);
                target += (nint)p.Width * p.Channels;
                for (int column = p.Width; column < p.Width + p.Padding; column++, target += p.Channels)
                {
                    Copy(source, target, p.Mirror(column, p.Width), 1, p.Channels);
                }
            }
        }
    }

    private static unsafe void Copy(float* source, float* target, int pixel, int pixels, int channels) =>
        new ReadOnlySpan<float>(source + (nint)pixel * channels, pixels * channels).CopyTo(new Span<float>(target, pixels * channels));
}
