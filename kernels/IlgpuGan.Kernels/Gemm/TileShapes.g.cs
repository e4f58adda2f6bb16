// Written by tests/IlgpuGan.Kernels.Tests/Gemm/ShapeSource.cs; a test compares.

using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>Large products. 128 x 128 sums by 256 threads, 8 x 8 each, 8 terms at a time.</summary>
public readonly struct WideShape : ITileShape
{
    /// <inheritdoc/>
    public static int Rows => 128;

    /// <inheritdoc/>
    public static int Columns => 128;

    /// <inheritdoc/>
    public static int Depth => 8;

    /// <inheritdoc/>
    public static int Threads => 256;

    /// <inheritdoc/>
    public static void Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(GemmParameters<TLeft, TRight> p, int tile)
        where TLeftWidth : struct, ICopyWidth
        where TRightWidth : struct, ICopyWidth
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TEpilogue : struct, IExpression
    {
        const int leftPitch = 33, rightPitch = 33;
        var left = SharedMemory.Allocate<float>(4 * 8 * leftPitch).Cast<Float4>();
        var right = SharedMemory.Allocate<float>(4 * 8 * rightPitch).Cast<Float4>();
        int across = (p.N + 127) / 128;
        int down = tile / across;
        int firstRow = down * 128;
        int firstColumn = (tile - down * across) * 128;
        int thread = Group.IdxX;
        var l0Outer = TileLoader<TLeft, TLeftWidth, LeftSide<WideShape>>.Outer(p.Left, firstRow, p.M, thread, 0);
        var r0Outer = TileLoader<TRight, TRightWidth, RightSide<WideShape>>.Outer(p.Right, firstColumn, p.N, thread, 0);
        var lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<WideShape>>.Depth(p.Left, 0, p.K, thread);
        var rDepth = TileLoader<TRight, TRightWidth, RightSide<WideShape>>.Depth(p.Right, 0, p.K, thread);
        var l0 = TileLoader<TLeft, TLeftWidth, LeftSide<WideShape>>.Fetch(p.Left, l0Outer, lDepth, 0, p.K, thread, 0);
        var r0 = TileLoader<TRight, TRightWidth, RightSide<WideShape>>.Fetch(p.Right, r0Outer, rDepth, 0, p.K, thread, 0);
        TileLoader<TLeft, TLeftWidth, LeftSide<WideShape>>.Store(left, l0, thread, 0);
        TileLoader<TRight, TRightWidth, RightSide<WideShape>>.Store(right, r0, thread, 0);
        GroupBarrier.Wait();
        int row = thread / 16;
        int column = thread % 16;
        float s0_0 = 0f, s0_1 = 0f, s0_2 = 0f, s0_3 = 0f, s0_4 = 0f, s0_5 = 0f, s0_6 = 0f, s0_7 = 0f;
        float s1_0 = 0f, s1_1 = 0f, s1_2 = 0f, s1_3 = 0f, s1_4 = 0f, s1_5 = 0f, s1_6 = 0f, s1_7 = 0f;
        float s2_0 = 0f, s2_1 = 0f, s2_2 = 0f, s2_3 = 0f, s2_4 = 0f, s2_5 = 0f, s2_6 = 0f, s2_7 = 0f;
        float s3_0 = 0f, s3_1 = 0f, s3_2 = 0f, s3_3 = 0f, s3_4 = 0f, s3_5 = 0f, s3_6 = 0f, s3_7 = 0f;
        float s4_0 = 0f, s4_1 = 0f, s4_2 = 0f, s4_3 = 0f, s4_4 = 0f, s4_5 = 0f, s4_6 = 0f, s4_7 = 0f;
        float s5_0 = 0f, s5_1 = 0f, s5_2 = 0f, s5_3 = 0f, s5_4 = 0f, s5_5 = 0f, s5_6 = 0f, s5_7 = 0f;
        float s6_0 = 0f, s6_1 = 0f, s6_2 = 0f, s6_3 = 0f, s6_4 = 0f, s6_5 = 0f, s6_6 = 0f, s6_7 = 0f;
        float s7_0 = 0f, s7_1 = 0f, s7_2 = 0f, s7_3 = 0f, s7_4 = 0f, s7_5 = 0f, s7_6 = 0f, s7_7 = 0f;
        for (int depth = 8; depth < p.K + 8; depth += 8)
        {
            lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<WideShape>>.Depth(p.Left, depth, p.K, thread);
            rDepth = TileLoader<TRight, TRightWidth, RightSide<WideShape>>.Depth(p.Right, depth, p.K, thread);
            l0 = TileLoader<TLeft, TLeftWidth, LeftSide<WideShape>>.Fetch(p.Left, l0Outer, lDepth, depth, p.K, thread, 0);
            r0 = TileLoader<TRight, TRightWidth, RightSide<WideShape>>.Fetch(p.Right, r0Outer, rDepth, depth, p.K, thread, 0);
            for (int k = 0; k < 8; k++)
            {
                var a0 = left[k * leftPitch + row];
                var a1 = left[k * leftPitch + row + 16];
                var b0 = right[k * rightPitch + column];
                var b1 = right[k * rightPitch + column + 16];
                s0_0 = Scalar.Fma(a0.X, b0.X, s0_0);
                s0_1 = Scalar.Fma(a0.X, b0.Y, s0_1);
                s0_2 = Scalar.Fma(a0.X, b0.Z, s0_2);
                s0_3 = Scalar.Fma(a0.X, b0.W, s0_3);
                s0_4 = Scalar.Fma(a0.X, b1.X, s0_4);
                s0_5 = Scalar.Fma(a0.X, b1.Y, s0_5);
                s0_6 = Scalar.Fma(a0.X, b1.Z, s0_6);
                s0_7 = Scalar.Fma(a0.X, b1.W, s0_7);
                s1_0 = Scalar.Fma(a0.Y, b0.X, s1_0);
                s1_1 = Scalar.Fma(a0.Y, b0.Y, s1_1);
                s1_2 = Scalar.Fma(a0.Y, b0.Z, s1_2);
                s1_3 = Scalar.Fma(a0.Y, b0.W, s1_3);
                s1_4 = Scalar.Fma(a0.Y, b1.X, s1_4);
                s1_5 = Scalar.Fma(a0.Y, b1.Y, s1_5);
                s1_6 = Scalar.Fma(a0.Y, b1.Z, s1_6);
                s1_7 = Scalar.Fma(a0.Y, b1.W, s1_7);
                s2_0 = Scalar.Fma(a0.Z, b0.X, s2_0);
                s2_1 = Scalar.Fma(a0.Z, b0.Y, s2_1);
                s2_2 = Scalar.Fma(a0.Z, b0.Z, s2_2);
                s2_3 = Scalar.Fma(a0.Z, b0.W, s2_3);
                s2_4 = Scalar.Fma(a0.Z, b1.X, s2_4);
                s2_5 = Scalar.Fma(a0.Z, b1.Y, s2_5);
                s2_6 = Scalar.Fma(a0.Z, b1.Z, s2_6);
                s2_7 = Scalar.Fma(a0.Z, b1.W, s2_7);
                s3_0 = Scalar.Fma(a0.W, b0.X, s3_0);
                s3_1 = Scalar.Fma(a0.W, b0.Y, s3_1);
                s3_2 = Scalar.Fma(a0.W, b0.Z, s3_2);
                s3_3 = Scalar.Fma(a0.W, b0.W, s3_3);
                s3_4 = Scalar.Fma(a0.W, b1.X, s3_4);
                s3_5 = Scalar.Fma(a0.W, b1.Y, s3_5);
                s3_6 = Scalar.Fma(a0.W, b1.Z, s3_6);
                s3_7 = Scalar.Fma(a0.W, b1.W, s3_7);
                s4_0 = Scalar.Fma(a1.X, b0.X, s4_0);
                s4_1 = Scalar.Fma(a1.X, b0.Y, s4_1);
                s4_2 = Scalar.Fma(a1.X, b0.Z, s4_2);
                s4_3 = Scalar.Fma(a1.X, b0.W, s4_3);
                s4_4 = Scalar.Fma(a1.X, b1.X, s4_4);
                s4_5 = Scalar.Fma(a1.X, b1.Y, s4_5);
                s4_6 = Scalar.Fma(a1.X, b1.Z, s4_6);
                s4_7 = Scalar.Fma(a1.X, b1.W, s4_7);
                s5_0 = Scalar.Fma(a1.Y, b0.X, s5_0);
                s5_1 = Scalar.Fma(a1.Y, b0.Y, s5_1);
                s5_2 = Scalar.Fma(a1.Y, b0.Z, s5_2);
                s5_3 = Scalar.Fma(a1.Y, b0.W, s5_3);
                s5_4 = Scalar.Fma(a1.Y, b1.X, s5_4);
                s5_5 = Scalar.Fma(a1.Y, b1.Y, s5_5);
                s5_6 = Scalar.Fma(a1.Y, b1.Z, s5_6);
                s5_7 = Scalar.Fma(a1.Y, b1.W, s5_7);
                s6_0 = Scalar.Fma(a1.Z, b0.X, s6_0);
                s6_1 = Scalar.Fma(a1.Z, b0.Y, s6_1);
                s6_2 = Scalar.Fma(a1.Z, b0.Z, s6_2);
                s6_3 = Scalar.Fma(a1.Z, b0.W, s6_3);
                s6_4 = Scalar.Fma(a1.Z, b1.X, s6_4);
                s6_5 = Scalar.Fma(a1.Z, b1.Y, s6_5);
                s6_6 = Scalar.Fma(a1.Z, b1.Z, s6_6);
                s6_7 = Scalar.Fma(a1.Z, b1.W, s6_7);
                s7_0 = Scalar.Fma(a1.W, b0.X, s7_0);
                s7_1 = Scalar.Fma(a1.W, b0.Y, s7_1);
                s7_2 = Scalar.Fma(a1.W, b0.Z, s7_2);
                s7_3 = Scalar.Fma(a1.W, b0.W, s7_3);
                s7_4 = Scalar.Fma(a1.W, b1.X, s7_4);
                s7_5 = Scalar.Fma(a1.W, b1.Y, s7_5);
                s7_6 = Scalar.Fma(a1.W, b1.Z, s7_6);
                s7_7 = Scalar.Fma(a1.W, b1.W, s7_7);
            }
            GroupBarrier.Wait();
            TileLoader<TLeft, TLeftWidth, LeftSide<WideShape>>.Store(left, l0, thread, 0);
            TileLoader<TRight, TRightWidth, RightSide<WideShape>>.Store(right, r0, thread, 0);
            GroupBarrier.Wait();
        }
        row = firstRow + 4 * row;
        column = firstColumn + 4 * column;
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row, column, s0_0, s0_1, s0_2, s0_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row, column + 64, s0_4, s0_5, s0_6, s0_7);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 1, column, s1_0, s1_1, s1_2, s1_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 1, column + 64, s1_4, s1_5, s1_6, s1_7);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 2, column, s2_0, s2_1, s2_2, s2_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 2, column + 64, s2_4, s2_5, s2_6, s2_7);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 3, column, s3_0, s3_1, s3_2, s3_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 3, column + 64, s3_4, s3_5, s3_6, s3_7);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 64, column, s4_0, s4_1, s4_2, s4_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 64, column + 64, s4_4, s4_5, s4_6, s4_7);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 65, column, s5_0, s5_1, s5_2, s5_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 65, column + 64, s5_4, s5_5, s5_6, s5_7);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 66, column, s6_0, s6_1, s6_2, s6_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 66, column + 64, s6_4, s6_5, s6_6, s6_7);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 67, column, s7_0, s7_1, s7_2, s7_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 67, column + 64, s7_4, s7_5, s7_6, s7_7);
    }
}

