using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// Inner products of many rows with many others, on the processor: all that distances between feature sets spend their time in. Rows of the left side lie
/// in panels [depth, <see cref="Width"/>], those of the right in quads [depth, 4]; one call keeps its 4 x <see cref="Width"/> sums in registers.
/// </summary>
internal static class PanelProduct
{
    /// <summary>Rows of a quad.</summary>
    public const int Quad = 4;

    // Three vectors times four sums, three factors and a broadcast one: the sixteen registers that AVX2 has.
    private const int Vectors = 3;

    /// <summary>Rows of a panel.</summary>
    public static int Width => Vectors * Vector<float>.Count;

    /// <summary>Lays rows side by side: target[depth index * lanes + row]; rows that are missing become nought.</summary>
    /// <param name="rows">[count, depth]</param>
    /// <param name="depth">Length of a row.</param>
    /// <param name="lanes">Rows that the target has room for.</param>
    /// <param name="target">[depth, lanes]</param>
    public static void Interleave(ReadOnlySpan<float> rows, int depth, int lanes, Span<float> target)
    {
        int count = rows.Length / depth;
        if (count < lanes)
            target.Clear();
        for (int row = 0; row < count; row++)
            SetLane(rows.Slice(row * depth, depth), target, row, lanes);
    }

    /// <summary>Lays one row beside others: target[depth index * lanes + lane].</summary>
    public static void SetLane<T>(ReadOnlySpan<T> row, Span<T> target, int lane, int lanes)
    {
        for (int k = 0; k < row.Length; k++)
            target[k * lanes + lane] = row[k];
    }

    /// <summary>result[j * Width + i] = sum over k of panel[k * Width + i] * quad[k * 4 + j]</summary>
    public static void Multiply(ReadOnlySpan<float> panel, ReadOnlySpan<float> quad, Span<float> result)
    {
        int lanes = Vector<float>.Count, depth = quad.Length / Quad;
        ArgumentOutOfRangeException.ThrowIfLessThan(panel.Length, depth * Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, Quad * Width);
        ref float a = ref MemoryMarshal.GetReference(panel);
        ref float b = ref MemoryMarshal.GetReference(quad);
        Vector<float> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector<float> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        for (int k = 0; k < depth; k++)
        {
            var a0 = Vector.LoadUnsafe(ref a);
            var a1 = Vector.LoadUnsafe(ref a, (nuint)lanes);
            var a2 = Vector.LoadUnsafe(ref a, (nuint)(2 * lanes));
            var w = new Vector<float>(b);
            c00 = Vector.FusedMultiplyAdd(a0, w, c00);
            c01 = Vector.FusedMultiplyAdd(a1, w, c01);
            c02 = Vector.FusedMultiplyAdd(a2, w, c02);
            w = new Vector<float>(Unsafe.Add(ref b, 1));
            c10 = Vector.FusedMultiplyAdd(a0, w, c10);
            c11 = Vector.FusedMultiplyAdd(a1, w, c11);
            c12 = Vector.FusedMultiplyAdd(a2, w, c12);
            w = new Vector<float>(Unsafe.Add(ref b, 2));
            c20 = Vector.FusedMultiplyAdd(a0, w, c20);
            c21 = Vector.FusedMultiplyAdd(a1, w, c21);
            c22 = Vector.FusedMultiplyAdd(a2, w, c22);
            w = new Vector<float>(Unsafe.Add(ref b, 3));
            c30 = Vector.FusedMultiplyAdd(a0, w, c30);
            c31 = Vector.FusedMultiplyAdd(a1, w, c31);
            c32 = Vector.FusedMultiplyAdd(a2, w, c32);
            a = ref Unsafe.Add(ref a, Vectors * lanes);
            b = ref Unsafe.Add(ref b, Quad);
        }
        ref float c = ref MemoryMarshal.GetReference(result);
        Vector.StoreUnsafe(c00, ref c);
        Vector.StoreUnsafe(c01, ref c, (nuint)lanes);
        Vector.StoreUnsafe(c02, ref c, (nuint)(2 * lanes));
        Vector.StoreUnsafe(c10, ref c, (nuint)(3 * lanes));
        Vector.StoreUnsafe(c11, ref c, (nuint)(4 * lanes));
        Vector.StoreUnsafe(c12, ref c, (nuint)(5 * lanes));
        Vector.StoreUnsafe(c20, ref c, (nuint)(6 * lanes));
        Vector.StoreUnsafe(c21, ref c, (nuint)(7 * lanes));
        Vector.StoreUnsafe(c22, ref c, (nuint)(8 * lanes));
        Vector.StoreUnsafe(c30, ref c, (nuint)(9 * lanes));
        Vector.StoreUnsafe(c31, ref c, (nuint)(10 * lanes));
        Vector.StoreUnsafe(c32, ref c, (nuint)(11 * lanes));
    }
}

/// <summary>Rows laid out as quads, to be multiplied with panels of other rows.</summary>
internal sealed class QuadRows
{
    private readonly float[][] quads;

    /// <param name="row">A row by its number.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="depth">Length of a row.</param>
    public QuadRows(Func<int, ReadOnlyMemory<float>> row, int count, int depth)
    {
        (Count, Depth) = (count, depth);
        quads = new float[(count + PanelProduct.Quad - 1) / PanelProduct.Quad][];
        Parallel.For(0, quads.Length, q =>
        {
            var quad = new float[depth * PanelProduct.Quad];
            for (int lane = 0; lane < PanelProduct.Quad && q * PanelProduct.Quad + lane < count; lane++)
                PanelProduct.SetLane(row(q * PanelProduct.Quad + lane).Span[..depth], quad, lane, PanelProduct.Quad);
            quads[q] = quad;
        });
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Length of a row.</summary>
    public int Depth { get; }

    /// <summary>Number of quads, the last possibly filled up with rows of nought.</summary>
    public int Quads => quads.Length;

    /// <summary>One quad, [depth, 4].</summary>
    public ReadOnlySpan<float> this[int quad] => quads[quad];
}
