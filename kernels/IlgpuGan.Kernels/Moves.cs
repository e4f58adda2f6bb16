using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="ShiftColumns"/>.</summary>
public struct MoveParameters
{
    /// <summary>[rows, columns]</summary>
    public ArrayView<float> Output;

    /// <summary>[rows, input columns]</summary>
    public ArrayView<float> Input;

    /// <summary>Rows of the output.</summary>
    public int Rows;

    /// <summary>Columns of the output.</summary>
    public int Columns;

    /// <summary>Columns of the input.</summary>
    public int InputColumns;

    /// <summary>Columns that the input moves to the right.</summary>
    public int Shift;
}

/// <summary>output[row, c] = input[row, c - shift], or 0 where the input has no such column.</summary>
public readonly struct ShiftColumns : IKernel<MoveParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in MoveParameters p) => GridSize.For(p.Rows * p.Columns);

    /// <inheritdoc/>
    public static void Thread(MoveParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Rows * p.Columns)
        {
            int row = i / p.Columns;
            int column = i - row * p.Columns - p.Shift;
            p.Output[i] = column >= 0 && column < p.InputColumns ? p.Input[row * p.InputColumns + column] : 0f;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in MoveParameters p, in Crew crew)
    {
        float* output = p.Output.Pointer();
        float* input = p.Input.Pointer();
        int from = Math.Clamp(p.Shift, 0, p.Columns);
        int count = Math.Max(0, Math.Min(p.Columns, p.InputColumns + p.Shift) - from);
        while (crew.Take(p.Rows, Math.Max(1, 4096 / p.Columns), out int first, out int last))
        {
            for (int row = first; row < last; row++)
            {
                var target = new Span<float>(output + (nint)row * p.Columns, p.Columns);
                target[..from].Clear();
                target[(from + count)..].Clear();
                new ReadOnlySpan<float>(input + (nint)row * p.InputColumns + from - p.Shift, count).CopyTo(target[from..]);
            }
        }
    }
}
