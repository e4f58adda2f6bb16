using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>A <see cref="Place"/> as it lies in a table in shared memory.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct DepthPlace
{
    /// <summary>See <see cref="Place.Offset"/>.</summary>
    public int Offset;

    /// <summary>See <see cref="Place.Row"/>.</summary>
    public int Row;

    /// <summary>See <see cref="Place.Column"/>.</summary>
    public int Column;

    /// <summary>How many floats there are from this depth on, 0 to 4.</summary>
    public int Floats;

    public readonly Place Place => new() { Offset = Offset, Row = Row, Column = Column };
}

/// <summary>The places along outer that a thread copies from.</summary>
internal struct CopyPlaces
{
    public Place Outer0;
    public Place Outer1;
    public Place Outer2;
    public Place Outer3;

    /// <summary>Bytes of a copy along outer that lie inside the matrix.</summary>
    public int Bytes;
}

/// <summary>Sizes that all operands share.</summary>
internal static class TensorCopies
{
    /// <summary>Depth of a step: four chunks.</summary>
    public const int Depth = 16;

    /// <summary>Threads of a group: four warps.</summary>
    public const int Threads = 128;

    /// <summary>Steps that the table of depths holds the places of; it has two halves.</summary>
    public const int StepsOfTable = 4;

    /// <summary>Depths of half a table: one for each thread and operand.</summary>
    public const int TableDepth = StepsOfTable * Depth;
}