/// <summary>Products that have too few large tiles to keep a device busy. 64 x 64 sums by 256 threads, 4 x 4 each, 16 terms at a time.</summary>
public readonly struct MiddleShape : ITileShape
{
    /// <inheritdoc/>
    public static int Rows => 64;

    /// <inheritdoc/>
    public static int Columns => 64;

    /// <inheritdoc/>
    public static int Depth => 16;

    /// <inheritdoc/>
    public static int Threads => 256;

    /// <inheritdoc/>
    public static void Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(GemmParameters<TLeft, TRight> p, int tile)
        where TLeftWidth : struct, ICopyWidth
        where TRightWidth : struct, ICopyWidth
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TEpilogue : struct, IExpression
    {
        const int leftPitch = 17, rightPitch = 17;
        var left = SharedMemory.Allocate<float>(4 * 16 * leftPitch).Cast<Float4>();
        var right = SharedMemory.Allocate<float>(4 * 16 * rightPitch).Cast<Float4>();
        int across = (p.N + 63) / 64;
        int down = tile / across;
        int firstRow = down * 64;
        int firstColumn = (tile - down * across) * 64;
        int thread = Group.IdxX;
        var l0Outer = TileLoader<TLeft, TLeftWidth, LeftSide<MiddleShape>>.Outer(p.Left, firstRow, p.M, thread, 0);
        var r0Outer = TileLoader<TRight, TRightWidth, RightSide<MiddleShape>>.Outer(p.Right, firstColumn, p.N, thread, 0);
        var lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<MiddleShape>>.Depth(p.Left, 0, p.K, thread);
        var rDepth = TileLoader<TRight, TRightWidth, RightSide<MiddleShape>>.Depth(p.Right, 0, p.K, thread);
        var l0 = TileLoader<TLeft, TLeftWidth, LeftSide<MiddleShape>>.Fetch(p.Left, l0Outer, lDepth, 0, p.K, thread, 0);
        var r0 = TileLoader<TRight, TRightWidth, RightSide<MiddleShape>>.Fetch(p.Right, r0Outer, rDepth, 0, p.K, thread, 0);
        TileLoader<TLeft, TLeftWidth, LeftSide<MiddleShape>>.Store(left, l0, thread, 0);
        TileLoader<TRight, TRightWidth, RightSide<MiddleShape>>.Store(right, r0, thread, 0);
        GroupBarrier.Wait();
        int row = thread / 16;
        int column = thread % 16;
        float s0_0 = 0f, s0_1 = 0f, s0_2 = 0f, s0_3 = 0f;
        float s1_0 = 0f, s1_1 = 0f, s1_2 = 0f, s1_3 = 0f;
        float s2_0 = 0f, s2_1 = 0f, s2_2 = 0f, s2_3 = 0f;
        float s3_0 = 0f, s3_1 = 0f, s3_2 = 0f, s3_3 = 0f;
        for (int depth = 16; depth < p.K + 16; depth += 16)
        {
            lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<MiddleShape>>.Depth(p.Left, depth, p.K, thread);
            rDepth = TileLoader<TRight, TRightWidth, RightSide<MiddleShape>>.Depth(p.Right, depth, p.K, thread);
            l0 = TileLoader<TLeft, TLeftWidth, LeftSide<MiddleShape>>.Fetch(p.Left, l0Outer, lDepth, depth, p.K, thread, 0);
            r0 = TileLoader<TRight, TRightWidth, RightSide<MiddleShape>>.Fetch(p.Right, r0Outer, rDepth, depth, p.K, thread, 0);
            for (int k = 0; k < 16; k++)
            {
                var a0 = left[k * leftPitch + row];
                var b0 = right[k * rightPitch + column];
                s0_0 = Scalar.Fma(a0.X, b0.X, s0_0);
                s0_1 = Scalar.Fma(a0.X, b0.Y, s0_1);
                s0_2 = Scalar.Fma(a0.X, b0.Z, s0_2);
                s0_3 = Scalar.Fma(a0.X, b0.W, s0_3);
                s1_0 = Scalar.Fma(a0.Y, b0.X, s1_0);
                s1_1 = Scalar.Fma(a0.Y, b0.Y, s1_1);
                s1_2 = Scalar.Fma(a0.Y, b0.Z, s1_2);
                s1_3 = Scalar.Fma(a0.Y, b0.W, s1_3);
                s2_0 = Scalar.Fma(a0.Z, b0.X, s2_0);
                s2_1 = Scalar.Fma(a0.Z, b0.Y, s2_1);
                s2_2 = Scalar.Fma(a0.Z, b0.Z, s2_2);
                s2_3 = Scalar.Fma(a0.Z, b0.W, s2_3);
                s3_0 = Scalar.Fma(a0.W, b0.X, s3_0);
                s3_1 = Scalar.Fma(a0.W, b0.Y, s3_1);
                s3_2 = Scalar.Fma(a0.W, b0.Z, s3_2);
                s3_3 = Scalar.Fma(a0.W, b0.W, s3_3);
            }
            GroupBarrier.Wait();
            TileLoader<TLeft, TLeftWidth, LeftSide<MiddleShape>>.Store(left, l0, thread, 0);
            TileLoader<TRight, TRightWidth, RightSide<MiddleShape>>.Store(right, r0, thread, 0);
            GroupBarrier.Wait();
        }
        row = firstRow + 4 * row;
        column = firstColumn + 4 * column;
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row, column, s0_0, s0_1, s0_2, s0_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 1, column, s1_0, s1_1, s1_2, s1_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 2, column, s2_0, s2_1, s2_2, s2_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 3, column, s3_0, s3_1, s3_2, s3_3);
    }
}

