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

    private static void Store(Vector256<ulong> words, uint* target) =>
        Vector128.Narrow(words.GetLower(), words.GetUpper()).Store(target);
}
