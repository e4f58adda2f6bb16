using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>Where the four floats of a <see cref="Float4"/> come from, as far as their outer indices decide it.</summary>
public struct Place4
{
    /// <summary>Float 0, and all where they share a place.</summary>
    public Place X;

    /// <summary>Float 1.</summary>
    public Place Y;

    /// <summary>Float 2.</summary>
    public Place Z;

    /// <summary>Float 3.</summary>
    public Place W;
}

/// <summary>
/// The way of one operand's blocks into shared memory, where they lie as [depth, outer + 4]. Each thread carries several times four floats,
/// and neighbouring threads read neighbours in memory. What lies behind the last row or column repeats it, for nobody reads its sums; terms
/// behind the last are zero.
/// </summary>
internal static class TileLoader<TOperand, TWidth, TSide>
    where TOperand : struct, IOperand
    where TWidth : struct, ICopyWidth
    where TSide : struct, ITileSide
{
    /// <summary>Float4s from one depth to the next; four spare floats keep neighbours along depth out of one bank.</summary>
    public static int Pitch => TSide.Outer / 4 + 1;

    // Steps that lie side by side in memory: threads take them in turn, then go on to the next line.
    private static int Line => (TOperand.IsDepthContiguous ? TSide.Depth : TSide.Outer) / TWidth.Floats;

    // Lines from one float, or four, of a thread to its next.
    private static int Lines => TSide.Threads / Line;

    /// <summary>Places of the rows or columns that a thread carries: once for the whole sum.</summary>
    public static Place4 Outer(TOperand operand, int first, int end, int thread, int part)
    {
        Place4 places = default;
        if (!TOperand.IsDepthContiguous)
        {
            int outer = first + thread % Line * TWidth.Floats;
            places.X = operand.Outer(Least(outer, end - TWidth.Floats));
        }
        else if (TWidth.Floats == 4)
        {
            places.X = operand.Outer(Least(first + thread / Line + part * Lines, end - 1));
        }
        else
        {
            int outer = first + thread / Line + 4 * part * Lines;
            places.X = operand.Outer(Least(outer, end - 1));
            places.Y = operand.Outer(Least(outer + Lines, end - 1));
            places.Z = operand.Outer(Least(outer + 2 * Lines, end - 1));
            places.W = operand.Outer(Least(outer + 3 * Lines, end - 1));
        }
        return places;
    }

    /// <summary>Place along depth of all that a thread carries, where that is one place: once for a block.</summary>
    public static Place Depth(TOperand operand, int depth, int end, int thread) =>
        TOperand.IsDepthContiguous ? operand.Depth(Least(depth + thread % Line * TWidth.Floats, end - 1)) : default;

    /// <summary>Reads what a thread carries of the block that begins at a depth.</summary>
    public static Float4 Fetch(TOperand operand, Place4 outer, Place place, int depth, int end, int thread, int part)
    {
        Float4 values = default;
        if (TOperand.IsDepthContiguous)
        {
            bool isTerm = depth + thread % Line * TWidth.Floats < end;
            if (TWidth.Floats == 4)
            {
                return Four(operand, outer.X, place, isTerm);
            }
            values.X = One(operand, outer.X, place, isTerm);
            values.Y = One(operand, outer.Y, place, isTerm);
            values.Z = One(operand, outer.Z, place, isTerm);
            values.W = One(operand, outer.W, place, isTerm);
            return values;
        }
        if (TWidth.Floats == 4)
        {
            int at = depth + thread / Line + part * Lines;
            return Four(operand, outer.X, operand.Depth(Least(at, end - 1)), at < end);
        }
        int term = depth + thread / Line + 4 * part * Lines;
        values.X = One(operand, outer.X, operand.Depth(Least(term, end - 1)), term < end);
        values.Y = One(operand, outer.X, operand.Depth(Least(term + Lines, end - 1)), term + Lines < end);
        values.Z = One(operand, outer.X, operand.Depth(Least(term + 2 * Lines, end - 1)), term + 2 * Lines < end);
        values.W = One(operand, outer.X, operand.Depth(Least(term + 3 * Lines, end - 1)), term + 3 * Lines < end);
        return values;
    }

    /// <summary>Lays what a thread carries into shared memory.</summary>
    /// <remarks>
    /// Which is allocated as floats and looked at as <see cref="Float4"/>, never the other way round: Mesa's OpenCL loses the index of an array of
    /// structs that is looked at as floats, without a word. ILGPU aligns the array for its widest access all the same.
    /// </remarks>
    public static void Store(ArrayView<Float4> shared, Float4 values, int thread, int part)
    {
        int line = thread / Line;
        int step = thread % Line;
        if (!TOperand.IsDepthContiguous && TWidth.Floats == 4)
        {
            shared[(line + part * Lines) * Pitch + step] = values;
            return;
        }
        // Floats from one of the four to the next, and of the first.
        int stride = TOperand.IsDepthContiguous ? (TWidth.Floats == 4 ? 4 * Pitch : Lines) : 4 * Pitch * Lines;
        int first = !TOperand.IsDepthContiguous ? (line + 4 * part * Lines) * 4 * Pitch + step
            : TWidth.Floats == 4 ? step * 16 * Pitch + line + part * Lines
            : step * 4 * Pitch + line + 4 * part * Lines;
        var floats = shared.Cast<float>();
        floats[first] = values.X;
        floats[first + stride] = values.Y;
        floats[first + 2 * stride] = values.Z;
        floats[first + 3 * stride] = values.W;
    }

    private static float One(TOperand operand, Place outer, Place depth, bool isTerm)
    {
        bool isInside = isTerm && operand.IsInside(outer, depth);
        int index = isInside ? outer.Offset + depth.Offset : 0;
        return isInside ? operand.Memory[index] : 0f;
    }

    private static Float4 Four(TOperand operand, Place outer, Place depth, bool isTerm)
    {
        bool isInside = isTerm && operand.IsInside(outer, depth);
        int index = isInside ? (outer.Offset + depth.Offset) / 4 : 0;
        return isInside ? operand.Memory.Cast<Float4>()[index] : default;
    }

    private static int Least(int a, int b) => a < b ? a : b;
}