/// <summary>How one operand of <see cref="TensorGemm{TTile, TPrecision, TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue}"/> comes to shared memory and from there to registers.</summary>
internal static class TensorCopies<TOperand, TWidth>
    where TOperand : struct, IOperand
    where TWidth : struct, ICopyWidth
{
    private const int Depth = TensorCopies.Depth, Threads = TensorCopies.Threads;

    /// <summary>Works out what a thread needs of the outer direction. Rows past the end repeat the last one: what they give is not stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CopyPlaces Begin(TOperand operand, int size, int first, int end, int thread, ArrayView<DepthPlace> outers, int table)
    {
        CopyPlaces places = default;
        if (TOperand.IsDepthContiguous)
        {
            if (TWidth.Floats == 4)
            {
                int row = first + (thread >> 2);
                places.Outer0 = operand.Outer(Math.Min(row, end - 1));
                if (size > 32)
                {
                    places.Outer1 = operand.Outer(Math.Min(row + 32, end - 1));
                }
                if (size > 64)
                {
                    places.Outer2 = operand.Outer(Math.Min(row + 64, end - 1));
                    places.Outer3 = operand.Outer(Math.Min(row + 96, end - 1));
                }
            }
            else if (thread < size)
            {
                var place = operand.Outer(Math.Min(first + thread, end - 1));
                outers[table + thread] = new DepthPlace { Offset = place.Offset, Row = place.Row, Column = place.Column, Floats = 1 };
            }
            return places;
        }
        int outer = first + (thread & (size / TWidth.Floats - 1)) * TWidth.Floats;
        places.Bytes = outer >= end ? 0 : Math.Min(TWidth.Floats, end - outer) * 4;
        places.Outer0 = operand.Outer(outer < end ? outer : first);
        return places;
    }

    /// <summary>Begins to copy a step: this thread's share of size x 16 factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(
        TOperand operand, CopyPlaces places, int size, ArrayView<Float4> shared, int target,
        ArrayView<DepthPlace> depths, int entry, ArrayView<DepthPlace> outers, int table, int thread)
    {
        if (TOperand.IsDepthContiguous && TWidth.Floats == 4)
        {
            CopyRows(operand, places, size, shared, target, depths, entry, thread);
        }
        else if (TWidth.Floats == 4)
        {
            CopyColumns(operand, places, size, shared, target, depths, entry, thread);
        }
        else if (TOperand.IsDepthContiguous)
        {
            CopyRowsByFloats(operand, size, shared, target, depths, entry, outers, table, thread);
        }
        else
        {
            CopyColumnsByFloats(operand, places, size, shared, target, depths, entry, thread);
        }
    }

    /// <summary>Where a lane's block of factors begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LanePlace(int lane, int firstOuter, int size)
    {
        int g = lane >> 2;
        int t = lane & 3;
        return TOperand.IsDepthContiguous ? (firstOuter + 4 * g) * (Depth / 4) + t : 4 * t * (size / 4) + firstOuter / 4 + (g ^ (2 * t));
    }

    /// <summary>Reads a lane's block of factors; the number of the block and its offsets are constants, which the addresses of loads take in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block Load(ArrayView<Float4> shared, int place, int odd, int block, int size)
    {
        if (!TOperand.IsDepthContiguous)
        {
            int pitch = size / 4;
            var chunks = shared.SubView(place, 4 * pitch);
            return new Block
            {
                Row0 = chunks[8 * block], Row1 = chunks[8 * block + pitch], Row2 = chunks[8 * block + 2 * pitch], Row3 = chunks[8 * block + 3 * pitch],
            }.Transposed;
        }
        // Rows 4g and 4g + 1, and 4g + 2 and 4g + 3, are exchanged where g is odd.
        var even = shared.SubView(place + 4 * odd, 2 * Pitch);
        var other = shared.SubView(place + 4 - 4 * odd, 2 * Pitch);
        return new Block { Row0 = even[Pitch * block], Row1 = other[Pitch * block], Row2 = even[Pitch * block + 8], Row3 = other[Pitch * block + 8] };
    }

    // Chunks from a block to that of the next 32 rows.
    private const int Pitch = 32 * Depth / 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRows(
        TOperand operand, CopyPlaces places, int size, ArrayView<Float4> shared, int target, ArrayView<DepthPlace> depths, int entry, int thread)
    {
        int row = thread >> 2;
        int chunk = thread & 3;
        var rows = shared.SubView(target + (row ^ (row >> 2 & 1)) * 4 + chunk, size * 4);
        var depth = depths[entry + 4 * chunk];
        CopyQuad(operand, ref rows[0].X, places.Outer0, depth.Place, depth.Floats * 4);
        if (size > 32)
        {
            CopyQuad(operand, ref rows[Pitch].X, places.Outer1, depth.Place, depth.Floats * 4);
        }
        if (size > 64)
        {
            CopyQuad(operand, ref rows[2 * Pitch].X, places.Outer2, depth.Place, depth.Floats * 4);
            CopyQuad(operand, ref rows[3 * Pitch].X, places.Outer3, depth.Place, depth.Floats * 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyColumns(
        TOperand operand, CopyPlaces places, int size, ArrayView<Float4> shared, int target, ArrayView<DepthPlace> depths, int entry, int thread)
    {
        int pitch = size / 4;
        int chunk = thread & (pitch - 1);
        int depth = thread / pitch;
        int depthsAtOnce = Threads / pitch;
        CopyColumn(operand, places, shared, target, depths, entry, depth, pitch, chunk);
        if (depthsAtOnce < 16)
        {
            CopyColumn(operand, places, shared, target, depths, entry, depth + depthsAtOnce, pitch, chunk);
        }
        if (depthsAtOnce < 8)
        {
            CopyColumn(operand, places, shared, target, depths, entry, depth + 2 * depthsAtOnce, pitch, chunk);
            CopyColumn(operand, places, shared, target, depths, entry, depth + 3 * depthsAtOnce, pitch, chunk);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyColumn(
        TOperand operand, CopyPlaces places, ArrayView<Float4> shared, int target, ArrayView<DepthPlace> depths, int entry, int depth, int pitch, int chunk)
    {
        var entryOfDepth = depths[entry + depth];
        CopyQuad(operand, ref shared[target + depth * pitch + (chunk ^ (depth >> 2) * 2)].X, places.Outer0, entryOfDepth.Place, entryOfDepth.Floats > 0 ? places.Bytes : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyQuad(TOperand operand, ref float target, Place outer, Place depth, int bytes)
    {
        bool isInside = (bytes > 0) & operand.IsInside(outer, depth);
        AsyncCopy.Quad(ref target, ref operand.Memory[isInside ? outer.Offset + depth.Offset : 0], isInside ? bytes : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRowsByFloats(
        TOperand operand, int size, ArrayView<Float4> shared, int target, ArrayView<DepthPlace> depths, int entry, ArrayView<DepthPlace> outers, int table, int thread)
    {
        var floats = shared.Cast<float>();
        int own = thread & (Depth - 1);
        var depth = depths[entry + own];
        for (int row = thread / Depth; row < size; row += Threads / Depth)
        {
            var outer = outers[table + row];
            CopyOne(operand, floats, (target + (row ^ (row >> 2 & 1)) * 4) * 4 + own, outer.Place, depth.Place, depth.Floats);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyColumnsByFloats(
        TOperand operand, CopyPlaces places, int size, ArrayView<Float4> shared, int target, ArrayView<DepthPlace> depths, int entry, int thread)
    {
        var floats = shared.Cast<float>();
        int outer = thread & (size - 1);
        for (int row = thread / size; row < Depth; row += Threads / size)
        {
            var depth = depths[entry + row];
            int chunk = row * (size / 4) + (outer >> 2 ^ (row >> 2) * 2);
            CopyOne(operand, floats, (target + chunk) * 4 + (outer & 3), places.Outer0, depth.Place, Math.Min(depth.Floats, places.Bytes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyOne(TOperand operand, ArrayView<float> shared, int target, Place outer, Place depth, int floats)
    {
        bool isInside = (floats > 0) & operand.IsInside(outer, depth);
        AsyncCopy.One(ref shared[target], ref operand.Memory[isInside ? outer.Offset + depth.Offset : 0], isInside ? 4 : 0);
    }
}
