using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>A matrix product on a GPU without tensor cores: fused multiply-adds in single precision on tiles in shared memory.</summary>
public readonly struct TiledGemm<TLeft, TRight, TEpilogue> : IDeviceKernel<GemmParameters<TLeft, TRight>>
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
    where TEpilogue : struct, IExpression
{
    // A group of 16 x 16 threads computes 64 x 64 sums, each thread 4 x 4 of them; both operands pass through shared memory,
    // 16 deep: left [16][68] and right [16][68], the four spare floats keep neighbours along depth out of one bank.
    private const int Side = 64, Depth = 16, Pitch = 68, Threads = 256;

    /// <inheritdoc/>
    public static GridSize Grid(in GemmParameters<TLeft, TRight> p) =>
        new((p.M + Side - 1) / Side * ((p.N + Side - 1) / Side), Threads);

    /// <inheritdoc/>
    public static void Thread(GemmParameters<TLeft, TRight> p)
    {
        var left = SharedMemory.Allocate<float>(Depth * Pitch);
        var right = SharedMemory.Allocate<float>(Depth * Pitch);
        int across = (p.N + Side - 1) / Side;
        int tileRow = ILGPU.Grid.IdxX / across;
        int firstRow = tileRow * Side;
        int firstColumn = (ILGPU.Grid.IdxX - tileRow * across) * Side;
        int thread = Group.IdxX;
        int row = thread / 16 * 4;
        int column = thread % 16 * 4;
        float s00 = 0f, s01 = 0f, s02 = 0f, s03 = 0f, s10 = 0f, s11 = 0f, s12 = 0f, s13 = 0f;
        float s20 = 0f, s21 = 0f, s22 = 0f, s23 = 0f, s30 = 0f, s31 = 0f, s32 = 0f, s33 = 0f;
        for (int depth = 0; depth < p.K; depth += Depth)
        {
            for (int item = thread; item < Side * Depth; item += Threads)
            {
                int leftOuter = TLeft.IsDepthContiguous ? item / Depth : item % Side;
                int leftDepth = TLeft.IsDepthContiguous ? item % Depth : item / Side;
                bool isLeft = firstRow + leftOuter < p.M && depth + leftDepth < p.K;
                left[leftDepth * Pitch + leftOuter] = isLeft ? At(p.Left, firstRow + leftOuter, depth + leftDepth) : 0f;
                int rightOuter = TRight.IsDepthContiguous ? item / Depth : item % Side;
                int rightDepth = TRight.IsDepthContiguous ? item % Depth : item / Side;
                bool isRight = firstColumn + rightOuter < p.N && depth + rightDepth < p.K;
                right[rightDepth * Pitch + rightOuter] = isRight ? At(p.Right, firstColumn + rightOuter, depth + rightDepth) : 0f;
            }
            GroupBarrier.Wait();
            for (int k = 0; k < Depth; k++)
            {
                int a = k * Pitch + row;
                int b = k * Pitch + column;
                float a0 = left[a], a1 = left[a + 1], a2 = left[a + 2], a3 = left[a + 3];
                float b0 = right[b], b1 = right[b + 1], b2 = right[b + 2], b3 = right[b + 3];
                s00 = Scalar.Fma(a0, b0, s00);
                s01 = Scalar.Fma(a0, b1, s01);
                s02 = Scalar.Fma(a0, b2, s02);
                s03 = Scalar.Fma(a0, b3, s03);
                s10 = Scalar.Fma(a1, b0, s10);
                s11 = Scalar.Fma(a1, b1, s11);
                s12 = Scalar.Fma(a1, b2, s12);
                s13 = Scalar.Fma(a1, b3, s13);
                s20 = Scalar.Fma(a2, b0, s20);
                s21 = Scalar.Fma(a2, b1, s21);
                s22 = Scalar.Fma(a2, b2, s22);
                s23 = Scalar.Fma(a2, b3, s23);
                s30 = Scalar.Fma(a3, b0, s30);
                s31 = Scalar.Fma(a3, b1, s31);
                s32 = Scalar.Fma(a3, b2, s32);
                s33 = Scalar.Fma(a3, b3, s33);
            }
            GroupBarrier.Wait();
        }
        StoreRow(p, firstRow + row, firstColumn + column, s00, s01, s02, s03);
        StoreRow(p, firstRow + row + 1, firstColumn + column, s10, s11, s12, s13);
        StoreRow(p, firstRow + row + 2, firstColumn + column, s20, s21, s22, s23);
        StoreRow(p, firstRow + row + 3, firstColumn + column, s30, s31, s32, s33);
    }

    private static float At<TOperand>(TOperand operand, int outer, int depth)
        where TOperand : struct, IOperand
    {
        var (o, d) = (operand.Outer(outer), operand.Depth(depth));
        bool isInside = operand.IsInside(o, d);
        int index = isInside ? o.Offset + d.Offset : 0;
        return isInside ? operand.Memory[index] : 0f;
    }

    private static void StoreRow(GemmParameters<TLeft, TRight> p, int row, int column, float s0, float s1, float s2, float s3)
    {
        if (row < p.M)
        {
            int start = p.Rows.Offset(row);
            Store(p, start, column, s0);
            Store(p, start, column + 1, s1);
            Store(p, start, column + 2, s2);
            Store(p, start, column + 3, s3);
        }
    }

    private static void Store(GemmParameters<TLeft, TRight> p, int start, int column, float sum)
    {
        if (column < p.N)
            p.Output[start + column] = TEpilogue.At(p.Operands, start + column, 0, column, sum);
    }
}
