using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="GatherImages"/>.</summary>
public struct GatherParameters
{
    /// <summary>[batch, height, width, channels] in [-1, 1].</summary>
    public ArrayView<float> Output;

    /// <summary>[images, height, width, channels]: the whole set, or the batch (of a batch in leaves the leaf) alone if <see cref="IsStaged"/>.</summary>
    public ArrayView<byte> Source;

    /// <summary>Which images, and which of them are mirrored.</summary>
    public Draws Draws;

    /// <summary>Images in the data set.</summary>
    public int Count;

    /// <summary>Images in the batch, or in a leaf of it.</summary>
    public int Batch;

    /// <summary>Columns of an image.</summary>
    public int Width;

    /// <summary>Channels of an image.</summary>
    public int Channels;

    /// <summary>Bytes of an image.</summary>
    public int ImageSize;

    /// <summary>1 to mirror half of the images.</summary>
    public int Flip;

    /// <summary>1 if the host has already picked the images and laid them side by side.</summary>
    public int IsStaged;

    internal readonly int Image(int place) => IsStaged != 0 ? place : Draws.Pick(place, Batch, Count);

    internal readonly int Mirrored(int place) => Flip == 0 ? 0 : (int)(Draws.Block(Draws.Leaf * Batch + place).A & 1u);
}

/// <summary>Picks the batch of a step from a set of byte images, mirrors some, and makes a <see cref="Shade"/> of each byte.</summary>
public readonly struct GatherImages : IKernel<GatherParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in GatherParameters p) => new(p.Batch, 128);

    /// <inheritdoc/>
    public static void Thread(GatherParameters p)
    {
        int place = ILGPU.Grid.IdxX;
        long image = (long)p.Image(place) * p.ImageSize;
        int mirrored = p.Mirrored(place);
        int rowSize = p.Width * p.Channels;
        for (int i = Group.IdxX; i < p.ImageSize; i += Group.DimX)
        {
            int from = i;
            if (mirrored != 0)
            {
                int row = i / rowSize;
                int column = (i - row * rowSize) / p.Channels;
                from = i + (p.Width - 1 - 2 * column) * p.Channels;
            }
            p.Output[place * p.ImageSize + i] = Shade.Of(p.Source[image + from]);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in GatherParameters p, in Crew crew)
    {
        float* output = p.Output.Pointer();
        byte* source = (byte*)Unsafe.AsPointer(ref p.Source[0]);
        while (crew.Take(p.Batch, 1, out int first, out int last))
        {
            for (int place = first; place < last; place++)
            {
                Image(p, source + (long)p.Image(place) * p.ImageSize, output + (nint)place * p.ImageSize, p.Mirrored(place) != 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Image(in GatherParameters p, byte* from, float* to, bool isMirrored)
    {
        if (!isMirrored)
        {
            Scale(from, to, p.ImageSize);
            return;
        }
        for (int pixel = 0; pixel < p.ImageSize / p.Channels; pixel++)
        {
            int column = pixel % p.Width;
            byte* mirror = from + (pixel + p.Width - 1 - 2 * column) * p.Channels;
            for (int channel = 0; channel < p.Channels; channel++)
            {
                *to++ = Shade.Of(mirror[channel]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Scale(byte* from, float* to, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            var wide = Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(from + i)).AsByte()).ToVector256Unsafe());
            Shade.Of(wide).Store(to + i);
        }
        for (; i < count; i++)
        {
            to[i] = Shade.Of(from[i]);
        }
    }
}
