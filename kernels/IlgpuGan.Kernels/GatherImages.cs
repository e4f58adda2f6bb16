using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="GatherImages"/>.</summary>
public struct GatherParameters
{
    /// <summary>[batch, height, width, channels] in [-1, 1].</summary>
    public ArrayView<float> Output;

    /// <summary>
    /// [images, height + <see cref="SpareRows"/>, width + <see cref="SpareColumns"/>, channels]: the whole set, or the batch (of a batch in leaves the leaf) alone if
    /// <see cref="IsStaged"/>.
    /// </summary>
    public ArrayView<byte> Source;

    /// <summary>Which images, where they are cut out, and which of them are mirrored.</summary>
    public Draws Draws;

    /// <summary>Images in the data set.</summary>
    public int Count;

    /// <summary>Images in the batch, or in a leaf of it.</summary>
    public int Batch;

    /// <summary>Columns of an image of the batch.</summary>
    public int Width;

    /// <summary>Channels of an image.</summary>
    public int Channels;

    /// <summary>Values of an image of the batch.</summary>
    public int ImageSize;

    /// <summary>Rows that an image of the set has more; which of them are left out above is drawn.</summary>
    public int SpareRows;

    /// <summary>Columns that an image of the set has more; which of them are left out on the left is drawn.</summary>
    public int SpareColumns;

    /// <summary>1 to mirror half of the images.</summary>
    public int Flip;

    /// <summary>1 if the host has already picked the images and laid them side by side.</summary>
    public int IsStaged;

    internal readonly int Image(int place) => IsStaged != 0 ? place : Draws.Pick(place, Batch, Count);

    internal readonly int Mirrored(int place) => Flip == 0 ? 0 : (int)(Draws.Block(Draws.Leaf * Batch + place).A & 1u);

    internal readonly int IsCut => SpareRows | SpareColumns;

    internal readonly int SourceWidth => Width + SpareColumns;

    /// <summary>Bytes of an image of the set.</summary>
    internal readonly int SourceSize => ImageSize + (SpareRows * SourceWidth + ImageSize / (Width * Channels) * SpareColumns) * Channels;

    /// <summary>The byte of its image that the window of a place begins with; any window is as likely as any other, to one part in 2^32 of their number.</summary>
    internal readonly int Corner(int place)
    {
        if (IsCut == 0)
        {
            return 0;
        }
        Words words = Draws.Block(Draws.Leaf * Batch + place);
        return (Below(words.B, SpareRows) * SourceWidth + Below(words.C, SpareColumns)) * Channels;
    }

    private static int Below(uint word, int most) => (int)((ulong)word * (uint)(most + 1) >> 32);
}

/// <summary>
/// Picks the batch of a step from a set of byte images, cuts a window of the batch's size out of each that is larger, mirrors some, and makes a <see cref="Shade"/> of
/// each byte.
/// </summary>
public readonly struct GatherImages : IKernel<GatherParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in GatherParameters p) => new(p.Batch, 128);

    /// <inheritdoc/>
    public static void Thread(GatherParameters p)
    {
        int place = ILGPU.Grid.IdxX;
        long image = (long)p.Image(place) * p.SourceSize + p.Corner(place);
        int mirrored = p.Mirrored(place);
        int rowSize = p.Width * p.Channels;
        for (int i = Group.IdxX; i < p.ImageSize; i += Group.DimX)
        {
            int from = i;
            if (mirrored != 0 || p.SpareColumns != 0)
            {
                int row = i / rowSize;
                from = i + row * p.SpareColumns * p.Channels;
                if (mirrored != 0)
                {
                    int column = (i - row * rowSize) / p.Channels;
                    from += (p.Width - 1 - 2 * column) * p.Channels;
                }
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
                Image(p, source + (long)p.Image(place) * p.SourceSize + p.Corner(place), output + (nint)place * p.ImageSize, p.Mirrored(place) != 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Image(in GatherParameters p, byte* from, float* to, bool isMirrored)
    {
        if (!isMirrored && p.SpareColumns == 0)
        {
            Scale(from, to, p.ImageSize);
            return;
        }
        int rowSize = p.Width * p.Channels;
        for (int row = 0; row < p.ImageSize / rowSize; row++, from += p.SourceWidth * p.Channels, to += rowSize)
        {
            if (isMirrored)
            {
                Mirror(from, to, p.Width, p.Channels);
            }
            else
            {
                Scale(from, to, rowSize);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Mirror(byte* from, float* to, int width, int channels)
    {
        for (int column = width - 1; column >= 0; column--)
        {
            byte* pixel = from + column * channels;
            for (int channel = 0; channel < channels; channel++)
            {
                *to++ = Shade.Of(pixel[channel]);
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
