using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Kernels;

/// <summary>
/// A sum by sixteen partial sums side by side, in as many vectors as that takes on this processor: number i goes to partial sum i modulo 16, and
/// they are added by halves, so that the length of the processor's vectors changes no bit.
/// </summary>
internal struct LaneSums
{
    /// <summary>Partial sums: as many as the longest vectors have lanes.</summary>
    public const int Lanes = 16;

    private Vector<float> first, second, third, fourth;

    /// <summary>Adds a vector to the partial sums from <paramref name="lane"/> on, a multiple of the vector's length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int lane, Vector<float> values)
    {
        if (lane == 0)
        {
            first += values;
        }
        else if (lane == Vector<float>.Count)
        {
            second += values;
        }
        else if (lane == 2 * Vector<float>.Count)
        {
            third += values;
        }
        else
        {
            fourth += values;
        }
    }

    /// <summary>Adds sixteen numbers, where .NET's vectors have eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLong(Vector512<float> values)
    {
        first += values.GetLower().AsVector();
        second += values.GetUpper().AsVector();
    }

    /// <summary>Adds the first numbers of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddFirst(int lane, Vector<float> values, nint count) =>
        Add(lane, Vector.ConditionalSelect(Vector.LessThan(Vector<int>.Indices, new Vector<int>((int)count)), values, Vector<float>.Zero));

    /// <summary>Adds many numbers, the first of them to the first partial sum; up to the length of a vector of numbers behind the last are read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void AddAll(float* values, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Add(0, Vector.Load(values + i));
            if (Vector<float>.Count <= 8)
            {
                Add(Vector<float>.Count, Vector.Load(values + i + Vector<float>.Count));
            }
            if (Vector<float>.Count <= 4)
            {
                Add(2 * Vector<float>.Count, Vector.Load(values + i + 2 * Vector<float>.Count));
                Add(3 * Vector<float>.Count, Vector.Load(values + i + 3 * Vector<float>.Count));
            }
        }
        for (int lane = 0; i < count; lane += Vector<float>.Count, i += Vector<float>.Count)
        {
            AddFirst(lane, Vector.Load(values + i), count - i);
        }
    }

    /// <summary>The sum of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float Total()
    {
        Vector128<float> quarters;
        if (Vector<float>.Count == 4)
        {
            quarters = first.AsVector128() + third.AsVector128() + (second.AsVector128() + fourth.AsVector128());
        }
        else
        {
            var halves = Vector<float>.Count == 8
                ? (first + second).AsVector256()
                : first.AsVector512().GetLower() + first.AsVector512().GetUpper();
            quarters = halves.GetLower() + halves.GetUpper();
        }
        return quarters[0] + quarters[2] + (quarters[1] + quarters[3]);
    }
}
