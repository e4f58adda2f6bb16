namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// Functions that cards only approximate: the exact result, or the farthest that the PTX ISA allows (2 ulp for <c>ex2</c>, 2^-22 for <c>lg2</c>: absolute
/// between 0.5 and 2, relative outside; 2^-20.5 for <c>sin</c> and <c>cos</c> within two turns, 2^-14.7 within a hundred half turns, nothing beyond).
/// </summary>
internal static class Approximation
{
    private const double LogarithmError = 1.0 / (1 << 22);
    private const double NearSineError = 6.743495761743046e-7;
    private const double FarSineError = 3.7571545817410796e-5;

    public static float PowerOfTwo(float a, int side)
    {
        float exact = Canonical.Of((float)Math.Pow(2.0, a));
        if (side == 0 || !float.IsFinite(exact) || a == 0f || float.IsInfinity(a))
        {
            return exact;
        }
        for (int ulp = 0; ulp < 2; ulp++)
        {
            exact = side > 0 ? MathF.BitIncrement(exact) : Math.Max(0f, MathF.BitDecrement(exact));
        }
        return exact;
    }

    public static float LogarithmToTwo(float a, int side)
    {
        double exact = Math.Log2(a);
        if (side == 0 || !double.IsFinite(exact))
        {
            return Canonical.Of((float)exact);
        }
        return Within(exact, a is > 0.5f and < 2f ? LogarithmError : LogarithmError * Math.Abs(exact), side);
    }

    public static float Sine(float a, int side) => Wave(a, Math.Sin(a), side);

    public static float Cosine(float a, int side) => Wave(a, Math.Cos(a), side);

    private static float Wave(float angle, double exact, int side)
    {
        if (side == 0 || !double.IsFinite(exact) || (angle == 0f && exact == 0.0))
        {
            return Canonical.Of((float)exact);
        }
        double turn = Math.Abs((double)angle) / Math.PI;
        return turn > 100 ? side : Within(exact, turn <= 2 ? NearSineError : FarSineError, side);
    }

    /// <summary>The last float that is no farther from the exact result than the error.</summary>
    private static float Within(double exact, double error, int side)
    {
        double bound = exact + (side * error);
        float result = (float)bound;
        if (side > 0 ? result > bound : result < bound)
        {
            result = side > 0 ? MathF.BitDecrement(result) : MathF.BitIncrement(result);
        }
        return result;
    }
}
