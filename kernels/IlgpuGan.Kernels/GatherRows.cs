using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="GatherRows"/>.</summary>
public struct GatherRowsParameters
{
    /// <summary>[batch, row size]</summary>
    public ArrayView<float> Output;

    /// <summary>[rows, row size]</summary>
    public ArrayView<float> Source;

    /// <summary>Which rows.</summary>
    public Draws Draws;

    /// <summary>Rows of the source.</summary>
    public int Rows;

    /// <summary>Rows of the batch, or of a leaf of it.</summary>
    public int Batch;

    /// <summary>Floats of a row.</summary>
    public int RowSize;
}

/// <summary>Picks the batch of a step from a set of rows of floats, such as points in the plane.</summary>
public readonly struct GatherRows : IKernel<GatherRowsParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in GatherRowsParameters p) => GridSize.For(p.Batch);

    /// <inheritdoc/>
    public static void Thread(GatherRowsParameters p)
    {
        int place = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (place < p.Batch)
        {
            Copy(p, place);
        }
    }

    /// <inheritdoc/>
    public static void Share(in GatherRowsParameters p, in Crew crew)
    {
        while (crew.Take(p.Batch, 64, out int first, out int last))
        {
            for (int place = first; place < last; place++)
            {
                Copy(p, place);
            }
        }
    }

    private static void Copy(GatherRowsParameters p, int place)
    {
        int row = p.Draws.Pick(place, p.Batch, p.Rows);
        for (int i = 0; i < p.RowSize; i++)
        {
            p.Output[place * p.RowSize + i] = p.Source[row * p.RowSize + i];
        }
    }
}
