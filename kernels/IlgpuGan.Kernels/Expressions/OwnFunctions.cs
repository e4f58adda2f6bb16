using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels.Expressions;

/// <summary>Functions that neither side has, or not accurately enough.</summary>
internal static partial class OwnFunctions
{
    // The hardware's tanh.approx on CUDA has eleven bits; this form is good to a few 1e-7 everywhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tanh(float x) => 1f - 2f / (MathF.Exp(2f * x) + 1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x) =>
        Vector<float>.One - Vector.Create(2f) / LaneFunctions.OnePlusExp(x + x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sigmoid(float x) => 1f / (1f + MathF.Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / LaneFunctions.OnePlusExp(-x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Softplus(float x) => (x > 0f ? x : 0f) + MathF.Log(1f + MathF.Exp(-MathF.Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Softplus(Vector<float> x) => Softplus(x, OnePlusExpOfMinusAbs(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> OnePlusExpOfMinusAbs(Vector<float> x) => LaneFunctions.OnePlusExp(-Vector.Abs(x));

    // The logarithm is one of a number from 1 to 2; of what is no number the maximum is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Softplus(Vector<float> x, Vector<float> onePlusExpOfMinusAbs) =>
        Vector.Max(x, Vector<float>.Zero) + LaneFunctions.LogOfNormal(onePlusExpOfMinusAbs, Vector<float>.Zero);

    /// <summary>See <see cref="Philox.Uniform"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Uniform(Vector<uint> words) =>
        Vector.ConvertToSingle(Vector.ShiftRightLogical(words, 8).As<uint, int>()) * Vector.Create(1f / 16777216f);

    /// <summary>Box and Muller's radius of a uniform number; see <see cref="Philox.Radius(float)"/>. 1 - u is at least 2^-24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Radius(Vector<float> uniform) =>
        Vector.SquareRoot(Vector.Create(2f) * Vector.Abs(LaneFunctions.LogOfNormal(Vector<float>.One - uniform, Vector<float>.Zero)));
}