/// <summary>Products of at most 32 columns. 128 x 32 sums by 128 threads, 8 x 4 each, 16 terms at a time.</summary>
public readonly struct NarrowShape : ITileShape
{
    /// <inheritdoc/>
    public static int Rows => 128;

    /// <inheritdoc/>
    public static int Columns => 32;

    /// <inheritdoc/>
    public static int Depth => 16;

    /// <inheritdoc/>
    public static int Threads => 128;

    /// <inheritdoc/>
    public static void Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(GemmParameters<TLeft, TRight> p, int tile)
        where TLeftWidth : struct, ICopyWidth
        where TRightWidth : struct, ICopyWidth
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TEpilogue : struct, IExpression
    {
        const int leftPitch = 33, rightPitch = 9;
        var left = SharedMemory.Allocate<float>(4 * 16 * leftPitch).Cast<Float4>();
        var right = SharedMemory.Allocate<float>(4 * 16 * rightPitch).Cast<Float4>();
        int across = (p.N + 31) / 32;
        int down = tile / across;
        int firstRow = down * 128;
        int firstColumn = (tile - down * across) * 32;
        int thread = Group.IdxX;
        var l0Outer = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Outer(p.Left, firstRow, p.M, thread, 0);
        var l1Outer = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Outer(p.Left, firstRow, p.M, thread, 1);
        var l2Outer = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Outer(p.Left, firstRow, p.M, thread, 2);
        var l3Outer = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Outer(p.Left, firstRow, p.M, thread, 3);
        var r0Outer = TileLoader<TRight, TRightWidth, RightSide<NarrowShape>>.Outer(p.Right, firstColumn, p.N, thread, 0);
        var lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Depth(p.Left, 0, p.K, thread);
        var rDepth = TileLoader<TRight, TRightWidth, RightSide<NarrowShape>>.Depth(p.Right, 0, p.K, thread);
        var l0 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l0Outer, lDepth, 0, p.K, thread, 0);
        var l1 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l1Outer, lDepth, 0, p.K, thread, 1);
        var l2 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l2Outer, lDepth, 0, p.K, thread, 2);
        var l3 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l3Outer, lDepth, 0, p.K, thread, 3);
        var r0 = TileLoader<TRight, TRightWidth, RightSide<NarrowShape>>.Fetch(p.Right, r0Outer, rDepth, 0, p.K, thread, 0);
        TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l0, thread, 0);
        TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l1, thread, 1);
        TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l2, thread, 2);
        TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l3, thread, 3);
        TileLoader<TRight, TRightWidth, RightSide<NarrowShape>>.Store(right, r0, thread, 0);
        GroupBarrier.Wait();
        int row = thread / 8;
        int column = thread % 8;
        float s0_0 = 0f, s0_1 = 0f, s0_2 = 0f, s0_3 = 0f;
        float s1_0 = 0f, s1_1 = 0f, s1_2 = 0f, s1_3 = 0f;
        float s2_0 = 0f, s2_1 = 0f, s2_2 = 0f, s2_3 = 0f;
        float s3_0 = 0f, s3_1 = 0f, s3_2 = 0f, s3_3 = 0f;
        float s4_0 = 0f, s4_1 = 0f, s4_2 = 0f, s4_3 = 0f;
        float s5_0 = 0f, s5_1 = 0f, s5_2 = 0f, s5_3 = 0f;
        float s6_0 = 0f, s6_1 = 0f, s6_2 = 0f, s6_3 = 0f;
        float s7_0 = 0f, s7_1 = 0f, s7_2 = 0f, s7_3 = 0f;
        for (int depth = 16; depth < p.K + 16; depth += 16)
        {
            lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Depth(p.Left, depth, p.K, thread);
            rDepth = TileLoader<TRight, TRightWidth, RightSide<NarrowShape>>.Depth(p.Right, depth, p.K, thread);
            l0 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l0Outer, lDepth, depth, p.K, thread, 0);
            l1 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l1Outer, lDepth, depth, p.K, thread, 1);
            l2 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l2Outer, lDepth, depth, p.K, thread, 2);
            l3 = TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Fetch(p.Left, l3Outer, lDepth, depth, p.K, thread, 3);
            r0 = TileLoader<TRight, TRightWidth, RightSide<NarrowShape>>.Fetch(p.Right, r0Outer, rDepth, depth, p.K, thread, 0);
            for (int k = 0; k < 16; k++)
            {
                var a0 = left[k * leftPitch + row];
                var a1 = left[k * leftPitch + row + 16];
                var b0 = right[k * rightPitch + column];
                s0_0 = Scalar.Fma(a0.X, b0.X, s0_0);
                s0_1 = Scalar.Fma(a0.X, b0.Y, s0_1);
                s0_2 = Scalar.Fma(a0.X, b0.Z, s0_2);
                s0_3 = Scalar.Fma(a0.X, b0.W, s0_3);
                s1_0 = Scalar.Fma(a0.Y, b0.X, s1_0);
                s1_1 = Scalar.Fma(a0.Y, b0.Y, s1_1);
                s1_2 = Scalar.Fma(a0.Y, b0.Z, s1_2);
                s1_3 = Scalar.Fma(a0.Y, b0.W, s1_3);
                s2_0 = Scalar.Fma(a0.Z, b0.X, s2_0);
                s2_1 = Scalar.Fma(a0.Z, b0.Y, s2_1);
                s2_2 = Scalar.Fma(a0.Z, b0.Z, s2_2);
                s2_3 = Scalar.Fma(a0.Z, b0.W, s2_3);
                s3_0 = Scalar.Fma(a0.W, b0.X, s3_0);
                s3_1 = Scalar.Fma(a0.W, b0.Y, s3_1);
                s3_2 = Scalar.Fma(a0.W, b0.Z, s3_2);
                s3_3 = Scalar.Fma(a0.W, b0.W, s3_3);
                s4_0 = Scalar.Fma(a1.X, b0.X, s4_0);
                s4_1 = Scalar.Fma(a1.X, b0.Y, s4_1);
                s4_2 = Scalar.Fma(a1.X, b0.Z, s4_2);
                s4_3 = Scalar.Fma(a1.X, b0.W, s4_3);
                s5_0 = Scalar.Fma(a1.Y, b0.X, s5_0);
                s5_1 = Scalar.Fma(a1.Y, b0.Y, s5_1);
                s5_2 = Scalar.Fma(a1.Y, b0.Z, s5_2);
                s5_3 = Scalar.Fma(a1.Y, b0.W, s5_3);
                s6_0 = Scalar.Fma(a1.Z, b0.X, s6_0);
                s6_1 = Scalar.Fma(a1.Z, b0.Y, s6_1);
                s6_2 = Scalar.Fma(a1.Z, b0.Z, s6_2);
                s6_3 = Scalar.Fma(a1.Z, b0.W, s6_3);
                s7_0 = Scalar.Fma(a1.W, b0.X, s7_0);
                s7_1 = Scalar.Fma(a1.W, b0.Y, s7_1);
                s7_2 = Scalar.Fma(a1.W, b0.Z, s7_2);
                s7_3 = Scalar.Fma(a1.W, b0.W, s7_3);
            }
            GroupBarrier.Wait();
            TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l0, thread, 0);
            TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l1, thread, 1);
            TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l2, thread, 2);
            TileLoader<TLeft, TLeftWidth, LeftSide<NarrowShape>>.Store(left, l3, thread, 3);
            TileLoader<TRight, TRightWidth, RightSide<NarrowShape>>.Store(right, r0, thread, 0);
            GroupBarrier.Wait();
        }
        row = firstRow + 4 * row;
        column = firstColumn + 4 * column;
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row, column, s0_0, s0_1, s0_2, s0_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 1, column, s1_0, s1_1, s1_2, s1_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 2, column, s2_0, s2_1, s2_2, s2_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 3, column, s3_0, s3_1, s3_2, s3_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 64, column, s4_0, s4_1, s4_2, s4_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 65, column, s5_0, s5_1, s5_2, s5_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 66, column, s6_0, s6_1, s6_2, s6_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 67, column, s7_0, s7_1, s7_2, s7_3);
    }
}

