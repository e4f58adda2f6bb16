using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="SumLeaves"/>.</summary>
public struct SumLeavesParameters
{
    /// <summary>[count]: what the leaf at work has; after the last leaf the sum over all.</summary>
    public ArrayView<float> Values;

    /// <summary>[levels, count]: sums of 1, 2, 4, ... leaves that wait for as many more.</summary>
    public ArrayView<float> Partials;

    /// <summary>All counters.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which one numbers the leaf at work.</summary>
    public int LeafIndex;

    /// <summary>The first leaf that is added here, from which on they are counted.</summary>
    public int First;

    /// <summary>Leaves that are added here, a whole branch of the tree; there are as many levels as the largest of their numbers has bits.</summary>
    public int Leaves;

    /// <summary>Floats of a leaf, a multiple of <see cref="Alignment.Floats"/>.</summary>
    public int Count;

    /// <summary>The first so many, a multiple of the same, are means: their sum is multiplied by <see cref="Share"/>.</summary>
    public int Means;

    /// <summary>1 / leaves of the batch: exact where they are a power of two, else the nearest float. 1 where others are added elsewhere.</summary>
    public float Share;
}

/// <summary>
/// Adds what leaves have as they come, as one fixed binary tree: n leaves are the sum of the first p and of the rest, p being the largest power of two below n. A leaf is
/// added to the sums of as many before it, as a binary counter carries; the last one to all that wait.
/// </summary>
public readonly struct SumLeaves : IKernel<SumLeavesParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in SumLeavesParameters p) => GridSize.For(p.Count);

    /// <inheritdoc/>
    public static void Thread(SumLeavesParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i >= p.Count)
        {
            return;
        }
        int leaf = p.Counters[p.LeafIndex] - p.First;
        int joins = Joins(leaf, p.Leaves);
        float sum = p.Values[i];
        int level = 0;
        for (; joins >> level != 0; level++)
        {
            if (((joins >> level) & 1) != 0)
            {
                sum = p.Partials[(long)level * p.Count + i] + sum;
            }
        }
        if (leaf == p.Leaves - 1)
        {
            p.Values[i] = i < p.Means ? sum * p.Share : sum;
        }
        else
        {
            p.Partials[(long)level * p.Count + i] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in SumLeavesParameters p, in Crew crew)
    {
        float* values = p.Values.Pointer();
        float* partials = p.Partials.Pointer();
        int leaf = p.Counters[p.LeafIndex] - p.First;
        int joins = Joins(leaf, p.Leaves);
        float* target = leaf == p.Leaves - 1 ? values : partials + (nint)BitOperations.Log2((uint)joins + 1) * p.Count;
        while (crew.Take(p.Count, 4096, out int first, out int last))
        {
            for (nint i = first; i < last; i += Vector<float>.Count)
            {
                var sum = Vector.Load(values + i);
                for (int level = 0; joins >> level != 0; level++)
                {
                    if (((joins >> level) & 1) != 0)
                    {
                        sum = Vector.Load(partials + (nint)level * p.Count + i) + sum;
                    }
                }
                (leaf == p.Leaves - 1 && i < p.Means ? sum * p.Share : sum).Store(target + i);
            }
        }
    }

    /// <summary>Which levels are added to a leaf, as bits: those below the first that is free, or all that wait.</summary>
    private static int Joins(int leaf, int leaves) => leaf == leaves - 1 ? leaf : leaf & ~(leaf + 1);
}
