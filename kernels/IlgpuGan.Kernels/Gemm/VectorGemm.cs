using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// A matrix product on a processor that is programmed through OpenCL: each work-item is a group of its own, packs blocks of both operands
/// into local memory and multiplies them tile by tile in vector registers. There is no barrier and nothing is shared.
/// </summary>
/// <remarks>The terms of every sum are added one after the other in the order of their depth.</remarks>
public readonly struct VectorGemm<TTile, TBlock, TLeft, TRight, TEpilogue> : IDeviceKernel<GemmParameters<TLeft, TRight>>
    where TTile : struct, IVectorTile
    where TBlock : struct, IVectorBlock
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
    where TEpilogue : struct, IExpression
{
    // Powers of two as strides would send all rows of a tile to one set of the first-level cache.
    private const int Spare = 16;

    // Packed left block [row][depth] or [depth][row], right block [depth][column].
    private static int LeftStride => Spare + (TLeft.IsDepthContiguous ? TBlock.Depth : TBlock.Rows);

    private static int LeftSize => LeftStride * (TLeft.IsDepthContiguous ? TBlock.Rows : TBlock.Depth);

    private static int RightStride => Spare + TBlock.Columns;

    /// <inheritdoc/>
    public static GridSize Grid(in GemmParameters<TLeft, TRight> p)
    {
        var part = VectorPart.Of(p.M, p.N, p.Cores, TTile.Rows, TTile.Columns, TBlock.Rows);
        return new((p.M + part.Rows - 1) / part.Rows * part.Across * GemmParts.Count(p), 1);
    }

    /// <inheritdoc/>
    public static void Thread(GemmParameters<TLeft, TRight> p)
    {
        var left = SharedMemory.Allocate<float>(LeftSize);
        var right = SharedMemory.Allocate<float>(TBlock.Depth * RightStride);
        var apart = SharedMemory.Allocate<float>(TTile.Rows * TTile.Columns);
        var rowPlaces = SharedMemory.Allocate<Place>(TBlock.Rows);
        var columnPlaces = SharedMemory.Allocate<Place>(TBlock.Columns);
        var depthPlaces = SharedMemory.Allocate<Place>(TBlock.Depth);
        var offsets = SharedMemory.Allocate<int>(TBlock.Rows);

        var part = VectorPart.Of(p.M, p.N, p.Cores, TTile.Rows, TTile.Columns, TBlock.Rows);
        int item = ILGPU.Grid.IdxX;
        int products = GemmParts.Count(p);
        if ((TLeft.HasClasses || TLeft.HasGroups) && products > 1)
        {
            int product = item % products;
            item /= products;
            p = GemmParts.Enter(p, product);
        }
        int down = item / part.Across;
        int firstRow = down * part.Rows;
        int lastRow = Least(p.M, firstRow + part.Rows);
        int firstColumn = (item - down * part.Across) * part.Columns;
        int lastColumn = Least(p.N, firstColumn + part.Columns);
        for (int column = firstColumn; column < lastColumn; column += TBlock.Columns)
        {
            int columns = Least(TBlock.Columns, lastColumn - column);
            if (TRight.IsDepthContiguous)
            {
                FindOuter(p.Right, columnPlaces, column, Whole(columns, TTile.Columns), p.N);
            }
            // A sum of nothing is stored, too.
            int depth = 0;
            do
            {
                int steps = Least(TBlock.Depth, p.K - depth);
                if (!TLeft.IsDepthContiguous)
                {
                    FindDepth(p.Left, depthPlaces, depth, steps);
                }
                if (TRight.IsDepthContiguous)
                {
                    PackRightByDepth(p, right, columnPlaces, Whole(columns, TTile.Columns), depth, steps);
                }
                else
                {
                    PackRightByColumn(p, right, column, columns, depth, steps);
                }
                for (int row = firstRow; row < lastRow; row += TBlock.Rows)
                {
                    int rows = Least(TBlock.Rows, lastRow - row);
                    FindRows(p.Rows, offsets, row, Whole(rows, TTile.Rows), p.M);
                    if (TLeft.IsDepthContiguous)
                    {
                        FindOuter(p.Left, rowPlaces, row, Whole(rows, TTile.Rows), p.M);
                        PackLeftByDepth(p, left, rowPlaces, Whole(rows, TTile.Rows), depth, steps);
                    }
                    else
                    {
                        PackLeftByRow(p, left, depthPlaces, row, rows, steps);
                    }
                    Multiply(p, left, right, apart, offsets, rows, column, columns, steps, depth > 0 ? 1 : 0, depth + steps >= p.K);
                }
                depth += TBlock.Depth;
            }
            while (depth < p.K);
        }
    }

    // What lies behind the last row or column repeats it; nobody reads the sums.
    private static void FindOuter<TOperand>(TOperand operand, ArrayView<Place> places, int first, int count, int end)
        where TOperand : struct, IOperand
    {
        for (int i = 0; i < count; i++)
        {
            places[i] = operand.Outer(Least(first + i, end - 1));
        }
    }

    private static void FindDepth<TOperand>(TOperand operand, ArrayView<Place> places, int first, int count)
        where TOperand : struct, IOperand
    {
        for (int k = 0; k < count; k++)
        {
            places[k] = operand.Depth(first + k);
        }
    }

    private static void FindRows(OutputRows rows, ArrayView<int> offsets, int first, int count, int end)
    {
        for (int i = 0; i < count; i++)
        {
            offsets[i] = rows.Offset(Least(first + i, end - 1));
        }
    }

    private static void Multiply(
        GemmParameters<TLeft, TRight> p, ArrayView<float> left, ArrayView<float> right, ArrayView<float> apart, ArrayView<int> offsets,
        int rows, int column, int columns, int steps, int accumulate, bool last)
    {
        int rowStride = TLeft.IsDepthContiguous ? LeftStride : 1;
        int stepStride = TLeft.IsDepthContiguous ? 1 : LeftStride;
        for (int j = 0; j < columns; j += TTile.Columns)
        {
            int width = Least(TTile.Columns, columns - j);
            for (int i = 0; i < rows; i += TTile.Rows)
            {
                int height = Least(TTile.Rows, rows - i);
                if (width == TTile.Columns && height == TTile.Rows)
                {
                    TTile.Multiply(ref left[i * rowStride], rowStride, stepStride, ref right[j], RightStride, steps, accumulate,
                        ref p.Output[column + j], ref offsets[i]);
                    if (last)
                    {
                        Finish(p, offsets, i, column + j);
                    }
                    continue;
                }
                // The tile sticks out of the matrix: it is made in memory of its own, and what is inside is taken from there.
                for (int r = 0; r < height && accumulate != 0; r++)
                {
                    for (int c = 0; c < width; c++)
                    {
                        apart[r * TTile.Columns + c] = p.Output[offsets[i + r] + column + j + c];
                    }
                }
                TTile.MultiplyApart(ref left[i * rowStride], rowStride, stepStride, ref right[j], RightStride, steps, accumulate, ref apart[0]);
                for (int r = 0; r < height; r++)
                {
                    for (int c = 0; c < width; c++)
                    {
                        int index = offsets[i + r] + column + j + c;
                        float sum = apart[r * TTile.Columns + c];
                        p.Output[index] = last ? TEpilogue.At(p.Operands, index, 0, GemmParts.Column(p, column + j + c), sum) : sum;
                    }
                }
            }
        }
    }

    /// <summary>Applies the epilogue to a whole tile of sums.</summary>
    private static void Finish(GemmParameters<TLeft, TRight> p, ArrayView<int> offsets, int first, int column)
    {
        for (int r = 0; r < TTile.Rows; r++)
        {
            int start = offsets[first + r] + column;
            for (int c = 0; c < TTile.Columns; c++)
            {
                p.Output[start + c] = TEpilogue.At(p.Operands, start + c, 0, GemmParts.Column(p, column + c), p.Output[start + c]);
            }
        }
    }

    private static void PackLeftByDepth(GemmParameters<TLeft, TRight> p, ArrayView<float> left, ArrayView<Place> places, int rows, int depth, int steps)
    {
        int k = 0;
        while (k < steps)
        {
            int count = Count(p.Left.Run, depth + k, steps - k);
            var d = p.Left.Depth(depth + k);
            for (int i = 0; i < rows; i++)
            {
                Copy(p.Left, places[i], d, left, i * LeftStride + k, count);
            }
            k += count;
        }
    }

    private static void PackLeftByRow(GemmParameters<TLeft, TRight> p, ArrayView<float> left, ArrayView<Place> places, int row, int rows, int steps)
    {
        int i = 0;
        while (i < rows)
        {
            int count = Count(p.Left.Run, row + i, rows - i);
            var o = p.Left.Outer(row + i);
            for (int k = 0; k < steps; k++)
            {
                Copy(p.Left, o, places[k], left, k * LeftStride + i, count);
            }
            i += count;
        }
    }

    private static void PackRightByColumn(GemmParameters<TLeft, TRight> p, ArrayView<float> right, int column, int columns, int depth, int steps)
    {
        for (int k = 0; k < steps; k++)
        {
            var d = p.Right.Depth(depth + k);
            int j = 0;
            while (j < columns)
            {
                int count = Count(p.Right.Run, column + j, columns - j);
                Copy(p.Right, p.Right.Outer(column + j), d, right, k * RightStride + j, count);
                j += count;
            }
        }
    }

    private static void PackRightByDepth(GemmParameters<TLeft, TRight> p, ArrayView<float> right, ArrayView<Place> places, int columns, int depth, int steps)
    {
        int k = 0;
        while (k < steps)
        {
            int count = Count(p.Right.Run, depth + k, steps - k);
            int at = p.Right.Depth(depth + k).Offset;
            // No right operand of this kind has padding: each element is in memory.
            for (int j = 0; j < columns; j += 4)
            {
                LocalRows.Turn(ref right[k * RightStride + j], RightStride,
                    ref p.Right.Memory[at + places[j].Offset], ref p.Right.Memory[at + places[j + 1].Offset],
                    ref p.Right.Memory[at + places[j + 2].Offset], ref p.Right.Memory[at + places[j + 3].Offset], count);
            }
            k += count;
        }
    }

    private static void Copy<TOperand>(TOperand operand, Place outer, Place depth, ArrayView<float> target, int at, int count)
        where TOperand : struct, IOperand
    {
        if (operand.IsInside(outer, depth))
        {
            LocalRows.Copy(ref target[at], ref operand.Memory[outer.Offset + depth.Offset], count);
        }
        else
        {
            LocalRows.Clear(ref target[at], count);
        }
    }

    private static int Count(int run, int at, int most) => Least(run - at % run, most);

    private static int Whole(int items, int tile) => (items + tile - 1) / tile * tile;

    private static int Least(int a, int b) => a < b ? a : b;
}
