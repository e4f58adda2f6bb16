// Written by tests/IlgpuGan.Kernels.Tests/Expressions/LongLanesSource.cs; a test compares.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Kernels.Expressions;

#pragma warning disable CS1591 // each is described beside its shorter twin

public readonly partial struct Exp<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Exp(x);
    }
}

public readonly partial struct Log<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Log(x);
    }
}

public readonly partial struct Sqrt<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector512.Sqrt(x);
    }
}

public readonly partial struct ReciprocalSqrt<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector512<float>.One / Vector512.Sqrt(x);
    }
}

public readonly partial struct Tanh<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return OwnFunctions.Tanh(x);
    }
}

public readonly partial struct Sigmoid<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return OwnFunctions.Sigmoid(x);
    }
}

public readonly partial struct Softplus<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return OwnFunctions.Softplus(x);
    }
}

public readonly partial struct Sin<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Sin(x);
    }
}

public readonly partial struct Cos<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Cos(x);
    }
}

public readonly partial struct Abs<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector512.Abs(x);
    }
}

public readonly partial struct Step<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One, Vector512<float>.Zero);
    }
}

public readonly partial struct Floor<TX>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector512.Floor(x);
    }
}

public readonly partial struct Add<TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a + b;
    }
}

public readonly partial struct Subtract<TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a - b;
    }
}

public readonly partial struct Multiply<TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a * b;
    }
}

public readonly partial struct Divide<TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a / b;
    }
}

public readonly partial struct Maximum<TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), a, b);
    }
}

public readonly partial struct LeakyRelu<TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(a, Vector512<float>.Zero), a, a * b);
    }
}

public readonly partial struct LeakySlope<TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(a, Vector512<float>.Zero), Vector512<float>.One, b);
    }
}

internal static partial class LaneFunctions
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var bounded = Bounded(x, -104f, 89f);
        var (power, shifted) = Power(bounded);
        var exponent = shifted - Vector512.Create(Shift).As<float, int>();
        var half = Vector512.ShiftRightArithmetic(exponent, 1);
        return power * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OnePlusExp(Vector512<float> x)
    {
        var (power, shifted) = Power(Bounded(x, -80f, 89f));
        var half = power * PowerOfTwo(shifted - Vector512.Create(Shift).As<float, int>() - Vector512<int>.One);
        return Vector512<float>.One + (half + half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Power, Vector512<int> Shifted) Power(Vector512<float> bounded)
    {
        var shift = Vector512.Create(Shift);
        var shifted = bounded * Vector512.Create(1.4426950408889634f) + shift;
        var n = shifted - shift;
        var r = bounded - n * Vector512.Create(0.693359375f) - n * Vector512.Create(-2.1219444e-4f);
        var q = Vector512.Create(1.97901353e-4f);
        q = q * r + Vector512.Create(1.39448685e-3f);
        q = q * r + Vector512.Create(8.33349834e-3f);
        q = q * r + Vector512.Create(4.16662922e-2f);
        q = q * r + Vector512.Create(0.166666659f);
        q = q * r + Vector512.Create(0.5f);
        return (Vector512<float>.One + (r + r * r * q), shifted.As<float, int>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        var isTiny = Vector512.LessThan(x, Vector512.Create(1.17549435e-38f));
        var normal = Vector512.ConditionalSelect(isTiny, x * Vector512.Create(8388608f), x);
        var log = LogOfNormal(normal, Vector512.ConditionalSelect(isTiny, Vector512.Create(23f), Vector512<float>.Zero));
        var infinity = Vector512.Create(float.PositiveInfinity);
        var other = Vector512.ConditionalSelect(Vector512.Equals(x, infinity), infinity, Vector512.Create(float.NaN));
        other = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), -infinity, other);
        var isPositive = Vector512.BitwiseAnd(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512.LessThan(x, infinity));
        return Vector512.ConditionalSelect(isPositive, log, other);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogOfNormal(Vector512<float> x, Vector512<float> less)
    {
        var origin = Vector512.Create(0x3F3504F3);
        var bits = x.As<float, int>() - origin;
        var n = Vector512.ConvertToSingle(Vector512.ShiftRightArithmetic(bits, 23)) - less;
        var f = ((bits & Vector512.Create(0x7FFFFF)) + origin).As<int, float>() - Vector512<float>.One;
        var s = f / (f + Vector512.Create(2f));
        var z = s * s;
        var q = Vector512.Create(0.23583569f);
        q = q * z + Vector512.Create(0.28537238f);
        q = q * z + Vector512.Create(0.40000336f);
        q = q * z + Vector512.Create(0.66666666f);
        var h = Vector512.Create(0.5f) * f * f;
        return n * Vector512.Create(0.693359375f) - (h - (s * (h + z * q) + n * Vector512.Create(-2.1219444e-4f)) - f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sin(Vector512<float> x) => SinCos(x).Sin;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Cos(Vector512<float> x) => SinCos(x).Cos;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Vector512<float> Sin, Vector512<float> Cos) SinCos(Vector512<float> x)
    {
        var (sin, cos) = SinCosNearZero(x);
        if (!Vector512.GreaterThanAny(Vector512.Abs(x), Vector512.Create(MostReduced)))
        {
            return (sin, cos);
        }
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
        {
            if (MathF.Abs(x[lane]) > MostReduced)
            {
                (sin, cos) = (Vector512.WithElement(sin, lane, MathF.Sin(x[lane])), Vector512.WithElement(cos, lane, MathF.Cos(x[lane])));
            }
        }
        return (sin, cos);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Sin, Vector512<float> Cos) SinCosNearZero(Vector512<float> x)
    {
        var (lowSin, lowCos, lowQuarter) = Reduced(Vector512.WidenLower(x));
        var (highSin, highCos, highQuarter) = Reduced(Vector512.WidenUpper(x));
        Vector512<float> s = Vector512.Narrow(lowSin, highSin), c = Vector512.Narrow(lowCos, highCos);
        var quarter = Vector512.Narrow(lowQuarter, highQuarter);
        var isOdd = Vector512.Equals(quarter & Vector512<int>.One, Vector512<int>.One).As<int, float>();
        Vector512<int> two = Vector512.Create(2), sinSign = Vector512.ShiftLeft(quarter & two, 30), cosSign = Vector512.ShiftLeft((quarter + Vector512<int>.One) & two, 30);
        return (Vector512.ConditionalSelect(isOdd, c, s) ^ sinSign.As<int, float>(), Vector512.ConditionalSelect(isOdd, s, c) ^ cosSign.As<int, float>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Sin, Vector512<double> Cos, Vector512<long> Quarter) Reduced(Vector512<double> x)
    {
        var shift = Vector512.Create(6755399441055744.0);
        var shifted = x * Vector512.Create(0.6366197723675814) + shift;
        var n = shifted - shift;
        var r = x - n * Vector512.Create(1.5707963109016418) - n * Vector512.Create(1.5893254773528196e-8);
        var z = r * r;
        var s = Vector512.Create(2.718304228682255e-06);
        s = s * z + Vector512.Create(-0.00019839334082943179);
        s = s * z + Vector512.Create(0.008333329383581603);
        s = s * z + Vector512.Create(-0.16666666641606973);
        s = r + r * z * s;
        var c = Vector512.Create(-2.7210169223086233e-07);
        c = c * z + Vector512.Create(2.479951918995247e-05);
        c = c * z + Vector512.Create(-0.001388888375035246);
        c = c * z + Vector512.Create(0.04166666662279317);
        c = Vector512<double>.One - z * (Vector512.Create(0.5) - z * c);
        return (s, c, shifted.As<double, long>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Bounded(Vector512<float> x, float low, float high) => Vector512.MaxNative(Vector512.Create(low), Vector512.MinNative(Vector512.Create(high), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> n) => Vector512.ShiftLeft(n + Vector512.Create(127), 23).As<int, float>();
}

public readonly partial struct Full<TSlot>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        Unsafe.ReadUnaligned<Vector512<float>>(TSlot.Pointer(operands) + index);
}

public readonly partial struct FullInPairs<TSlot>
{
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator)
    {
        var numbers = (ushort*)TSlot.Pointer(operands) + index;
        var lanes = Vector512<float>.Zero;
        for (int i = 0; i < Vector512<float>.Count; i++)
        {
            lanes = lanes.WithElement(i, BitConverter.UInt32BitsToSingle((uint)numbers[i] << 16));
        }
        return lanes;
    }
}

public readonly partial struct PerColumn<TSlot>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        Unsafe.ReadUnaligned<Vector512<float>>(TSlot.Pointer(operands) + column);
}

public readonly partial struct PerRow<TSlot>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        Vector512.Create(TSlot.Pointer(operands)[row]);
}

public readonly partial struct PerImage<TSlot>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        Unsafe.ReadUnaligned<Vector512<float>>(TSlot.Pointer(operands) + operands.Image(row) * operands.Columns + column);
}

