using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// Inner products of rows of 16-bit integers on the processor, exact in 32 bits: where the values need no more digits than that, twice as fast as
/// in floats, and the same on every processor. Rows have an even depth and are read in pairs of neighbours, each pair as one
/// <see cref="int"/>; those of the left side lie in panels [depth / 2, <see cref="Width"/>], those of the right in groups [depth / 2, <see cref="Group"/>].
/// </summary>
internal static class PairProduct
{
    /// <summary>Rows of a group.</summary>
    public const int Group = 6;

    // Two vectors times six sums, two factors, a broadcast one and a product: the sixteen registers that AVX2 has.
    private const int Vectors = 2;

    /// <summary>Rows of a panel.</summary>
    public static int Width => Vectors * Vector<int>.Count;

    /// <summary>result[j * Width + i] = sum over pairs p of panel[p * Width + i] . group[p * Group + j]; the caller's values must be small enough for 32 bits.</summary>
    public static void Multiply(ReadOnlySpan<int> panel, ReadOnlySpan<int> group, Span<int> result)
    {
        int lanes = Vector<int>.Count, pairs = group.Length / Group;
        ArgumentOutOfRangeException.ThrowIfLessThan(panel.Length, pairs * Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, Group * Width);
        ref int a = ref MemoryMarshal.GetReference(panel);
        ref int b = ref MemoryMarshal.GetReference(group);
        Vector<int> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector<int> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (int p = 0; p < pairs; p++)
        {
            var a0 = Vector.LoadUnsafe(ref a);
            var a1 = Vector.LoadUnsafe(ref a, (nuint)lanes);
            var w = new Vector<int>(b);
            c00 += Dot(a0, w);
            c01 += Dot(a1, w);
            w = new Vector<int>(Unsafe.Add(ref b, 1));
            c10 += Dot(a0, w);
            c11 += Dot(a1, w);
            w = new Vector<int>(Unsafe.Add(ref b, 2));
            c20 += Dot(a0, w);
            c21 += Dot(a1, w);
            w = new Vector<int>(Unsafe.Add(ref b, 3));
            c30 += Dot(a0, w);
            c31 += Dot(a1, w);
            w = new Vector<int>(Unsafe.Add(ref b, 4));
            c40 += Dot(a0, w);
            c41 += Dot(a1, w);
            w = new Vector<int>(Unsafe.Add(ref b, 5));
            c50 += Dot(a0, w);
            c51 += Dot(a1, w);
            a = ref Unsafe.Add(ref a, Vectors * lanes);
            b = ref Unsafe.Add(ref b, Group);
        }
        ref int c = ref MemoryMarshal.GetReference(result);
        Vector.StoreUnsafe(c00, ref c);
        Vector.StoreUnsafe(c01, ref c, (nuint)lanes);
        Vector.StoreUnsafe(c10, ref c, (nuint)(2 * lanes));
        Vector.StoreUnsafe(c11, ref c, (nuint)(3 * lanes));
        Vector.StoreUnsafe(c20, ref c, (nuint)(4 * lanes));
        Vector.StoreUnsafe(c21, ref c, (nuint)(5 * lanes));
        Vector.StoreUnsafe(c30, ref c, (nuint)(6 * lanes));
        Vector.StoreUnsafe(c31, ref c, (nuint)(7 * lanes));
        Vector.StoreUnsafe(c40, ref c, (nuint)(8 * lanes));
        Vector.StoreUnsafe(c41, ref c, (nuint)(9 * lanes));
        Vector.StoreUnsafe(c50, ref c, (nuint)(10 * lanes));
        Vector.StoreUnsafe(c51, ref c, (nuint)(11 * lanes));
    }

    // The inner product of each two pairs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Dot(Vector<int> x, Vector<int> y)
    {
        if (Avx512BW.IsSupported && Vector<int>.Count == Vector512<int>.Count)
        {
            return Avx512BW.MultiplyAddAdjacent(x.AsVector512().AsInt16(), y.AsVector512().AsInt16()).AsVector();
        }
        if (Avx2.IsSupported && Vector<int>.Count == Vector256<int>.Count)
        {
            return Avx2.MultiplyAddAdjacent(x.AsVector256().AsInt16(), y.AsVector256().AsInt16()).AsVector();
        }
        if (Sse2.IsSupported && Vector<int>.Count == Vector128<int>.Count)
        {
            return Sse2.MultiplyAddAdjacent(x.AsVector128().AsInt16(), y.AsVector128().AsInt16()).AsVector();
        }
        return (x >> 16) * (y >> 16) + (x << 16 >> 16) * (y << 16 >> 16);
    }
}
