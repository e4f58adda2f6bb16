using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Kernels.Expressions;
using static IlgpuGan.Kernels.Gemm.HostBlocking;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// A matrix product on the CPU, after <see cref="PackRight{TTile, TRight}"/>: pack rows of the left operand, multiply tile by tile, apply the
/// epilogue while the tile is in the cache.
/// </summary>
public readonly unsafe struct HostGemm<TTile, TLeft, TRight, TEpilogue> : IHostKernel<GemmParameters<TLeft, TRight>>
    where TTile : struct, ITile
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
    where TEpilogue : struct, IExpression
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in GemmParameters<TLeft, TRight> p, in Crew crew)
    {
        float* left = p.Scratch.Pointer() + (nint)crew.Worker * SizePerWorker;
        int tileRows = (p.M + TTile.Rows - 1) / TTile.Rows;
        int blocks = (p.N + MaxColumns - 1) / MaxColumns;
        int splits = Math.Max(1, p.Splits);
        int grain = Grain(p, tileRows, crew.Workers);
        while (crew.Take(splits * blocks * tileRows, grain, out int first, out int last))
        {
            while (first < last)
            {
                int item = first / tileRows;
                int split = item / blocks;
                int block = item - split * blocks;
                int tile = first - item * tileRows;
                int tiles = Math.Min(last - first, tileRows - tile);
                // Equal blocks: one of few rows reads the packed panels for little work.
                int parts = (tiles * TTile.Rows + MaxRows - 1) / MaxRows;
                tiles = (tiles + parts - 1) / parts;
                int row = tile * TTile.Rows;
                int column = block * MaxColumns;
                Rows(p, left, row, Math.Min(tiles * TTile.Rows, p.M - row), column, Math.Min(MaxColumns, p.N - column), split);
                first += tiles;
            }
        }
    }

    /// <summary>
    /// Rows of tiles in the smallest part that a worker takes: not so little work that handing it out costs more, and with many rows not so
    /// few that packing (where whole lines lie across the rows) or reading the right operand costs more.
    /// </summary>
    private static int Grain(in GemmParameters<TLeft, TRight> p, int tileRows, int workers)
    {
        const long LeastProducts = 300_000;
        int most = TLeft.IsDepthContiguous ? 4 : 8;
        int fair = Math.Clamp(tileRows / ((TLeft.IsDepthContiguous ? 8 : 2) * workers), 1, most);
        return (int)Math.Max(fair, LeastProducts / ((long)TTile.Rows * Math.Min(p.N, MaxColumns) * Math.Max(1, p.K)));
    }

    /// <summary>All sums of a few rows and columns: their place stays in the cache while the blocks of the depth pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(in GemmParameters<TLeft, TRight> p, float* left, int row, int rows, int column, int columns, int split)
    {
        float* line = left + LeftSize;
        float* spare = line + LineSize;
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer() + (nint)split * p.SplitStride;
        float* packed = p.Packed.Pointer() + (nint)column * p.K;
        int* offsets = stackalloc int[MaxRows];
        for (int i = 0; i < rows; i++)
        {
            offsets[i] = p.Rows.Offset(row + i);
        }
        int first = split * p.SplitDepth;
        int end = p.Splits > 1 ? Math.Min(p.K, first + p.SplitDepth) : p.K;
        int step = DepthStep(end - first);
        int depth = first;
        do
        {
            int steps = Math.Min(step, end - depth);
            PackLeft(p.Left, left, line, row, rows, depth, steps);
            Multiply(p, operands, left, packed + (nint)depth * TTile.Columns, spare, output, offsets, rows, column, columns, steps,
                accumulate: depth > first, last: depth + steps == end);
            depth += step;
        }
        while (depth < end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(
        in GemmParameters<TLeft, TRight> p, in HostOperands operands, float* left, float* right, float* spare, float* output,
        int* offsets, int rows, int column, int columns, int steps, bool accumulate, bool last)
    {
        nint rowStride = TLeft.IsDepthContiguous ? LeftStride : 1;
        nint stepStride = TLeft.IsDepthContiguous ? 1 : TTile.Rows;
        int* own = stackalloc int[TTile.Rows];
        for (int i = 0; i < TTile.Rows; i++)
        {
            own[i] = i * TTile.Columns;
        }
        for (int j = 0; j < columns; j += TTile.Columns)
        {
            float* panel = right + (nint)j * p.K;
            int width = Math.Min(TTile.Columns, columns - j);
            for (int i = 0; i < rows; i += TTile.Rows)
            {
                float* a = TLeft.IsDepthContiguous ? left + (nint)i * LeftStride : left + (nint)(i / TTile.Rows) * PanelSize(steps);
                int height = Math.Min(TTile.Rows, rows - i);
                float* target = output + column + j;
                if (width == TTile.Columns && height == TTile.Rows)
                {
                    TTile.Multiply(a, rowStride, stepStride, panel, steps, target, offsets + i, accumulate);
                    if (last && typeof(TEpilogue) != typeof(Accumulator))
                    {
                        Finish(operands, target, offsets + i, output, offsets + i, height, column + j, width, true);
                    }
                    continue;
                }
                // The tile sticks out of the matrix: it is made in memory of its own, and what is inside is taken from there. Its sums go on from
                // those of the blocks before, as inside the matrix they do.
                if (accumulate)
                {
                    Fetch(target, offsets + i, spare, own, height, width);
                }
                TTile.Multiply(a, rowStride, stepStride, panel, steps, spare, own, accumulate);
                Finish(operands, spare, own, output, offsets + i, height, column + j, width, last);
            }
        }
    }

    /// <summary>Copies the rows of a tile by whole vectors; lanes beyond the width hold anything, and rows below may be written over before they are copied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fetch(float* sums, int* places, float* target, int* offsets, int height, int width)
    {
        for (int r = 0; r < height; r++)
        {
            for (int c = 0; c < width; c += Vector<float>.Count)
            {
                Unsafe.WriteUnaligned(target + offsets[r] + c, Unsafe.ReadUnaligned<Vector<float>>(sums + places[r] + c));
            }
        }
    }

    /// <summary>Takes a tile's sums from where they are, applies the epilogue, and stores what lies inside the matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(
        in HostOperands operands, float* sums, int* places, float* output, int* offsets, int height, int column, int width, bool last)
    {
        for (int r = 0; r < height; r++)
        {
            for (int c = 0; c < width; c += Vector<float>.Count)
            {
                nint index = offsets[r] + column + c;
                var sum = Unsafe.ReadUnaligned<Vector<float>>(sums + places[r] + c);
                if (last)
                {
                    sum = TEpilogue.Lanes(operands, index, 0, column + c, sum);
                }
                HostMemory.StoreFirst(sum, output + index, width - c);
            }
        }
    }

    // Copies of whole vectors may run over the end of a panel by less than one.
    private static nint PanelSize(int steps) => (nint)steps * TTile.Rows + 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackLeft(in TLeft operand, float* left, float* line, int row, int rows, int depth, int steps)
    {
        if (TLeft.IsDepthContiguous)
        {
            operand.Fill(left, LeftStride, row, rows, depth, steps);
            return;
        }
        // Lines are copied on a few at a time: a load that straddles two stores just made waits for both.
        nint panelSize = PanelSize(steps);
        for (int first = 0; first < steps; first += LineCount)
        {
            int lines = Math.Min(LineCount, steps - first);
            operand.Fill(line, LineStride, depth + first, lines, row, rows);
            float* target = left + (nint)first * TTile.Rows;
            for (int i = 0; i < rows; i += TTile.Rows, target += panelSize)
            {
                for (int k = 0; k < lines; k++)
                {
                    for (int v = 0; v < TTile.Rows; v += 4)
                    {
                        Vector128.Load(line + (nint)k * LineStride + i + v).Store(target + (nint)k * TTile.Rows + v);
                    }
                }
            }
        }
    }
}
