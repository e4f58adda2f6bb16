using IlgpuGan.Kernels.Intrinsics;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// Tensors of bfloat16 numbers, 8 bits of mantissa, in memory of floats: two neighbours lie in the place of one float, the first in the lower half. They are
/// rounded once, to nearest, ties to even, where they are written; as floats they are read exactly.
/// </summary>
public static class Pairs
{
    /// <summary>Floats of memory that so many numbers take.</summary>
    public static long Words(long numbers) => (numbers + 1) / 2;

    /// <summary>One number of a tensor.</summary>
    public static float One(ArrayView<float> view, int index)
    {
        uint word = Interop.FloatAsInt(view[index >> 1]);
        return (index & 1) == 0 ? Lower(word) : Upper(word);
    }

    /// <summary>The four numbers from an index on, a multiple of four, of a view that lies on 8 bytes.</summary>
    public static Float4 At(ArrayView<float> view, int index)
    {
        var words = view.AsAligned(8).Cast<TwoWords>()[index >> 2];
        return new() { X = Lower(words.X), Y = Upper(words.X), Z = Lower(words.Y), W = Upper(words.Y) };
    }

    /// <summary>Rounds and stores four numbers from an index on, a multiple of four, of a view that lies on 8 bytes.</summary>
    public static void Set(ArrayView<float> view, int index, Float4 values) => view.AsAligned(8).Cast<TwoWords>()[index >> 2] = new()
    {
        X = Scalar.RoundToPair(values.X, values.Y),
        Y = Scalar.RoundToPair(values.Z, values.W),
    };

    private static float Lower(uint word) => Interop.IntAsFloat(word << 16);

    private static float Upper(uint word) => Interop.IntAsFloat(word & 0xffff0000);

    private struct TwoWords
    {
        public uint X;
        public uint Y;
    }
}
