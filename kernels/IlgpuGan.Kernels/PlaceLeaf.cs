using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="PlaceLeaf"/>.</summary>
public struct PlaceLeafParameters
{
    /// <summary>[leaves, size]</summary>
    public ArrayView<float> Output;

    /// <summary>[size]: what the leaf at work has.</summary>
    public ArrayView<float> Input;

    /// <summary>All counters.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which one numbers the leaf at work.</summary>
    public int LeafIndex;

    /// <summary>Leaves of the batch.</summary>
    public int Leaves;

    /// <summary>Floats of a leaf.</summary>
    public int Size;
}

/// <summary>Puts what a leaf has into its place among those of all leaves, and zeros into the others: their sum over the leaves is what the whole batch has.</summary>
public readonly struct PlaceLeaf : IKernel<PlaceLeafParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in PlaceLeafParameters p) => GridSize.For(p.Leaves * p.Size);

    /// <inheritdoc/>
    public static void Thread(PlaceLeafParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Leaves * p.Size)
        {
            Place(p, i);
        }
    }

    /// <inheritdoc/>
    public static void Share(in PlaceLeafParameters p, in Crew crew)
    {
        while (crew.Take(p.Leaves * p.Size, 4096, out int first, out int last))
        {
            for (int i = first; i < last; i++)
            {
                Place(p, i);
            }
        }
    }

    private static void Place(PlaceLeafParameters p, int i)
    {
        int leaf = p.Counters[p.LeafIndex];
        p.Output[i] = i / p.Size == leaf ? p.Input[i - leaf * p.Size] : 0f;
    }
}
