using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="MixChannels"/>.</summary>
public struct MixParameters
{
    /// <summary>[N, Pixels, Channels]</summary>
    public ArrayView<float> Output;

    /// <summary>[N, Pixels, Channels]</summary>
    public ArrayView<float> Input;

    /// <summary>[N, Channels, Channels]</summary>
    public ArrayView<float> Matrices;

    /// <summary>N.</summary>
    public int Images;

    /// <summary>Pixels of an image.</summary>
    public int Pixels;

    /// <summary>Channels of a pixel.</summary>
    public int Channels;

    /// <summary>1 to multiply by the transposed matrix.</summary>
    public int Transpose;

    internal readonly int Size => Images * Pixels * Channels;

    internal readonly float Factor(int image, int to, int from) =>
        Matrices[(image * Channels + (Transpose != 0 ? from : to)) * Channels + (Transpose != 0 ? to : from)];
}

/// <summary>y = M x for each pixel x, a vector of channels, with one matrix M for each image.</summary>
public readonly struct MixChannels : IKernel<MixParameters>
{
    // Pixels of a part, a few microseconds of work.
    private const int Block = 1024;

    /// <inheritdoc/>
    public static GridSize Grid(in MixParameters p) => GridSize.For(p.Size);

    /// <inheritdoc/>
    public static void Thread(MixParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Size)
        {
            int pixel = i / p.Channels;
            p.Output[i] = Sum(p, pixel / p.Pixels, pixel * p.Channels, i - pixel * p.Channels);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in MixParameters p, in Crew crew)
    {
        int blocks = (p.Pixels + Block - 1) / Block;
        while (crew.Take(p.Images * blocks, 1, out int first, out int last))
        {
            for (int block = first; block < last; block++)
            {
                int image = block / blocks;
                int pixel = (block - image * blocks) * Block;
                int count = Math.Min(Block, p.Pixels - pixel);
                int start = (image * p.Pixels + pixel) * p.Channels;
                if (p.Channels == 3)
                {
                    Triples(p, image, p.Input.Pointer() + start, p.Output.Pointer() + start, count);
                }
                else if (p.Channels == 4)
                {
                    Quads(p, image, p.Input.Pointer() + start, p.Output.Pointer() + start, count);
                }
                else
                {
                    for (int i = 0; i < count * p.Channels; i++)
                    {
                        p.Output[start + i] = Sum(p, image, start + i / p.Channels * p.Channels, i % p.Channels);
                    }
                }
            }
        }
    }

    private static float Sum(MixParameters p, int image, int pixel, int channel)
    {
        float sum = 0f;
        for (int c = 0; c < p.Channels; c++)
        {
            sum += p.Factor(image, channel, c) * p.Input[pixel + c];
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Triples(in MixParameters p, int image, float* input, float* output, int count)
    {
        var (red, green, blue) = (Column(p, image, 0), Column(p, image, 1), Column(p, image, 2));
        for (; count > 1; count--, input += 3, output += 3)
        {
            (red * input[0] + green * input[1] + blue * input[2]).Store(output); // the fourth lane is overwritten by the next pixel
        }
        var last = red * input[0] + green * input[1] + blue * input[2];
        last.GetLower().Store(output);
        output[2] = last[2];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Quads(in MixParameters p, int image, float* input, float* output, int count)
    {
        var (red, green, blue, alpha) = (Column(p, image, 0), Column(p, image, 1), Column(p, image, 2), Column(p, image, 3));
        for (; count > 0; count--, input += 4, output += 4)
        {
            (red * input[0] + green * input[1] + blue * input[2] + alpha * input[3]).Store(output);
        }
    }

    private static Vector128<float> Column(in MixParameters p, int image, int from) => Vector128.Create(
        p.Factor(image, 0, from), p.Factor(image, 1, from), p.Factor(image, 2, from), p.Channels > 3 ? p.Factor(image, 3, from) : 0);
}
