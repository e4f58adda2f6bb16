using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels.Expressions;

/// <summary>
/// Exponential, logarithm, sine and cosine for CPU workers, of sums, products and quotients that every processor rounds alike: no fused
/// multiply-add, no branch that neighbouring lanes could take together. So a number's function has the same bits in any lane, of vectors of
/// any length, on any processor; the framework's own have not, and those of C libraries are not one another's.
/// </summary>
/// <remarks>Exponential and logarithm are within 1.1 units in the last place, sine and cosine within 0.51. The coefficients are minimax fits of our own.</remarks>
internal static partial class LaneFunctions
{
    /// <summary>e^x = 2^n e^r, where |r| is at most half of log 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        // Beyond these bounds the result is infinite or zero, and stays so.
        var bounded = Bounded(x, -104f, 89f);
        var (power, shifted) = Power(bounded);
        // In two factors, so that neither is too large or too small for a float where the result is not.
        var exponent = shifted - Vector.Create(Shift).As<float, int>();
        var half = Vector.ShiftRightArithmetic(exponent, 1);
        return power * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <summary>1 + e^x, rounded twice. Of its exponential only that is computed of which something is left beside 1, in fewer steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> OnePlusExp(Vector<float> x)
    {
        var (power, shifted) = Power(Bounded(x, -80f, 89f));
        // Half of it and twice that: the exponent may be 128, which is one too large for a factor.
        var half = power * PowerOfTwo(shifted - Vector.Create(Shift).As<float, int>() - Vector<int>.One);
        return Vector<float>.One + (half + half);
    }

    /// <summary>e^r, and n where it is added to the bits of <see cref="Shift"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<float> Power, Vector<int> Shifted) Power(Vector<float> bounded)
    {
        // A float of 1.5 x 2^23 has no bits behind the point: adding it rounds, and leaves the whole number in the lowest bits.
        var shift = Vector.Create(Shift);
        var shifted = bounded * Vector.Create(1.4426950408889634f) + shift;
        var n = shifted - shift;
        // log 2 in two parts, of which the first has so few bits that its product with n is exact.
        var r = bounded - n * Vector.Create(0.693359375f) - n * Vector.Create(-2.1219444e-4f);
        var q = Vector.Create(1.97901353e-4f);
        q = q * r + Vector.Create(1.39448685e-3f);
        q = q * r + Vector.Create(8.33349834e-3f);
        q = q * r + Vector.Create(4.16662922e-2f);
        q = q * r + Vector.Create(0.166666659f);
        q = q * r + Vector.Create(0.5f);
        return (Vector<float>.One + (r + r * r * q), shifted.As<float, int>());
    }

    /// <summary>log x = n log 2 + 2 artanh(s), where x = 2^n (1 + s) / (1 - s) and |s| is below 0.172.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Log(Vector<float> x)
    {
        // Subnormal numbers have no exponent of their own.
        var isTiny = Vector.LessThan(x, Vector.Create(1.17549435e-38f));
        var normal = Vector.ConditionalSelect(isTiny, x * Vector.Create(8388608f), x);
        var log = LogOfNormal(normal, Vector.ConditionalSelect(isTiny, Vector.Create(23f), Vector<float>.Zero));
        var infinity = Vector.Create(float.PositiveInfinity);
        var other = Vector.ConditionalSelect(Vector.Equals(x, infinity), infinity, Vector.Create(float.NaN));
        other = Vector.ConditionalSelect(Vector.Equals(x, Vector<float>.Zero), -infinity, other);
        var isPositive = Vector.BitwiseAnd(Vector.GreaterThan(x, Vector<float>.Zero), Vector.LessThan(x, infinity));
        return Vector.ConditionalSelect(isPositive, log, other);
    }

    /// <summary>The same of a positive number that is neither infinite nor subnormal, with n less by some.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> LogOfNormal(Vector<float> x, Vector<float> less)
    {
        // The bits of the root of a half: mantissas go from there to the root of two, and a logarithm near 0 comes of n = 0.
        var origin = Vector.Create(0x3F3504F3);
        var bits = x.As<float, int>() - origin;
        var n = Vector.ConvertToSingle(Vector.ShiftRightArithmetic(bits, 23)) - less;
        var f = ((bits & Vector.Create(0x7FFFFF)) + origin).As<int, float>() - Vector<float>.One;
        var s = f / (f + Vector.Create(2f));
        var z = s * s;
        var q = Vector.Create(0.23583569f);
        q = q * z + Vector.Create(0.28537238f);
        q = q * z + Vector.Create(0.40000336f);
        q = q * z + Vector.Create(0.66666666f);
        // log(1 + f) = f - (h - s (h + z q)) with h = f f / 2: the largest part is exact.
        var h = Vector.Create(0.5f) * f * f;
        return n * Vector.Create(0.693359375f) - (h - (s * (h + z * q) + n * Vector.Create(-2.1219444e-4f)) - f);
    }

