using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// The transpose of <see cref="AffineSample"/>: each pixel of the input is given to the four pixels that it would be made from, with the same weights.
/// The order of every sum depends on the shape and the coefficients alone.
/// </summary>
/// <remarks>
/// A GPU's thread collects for one element of the output: a pixel gives to it if its position is less than one from the element, or from one of its
/// mirror images; those pixels lie in the box around what the inverse map makes of a square of side two. A CPU worker hands out a whole image, pixel by
/// pixel, which needs no search: no image has two workers.
/// </remarks>
public readonly struct AffineSampleTranspose : IKernel<AffineParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in AffineParameters p) => GridSize.For(p.Size);

    /// <inheritdoc/>
    public static void Thread(AffineParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Size)
        {
            var place = p.Place(i);
            var map = p.Map(place.Image);
            int firstX = 0, lastX = 0, firstY = 0, lastY = 0;
            if (p.Reflect != 0)
            {
                // Copies of the image that the four corners, and so all pixels, reach into.
                float reachX = 0.5f * (MathF.Abs(map.XX) * (p.Width - 1) + MathF.Abs(map.XY) * (p.Height - 1)) + 1f;
                float reachY = 0.5f * (MathF.Abs(map.YX) * (p.Width - 1) + MathF.Abs(map.YY) * (p.Height - 1)) + 1f;
                firstX = Copy(map.X0 - reachX, p.Width);
                lastX = Copy(map.X0 + reachX, p.Width);
                firstY = Copy(map.Y0 - reachY, p.Height);
                lastY = Copy(map.Y0 + reachY, p.Height);
            }
            float sum = 0f;
            for (int copyY = firstY; copyY <= lastY; copyY++)
            {
                int row = copyY * p.Height + ((copyY & 1) == 0 ? place.Row : p.Height - 1 - place.Row);
                for (int copyX = firstX; copyX <= lastX; copyX++)
                {
                    int column = copyX * p.Width + ((copyX & 1) == 0 ? place.Column : p.Width - 1 - place.Column);
                    sum += Collect(p, map, place, row, column);
                }
            }
            p.Output[i] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in AffineParameters p, in Crew crew)
    {
        nint imageSize = (nint)p.Height * p.Width * p.Channels;
        while (crew.Take(p.Images, 1, out int first, out int last))
        {
            for (int image = first; image < last; image++)
            {
                HandOut(p, p.Map(image), p.Input.Pointer() + image * imageSize, p.Output.Pointer() + image * imageSize);
            }
        }
    }

    private static int Copy(float position, int size) =>
        (int)MathF.Floor(MathF.Max(-AffineMap.Farthest, MathF.Min(AffineMap.Farthest, position)) / size);

    /// <summary>What the pixels around give to one position, which may lie in a mirror image.</summary>
    private static float Collect(AffineParameters p, AffineMap map, AffinePlace place, int row, int column)
    {
        int firstColumn = 0, lastColumn = p.Width - 1, firstRow = 0, lastRow = p.Height - 1;
        float determinant = map.XX * map.YY - map.XY * map.YX;
        // A map that squeezes the image to a line has no inverse: any pixel may give.
        if (MathF.Abs(determinant) > 1e-6f)
        {
            float scale = 1f / determinant;
            float x = (column - map.X0) * scale;
            float y = (row - map.Y0) * scale;
            float centreX = map.YY * x - map.XY * y + map.CentreX;
            float centreY = map.XX * y - map.YX * x + map.CentreY;
            float reachX = Reach(map.YY * scale, map.XY * scale, centreX);
            float reachY = Reach(map.XX * scale, map.YX * scale, centreY);
            firstColumn = (int)MathF.Max(0f, MathF.Min(p.Width, MathF.Ceiling(centreX - reachX)));
            lastColumn = (int)MathF.Min(p.Width - 1, MathF.Max(-1f, MathF.Floor(centreX + reachX)));
            firstRow = (int)MathF.Max(0f, MathF.Min(p.Height, MathF.Ceiling(centreY - reachY)));
            lastRow = (int)MathF.Min(p.Height - 1, MathF.Max(-1f, MathF.Floor(centreY + reachY)));
        }
        float sum = 0f;
        for (int r = firstRow; r <= lastRow; r++)
        {
            for (int c = firstColumn; c <= lastColumn; c++)
            {
                float weight = Weight(map.X(c, r), column) * Weight(map.Y(c, r), row);
                if (weight != 0f)
                {
                    sum += weight * p.Input[((place.Image * p.Height + r) * p.Width + c) * p.Channels + place.Channel];
                }
            }
        }
        return sum;
    }

    // Half the side of the box, and a little for what the inverse is rounded by.
    private static float Reach(float a, float b, float centre) => (MathF.Abs(a) + MathF.Abs(b)) * 1.0001f + MathF.Abs(centre) * 1e-5f + 0.01f;

    /// <summary>The weight that a position gives to a pixel, as in <see cref="AffineSample"/>.</summary>
    private static float Weight(float position, int pixel)
    {
        float low = MathF.Floor(position);
        float weight = 0f;
        if (pixel == (int)low)
        {
            weight = 1f - (position - low);
        }
        if (pixel == (int)low + 1)
        {
            weight = position - low;
        }
        return weight;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void HandOut(in AffineParameters p, in AffineMap map, float* input, float* output)
    {
        int imageSize = p.Height * p.Width * p.Channels;
        new Span<float>(output, imageSize).Clear();
        AffineTap* taps = stackalloc AffineTap[AffineTaps.Chunk];
        for (int row = 0; row < p.Height; row++)
        {
            for (int column = 0; column < p.Width; column += AffineTaps.Chunk)
            {
                int count = Math.Min(AffineTaps.Chunk, p.Width - column);
                AffineTaps.Find(p, map, row, column, taps);
                if (p.Channels is 3 or 4)
                {
                    Quads(taps, count, input, output, p.Channels, imageSize);
                }
                else
                {
                    Singles(taps, count, input, output, p.Channels);
                }
                input += count * p.Channels;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Quads(AffineTap* taps, int count, float* input, float* output, int channels, int imageSize)
    {
        // The fourth of three channels is the next pixel's first: it is given nothing.
        var used = Vector128.Create(1f, 1f, 1f, channels == 4 ? 1f : 0f);
        for (; count > 0; count--, taps++, input += channels)
        {
            var value = Vector128.ConditionalSelect(Vector128.GreaterThan(used, Vector128<float>.Zero), Vector128.Load(input), Vector128<float>.Zero);
            var above = Vector128.Create(taps->Above) * value;
            var below = Vector128.Create(taps->Below) * value;
            Add(output, taps->Top + taps->First, above * taps->Left, imageSize);
            Add(output, taps->Top + taps->Second, above * taps->Right, imageSize);
            Add(output, taps->Bottom + taps->First, below * taps->Left, imageSize);
            Add(output, taps->Bottom + taps->Second, below * taps->Right, imageSize);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Add(float* output, int offset, Vector128<float> value, int imageSize)
    {
        float* target = output + offset;
        if (offset + 4 <= imageSize)
        {
            (Vector128.Load(target) + value).Store(target);
            return;
        }
        // The last pixel of three channels: what follows may be another worker's image.
        for (int c = 0; c < 3; c++)
        {
            target[c] += value[c];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Singles(AffineTap* taps, int count, float* input, float* output, int channels)
    {
        for (; count > 0; count--, taps++)
        {
            for (int c = 0; c < channels; c++)
            {
                float value = *input++;
                output[taps->Top + taps->First + c] += taps->Above * taps->Left * value;
                output[taps->Top + taps->Second + c] += taps->Above * taps->Right * value;
                output[taps->Bottom + taps->First + c] += taps->Below * taps->Left * value;
                output[taps->Bottom + taps->Second + c] += taps->Below * taps->Right * value;
            }
        }
    }
}