/// <summary>Small products, and devices whose groups are of 64 threads or have little shared memory. 32 x 32 sums by 64 threads, 4 x 4 each, 16 terms at a time.</summary>
public readonly struct SmallShape : ITileShape
{
    /// <inheritdoc/>
    public static int Rows => 32;

    /// <inheritdoc/>
    public static int Columns => 32;

    /// <inheritdoc/>
    public static int Depth => 16;

    /// <inheritdoc/>
    public static int Threads => 64;

    /// <inheritdoc/>
    public static void Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(GemmParameters<TLeft, TRight> p, int tile)
        where TLeftWidth : struct, ICopyWidth
        where TRightWidth : struct, ICopyWidth
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TEpilogue : struct, IExpression
    {
        const int leftPitch = 9, rightPitch = 9;
        var left = SharedMemory.Allocate<float>(4 * 16 * leftPitch).Cast<Float4>();
        var right = SharedMemory.Allocate<float>(4 * 16 * rightPitch).Cast<Float4>();
        int across = (p.N + 31) / 32;
        int down = tile / across;
        int firstRow = down * 32;
        int firstColumn = (tile - down * across) * 32;
        int thread = Group.IdxX;
        var l0Outer = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Outer(p.Left, firstRow, p.M, thread, 0);
        var l1Outer = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Outer(p.Left, firstRow, p.M, thread, 1);
        var r0Outer = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Outer(p.Right, firstColumn, p.N, thread, 0);
        var r1Outer = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Outer(p.Right, firstColumn, p.N, thread, 1);
        var lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Depth(p.Left, 0, p.K, thread);
        var rDepth = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Depth(p.Right, 0, p.K, thread);
        var l0 = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Fetch(p.Left, l0Outer, lDepth, 0, p.K, thread, 0);
        var l1 = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Fetch(p.Left, l1Outer, lDepth, 0, p.K, thread, 1);
        var r0 = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Fetch(p.Right, r0Outer, rDepth, 0, p.K, thread, 0);
        var r1 = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Fetch(p.Right, r1Outer, rDepth, 0, p.K, thread, 1);
        TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Store(left, l0, thread, 0);
        TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Store(left, l1, thread, 1);
        TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Store(right, r0, thread, 0);
        TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Store(right, r1, thread, 1);
        GroupBarrier.Wait();
        int row = thread / 8;
        int column = thread % 8;
        float s0_0 = 0f, s0_1 = 0f, s0_2 = 0f, s0_3 = 0f;
        float s1_0 = 0f, s1_1 = 0f, s1_2 = 0f, s1_3 = 0f;
        float s2_0 = 0f, s2_1 = 0f, s2_2 = 0f, s2_3 = 0f;
        float s3_0 = 0f, s3_1 = 0f, s3_2 = 0f, s3_3 = 0f;
        for (int depth = 16; depth < p.K + 16; depth += 16)
        {
            lDepth = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Depth(p.Left, depth, p.K, thread);
            rDepth = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Depth(p.Right, depth, p.K, thread);
            l0 = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Fetch(p.Left, l0Outer, lDepth, depth, p.K, thread, 0);
            l1 = TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Fetch(p.Left, l1Outer, lDepth, depth, p.K, thread, 1);
            r0 = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Fetch(p.Right, r0Outer, rDepth, depth, p.K, thread, 0);
            r1 = TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Fetch(p.Right, r1Outer, rDepth, depth, p.K, thread, 1);
            for (int k = 0; k < 16; k++)
            {
                var a0 = left[k * leftPitch + row];
                var b0 = right[k * rightPitch + column];
                s0_0 = Scalar.Fma(a0.X, b0.X, s0_0);
                s0_1 = Scalar.Fma(a0.X, b0.Y, s0_1);
                s0_2 = Scalar.Fma(a0.X, b0.Z, s0_2);
                s0_3 = Scalar.Fma(a0.X, b0.W, s0_3);
                s1_0 = Scalar.Fma(a0.Y, b0.X, s1_0);
                s1_1 = Scalar.Fma(a0.Y, b0.Y, s1_1);
                s1_2 = Scalar.Fma(a0.Y, b0.Z, s1_2);
                s1_3 = Scalar.Fma(a0.Y, b0.W, s1_3);
                s2_0 = Scalar.Fma(a0.Z, b0.X, s2_0);
                s2_1 = Scalar.Fma(a0.Z, b0.Y, s2_1);
                s2_2 = Scalar.Fma(a0.Z, b0.Z, s2_2);
                s2_3 = Scalar.Fma(a0.Z, b0.W, s2_3);
                s3_0 = Scalar.Fma(a0.W, b0.X, s3_0);
                s3_1 = Scalar.Fma(a0.W, b0.Y, s3_1);
                s3_2 = Scalar.Fma(a0.W, b0.Z, s3_2);
                s3_3 = Scalar.Fma(a0.W, b0.W, s3_3);
            }
            GroupBarrier.Wait();
            TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Store(left, l0, thread, 0);
            TileLoader<TLeft, TLeftWidth, LeftSide<SmallShape>>.Store(left, l1, thread, 1);
            TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Store(right, r0, thread, 0);
            TileLoader<TRight, TRightWidth, RightSide<SmallShape>>.Store(right, r1, thread, 1);
            GroupBarrier.Wait();
        }
        row = firstRow + 4 * row;
        column = firstColumn + 4 * column;
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row, column, s0_0, s0_1, s0_2, s0_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 1, column, s1_0, s1_1, s1_2, s1_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 2, column, s2_0, s2_1, s2_2, s2_3);
        TileSums<TLeft, TRight, TEpilogue>.Store(p, row + 3, column, s3_0, s3_1, s3_2, s3_3);
    }
}
