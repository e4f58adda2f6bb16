using System.Numerics;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What a card gives wherever a result is no number.</summary>
internal static class Canonical
{
    public const uint NaN = 0x7FFFFFFF;

    public static Vector<float> Of(Vector<float> a) => Vector.ConditionalSelect(Vector.AsVectorSingle(Vector.Equals(a, a)), a, Vector.AsVectorSingle(new Vector<uint>(NaN)));

    public static float Of(float a) => float.IsNaN(a) ? BitConverter.UInt32BitsToSingle(NaN) : a;
}

internal readonly struct AddInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => a + b;
}

internal readonly struct SubtractInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => a - b;
}

internal readonly struct MultiplyInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => a * b;
}

internal readonly struct MultiplyAddInt32 : ITernary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b, Vector<int> c) => (a * b) + c;
}

internal readonly struct NegateInt32 : IUnary<int>
{
    public static Vector<int> Of(Vector<int> a) => -a;
}

internal readonly struct MinInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => Vector.Min(a, b);
}

internal readonly struct MinUInt32 : IBinary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b) => Vector.Min(a, b);
}

internal readonly struct MaxInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => Vector.Max(a, b);
}

internal readonly struct MaxUInt32 : IBinary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b) => Vector.Max(a, b);
}

internal readonly struct AddInt64 : IBinary<long>
{
    public static Vector<long> Of(Vector<long> a, Vector<long> b) => a + b;
}

internal readonly struct SubtractInt64 : IBinary<long>
{
    public static Vector<long> Of(Vector<long> a, Vector<long> b) => a - b;
}

internal readonly struct MultiplyInt64 : IBinary<long>
{
    public static Vector<long> Of(Vector<long> a, Vector<long> b) => a * b;
}

internal readonly struct MultiplyAddInt64 : ITernary<long>
{
    public static Vector<long> Of(Vector<long> a, Vector<long> b, Vector<long> c) => (a * b) + c;
}

internal readonly struct And : IBinary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b) => a & b;
}

internal readonly struct Or : IBinary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b) => a | b;
}

internal readonly struct Xor : IBinary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b) => a ^ b;
}

internal readonly struct Not : IUnary<uint>
{
    public static Vector<uint> Of(Vector<uint> a) => ~a;
}

internal readonly struct Select : ITernary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b, Vector<uint> c) => Vector.ConditionalSelect(c, a, b);
}

internal readonly struct EqualInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => Vector.Equals(a, b);
}

internal readonly struct NotEqualInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => ~Vector.Equals(a, b);
}

internal readonly struct LessInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => Vector.LessThan(a, b);
}

internal readonly struct LessOrEqualInt32 : IBinary<int>
{
    public static Vector<int> Of(Vector<int> a, Vector<int> b) => Vector.LessThanOrEqual(a, b);
}

internal readonly struct LessUInt32 : IBinary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b) => Vector.LessThan(a, b);
}

internal readonly struct LessOrEqualUInt32 : IBinary<uint>
{
    public static Vector<uint> Of(Vector<uint> a, Vector<uint> b) => Vector.LessThanOrEqual(a, b);
}

internal readonly struct EqualFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(Vector.Equals(a, b));
}

/// <summary>Ordered: false where a side is no number.</summary>
internal readonly struct NotEqualFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(Vector.LessThan(a, b) | Vector.GreaterThan(a, b));
}

internal readonly struct LessFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(Vector.LessThan(a, b));
}

internal readonly struct LessOrEqualFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(Vector.LessThanOrEqual(a, b));
}

internal readonly struct NotLessFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(~Vector.LessThan(a, b));
}

internal readonly struct NotLessOrEqualFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(~Vector.LessThanOrEqual(a, b));
}

internal readonly struct EqualOrUnorderedFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(~(Vector.LessThan(a, b) | Vector.GreaterThan(a, b)));
}

internal readonly struct NotEqualOrUnorderedFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(~Vector.Equals(a, b));
}

internal readonly struct OrderedFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(Vector.Equals(a, a) & Vector.Equals(b, b));
}

internal readonly struct UnorderedFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Vector.AsVectorSingle(~(Vector.Equals(a, a) & Vector.Equals(b, b)));
}

internal readonly struct AddFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Canonical.Of(a + b);
}

internal readonly struct SubtractFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Canonical.Of(a - b);
}

internal readonly struct MultiplyFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Canonical.Of(a * b);
}

internal readonly struct DivideFloat : IBinary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b) => Canonical.Of(a / b);
}

internal readonly struct MultiplyAddFloat : ITernary<float>
{
    public static Vector<float> Of(Vector<float> a, Vector<float> b, Vector<float> c) => Canonical.Of(Vector.FusedMultiplyAdd(a, b, c));
}

internal readonly struct NegateFloat : IUnary<uint>
{
    public static Vector<uint> Of(Vector<uint> a) => a ^ new Vector<uint>(0x80000000);
}

internal readonly struct AbsoluteFloat : IUnary<uint>
{
    public static Vector<uint> Of(Vector<uint> a) => a & new Vector<uint>(0x7FFFFFFF);
}

internal readonly struct SquareRootFloat : IUnary<float>
{
    public static Vector<float> Of(Vector<float> a) => Canonical.Of(Vector.SquareRoot(a));
}

internal readonly struct ReciprocalFloat : IUnary<float>
{
    public static Vector<float> Of(Vector<float> a) => Canonical.Of(Vector<float>.One / a);
}
