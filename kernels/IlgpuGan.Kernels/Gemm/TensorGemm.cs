using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// A matrix product on tensor cores of compute capability 8.0 or newer. Four warps compute a tile of the output; both operands pass through shared
/// memory, 32 deep at a time, several steps ahead of the arithmetic by asynchronous copies.
/// </summary>
/// <remarks>
/// <para>
/// Shared memory, in chunks of 16 bytes, one part for each operand. An operand that is contiguous along depth lies as [outer][8], with the halves of
/// a row exchanged where row ^ row / 4 is odd. One contiguous along the other direction lies as [32][outer / 4]; of each half, depth 4t + j is at
/// position 4j + t, and its chunks are exchanged by chunk ^ 2t. Either way a lane finds its <see cref="Block"/> in four chunks at constants from
/// where it reads, a thread copies to constants from where it copies, and every access, by quarters of a warp, touches all 32 banks once, without any padding.
/// </para>
/// <para>
/// The place of a depth costs divisions, the same for all rows: each thread works out one for every two steps and leaves it in a table.
/// </para>
/// <para>
/// Operands of bfloat16 pairs (<see cref="ByPairs"/>) pass through the same chunks, of eight numbers each: a step is 64 deep. Along outer depth 8t + j of a
/// half is at position 4j + t, two quads of rows share a chunk, and a lane brings the depths of a row together by exchanging halves of words.
/// </para>
/// <para>
/// The order of a sum depends on its depth alone: 16 by 16, as the instruction adds. All tiles give the same bits.
/// </para>
/// </remarks>
/// <typeparam name="TTile">The tile.</typeparam>
/// <typeparam name="TPrecision">How factors are rounded.</typeparam>
/// <typeparam name="TLeftWidth">How the left operand is copied.</typeparam>
/// <typeparam name="TRightWidth">How the right operand is copied.</typeparam>
/// <typeparam name="TLeft">Left operand.</typeparam>
/// <typeparam name="TRight">Right operand.</typeparam>
/// <typeparam name="TEpilogue">What becomes of a sum.</typeparam>
public readonly struct TensorGemm<TTile, TPrecision, TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue> : IDeviceKernel<GemmParameters<TLeft, TRight>>
    where TTile : struct, ITensorTile
    where TPrecision : struct, IFactorPrecision
    where TLeftWidth : struct, ICopyWidth
    where TRightWidth : struct, ICopyWidth
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
    where TEpilogue : struct, IExpression
{
    private const int Depth = TensorTiles.Depth, Threads = TensorCopies.Threads;

    /// <inheritdoc/>
    public static GridSize Grid(in GemmParameters<TLeft, TRight> p)
    {
        int items = (p.M + TTile.Rows - 1) / TTile.Rows * ((p.N + TTile.Columns - 1) / TTile.Columns) * Math.Max(1, p.Splits) * GemmParts.Count(p);
        return new(p.MostGroups > 0 ? Math.Min(items, p.MostGroups) : items, Threads)
        {
            Resident = TTile.Groups,
            SharedBytes = TTile.AsksForMemory ? sizeof(float) * TTile.Stages * StageFloats : 0,
        };
    }

    /// <inheritdoc/>
    public static void Thread(GemmParameters<TLeft, TRight> p)
    {
        // Numbers looked at as chunks, see TileLoader.Store.
        var shared = TTile.AsksForMemory ? SharedMemory.GetDynamic<float>() : SharedMemory.Allocate<float>(TTile.Stages * StageFloats);
        // The places of depths, two parts for either operand, then those of outer indices.
        var tables = SharedMemory.Allocate<int>(4 * (4 * TensorCopies.TableDepth + RightOuters + (HasTable<TRight, TRightWidth>() ? TTile.Columns : 0)));
        int down = (p.M + TTile.Rows - 1) / TTile.Rows;
        int across = (p.N + TTile.Columns - 1) / TTile.Columns;
        int splits = p.Splits > 1 ? p.Splits : 1;
        int parts = GemmParts.Count(p);
        int items = down * across * splits * parts;
        for (int item = ILGPU.Grid.IdxX; item < items; item += ILGPU.Grid.DimX)
        {
            int place = item;
            var one = p;
            if ((TLeft.HasClasses || TLeft.HasGroups) && parts > 1)
            {
                // Parts of a tile one after the other: they read the same pixels.
                place = item / parts;
                one = GemmParts.Enter(p, item - place * parts);
            }
            int split = place / (down * across);
            int tile = place - split * down * across;
            int tileRow = tile / across;
            int firstRow = tileRow * TTile.Rows;
            int firstColumn = (tile - tileRow * across) * TTile.Columns;
            int firstDepth = split * p.SplitDepth;
            int lastDepth = splits > 1 && firstDepth + p.SplitDepth < one.K ? firstDepth + p.SplitDepth : one.K;
            Multiply(one, shared, tables, tables.SubView(16 * TensorCopies.TableDepth, 4 * (TTile.Rows + TTile.Columns)), firstRow, firstColumn, firstDepth, lastDepth, split);
            // The next tile's copies go where this one's sums are being read.
            GroupBarrier.Wait();
        }
    }

    // Both operands are pairs, or none is.
    private static int StepDepth => TensorCopies<TLeft, TLeftWidth>.StepDepth;

    private static int StageFloats => Depth * (TTile.Rows + TTile.Columns);

    private static int RightOuters => HasTable<TLeft, TLeftWidth>() ? TTile.Rows : 0;

    // Too many rows for a thread to keep their places in registers.
    private static bool HasTable<TOperand, TWidth>()
        where TOperand : struct, IOperand
        where TWidth : struct, ICopyWidth => TOperand.IsDepthContiguous && TWidth.Floats == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        GemmParameters<TLeft, TRight> p, ArrayView<float> shared, ArrayView<int> depths, ArrayView<int> outers,
        int firstRow, int firstColumn, int firstDepth, int lastDepth, int split)
    {
        int thread = Group.IdxX;
        int lane = thread & 31;
        int warp = thread >> 5;
        int warpsAcross = TTile.Columns / (32 * TTile.BlocksAcross);
        int warpRow = warp / warpsAcross * 32 * TTile.BlocksDown;
        int warpColumn = (warp & (warpsAcross - 1)) * 32 * TTile.BlocksAcross;

        var left = TensorCopies<TLeft, TLeftWidth>.Begin(p.Left, TTile.Rows, firstRow, p.M, thread, outers.Cast<Int4>());
        var right = TensorCopies<TRight, TRightWidth>.Begin(p.Right, TTile.Columns, firstColumn, p.N, thread, outers.SubView(4 * RightOuters, 4 * TTile.Columns).Cast<Int4>());
        FillTable(p, depths, firstDepth, lastDepth, 0, thread);
        // The copies before the loop go beyond the first part.
        if (TTile.Stages > TensorCopies.StepsOfTable)
        {
            FillTable(p, depths, firstDepth, lastDepth, 1, thread);
        }
        GroupBarrier.Wait();
        int steps = (lastDepth - firstDepth + StepDepth - 1) / StepDepth;
        for (int step = 0; step < TTile.Stages - 1; step++)
        {
            if (step < steps)
            {
                Copy(p, left, right, shared, depths, outers, firstDepth, lastDepth, step, step, thread);
            }
            AsyncCopy.Commit();
        }

        var leftLane = TensorCopies<TLeft, TLeftWidth>.Lane(lane, warpRow, TTile.Rows);
        var rightLane = TensorCopies<TRight, TRightWidth>.Lane(lane, warpColumn, TTile.Columns);
        TensorCore.Clear(TTile.BlocksDown * TTile.BlocksAcross);
        int stage = 0;
        int nextStage = TTile.Stages - 1;
        for (int step = 0; step < steps; step++)
        {
            if (TTile.Stages == 2)
            {
                AsyncCopy.WaitForAll();
            }
            else if (TTile.Stages == 3)
            {
                AsyncCopy.WaitForAllButOne();
            }
            else
            {
                AsyncCopy.WaitForAllButTwo();
            }
            // What all threads copied for this step is there, and the stage of the step before is no longer read.
            GroupBarrier.Wait();
            int next = step + (TTile.Stages - 1);
            if (next < steps)
            {
                Copy(p, left, right, shared, depths, outers, firstDepth, lastDepth, next, nextStage, thread);
            }
            AsyncCopy.Commit();
            if ((next & (TensorCopies.StepsOfTable - 1)) == TensorCopies.StepsOfTable - 1)
            {
                FillTable(p, depths, firstDepth, lastDepth, next / TensorCopies.StepsOfTable + 1, thread);
            }

            var leftStage = shared.SubView(stage * StageFloats, Depth * TTile.Rows);
            var rightStage = shared.SubView(stage * StageFloats + Depth * TTile.Rows, Depth * TTile.Columns);
            MultiplyStep(ref leftStage[leftLane.Even], ref leftStage[leftLane.Odd], ref rightStage[rightLane.Even], ref rightStage[rightLane.Odd]);
            // What was just read is where the next copies go.
            nextStage = stage;
            int following = stage + 1;
            stage = following == TTile.Stages ? 0 : following;
        }
        AsyncCopy.WaitForAll();

        int row = firstRow + warpRow;
        int column = firstColumn + warpColumn;
        var staging = shared.Cast<Float4>();
        Store(p, staging, lane, warp, row, column, split, 0);
        if (TTile.BlocksDown == 2)
        {
            Store(p, staging, lane, warp, row + 32, column, split, TTile.BlocksAcross);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyStep(ref float leftEven, ref float leftOdd, ref float rightEven, ref float rightOdd)
    {
        MultiplyHalf(0, ref leftEven, ref leftOdd, ref rightEven, ref rightOdd);
        MultiplyHalf(1, ref leftEven, ref leftOdd, ref rightEven, ref rightOdd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyHalf(int half, ref float leftEven, ref float leftOdd, ref float rightEven, ref float rightOdd)
    {
        var r0 = Factors<TRight, TRightWidth>(ref rightEven, ref rightOdd, half, 0, TTile.Columns);
        Factors r1 = default;
        if (TTile.BlocksAcross == 2)
        {
            r1 = Factors<TRight, TRightWidth>(ref rightEven, ref rightOdd, half, 1, TTile.Columns);
        }
        var l = Factors<TLeft, TLeftWidth>(ref leftEven, ref leftOdd, half, 0, TTile.Rows);
        TPrecision.MultiplyAdd(0, l, r0);
        if (TTile.BlocksAcross == 2)
        {
            TPrecision.MultiplyAdd(1, l, r1);
        }
        if (TTile.BlocksDown == 2)
        {
            l = Factors<TLeft, TLeftWidth>(ref leftEven, ref leftOdd, half, 1, TTile.Rows);
            TPrecision.MultiplyAdd(TTile.BlocksAcross, l, r0);
            if (TTile.BlocksAcross == 2)
            {
                TPrecision.MultiplyAdd(3, l, r1);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Factors Factors<TOperand, TWidth>(ref float even, ref float odd, int half, int block, int size)
        where TOperand : struct, IOperand
        where TWidth : struct, ICopyWidth => TWidth.IsInPairs
            ? TensorCopies<TOperand, TWidth>.LoadPairs(ref even, ref odd, half, block, size)
            : TPrecision.Round(TensorCopies<TOperand, TWidth>.Load(ref even, ref odd, half, block, size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(
        GemmParameters<TLeft, TRight> p, CopyPlaces left, CopyPlaces right,
        ArrayView<float> shared, ArrayView<int> depths, ArrayView<int> outers, int firstDepth, int lastDepth, int step, int stage, int thread)
    {
        int first = firstDepth + step * StepDepth;
        int rest = lastDepth - first;
        int entry = 4 * Depth * (step & (2 * TensorCopies.StepsOfTable - 1));
        int place = stage * StageFloats;
        TensorCopies<TLeft, TLeftWidth>.Copy(p.Left, left, TTile.Rows, shared.SubView(place, Depth * TTile.Rows), depths.SubView(entry, 4 * Depth), outers, first, rest, thread);
        TensorCopies<TRight, TRightWidth>.Copy(
            p.Right, right, TTile.Columns, shared.SubView(place + Depth * TTile.Rows, Depth * TTile.Columns),
            depths.SubView(entry + 8 * TensorCopies.TableDepth, 4 * Depth), outers.SubView(4 * RightOuters, 4 * TTile.Columns), first, rest, thread);
    }

    /// <summary>The first half of the threads work out the left operand's places of two steps, the second half the right one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FillTable(GemmParameters<TLeft, TRight> p, ArrayView<int> depths, int firstDepth, int lastDepth, int part, int thread)
    {
        int own = thread & (TensorCopies.TableDepth - 1);
        int depth = firstDepth + (part * TensorCopies.TableDepth + own) * (StepDepth / Depth);
        var table = depths.Cast<Int4>();
        int at = (part & 1) * TensorCopies.TableDepth;
        if (thread < TensorCopies.TableDepth)
        {
            table[at + TensorCopies<TLeft, TLeftWidth>.EntryOf(own)] = TensorCopies<TLeft, TLeftWidth>.Entry(p.Left, depth, lastDepth - depth);
        }
        else if (!TensorCopies<TRight, TRightWidth>.HasNoEntries)
        {
            table[at + 2 * TensorCopies.TableDepth + TensorCopies<TRight, TRightWidth>.EntryOf(own)] = TensorCopies<TRight, TRightWidth>.Entry(p.Right, depth, lastDepth - depth);
        }
    }

    /// <summary>
    /// Stores 32 rows of a warp's sums by way of shared memory: there a loop reads whole rows again, sixteen bytes to a lane, so the
    /// epilogue stands in the kernel four times and not once for each sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        GemmParameters<TLeft, TRight> p, ArrayView<Float4> shared, int lane, int warp, int firstRow, int firstColumn, int split, int firstBlock)
    {
        int width = 8 * TTile.BlocksAcross;
        int own = warp * 32 * width;
        // Whoever is still at the last step, or reads the rows before these.
        GroupBarrier.Wait();
        Stage(shared, own, width, lane, 0, TensorCore.Read(firstBlock));
        if (TTile.BlocksAcross == 2)
        {
            Stage(shared, own, width, lane, 8, TensorCore.Read(firstBlock + 1));
        }
        GroupBarrier.Wait();
        for (int item = lane; item < 32 * width; item += 32)
        {
            int row = item / width;
            int chunk = item - row * width;
            int column = firstColumn + 4 * chunk;
            if (firstRow + row < p.M && column < p.N)
            {
                var sum = shared[own + row * width + (chunk ^ (row >> 2 & 1))];
                int index = p.Rows.Offset(firstRow + row) + column;
                int target = split * p.SplitStride + index;
                // A part begins wherever the one before ends, on four floats or not.
                if (p.StoresQuads != 0 && column + 3 < p.N && (target & 3) == 0)
                {
                    sum.X = TEpilogue.At(p.Operands, index, 0, GemmParts.Column(p, column), sum.X);
                    sum.Y = TEpilogue.At(p.Operands, index + 1, 0, GemmParts.Column(p, column + 1), sum.Y);
                    sum.Z = TEpilogue.At(p.Operands, index + 2, 0, GemmParts.Column(p, column + 2), sum.Z);
                    sum.W = TEpilogue.At(p.Operands, index + 3, 0, GemmParts.Column(p, column + 3), sum.W);
                    if (TPrecision.StoresPairs && p.StoresPairs != 0)
                    {
                        Pairs.Set(p.Output, target, sum);
                    }
                    else
                    {
                        Quads.Set(p.Output, target, sum);
                    }
                }
                else
                {
                    p.Output[target] = TEpilogue.At(p.Operands, index, 0, GemmParts.Column(p, column), sum.X);
                    if (column + 1 < p.N)
                    {
                        p.Output[target + 1] = TEpilogue.At(p.Operands, index + 1, 0, GemmParts.Column(p, column + 1), sum.Y);
                    }
                    if (column + 2 < p.N)
                    {
                        p.Output[target + 2] = TEpilogue.At(p.Operands, index + 2, 0, GemmParts.Column(p, column + 2), sum.Z);
                    }
                    if (column + 3 < p.N)
                    {
                        p.Output[target + 3] = TEpilogue.At(p.Operands, index + 3, 0, GemmParts.Column(p, column + 3), sum.W);
                    }
                }
            }
        }
    }

    // Rows of which every other four have neighbouring chunks exchanged, so that a quarter of a warp meets all banks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stage(ArrayView<Float4> shared, int own, int width, int lane, int firstChunk, Sums sums)
    {
        int g = lane >> 2;
        int start = own + 4 * g * width + firstChunk + (lane & 3) * 2;
        int odd = g & 1;
        var first = shared.SubView(start + odd, 4 * width);
        var second = shared.SubView(start + 1 - odd, 4 * width);
        first[0] = sums.Left0;
        second[0] = sums.Right0;
        first[width] = sums.Left1;
        second[width] = sums.Right1;
        first[2 * width] = sums.Left2;
        second[2 * width] = sums.Right2;
        first[3 * width] = sums.Left3;
        second[3 * width] = sums.Right3;
    }
}
