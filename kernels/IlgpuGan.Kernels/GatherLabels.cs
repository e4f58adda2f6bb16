using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="GatherLabels"/>.</summary>
public struct GatherLabelsParameters
{
    /// <summary>[batch, width]: the one-hot rows of all columns side by side.</summary>
    public ArrayView<float> Output;

    /// <summary>[images, columns]: the place of each one within its row, each below <see cref="Width"/>.</summary>
    public ArrayView<int> Source;

    /// <summary>Which images.</summary>
    public Draws Draws;

    /// <summary>Images in the data set.</summary>
    public int Count;

    /// <summary>Images in the batch, or in a leaf of it.</summary>
    public int Batch;

    /// <summary>Label columns of an image.</summary>
    public int Columns;

    /// <summary>Floats of a row: the sum of the columns' class counts.</summary>
    public int Width;
}

/// <summary>The labels of the batch that <see cref="GatherImages"/> picks for the same counter and seed, as one-hot rows.</summary>
public readonly struct GatherLabels : IKernel<GatherLabelsParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in GatherLabelsParameters p) => GridSize.For(p.Batch * p.Width);

    /// <inheritdoc/>
    public static void Thread(GatherLabelsParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i >= p.Batch * p.Width)
        {
            return;
        }
        int place = i / p.Width;
        long image = p.Draws.Pick(place, p.Batch, p.Count);
        float label = 0f;
        for (int column = 0; column < p.Columns; column++)
        {
            label = p.Source[image * p.Columns + column] == i - place * p.Width ? 1f : label;
        }
        p.Output[i] = label;
    }

    /// <inheritdoc/>
    public static void Share(in GatherLabelsParameters p, in Crew crew)
    {
        while (crew.Take(p.Batch, 64, out int first, out int last))
        {
            for (int place = first; place < last; place++)
            {
                long image = p.Draws.Pick(place, p.Batch, p.Count);
                for (int i = 0; i < p.Width; i++)
                {
                    p.Output[place * p.Width + i] = 0f;
                }
                for (int column = 0; column < p.Columns; column++)
                {
                    p.Output[place * p.Width + p.Source[image * p.Columns + column]] = 1f;
                }
            }
        }
    }
}
