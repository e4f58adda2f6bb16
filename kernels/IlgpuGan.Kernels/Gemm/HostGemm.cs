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
    // Rows of tiles for each worker, at least, where a worker makes all parts of its rows.
    private const int TilesOfWorker = 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in GemmParameters<TLeft, TRight> p, in Crew crew)
    {
        float* left = p.Scratch.Pointer() + (nint)crew.Worker * SizePerWorker;
        if (!TLeft.IsDepthContiguous && p.N <= TTile.Columns)
        {
            Lines(p, left, crew);
            return;
        }
        int tileRows = (p.M + TTile.Rows - 1) / TTile.Rows;
        int blocks = (p.N + MaxColumns - 1) / MaxColumns;
        int splits = Math.Max(1, p.Splits);
        // Parts of the same rows one after the other, for they read the same pixels; unless workers would go without.
        int parts = GemmParts.Count(p);
        int together = TLeft.IsDepthContiguous && tileRows >= TilesOfWorker * crew.Workers ? parts : 1;
        int apart = parts / together;
        // One panel of columns reads a block once only: a block that stays in the first-level cache.
        int most = p.N > TTile.Columns ? MaxRows : Math.Clamp(FewFloats / Math.Clamp(p.K, 1, MaxDepth) / TTile.Rows, 1, MaxRows / TTile.Rows) * TTile.Rows;
        int grain = Grain(p, tileRows, together, crew.Workers);
        while (crew.Take(splits * apart * blocks * tileRows, grain, out int first, out int last))
        {
            while (first < last)
            {
                int item = first / tileRows;
                int columns = item / blocks;
                int split = columns / apart;
                int block = item - columns * blocks;
                int tile = first - item * tileRows;
                int tiles = Math.Min(last - first, tileRows - tile);
                // Equal blocks: one of few rows reads the packed panels for little work.
                int cuts = (tiles * TTile.Rows + most - 1) / most;
                tiles = (tiles + cuts - 1) / cuts;
                int row = tile * TTile.Rows;
                int column = block * MaxColumns;
                int part = columns - split * apart;
                for (int end = part + together; part < end; part++)
                {
                    Part(p, left, part, row, tiles * TTile.Rows, column, split);
                }
                first += tiles;
            }
        }
    }

    /// <summary>
    /// A product of one panel of columns whose left operand lies across the depth: few lines at a time, multiplied where they were filled in. Parts one after
    /// the other, block by block of the depth: they read the same pixels.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lines(in GemmParameters<TLeft, TRight> p, float* left, in Crew crew)
    {
        int tileRows = (p.M + TTile.Rows - 1) / TTile.Rows;
        int splits = Math.Max(1, p.Splits);
        int parts = GemmParts.Count(p);
        int grain = parts >= crew.Workers ? tileRows : Grain(p, tileRows, 1, crew.Workers);
        while (crew.Take(splits * parts * tileRows, grain, out int first, out int last))
        {
            while (first < last)
            {
                int split = first / (parts * tileRows);
                int end = Math.Min(last, (split + 1) * parts * tileRows);
                int depth = split * p.SplitDepth;
                int depthEnd = splits > 1 ? Math.Min(p.K, depth + p.SplitDepth) : p.K;
                bool accumulate = false;
                do
                {
                    int steps = Math.Min(FewSteps, depthEnd - depth);
                    for (int item = first; item < end;)
                    {
                        int part = item / tileRows;
                        int tile = item - part * tileRows;
                        int tiles = Math.Min(Math.Min(end - item, tileRows - tile), MostRowsOfLines / TTile.Rows);
                        Lines(p, left, part - split * parts, tile * TTile.Rows, tiles * TTile.Rows, depth, steps, split, accumulate, depth + steps == depthEnd);
                        item += tiles;
                    }
                    depth += steps;
                    accumulate = true;
                }
                while (depth < depthEnd);
                first = end;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lines(
        in GemmParameters<TLeft, TRight> p, float* left, int part, int row, int rows, int depth, int steps, int split, bool accumulate, bool last)
    {
        var one = GemmParts.Enter(p, part);
        rows = Math.Min(rows, p.M - row);
        float* output = p.Output.Pointer() + (nint)split * p.SplitStride;
        int* offsets = stackalloc int[MostRowsOfLines];
        for (int i = 0; i < rows; i++)
        {
            offsets[i] = one.Rows.Offset(row + i);
        }
        one.Left.Fill(left, StrideOfLines, depth, steps, row, rows);
        float* right = p.Packed.Pointer() + part * PartSize(p.N, p.K, TTile.Columns) + (nint)depth * TTile.Columns;
        Multiply(one, HostOperands.Of(p.Operands), left, 1, StrideOfLines, TTile.Rows, right, left + LeftSize + LineSize, output, offsets, rows, 0, p.N, steps, accumulate, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Part(in GemmParameters<TLeft, TRight> p, float* left, int part, int row, int rows, int column, int split)
    {
        int columns = Math.Min(MaxColumns, p.N - column);
        if (GemmParts.Count(p) == 1)
        {
            Rows(p, left, p.Packed.Pointer(), row, Math.Min(rows, p.M - row), column, columns, split);
            return;
        }
        var one = GemmParts.Enter(p, part);
        if (row < one.M)
        {
            Rows(one, left, p.Packed.Pointer() + part * PartSize(p.N, p.K, TTile.Columns), row, Math.Min(rows, one.M - row), column, columns, split);
        }
    }

    /// <summary>
    /// Rows of tiles in the smallest part that a worker takes: not so little work that handing it out costs more, and with many rows not so
    /// few that packing (where whole lines lie across the rows) or reading the right operand costs more.
    /// </summary>
    private static int Grain(in GemmParameters<TLeft, TRight> p, int tileRows, int together, int workers)
    {
        const long LeastProducts = 300_000;
        int most = TLeft.IsDepthContiguous ? 4 : 8;
        int fair = Math.Clamp(tileRows / ((TLeft.IsDepthContiguous ? 8 : 2) * workers), 1, most);
        return (int)Math.Max(fair, LeastProducts / ((long)TTile.Rows * Math.Min(p.N, MaxColumns) * Math.Max(1, p.K) * together));
    }

    /// <summary>All sums of a few rows and columns: their place stays in the cache while the blocks of the depth pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(in GemmParameters<TLeft, TRight> p, float* left, float* right, int row, int rows, int column, int columns, int split)
    {
        float* line = left + LeftSize;
        float* spare = line + LineSize;
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer() + (nint)split * p.SplitStride;
        float* packed = right + (nint)column * p.K;
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
            var (rowStride, stepStride, tile) = TLeft.IsDepthContiguous ? (LeftStride, 1, (nint)LeftStride * TTile.Rows) : (1, TTile.Rows, PanelSize(steps));
            Multiply(p, operands, left, rowStride, stepStride, tile, packed + (nint)depth * TTile.Columns, spare, output, offsets, rows, column, columns, steps,
                accumulate: depth > first, last: depth + steps == end);
            depth += step;
        }
        while (depth < end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(
        in GemmParameters<TLeft, TRight> p, in HostOperands operands, float* left, nint rowStride, nint stepStride, nint tile, float* right, float* spare, float* output,
        int* offsets, int rows, int column, int columns, int steps, bool accumulate, bool last)
    {
        int* own = stackalloc int[TTile.Rows];
        for (int i = 0; i < TTile.Rows; i++)
        {
            own[i] = i * TTile.Columns;
        }
        for (int j = 0; j < columns; j += TTile.Columns)
        {
            float* panel = right + (nint)j * p.K;
            int width = Math.Min(TTile.Columns, columns - j);
            float* a = left;
            for (int i = 0; i < rows; i += TTile.Rows, a += tile)
            {
                int height = Math.Min(TTile.Rows, rows - i);
                float* target = output + column + j;
                if (!accumulate)
                {
                    Ask(target, offsets + i, height, width);
                }
                if (last && p.Touches != 0)
                {
                    Ask(operands, p.Touches, offsets + i, height, column + j, width);
                }
                if (width == TTile.Columns && height == TTile.Rows)
                {
                    TTile.Multiply(a, rowStride, stepStride, panel, steps, target, offsets + i, accumulate);
                    if (last && typeof(TEpilogue) != typeof(Accumulator))
                    {
                        Finish(operands, target, offsets + i, output, offsets + i, height, GemmParts.Column(p, 0), column + j, width, true);
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
                Finish(operands, spare, own, output, offsets + i, height, GemmParts.Column(p, 0), column + j, width, last);
            }
        }
    }

    /// <summary>Asks for what the epilogue of a tile will read, which comes while the tile is multiplied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ask(in HostOperands operands, int touches, int* offsets, int height, int column, int width)
    {
        for (int slot = 0; slot < Operands.Count; slot++)
        {
            if ((touches >> slot & 1) != 0)
            {
                Ask(operands.Pointer(slot) + column, offsets, height, width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(float* tensor, int* offsets, int height, int width)
    {
        for (int r = 0; r < height; r++)
        {
            for (int c = 0; c < width; c += 16)
            {
                HostMemory.Ask(tensor + offsets[r] + c);
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
        in HostOperands operands, float* sums, int* places, float* output, int* offsets, int height, int first, int column, int width, bool last)
    {
        for (int r = 0; r < height; r++)
        {
            for (int c = 0; c < width; c += Vector<float>.Count)
            {
                nint index = offsets[r] + column + c;
                var sum = Unsafe.ReadUnaligned<Vector<float>>(sums + places[r] + c);
                if (last)
                {
                    sum = TEpilogue.Lanes(operands, index, 0, first + column + c, sum);
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