public readonly partial struct Single<TSlot>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        Vector512.Create(TSlot.Pointer(operands)[0]);
}

public readonly partial struct Number<TSlot>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        Vector512.Create(TSlot.HostConstant(operands));
}

public readonly partial struct Accumulator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        accumulator;
}

public readonly partial struct Normalize<TX, TMean, TRstd, TGamma, TBeta>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator) =>
        (TX.Lanes(operands, index, row, column, accumulator) - TMean.Lanes(operands, index, row, column, accumulator))
        * (TRstd.Lanes(operands, index, row, column, accumulator) * TGamma.Lanes(operands, index, row, column, accumulator))
        + TBeta.Lanes(operands, index, row, column, accumulator);
}

internal static partial class OwnFunctions
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) =>
        Vector512<float>.One - Vector512.Create(2f) / LaneFunctions.OnePlusExp(x + x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / LaneFunctions.OnePlusExp(-x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x) => Softplus(x, OnePlusExpOfMinusAbs(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OnePlusExpOfMinusAbs(Vector512<float> x) => LaneFunctions.OnePlusExp(-Vector512.Abs(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x, Vector512<float> onePlusExpOfMinusAbs) =>
        Vector512.Max(x, Vector512<float>.Zero) + LaneFunctions.LogOfNormal(onePlusExpOfMinusAbs, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Uniform(Vector512<uint> words) =>
        Vector512.ConvertToSingle(Vector512.ShiftRightLogical(words, 8).As<uint, int>()) * Vector512.Create(1f / 16777216f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Radius(Vector512<float> uniform) =>
        Vector512.Sqrt(Vector512.Create(2f) * Vector512.Abs(LaneFunctions.LogOfNormal(Vector512<float>.One - uniform, Vector512<float>.Zero)));
}