    /// <summary>e^x of one number.</summary>
    public static float Exp(float x) => Exp(Vector.Create(x))[0];

    /// <summary>log x of one number.</summary>
    public static float Log(float x) => Log(Vector.Create(x))[0];

    /// <summary>Sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sin(Vector<float> x) => SinCos(x).Sin;

    /// <summary>Cosine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Cos(Vector<float> x) => SinCos(x).Cos;

    /// <summary>Both, in double precision up to the last rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Vector<float> Sin, Vector<float> Cos) SinCos(Vector<float> x)
    {
        var (sin, cos) = SinCosNearZero(x);
        if (!Vector.GreaterThanAny(Vector.Abs(x), Vector.Create(MostReduced)))
        {
            return (sin, cos);
        }
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            if (MathF.Abs(x[lane]) > MostReduced)
            {
                (sin, cos) = (Vector.WithElement(sin, lane, MathF.Sin(x[lane])), Vector.WithElement(cos, lane, MathF.Cos(x[lane])));
            }
        }
        return (sin, cos);
    }

    private const float Shift = 12582912f;

    /// <summary>The same of numbers that are not beyond <see cref="MostReduced"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector<float> Sin, Vector<float> Cos) SinCosNearZero(Vector<float> x)
    {
        var (lowSin, lowCos, lowQuarter) = Reduced(Vector.WidenLower(x));
        var (highSin, highCos, highQuarter) = Reduced(Vector.WidenUpper(x));
        Vector<float> s = Vector.Narrow(lowSin, highSin), c = Vector.Narrow(lowCos, highCos);
        var quarter = Vector.Narrow(lowQuarter, highQuarter);
        var isOdd = Vector.Equals(quarter & Vector<int>.One, Vector<int>.One).As<int, float>();
        // The second bit of the quarter, or of the next one, is the sign.
        Vector<int> two = Vector.Create(2), sinSign = Vector.ShiftLeft(quarter & two, 30), cosSign = Vector.ShiftLeft((quarter + Vector<int>.One) & two, 30);
        return (Vector.ConditionalSelect(isOdd, c, s) ^ sinSign.As<int, float>(), Vector.ConditionalSelect(isOdd, s, c) ^ cosSign.As<int, float>());
    }

    // Whole multiples of a quarter turn up to here have an exact product with its first part; beyond, floats are more than ten turns apart.
    private const float MostReduced = 1 << 28;

    /// <summary>Sine and cosine of r, and n in the lowest bits, where x = n pi / 2 + r and |r| is at most a quarter of pi.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<double> Sin, Vector<double> Cos, Vector<long> Quarter) Reduced(Vector<double> x)
    {
        var shift = Vector.Create(6755399441055744.0);
        var shifted = x * Vector.Create(0.6366197723675814) + shift;
        var n = shifted - shift;
        // The first part of half of pi has 25 bits.
        var r = x - n * Vector.Create(1.5707963109016418) - n * Vector.Create(1.5893254773528196e-8);
        var z = r * r;
        var s = Vector.Create(2.718304228682255e-06);
        s = s * z + Vector.Create(-0.00019839334082943179);
        s = s * z + Vector.Create(0.008333329383581603);
        s = s * z + Vector.Create(-0.16666666641606973);
        s = r + r * z * s;
        var c = Vector.Create(-2.7210169223086233e-07);
        c = c * z + Vector.Create(2.479951918995247e-05);
        c = c * z + Vector.Create(-0.001388888375035246);
        c = c * z + Vector.Create(0.04166666662279317);
        c = Vector<double>.One - z * (Vector.Create(0.5) - z * c);
        return (s, c, shifted.As<double, long>());
    }

    /// <summary>x within bounds, and what is no number as it is: of that a processor's own minimum is the second operand, or no number either.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Bounded(Vector<float> x, float low, float high) => Vector.MaxNative(Vector.Create(low), Vector.MinNative(Vector.Create(high), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> PowerOfTwo(Vector<int> n) => Vector.ShiftLeft(n + Vector.Create(127), 23).As<int, float>();
}
