using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>Where a quad is copied from as far as its outer index decides it.</summary>
internal struct CopySource
{
    /// <summary>See <see cref="Place.Offset"/>.</summary>
    public int Offset;

    /// <summary>See <see cref="Place.Mark"/>.</summary>
    public int Mark;
}

/// <summary>What a thread copies in every step, and where from as far as outer indices decide it.</summary>
internal struct CopyPlaces
{
    public CopySource Outer0;
    public CopySource Outer1;
    public CopySource Outer2;
    public CopySource Outer3;

    /// <summary>Bytes of a copy along outer that lie inside the matrix.</summary>
    public int Bytes;

    /// <summary>Float of the stage where the first copy goes.</summary>
    public int Target;

    /// <summary>The same of the second half of the depth, along depth.</summary>
    public int OtherTarget;

    /// <summary>Entry of a step that the first copy takes.</summary>
    public int Entry;

    /// <summary>Row and column of the outer index of copies float by float.</summary>
    public Place Place;
}

/// <summary>Where a lane reads its rows 0 and 2, and 1 and 3, of the first half of a step; of the second it is the other way round.</summary>
internal struct LanePlaces
{
    public int Even;
    public int Odd;
}

/// <summary>Sizes that all operands share.</summary>
internal static class TensorCopies
{
    /// <summary>Threads of a group: four warps.</summary>
    public const int Threads = 128;

    /// <summary>Steps that the table of depths holds the places of; it has two parts.</summary>
    public const int StepsOfTable = 2;

    /// <summary>Depths of a part of the table: one for each thread and operand.</summary>
    public const int TableDepth = StepsOfTable * TensorTiles.Depth;
}

