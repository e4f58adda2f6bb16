using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels;

/// <summary>The four pixels of an image that one pixel is made from: where they lie, and their weights along both axes.</summary>
internal struct AffineTap
{
    public int Top;
    public int Bottom;
    public int First;
    public int Second;
    public float Above;
    public float Below;
    public float Left;
    public float Right;
}

/// <summary>Finds taps, as many at a time as a vector has lanes.</summary>
internal static unsafe class AffineTaps
{
    /// <summary>Pixels at a time: a multiple of every vector, small enough for the stack.</summary>
    public const int Chunk = 64;

    /// <summary>The taps of the pixels of a row from a column on: whole vectors, up to a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(in AffineParameters p, in AffineMap map, int row, int column, AffineTap* taps)
    {
        int lanes = Vector<float>.Count;
        int count = Math.Min(Chunk, p.Width - column);
        var ramp = Vector.ConvertToSingle(Vector<int>.Indices);
        float down = row - map.CentreY;
        for (int i = 0; i < count; i += lanes)
        {
            var across = ramp + new Vector<float>(column + i - map.CentreX);
            var x = Near(new Vector<float>(map.XX) * across + new Vector<float>(map.XY * down + map.X0));
            var y = Near(new Vector<float>(map.YX) * across + new Vector<float>(map.YY * down + map.Y0));
            Axis(p.Reflect, p.Width, x, p.Channels, out var first, out var second, out var left, out var right);
            Axis(p.Reflect, p.Height, y, p.Width * p.Channels, out var top, out var bottom, out var above, out var below);
            for (int lane = 0; lane < lanes; lane++, taps++)
            {
                (taps->Top, taps->Bottom, taps->First, taps->Second) = (top[lane], bottom[lane], first[lane], second[lane]);
                (taps->Above, taps->Below, taps->Left, taps->Right) = (above[lane], below[lane], left[lane], right[lane]);
            }
        }
    }

    /// <summary>Both neighbours of a position along an axis, as offsets, and their weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Axis(
        int reflect, int size, Vector<float> position, int stride,
        out Vector<int> first, out Vector<int> second, out Vector<float> firstWeight, out Vector<float> secondWeight)
    {
        var low = Vector.Floor(position);
        secondWeight = position - low;
        firstWeight = Vector<float>.One - secondWeight;
        var high = low + Vector<float>.One;
        if (reflect != 0)
        {
            low = Mirror(low, size);
            high = Mirror(high, size);
        }
        var last = new Vector<float>(size - 1);
        var (lowInside, highInside) = (Vector.Min(Vector.Max(low, Vector<float>.Zero), last), Vector.Min(Vector.Max(high, Vector<float>.Zero), last));
        firstWeight = Vector.ConditionalSelect(Vector.Equals(low, lowInside), firstWeight, Vector<float>.Zero);
        secondWeight = Vector.ConditionalSelect(Vector.Equals(high, highInside), secondWeight, Vector<float>.Zero);
        first = Vector.ConvertToInt32(lowInside) * stride;
        second = Vector.ConvertToInt32(highInside) * stride;
    }

    // Half a pixel keeps the quotient away from whole numbers, so that its rounding cannot change the floor.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Mirror(Vector<float> i, int size)
    {
        var period = new Vector<float>(2 * size);
        var folded = i - period * Vector.Floor((i + new Vector<float>(0.5f)) / period);
        return Vector.Min(folded, period - Vector<float>.One - folded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Near(Vector<float> position) =>
        Vector.Max(new Vector<float>(-AffineMap.Farthest), Vector.Min(new Vector<float>(AffineMap.Farthest), position));
}
