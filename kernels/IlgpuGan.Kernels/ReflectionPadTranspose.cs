using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// output[n, h, w] = sum of the pixels of the padded input that <see cref="ReflectionPad"/> makes from that one: up to three along each side, whose order the place decides.
/// </summary>
public readonly struct ReflectionPadTranspose : IKernel<ReflectionParameters>, IGroupKernel<ReflectionParameters>
{
    /// <inheritdoc/>
    public static int SharedBytes => 0;

    /// <inheritdoc/>
    public static GridSize Grid(in ReflectionParameters p) => GridSize.InGroups(p.Images * p.Height * p.Width * p.Channels);

    /// <inheritdoc/>
    public static void Thread(ReflectionParameters p) => Thread(p, ILGPU.Grid.IdxX);

    /// <inheritdoc/>
    public static void Thread(ReflectionParameters p, int group)
    {
        int i = group * GridSize.GroupThreads + Group.IdxX;
        if (i < p.Images * p.Height * p.Width * p.Channels)
        {
            int pixel = i / p.Channels;
            int line = pixel / p.Width;
            int image = line / p.Height;
            int row = line - image * p.Height;
            int column = pixel - line * p.Width;
            int start = image * p.PaddedHeight * p.PaddedWidth * p.Channels + i - pixel * p.Channels;
            float sum = OfLine(p, start, row + p.Padding, column);
            if (HasBefore(p, row))
            {
                sum += OfLine(p, start, Before(p, row), column);
            }
            if (HasBehind(p, row, p.Height))
            {
                sum += OfLine(p, start, Behind(p, row, p.Height), column);
            }
            p.Output[i] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in ReflectionParameters p, in Crew crew)
    {
        float* output = p.Output.Pointer();
        float* input = p.Input.Pointer();
        nint length = (nint)p.Width * p.Channels, padded = (nint)p.PaddedWidth * p.Channels;
        while (crew.Take(p.Images * p.Height, Math.Max(1, 4096 / (int)length), out int first, out int last))
        {
            for (int line = first; line < last; line++)
            {
                int image = line / p.Height, row = line - image * p.Height;
                float* source = input + (nint)image * p.PaddedHeight * padded;
                float* target = output + line * length;
                new Span<float>(target, (int)length).Clear();
                AddLine(p, source + (row + p.Padding) * padded, target);
                if (HasBefore(p, row))
                {
                    AddLine(p, source + Before(p, row) * padded, target);
                }
                if (HasBehind(p, row, p.Height))
                {
                    AddLine(p, source + Behind(p, row, p.Height) * padded, target);
                }
            }
        }
    }

    // The place in the padding before the first pixel that mirrors one: none mirrors the first itself, unless it comes twice, nor what lies farther in than the padding is wide.
    private static int Before(ReflectionParameters p, int place) => p.Padding - p.Twice - place;

    private static bool HasBefore(ReflectionParameters p, int place) => place + p.Twice >= 1 & Before(p, place) >= 0;

    private static int Behind(ReflectionParameters p, int place, int length) => 2 * (length - 1) + p.Twice - place + p.Padding;

    private static bool HasBehind(ReflectionParameters p, int place, int length) => place <= length - 2 + p.Twice & Behind(p, place, length) < length + 2 * p.Padding;

    private static float OfLine(ReflectionParameters p, int start, int line, int column)
    {
        int first = start + line * p.PaddedWidth * p.Channels;
        float sum = p.Input[first + (column + p.Padding) * p.Channels];
        if (HasBefore(p, column))
        {
            sum += p.Input[first + Before(p, column) * p.Channels];
        }
        if (HasBehind(p, column, p.Width))
        {
            sum += p.Input[first + Behind(p, column, p.Width) * p.Channels];
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void AddLine(in ReflectionParameters p, float* source, float* target)
    {
        nint channels = p.Channels;
        Add(source + p.Padding * channels, target, p.Width * channels);
        for (int place = 0; place < p.Padding; place++)
        {
            Add(source + place * channels, target + p.Mirror(place - p.Padding, p.Width) * channels, channels);
        }
        for (int place = p.Width; place < p.Width + p.Padding; place++)
        {
            Add(source + (place + p.Padding) * channels, target + p.Mirror(place, p.Width) * channels, channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Add(float* source, float* target, nint count)
    {
        nint i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            (Vector.Load(target + i) + Vector.Load(source + i)).Store(target + i);
        }
        for (; i < count; i++)
        {
            target[i] += source[i];
        }
    }
}
