using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Kernels;

/// <summary><see cref="Philox"/> for four neighbouring items at once, a word of each in a 64-bit lane: the products of its rounds are 64 bits long.</summary>
internal static unsafe class PhiloxLanes
{
    /// <summary>Items at once.</summary>
    public const int Count = 4;

    /// <summary>Whether the processor multiplies 32 by 32 bits in lanes.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>The words of items <paramref name="index"/> to <paramref name="index"/> + 3, equal to <see cref="Philox.Generate(uint, uint, uint, uint, uint)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Generate(uint index, uint stream, uint step, uint key0, uint key1, uint* a, uint* b, uint* c, uint* d)
    {
        var low = Vector256.Create(0xFFFFFFFFUL);
        var factorA = Vector256.Create(0xD2511F53UL).AsUInt32();
        var factorC = Vector256.Create(0xCD9E8D57UL).AsUInt32();
        var wordA = Vector256.Create((ulong)index, index + 1u, index + 2u, index + 3u);
        var wordB = Vector256.Create((ulong)stream);
        var wordC = Vector256.Create((ulong)step);
        var wordD = Vector256<ulong>.Zero;
        for (int round = 0; round < 10; round++)
        {
            var left = Avx2.Multiply(wordA.AsUInt32(), factorA);
            var right = Avx2.Multiply(wordC.AsUInt32(), factorC);
            wordA = (right >> 32) ^ wordB ^ Vector256.Create((ulong)key0);
            wordC = (left >> 32) ^ wordD ^ Vector256.Create((ulong)key1);
            wordB = right & low;
            wordD = left & low;
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }
        Store(wordA, a);
        Store(wordB, b);
        Store(wordC, c);
        Store(wordD, d);
    }

    /// <summary>Items at once on a processor with AVX-512.</summary>
    public const int LongCount = 16;

    /// <summary>The words of items <paramref name="index"/> to <paramref name="index"/> + 15, two vectors of eight side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GenerateLong(uint index, uint stream, uint step, uint key0, uint key1, uint* a, uint* b, uint* c, uint* d)
    {
        var factorA = Vector512.Create(0xD2511F53UL).AsUInt32();
        var factorC = Vector512.Create(0xCD9E8D57UL).AsUInt32();
        var keyA = Vector512.Create((ulong)key0);
        var keyC = Vector512.Create((ulong)key1);
        // What is above the low half of a lane is never read: products take low halves, and sums and differences of bits carry nothing down.
        Vector512<ulong> a0 = Vector512.Create((ulong)index) + Vector512<ulong>.Indices, a1 = a0 + Vector512.Create(8UL);
        Vector512<ulong> b0 = Vector512.Create((ulong)stream), b1 = b0, c0 = Vector512.Create((ulong)step), c1 = c0;
        Vector512<ulong> d0 = Vector512<ulong>.Zero, d1 = d0;
        for (int round = 0; round < 10; round++)
        {
            Vector512<ulong> left0 = Avx512F.Multiply(a0.AsUInt32(), factorA), right0 = Avx512F.Multiply(c0.AsUInt32(), factorC);
            Vector512<ulong> left1 = Avx512F.Multiply(a1.AsUInt32(), factorA), right1 = Avx512F.Multiply(c1.AsUInt32(), factorC);
            a0 = (right0 >> 32) ^ b0 ^ keyA;
            c0 = (left0 >> 32) ^ d0 ^ keyC;
            a1 = (right1 >> 32) ^ b1 ^ keyA;
            c1 = (left1 >> 32) ^ d1 ^ keyC;
            (b0, d0, b1, d1) = (right0, left0, right1, left1);
            keyA += Vector512.Create(0x9E3779B9UL);
            keyC += Vector512.Create(0xBB67AE85UL);
        }
        Vector512.Narrow(a0, a1).Store(a);
        Vector512.Narrow(b0, b1).Store(b);
        Vector512.Narrow(c0, c1).Store(c);
        Vector512.Narrow(d0, d1).Store(d);
    }

    private static void Store(Vector256<ulong> words, uint* target) =>
        Vector128.Narrow(words.GetLower(), words.GetUpper()).Store(target);
}