/// <summary>How one operand of <see cref="TensorGemm{TTile, TPrecision, TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue}"/> comes to shared memory and from there to registers.</summary>
/// <remarks>
/// An entry of the tables is the place of a depth, or of an outer index of which there are too many for registers: offset, mark, nothing, bytes of a quad from
/// there on; of pairs along outer, offset and mark of two depths; or for copies float by float offset, row, column, bytes of the float.
/// </remarks>
internal static class TensorCopies<TOperand, TWidth>
    where TOperand : struct, IOperand
    where TWidth : struct, ICopyWidth
{
    private const int Depth = TensorTiles.Depth, Threads = TensorCopies.Threads;

    // Floats from a row of a stage along depth to the row 32 below it.
    private const int Rows32 = 32 * Depth;

    // Depths from one copy of columns to the next are so many times as far from one another as those of floats.
    private static int Unit => TWidth.IsInPairs ? 2 : 1;

    /// <summary>Works out what a thread needs of the outer direction. Rows past the end repeat the last one: what they give is not stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CopyPlaces Begin(TOperand operand, int size, int first, int end, int thread, ArrayView<Int4> outers)
    {
        CopyPlaces places = default;
        if (TOperand.IsDepthContiguous)
        {
            if (TWidth.Floats == 4)
            {
                int row = thread >> 2, chunk = thread & 3, odd = IsOdd(row);
                places.Target = row * Depth + 4 * (chunk + 4 * odd);
                places.OtherTarget = row * Depth + 4 * (chunk + 4 - 4 * odd);
                places.Entry = EntryOf(4 * chunk);
                places.Outer0 = Source(operand, Math.Min(first + row, end - 1));
                if (size > 32)
                {
                    places.Outer1 = Source(operand, Math.Min(first + row + 32, end - 1));
                }
                if (size > 64)
                {
                    places.Outer2 = Source(operand, Math.Min(first + row + 64, end - 1));
                    places.Outer3 = Source(operand, Math.Min(first + row + 96, end - 1));
                }
            }
            else if (thread < size)
            {
                var place = operand.Outer(Math.Min(first + thread, end - 1));
                outers[thread] = new Int4 { X = place.Offset, Y = place.Row, Z = place.Column, W = 4 };
            }
            return places;
        }
        if (TWidth.IsInPairs)
        {
            (size, first, end) = (size / 2, first / 2, (end + 1) / 2);
        }
        int inTile = thread & (size / TWidth.Floats - 1);
        int outer = first + inTile * TWidth.Floats;
        places.Bytes = outer >= end ? 0 : Math.Min(TWidth.Floats, end - outer) * 4;
        if (TWidth.Floats == 4)
        {
            int position = thread / (size / 4);
            places.Target = position * size + 4 * Exchanged(inTile, position, size);
            places.Entry = DepthOf(position);
            places.Outer0 = Source(operand, outer < end ? outer : first);
        }
        else
        {
            places.Place = operand.Outer(outer < end ? outer : first);
        }
        return places;
    }

    /// <summary>Whether nobody reads entries of depths: of a matrix of quads along outer they are a sum away.</summary>
    public static bool HasNoEntries => TOperand.IsMatrix && !TOperand.IsDepthContiguous && TWidth.Floats == 4;

    /// <summary>Numbers of a step along depth; along the contiguous direction a float holds two of them where they are pairs.</summary>
    public static int StepDepth => TWidth.IsInPairs ? 2 * Depth : Depth;

    /// <summary>Where the entry of a depth lies; of quads along depth every fourth is read, by a quarter of a warp: they lie in different banks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EntryOf(int depth) => TOperand.IsDepthContiguous && TWidth.Floats == 4 ? depth ^ depth >> 3 & 1 : depth;

    /// <summary>The entry of a depth of which there are so many until the end; of pairs, of two depths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int4 Entry(TOperand operand, int depth, int rest)
    {
        if (TWidth.IsInPairs)
        {
            if (TOperand.IsDepthContiguous)
            {
                (depth, rest) = (depth >> 1, rest + 1 >> 1);
            }
            else
            {
                var next = operand.Depth(depth + 1);
                var one = operand.Depth(depth);
                return new Int4 { X = one.Offset, Y = one.Mark | (rest - 1) >> 31, Z = next.Offset, W = next.Mark | (rest - 2) >> 31 };
            }
        }
        var place = operand.Depth(depth);
        // Behind the end a mark has all bits.
        return TWidth.Floats == 4
            ? new Int4 { X = place.Offset, Y = place.Mark | (rest - 1) >> 31, W = Math.Max(0, Math.Min(4, rest)) * 4 }
            : new Int4 { X = place.Offset, Y = place.Row, Z = place.Column, W = rest > 0 ? 4 : 0 };
    }

    /// <summary>Begins to copy a step: this thread's share of size x 32 factors.</summary>
    /// <param name="operand">Where from.</param>
    /// <param name="places">See <see cref="Begin"/>.</param>
    /// <param name="size">Rows or columns of the tile.</param>
    /// <param name="stage">Where to.</param>
    /// <param name="depths">The entries of the step's depths.</param>
    /// <param name="outers">The entries of outer indices.</param>
    /// <param name="first">The step's first depth.</param>
    /// <param name="rest">Depths from there to the end.</param>
    /// <param name="thread">The thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(
        TOperand operand, CopyPlaces places, int size, ArrayView<float> stage, ArrayView<int> depths, ArrayView<int> outers, int first, int rest, int thread)
    {
        if (TOperand.IsDepthContiguous && TWidth.Floats == 4)
        {
            CopyRows(places, size, ref stage[places.Target], ref stage[places.OtherTarget], ref depths[4 * places.Entry], ref operand.Memory[0]);
        }
        else if (HasNoEntries)
        {
            CopyMatrix(
                places, size, ref stage[places.Target], ref operand.Memory[0], places.Outer0.Offset + operand.Depth(first + places.Entry).Offset,
                operand.Depth(Unit).Offset, rest - places.Entry);
        }
        else if (TWidth.Floats == 4)
        {
            CopyColumns(places, size, ref stage[places.Target], ref depths[(TWidth.IsInPairs ? 2 : 4) * places.Entry], ref operand.Memory[0]);
        }
        else if (TOperand.IsDepthContiguous)
        {
            CopyRowsByFloats(operand, size, stage, depths, outers, thread);
        }
        else
        {
            CopyColumnsByFloats(operand, places, size, stage, depths, thread);
        }
    }

    /// <summary>Where a lane's blocks of factors begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePlaces Lane(int lane, int firstOuter, int size)
    {
        int g = lane >> 2, t = lane & 3, odd = g & 1;
        if (!TOperand.IsDepthContiguous && TWidth.IsInPairs)
        {
            // Two quads of a block share a chunk; the chunks of one block may be exchanged with those of the next.
            int chunk = firstOuter / 8 + (g >> 1), start = t * (size / 2) + 2 * odd;
            return Kept(start + 4 * Exchanged(chunk, t, size / 2), start + 4 * Exchanged(chunk + 4, t, size / 2));
        }
        if (!TOperand.IsDepthContiguous)
        {
            int place = t * size + firstOuter + 4 * Exchanged(g, t, size);
            return Kept(place, place);
        }
        int row = (firstOuter + 4 * g) * Depth + 4 * t;
        return Kept(row + 16 * odd, row + 16 - 16 * odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LanePlaces Kept(int even, int odd) => new() { Even = Scalar.Kept(even), Odd = Scalar.Kept(odd) };

    /// <summary>Reads a lane's block of factors; the numbers of the half and of the block are constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block Load(ref float even, ref float odd, int half, int block, int size)
    {
        if (!TOperand.IsDepthContiguous)
        {
            int first = 16 * half * size + 32 * block;
            return SharedReads.Block(ref even, ref odd, first, first + 4 * size, first + 8 * size, first + 12 * size).Transposed;
        }
        int row = Rows32 * block;
        return half == 0
            ? SharedReads.Block(ref even, ref odd, row, row + Depth, row + 2 * Depth, row + 3 * Depth)
            : SharedReads.Block(ref odd, ref even, row, row + Depth, row + 2 * Depth, row + 3 * Depth);
    }

    /// <summary>The same of pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Factors LoadPairs(ref float even, ref float odd, int half, int block, int size)
    {
        if (!TOperand.IsDepthContiguous)
        {
            int first = 32 * half * (size / 2), stride = 4 * (size / 2);
            return TensorCore.Interleave(block == 0 ? SharedReads.Columns(ref even, first, stride) : SharedReads.Columns(ref odd, first, stride));
        }
        int row = Rows32 * block;
        return half == 0
            ? SharedReads.Rows(ref even, ref odd, row, row + Depth, row + 2 * Depth, row + 3 * Depth)
            : SharedReads.Rows(ref odd, ref even, row, row + Depth, row + 2 * Depth, row + 3 * Depth);
    }

    /// <summary>Whether a row along depth has its halves exchanged, 1 or 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IsOdd(int row) => (row ^ row >> 2) & 1;

    /// <summary>The depth that lies at a position along outer: 4t + j of a half at 4j + t, of pairs 8t + j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int DepthOf(int position) => TWidth.IsInPairs
        ? (position & 32) + 8 * (position & 3) + (position >> 2 & 7)
        : (position & 16) + 4 * (position & 3) + (position >> 2 & 3);

    /// <summary>Where a chunk lies at a position along outer of so many floats; two positions of 16 floats lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Exchanged(int chunk, int position, int floats) => chunk ^ (floats == 16 ? position & 2 : 2 * (position & 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static CopySource Source(TOperand operand, int outer)
    {
        var place = operand.Outer(outer);
        return new() { Offset = place.Offset, Mark = place.Mark | Marks.End };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRows(CopyPlaces places, int size, ref float target, ref float otherTarget, ref int depths, ref float memory)
    {
        var depth = SharedReads.Quad(ref depths, 0);
        var otherDepth = SharedReads.Quad(ref depths, 4 * 16);
        CopyQuad(ref target, 0, ref memory, places.Outer0, depth, depth.W);
        CopyQuad(ref otherTarget, 0, ref memory, places.Outer0, otherDepth, otherDepth.W);
        if (size > 32)
        {
            CopyQuad(ref target, Rows32, ref memory, places.Outer1, depth, depth.W);
            CopyQuad(ref otherTarget, Rows32, ref memory, places.Outer1, otherDepth, otherDepth.W);
        }
        if (size > 64)
        {
            CopyQuad(ref target, 2 * Rows32, ref memory, places.Outer2, depth, depth.W);
            CopyQuad(ref otherTarget, 2 * Rows32, ref memory, places.Outer2, otherDepth, otherDepth.W);
            CopyQuad(ref target, 3 * Rows32, ref memory, places.Outer3, depth, depth.W);
            CopyQuad(ref otherTarget, 3 * Rows32, ref memory, places.Outer3, otherDepth, otherDepth.W);
        }
    }

    // All threads copy 128 quads at a time: 4, 8 or 16 positions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyColumns(CopyPlaces places, int size, ref float target, ref int depths, ref float memory)
    {
        if (size == 128)
        {
            CopyColumn(places, 0, 0, ref target, ref depths, ref memory);
            CopyColumn(places, 1, 1, ref target, ref depths, ref memory);
            CopyColumn(places, 2, 2, ref target, ref depths, ref memory);
            CopyColumn(places, 3, 3, ref target, ref depths, ref memory);
            CopyColumn(places, 4, 16, ref target, ref depths, ref memory);
            CopyColumn(places, 5, 17, ref target, ref depths, ref memory);
            CopyColumn(places, 6, 18, ref target, ref depths, ref memory);
            CopyColumn(places, 7, 19, ref target, ref depths, ref memory);
        }
        else if (size == 64)
        {
            CopyColumn(places, 0, 0, ref target, ref depths, ref memory);
            CopyColumn(places, 1, 2, ref target, ref depths, ref memory);
            CopyColumn(places, 2, 16, ref target, ref depths, ref memory);
            CopyColumn(places, 3, 18, ref target, ref depths, ref memory);
        }
        else
        {
            CopyColumn(places, 0, 0, ref target, ref depths, ref memory);
            CopyColumn(places, 1, 16, ref target, ref depths, ref memory);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyColumn(CopyPlaces places, int number, int entry, ref float target, ref int depths, ref float memory) =>
        CopyQuad(ref target, 4 * Threads * number, ref memory, places.Outer0, SharedReads.Pair(ref depths, 4 * entry), places.Bytes);

    // The same depths as of columns with entries.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatrix(CopyPlaces places, int size, ref float target, ref float memory, int source, int stride, int rest)
    {
        CopyLine(places, 0, 0, ref target, ref memory, source, rest);
        if (size == 128)
        {
            int half = source + 16 * stride;
            CopyLine(places, 1, 1, ref target, ref memory, source += stride, rest);
            CopyLine(places, 2, 2, ref target, ref memory, source += stride, rest);
            CopyLine(places, 3, 3, ref target, ref memory, source += stride, rest);
            CopyLine(places, 4, 16, ref target, ref memory, half, rest);
            CopyLine(places, 5, 17, ref target, ref memory, half += stride, rest);
            CopyLine(places, 6, 18, ref target, ref memory, half += stride, rest);
            CopyLine(places, 7, 19, ref target, ref memory, half += stride, rest);
        }
        else if (size == 64)
        {
            CopyLine(places, 1, 2, ref target, ref memory, source + 2 * stride, rest);
            CopyLine(places, 2, 16, ref target, ref memory, source + 16 * stride, rest);
            CopyLine(places, 3, 18, ref target, ref memory, source + 18 * stride, rest);
        }
        else
        {
            CopyLine(places, 1, 16, ref target, ref memory, source + 16 * stride, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLine(CopyPlaces places, int number, int depth, ref float target, ref float memory, int source, int rest) =>
        AsyncCopy.Quad(ref target, 4 * Threads * number, ref memory, source, rest > Unit * depth ? places.Bytes : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyQuad(ref float target, int offset, ref float memory, CopySource outer, Int4 depth, int bytes) =>
        AsyncCopy.Quad(ref target, offset, ref memory, outer.Offset + depth.X, (outer.Mark & depth.Y) == 0 ? bytes : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRowsByFloats(TOperand operand, int size, ArrayView<float> stage, ArrayView<int> depths, ArrayView<int> outers, int thread)
    {
        int own = thread & (Depth - 1);
        var depth = SharedReads.Quad(ref depths[4 * own], 0);
        for (int row = thread / Depth; row < size; row += Threads / Depth)
        {
            CopyOne(operand, stage, row * Depth + (own ^ 16 * IsOdd(row)), At(SharedReads.Quad(ref outers[4 * row], 0)), depth, depth.W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyColumnsByFloats(TOperand operand, CopyPlaces places, int size, ArrayView<float> stage, ArrayView<int> depths, int thread)
    {
        int outer = thread & (size - 1);
        for (int position = thread / size; position < Depth; position += Threads / size)
        {
            var depth = SharedReads.Quad(ref depths[4 * DepthOf(position)], 0);
            CopyOne(operand, stage, position * size + (outer ^ 8 * (position & 3)), places.Place, depth, Math.Min(depth.W, places.Bytes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Place At(Int4 entry) => new() { Offset = entry.X, Row = entry.Y, Column = entry.Z };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyOne(TOperand operand, ArrayView<float> stage, int target, Place outer, Int4 depth, int bytes)
    {
        bool isInside = (bytes > 0) & operand.IsInside(outer, At(depth));
        AsyncCopy.One(ref stage[target], ref operand.Memory[isInside ? outer.Offset + depth.X : 0], isInside ? 4 : 0);
    }
}
