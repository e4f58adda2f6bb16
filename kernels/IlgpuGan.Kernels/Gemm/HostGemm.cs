using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Kernels.Expressions;
using static IlgpuGan.Kernels.Gemm.HostBlocking;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>A worker's share of a matrix product on the CPU: pack, multiply tile by tile, apply the epilogue while the tile is in the cache.</summary>
public readonly unsafe struct HostGemm<TTile, TLeft, TRight, TEpilogue> : IHostKernel<GemmParameters<TLeft, TRight>>
    where TTile : struct, ITile
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
    where TEpilogue : struct, IExpression
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in GemmParameters<TLeft, TRight> p, int worker, int workers)
    {
        int tileRows = (p.M + TTile.Rows - 1) / TTile.Rows;
        int tileColumns = (p.N + TTile.Columns - 1) / TTile.Columns;
        var (across, down) = Split(tileRows, tileColumns, workers);
        var (firstRow, lastRow) = HostMemory.Part(p.M, TTile.Rows, worker / across, down);
        var (firstColumn, lastColumn) = HostMemory.Part(p.N, TTile.Columns, worker % across, across);
        if (firstRow >= lastRow || firstColumn >= lastColumn)
            return;

        float* left = p.Scratch.Pointer() + (nint)worker * SizePerWorker;
        float* right = left + LeftSize;
        float* line = right + RightSize;
        float* spare = line + LineSize;
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer();
        int* offsets = stackalloc int[MaxRows];

        int depths = Math.Max(1, (p.K + MaxDepth - 1) / MaxDepth);
        int depthStep = (p.K + depths - 1) / depths;
        for (int column = firstColumn; column < lastColumn; column += MaxColumns)
        {
            int columns = Math.Min(MaxColumns, lastColumn - column);
            for (int block = 0; block < depths; block++)
            {
                int depth = block * depthStep;
                int steps = Math.Min(depthStep, p.K - depth);
                PackRight(p.Right, right, line, column, columns, depth, steps);
                for (int row = firstRow; row < lastRow; row += MaxRows)
                {
                    int rows = Math.Min(MaxRows, lastRow - row);
                    PackLeft(p.Left, left, line, row, rows, depth, steps);
                    for (int i = 0; i < rows; i++)
                        offsets[i] = p.Rows.Offset(row + i);
                    Multiply(p, operands, left, right, spare, output, offsets, row, rows, column, columns, steps, block > 0, block == depths - 1);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(
        in GemmParameters<TLeft, TRight> p, in HostOperands operands, float* left, float* right, float* spare, float* output,
        int* offsets, int row, int rows, int column, int columns, int steps, bool accumulate, bool last)
    {
        nint rowStride = TLeft.IsDepthContiguous ? LeftStride : 1;
        nint stepStride = TLeft.IsDepthContiguous ? 1 : TTile.Rows;
        int* own = stackalloc int[TTile.Rows];
        for (int i = 0; i < TTile.Rows; i++)
            own[i] = i * TTile.Columns;
        for (int j = 0; j < columns; j += TTile.Columns)
        {
            float* panel = right + (nint)j * steps;
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
                        Finish(operands, target, offsets + i, output, offsets + i, height, column + j, width, false, true);
                    continue;
                }
                // The tile sticks out of the matrix: it goes to memory of its own, and what is inside is taken from there.
                TTile.Multiply(a, rowStride, stepStride, panel, steps, spare, own, false);
                Finish(operands, spare, own, output, offsets + i, height, column + j, width, accumulate, last);
            }
        }
    }

    /// <summary>Takes a tile's sums from where they are, adds those of the blocks before, applies the epilogue, and stores what lies inside the matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(
        in HostOperands operands, float* sums, int* places, float* output, int* offsets, int height, int column, int width, bool accumulate, bool last)
    {
        for (int r = 0; r < height; r++)
            for (int c = 0; c < width; c += Vector<float>.Count)
            {
                nint index = offsets[r] + column + c;
                var sum = Unsafe.ReadUnaligned<Vector<float>>(sums + places[r] + c);
                if (accumulate)
                    sum += Unsafe.ReadUnaligned<Vector<float>>(output + index);
                if (last)
                    sum = TEpilogue.Lanes(operands, index, 0, column + c, sum);
                HostMemory.StoreFirst(sum, output + index, width - c);
            }
    }

    // Copies of whole vectors may run over the end of a panel by less than one.
    private static nint PanelSize(int steps) => (nint)steps * TTile.Rows + 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackLeft(in TLeft operand, float* left, float* line, int row, int rows, int depth, int steps)
    {
        if (TLeft.IsDepthContiguous)
        {
            for (int i = 0; i < rows; i++)
                operand.Fill(left + (nint)i * LeftStride, row + i, depth, steps);
            return;
        }
        nint panelSize = PanelSize(steps);
        for (int k = 0; k < steps; k++)
        {
            operand.Fill(line, row, depth + k, rows);
            float* source = line;
            float* target = left + (nint)k * TTile.Rows;
            for (int i = 0; i < rows; i += TTile.Rows, source += TTile.Rows, target += panelSize)
                for (int v = 0; v < TTile.Rows; v += 4)
                    Vector128.Load(source + v).Store(target + v);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRight(in TRight operand, float* right, float* line, int column, int columns, int depth, int steps)
    {
        if (!TRight.IsDepthContiguous)
        {
            for (int k = 0; k < steps; k++)
            {
                operand.Fill(line, column, depth + k, columns);
                float* source = line;
                float* target = right + (nint)k * TTile.Columns;
                for (int j = 0; j < columns; j += TTile.Columns, source += TTile.Columns, target += (nint)steps * TTile.Columns)
                    for (int v = 0; v < TTile.Columns; v += 4)
                        Vector128.Load(source + v).Store(target + v);
            }
            return;
        }
        for (int j = 0; j < columns; j += TTile.Columns)
        {
            int width = Math.Min(TTile.Columns, columns - j);
            for (int c = 0; c < width; c++)
                operand.Fill(line + (nint)c * LeftStride, column + j + c, depth, steps);
            Transpose(line, right + (nint)j * steps, steps);
        }
    }

    /// <summary>[Columns, LeftStride] to [steps, Columns], four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, float* target, int steps)
    {
        for (int c = 0; c < TTile.Columns; c += 4)
        {
            float* s0 = source + (nint)c * LeftStride;
            float* s1 = s0 + LeftStride;
            float* s2 = s1 + LeftStride;
            float* s3 = s2 + LeftStride;
            float* t = target + c;
            int k = 0;
            for (; k + 4 <= steps; k += 4, t += 4 * TTile.Columns)
            {
                var (a, b, d, e) = (Vector128.Load(s0 + k), Vector128.Load(s1 + k), Vector128.Load(s2 + k), Vector128.Load(s3 + k));
                var low02 = UnpackLow(a, d);
                var high02 = UnpackHigh(a, d);
                var low13 = UnpackLow(b, e);
                var high13 = UnpackHigh(b, e);
                UnpackLow(low02, low13).Store(t);
                UnpackHigh(low02, low13).Store(t + TTile.Columns);
                UnpackLow(high02, high13).Store(t + 2 * TTile.Columns);
                UnpackHigh(high02, high13).Store(t + 3 * TTile.Columns);
            }
            for (; k < steps; k++, t += TTile.Columns)
                (t[0], t[1], t[2], t[3]) = (s0[k], s1[k], s2[k], s3[k]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> UnpackLow(Vector128<float> a, Vector128<float> b) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackLow(a, b)
        : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> UnpackHigh(Vector128<float> a, Vector128<float> b) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackHigh(a, b)
        : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
