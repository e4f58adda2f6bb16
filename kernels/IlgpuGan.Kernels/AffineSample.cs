using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="AffineSample"/> and <see cref="AffineSampleTranspose"/>.</summary>
public struct AffineParameters
{
    /// <summary>[N, Height, Width, Channels]</summary>
    public ArrayView<float> Output;

    /// <summary>[N, Height, Width, Channels]</summary>
    public ArrayView<float> Input;

    /// <summary>
    /// [N, 6], (a, b, c, d, e, f): the pixel at (x, y) right of and below the centre of y is made from the position (a x + b y + c, d x + e y + f)
    /// of x, right of and below its centre, in pixels.
    /// </summary>
    public ArrayView<float> Coefficients;

    /// <summary>N.</summary>
    public int Images;

    /// <summary>Rows.</summary>
    public int Height;

    /// <summary>Columns.</summary>
    public int Width;

    /// <summary>Channels.</summary>
    public int Channels;

    /// <summary>1 if the image goes on beyond its borders as its mirror image, border pixels repeated; 0 if zeros do.</summary>
    public int Reflect;

    internal readonly int Size => Images * Height * Width * Channels;

    internal readonly AffinePlace Place(int i)
    {
        AffinePlace place;
        int pixel = i / Channels;
        int line = pixel / Width;
        place.Channel = i - pixel * Channels;
        place.Column = pixel - line * Width;
        place.Image = line / Height;
        place.Row = line - place.Image * Height;
        return place;
    }

    internal readonly AffineMap Map(int image)
    {
        AffineMap map;
        map.XX = Coefficients[6 * image];
        map.XY = Coefficients[6 * image + 1];
        map.YX = Coefficients[6 * image + 3];
        map.YY = Coefficients[6 * image + 4];
        map.CentreX = 0.5f * (Width - 1);
        map.CentreY = 0.5f * (Height - 1);
        map.X0 = Coefficients[6 * image + 2] + map.CentreX;
        map.Y0 = Coefficients[6 * image + 5] + map.CentreY;
        return map;
    }

    internal readonly float At(int image, int row, int column, int channel)
    {
        if (Reflect != 0)
        {
            row = Mirror(row, Height);
            column = Mirror(column, Width);
        }
        float value = 0f;
        if (row >= 0 && row < Height && column >= 0 && column < Width)
        {
            value = Input[((image * Height + row) * Width + column) * Channels + channel];
        }
        return value;
    }

    private static int Mirror(int i, int size)
    {
        int period = 2 * size;
        int folded = i % period;
        if (folded < 0)
        {
            folded += period;
        }
        return folded < size ? folded : period - 1 - folded;
    }
}

/// <summary>An element of a batch of images.</summary>
internal struct AffinePlace
{
    public int Image;
    public int Row;
    public int Column;
    public int Channel;
}

/// <summary>From pixels of the output to positions in the input, both counted from the centre of the first pixel.</summary>
internal struct AffineMap
{
    // Positions beyond are all the same border; so far out they are still whole numbers.
    public const float Farthest = 1 << 20;

    public float XX;
    public float XY;
    public float YX;
    public float YY;
    public float X0;
    public float Y0;
    public float CentreX;
    public float CentreY;

    public readonly float X(int column, int row) => Near(XX * (column - CentreX) + XY * (row - CentreY) + X0);

    public readonly float Y(int column, int row) => Near(YX * (column - CentreX) + YY * (row - CentreY) + Y0);

    private static float Near(float position) => MathF.Max(-Farthest, MathF.Min(Farthest, position));
}

/// <summary>y[n, row, column, c] = x[n, .., .., c] at the position that the image's coefficients give, between pixels by bilinear interpolation.</summary>
public readonly struct AffineSample : IKernel<AffineParameters>
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
            float x = map.X(place.Column, place.Row);
            float y = map.Y(place.Column, place.Row);
            int left = (int)MathF.Floor(x);
            int top = (int)MathF.Floor(y);
            float right = x - left;
            float bottom = y - top;
            float above = (1f - right) * p.At(place.Image, top, left, place.Channel) + right * p.At(place.Image, top, left + 1, place.Channel);
            float below = (1f - right) * p.At(place.Image, top + 1, left, place.Channel) + right * p.At(place.Image, top + 1, left + 1, place.Channel);
            p.Output[i] = (1f - bottom) * above + bottom * below;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in AffineParameters p, in Crew crew)
    {
        float* input = p.Input.Pointer();
        float* output = p.Output.Pointer();
        nint lineSize = (nint)p.Width * p.Channels;
        while (crew.Take(p.Images * p.Height, 8, out int first, out int last))
        {
            for (int line = first; line < last; line++)
            {
                int image = line / p.Height;
                Line(p, p.Map(image), input + image * p.Height * lineSize, output + line * lineSize, line - image * p.Height);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Line(in AffineParameters p, in AffineMap map, float* image, float* output, int row)
    {
        AffineTap* taps = stackalloc AffineTap[AffineTaps.Chunk];
        for (int column = 0; column < p.Width; column += AffineTaps.Chunk)
        {
            int count = Math.Min(AffineTaps.Chunk, p.Width - column);
            AffineTaps.Find(p, map, row, column, taps);
            if (p.Channels is 3 or 4)
            {
                Quads(taps, count, image, output + column * p.Channels, p.Channels);
            }
            else
            {
                Singles(taps, count, image, output + column * p.Channels, p.Channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Quads(AffineTap* taps, int count, float* image, float* output, int channels)
    {
        for (; count > 0; count--, taps++, output += channels)
        {
            var above = Vector128.Create(taps->Left) * Vector128.Load(image + taps->Top + taps->First) +
                Vector128.Create(taps->Right) * Vector128.Load(image + taps->Top + taps->Second);
            var below = Vector128.Create(taps->Left) * Vector128.Load(image + taps->Bottom + taps->First) +
                Vector128.Create(taps->Right) * Vector128.Load(image + taps->Bottom + taps->Second);
            var value = Vector128.Create(taps->Above) * above + Vector128.Create(taps->Below) * below;
            // What three channels store too much, the next pixel overwrites; the pixel after the last may be another worker's.
            if (channels == 4 || count > 1)
            {
                value.Store(output);
                continue;
            }
            value.GetLower().Store(output);
            output[2] = value[2];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Singles(AffineTap* taps, int count, float* image, float* output, int channels)
    {
        for (; count > 0; count--, taps++)
        {
            for (int c = 0; c < channels; c++)
            {
                float above = taps->Left * image[taps->Top + taps->First + c] + taps->Right * image[taps->Top + taps->Second + c];
                float below = taps->Left * image[taps->Bottom + taps->First + c] + taps->Right * image[taps->Bottom + taps->Second + c];
                *output++ = taps->Above * above + taps->Below * below;
            }
        }
    }
}
