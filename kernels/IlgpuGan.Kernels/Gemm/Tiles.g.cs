// Written by tests/IlgpuGan.Kernels.Tests/Gemm/TileSource.cs; a test compares.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>6 rows of 2 vector(s) of as many floats as the processor's vectors have.</summary>
public readonly unsafe struct TilePortable : ITile
{
    private static int Width => 2 * Vector<float>.Count;

    /// <inheritdoc/>
    public static int Rows => 6;

    /// <inheritdoc/>
    public static int Columns => Width;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a, nint rowStride, nint stepStride, float* b, nint depth, float* output, int* offsets, bool accumulate)
    {
        Vector<float> s0_0 = default, s0_1 = default, s1_0 = default, s1_1 = default, s2_0 = default, s2_1 = default, s3_0 = default, s3_1 = default, s4_0 = default, s4_1 = default, s5_0 = default, s5_1 = default;
        if (accumulate)
        {
            s0_0 = Vector.Load(output + offsets[0]);
            s0_1 = Vector.Load(output + offsets[0] + Vector<float>.Count);
            s1_0 = Vector.Load(output + offsets[1]);
            s1_1 = Vector.Load(output + offsets[1] + Vector<float>.Count);
            s2_0 = Vector.Load(output + offsets[2]);
            s2_1 = Vector.Load(output + offsets[2] + Vector<float>.Count);
            s3_0 = Vector.Load(output + offsets[3]);
            s3_1 = Vector.Load(output + offsets[3] + Vector<float>.Count);
            s4_0 = Vector.Load(output + offsets[4]);
            s4_1 = Vector.Load(output + offsets[4] + Vector<float>.Count);
            s5_0 = Vector.Load(output + offsets[5]);
            s5_1 = Vector.Load(output + offsets[5] + Vector<float>.Count);
        }
        nint twice = 2 * rowStride;
        float* a0 = a;
        float* a3 = a0 + twice + rowStride;
        for (float* end = b + depth * Width; b < end; b += Width)
        {
            var b0 = Vector.Load(b);
            var b1 = Vector.Load(b + Vector<float>.Count);
            var x = new Vector<float>(a0[0]);
            s0_0 = Vector.MultiplyAddEstimate(x, b0, s0_0);
            s0_1 = Vector.MultiplyAddEstimate(x, b1, s0_1);
            x = new Vector<float>(a0[rowStride]);
            s1_0 = Vector.MultiplyAddEstimate(x, b0, s1_0);
            s1_1 = Vector.MultiplyAddEstimate(x, b1, s1_1);
            x = new Vector<float>(a0[twice]);
            s2_0 = Vector.MultiplyAddEstimate(x, b0, s2_0);
            s2_1 = Vector.MultiplyAddEstimate(x, b1, s2_1);
            x = new Vector<float>(a3[0]);
            s3_0 = Vector.MultiplyAddEstimate(x, b0, s3_0);
            s3_1 = Vector.MultiplyAddEstimate(x, b1, s3_1);
            x = new Vector<float>(a3[rowStride]);
            s4_0 = Vector.MultiplyAddEstimate(x, b0, s4_0);
            s4_1 = Vector.MultiplyAddEstimate(x, b1, s4_1);
            x = new Vector<float>(a3[twice]);
            s5_0 = Vector.MultiplyAddEstimate(x, b0, s5_0);
            s5_1 = Vector.MultiplyAddEstimate(x, b1, s5_1);
            a0 += stepStride;
            a3 += stepStride;
        }
        s0_0.Store(output + offsets[0]);
        s0_1.Store(output + offsets[0] + Vector<float>.Count);
        s1_0.Store(output + offsets[1]);
        s1_1.Store(output + offsets[1] + Vector<float>.Count);
        s2_0.Store(output + offsets[2]);
        s2_1.Store(output + offsets[2] + Vector<float>.Count);
        s3_0.Store(output + offsets[3]);
        s3_1.Store(output + offsets[3] + Vector<float>.Count);
        s4_0.Store(output + offsets[4]);
        s4_1.Store(output + offsets[4] + Vector<float>.Count);
        s5_0.Store(output + offsets[5]);
        s5_1.Store(output + offsets[5] + Vector<float>.Count);
    }
}

/// <summary>6 rows of 2 vector(s) of 8 floats.</summary>
public readonly unsafe struct Tile256 : ITile
{
    private const int Width = 16;

    /// <inheritdoc/>
    public static int Rows => 6;

    /// <inheritdoc/>
    public static int Columns => Width;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a, nint rowStride, nint stepStride, float* b, nint depth, float* output, int* offsets, bool accumulate)
    {
        Vector256<float> s0_0 = default, s0_1 = default, s1_0 = default, s1_1 = default, s2_0 = default, s2_1 = default, s3_0 = default, s3_1 = default, s4_0 = default, s4_1 = default, s5_0 = default, s5_1 = default;
        if (accumulate)
        {
            s0_0 = Vector256.Load(output + offsets[0]);
            s0_1 = Vector256.Load(output + offsets[0] + 8);
            s1_0 = Vector256.Load(output + offsets[1]);
            s1_1 = Vector256.Load(output + offsets[1] + 8);
            s2_0 = Vector256.Load(output + offsets[2]);
            s2_1 = Vector256.Load(output + offsets[2] + 8);
            s3_0 = Vector256.Load(output + offsets[3]);
            s3_1 = Vector256.Load(output + offsets[3] + 8);
            s4_0 = Vector256.Load(output + offsets[4]);
            s4_1 = Vector256.Load(output + offsets[4] + 8);
            s5_0 = Vector256.Load(output + offsets[5]);
            s5_1 = Vector256.Load(output + offsets[5] + 8);
        }
        nint twice = 2 * rowStride;
        float* a0 = a;
        float* a3 = a0 + twice + rowStride;
        for (float* end = b + depth * Width; b < end; b += Width)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x = Vector256.Create(a0[0]);
            s0_0 = Vector256.FusedMultiplyAdd(x, b0, s0_0);
            s0_1 = Vector256.FusedMultiplyAdd(x, b1, s0_1);
            x = Vector256.Create(a0[rowStride]);
            s1_0 = Vector256.FusedMultiplyAdd(x, b0, s1_0);
            s1_1 = Vector256.FusedMultiplyAdd(x, b1, s1_1);
            x = Vector256.Create(a0[twice]);
            s2_0 = Vector256.FusedMultiplyAdd(x, b0, s2_0);
            s2_1 = Vector256.FusedMultiplyAdd(x, b1, s2_1);
            x = Vector256.Create(a3[0]);
            s3_0 = Vector256.FusedMultiplyAdd(x, b0, s3_0);
            s3_1 = Vector256.FusedMultiplyAdd(x, b1, s3_1);
            x = Vector256.Create(a3[rowStride]);
            s4_0 = Vector256.FusedMultiplyAdd(x, b0, s4_0);
            s4_1 = Vector256.FusedMultiplyAdd(x, b1, s4_1);
            x = Vector256.Create(a3[twice]);
            s5_0 = Vector256.FusedMultiplyAdd(x, b0, s5_0);
            s5_1 = Vector256.FusedMultiplyAdd(x, b1, s5_1);
            a0 += stepStride;
            a3 += stepStride;
        }
        s0_0.Store(output + offsets[0]);
        s0_1.Store(output + offsets[0] + 8);
        s1_0.Store(output + offsets[1]);
        s1_1.Store(output + offsets[1] + 8);
        s2_0.Store(output + offsets[2]);
        s2_1.Store(output + offsets[2] + 8);
        s3_0.Store(output + offsets[3]);
        s3_1.Store(output + offsets[3] + 8);
        s4_0.Store(output + offsets[4]);
        s4_1.Store(output + offsets[4] + 8);
        s5_0.Store(output + offsets[5]);
        s5_1.Store(output + offsets[5] + 8);
    }
}

/// <summary>12 rows of 1 vector(s) of 8 floats.</summary>
public readonly unsafe struct Tile256Narrow : ITile
{
    private const int Width = 8;

    /// <inheritdoc/>
    public static int Rows => 12;

    /// <inheritdoc/>
    public static int Columns => Width;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a, nint rowStride, nint stepStride, float* b, nint depth, float* output, int* offsets, bool accumulate)
    {
        Vector256<float> s0_0 = default, s1_0 = default, s2_0 = default, s3_0 = default, s4_0 = default, s5_0 = default, s6_0 = default, s7_0 = default, s8_0 = default, s9_0 = default, s10_0 = default, s11_0 = default;
        if (accumulate)
        {
            s0_0 = Vector256.Load(output + offsets[0]);
            s1_0 = Vector256.Load(output + offsets[1]);
            s2_0 = Vector256.Load(output + offsets[2]);
            s3_0 = Vector256.Load(output + offsets[3]);
            s4_0 = Vector256.Load(output + offsets[4]);
            s5_0 = Vector256.Load(output + offsets[5]);
            s6_0 = Vector256.Load(output + offsets[6]);
            s7_0 = Vector256.Load(output + offsets[7]);
            s8_0 = Vector256.Load(output + offsets[8]);
            s9_0 = Vector256.Load(output + offsets[9]);
            s10_0 = Vector256.Load(output + offsets[10]);
            s11_0 = Vector256.Load(output + offsets[11]);
        }
        nint twice = 2 * rowStride;
        float* a0 = a;
        float* a3 = a0 + twice + rowStride;
        float* a6 = a3 + twice + rowStride;
        float* a9 = a6 + twice + rowStride;
        for (float* end = b + depth * Width; b < end; b += Width)
        {
            var b0 = Vector256.Load(b);
            var x = Vector256.Create(a0[0]);
            s0_0 = Vector256.FusedMultiplyAdd(x, b0, s0_0);
            x = Vector256.Create(a0[rowStride]);
            s1_0 = Vector256.FusedMultiplyAdd(x, b0, s1_0);
            x = Vector256.Create(a0[twice]);
            s2_0 = Vector256.FusedMultiplyAdd(x, b0, s2_0);
            x = Vector256.Create(a3[0]);
            s3_0 = Vector256.FusedMultiplyAdd(x, b0, s3_0);
            x = Vector256.Create(a3[rowStride]);
            s4_0 = Vector256.FusedMultiplyAdd(x, b0, s4_0);
            x = Vector256.Create(a3[twice]);
            s5_0 = Vector256.FusedMultiplyAdd(x, b0, s5_0);
            x = Vector256.Create(a6[0]);
            s6_0 = Vector256.FusedMultiplyAdd(x, b0, s6_0);
            x = Vector256.Create(a6[rowStride]);
            s7_0 = Vector256.FusedMultiplyAdd(x, b0, s7_0);
            x = Vector256.Create(a6[twice]);
            s8_0 = Vector256.FusedMultiplyAdd(x, b0, s8_0);
            x = Vector256.Create(a9[0]);
            s9_0 = Vector256.FusedMultiplyAdd(x, b0, s9_0);
            x = Vector256.Create(a9[rowStride]);
            s10_0 = Vector256.FusedMultiplyAdd(x, b0, s10_0);
            x = Vector256.Create(a9[twice]);
            s11_0 = Vector256.FusedMultiplyAdd(x, b0, s11_0);
            a0 += stepStride;
            a3 += stepStride;
            a6 += stepStride;
            a9 += stepStride;
        }
        s0_0.Store(output + offsets[0]);
        s1_0.Store(output + offsets[1]);
        s2_0.Store(output + offsets[2]);
        s3_0.Store(output + offsets[3]);
        s4_0.Store(output + offsets[4]);
        s5_0.Store(output + offsets[5]);
        s6_0.Store(output + offsets[6]);
        s7_0.Store(output + offsets[7]);
        s8_0.Store(output + offsets[8]);
        s9_0.Store(output + offsets[9]);
        s10_0.Store(output + offsets[10]);
        s11_0.Store(output + offsets[11]);
    }
}

/// <summary>12 rows of 2 vector(s) of 16 floats.</summary>
public readonly unsafe struct Tile512 : ITile
{
    private const int Width = 32;

    /// <inheritdoc/>
    public static int Rows => 12;

    /// <inheritdoc/>
    public static int Columns => Width;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a, nint rowStride, nint stepStride, float* b, nint depth, float* output, int* offsets, bool accumulate)
    {
        Vector512<float> s0_0 = default, s0_1 = default, s1_0 = default, s1_1 = default, s2_0 = default, s2_1 = default, s3_0 = default, s3_1 = default, s4_0 = default, s4_1 = default, s5_0 = default, s5_1 = default, s6_0 = default, s6_1 = default, s7_0 = default, s7_1 = default, s8_0 = default, s8_1 = default, s9_0 = default, s9_1 = default, s10_0 = default, s10_1 = default, s11_0 = default, s11_1 = default;
        if (accumulate)
        {
            s0_0 = Vector512.Load(output + offsets[0]);
            s0_1 = Vector512.Load(output + offsets[0] + 16);
            s1_0 = Vector512.Load(output + offsets[1]);
            s1_1 = Vector512.Load(output + offsets[1] + 16);
            s2_0 = Vector512.Load(output + offsets[2]);
            s2_1 = Vector512.Load(output + offsets[2] + 16);
            s3_0 = Vector512.Load(output + offsets[3]);
            s3_1 = Vector512.Load(output + offsets[3] + 16);
            s4_0 = Vector512.Load(output + offsets[4]);
            s4_1 = Vector512.Load(output + offsets[4] + 16);
            s5_0 = Vector512.Load(output + offsets[5]);
            s5_1 = Vector512.Load(output + offsets[5] + 16);
            s6_0 = Vector512.Load(output + offsets[6]);
            s6_1 = Vector512.Load(output + offsets[6] + 16);
            s7_0 = Vector512.Load(output + offsets[7]);
            s7_1 = Vector512.Load(output + offsets[7] + 16);
            s8_0 = Vector512.Load(output + offsets[8]);
            s8_1 = Vector512.Load(output + offsets[8] + 16);
            s9_0 = Vector512.Load(output + offsets[9]);
            s9_1 = Vector512.Load(output + offsets[9] + 16);
            s10_0 = Vector512.Load(output + offsets[10]);
            s10_1 = Vector512.Load(output + offsets[10] + 16);
            s11_0 = Vector512.Load(output + offsets[11]);
            s11_1 = Vector512.Load(output + offsets[11] + 16);
        }
        nint twice = 2 * rowStride;
        float* a0 = a;
        float* a3 = a0 + twice + rowStride;
        float* a6 = a3 + twice + rowStride;
        float* a9 = a6 + twice + rowStride;
        for (float* end = b + depth * Width; b < end; b += Width)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x = Vector512.Create(a0[0]);
            s0_0 = Vector512.FusedMultiplyAdd(x, b0, s0_0);
            s0_1 = Vector512.FusedMultiplyAdd(x, b1, s0_1);
            x = Vector512.Create(a0[rowStride]);
            s1_0 = Vector512.FusedMultiplyAdd(x, b0, s1_0);
            s1_1 = Vector512.FusedMultiplyAdd(x, b1, s1_1);
            x = Vector512.Create(a0[twice]);
            s2_0 = Vector512.FusedMultiplyAdd(x, b0, s2_0);
            s2_1 = Vector512.FusedMultiplyAdd(x, b1, s2_1);
            x = Vector512.Create(a3[0]);
            s3_0 = Vector512.FusedMultiplyAdd(x, b0, s3_0);
            s3_1 = Vector512.FusedMultiplyAdd(x, b1, s3_1);
            x = Vector512.Create(a3[rowStride]);
            s4_0 = Vector512.FusedMultiplyAdd(x, b0, s4_0);
            s4_1 = Vector512.FusedMultiplyAdd(x, b1, s4_1);
            x = Vector512.Create(a3[twice]);
            s5_0 = Vector512.FusedMultiplyAdd(x, b0, s5_0);
            s5_1 = Vector512.FusedMultiplyAdd(x, b1, s5_1);
            x = Vector512.Create(a6[0]);
            s6_0 = Vector512.FusedMultiplyAdd(x, b0, s6_0);
            s6_1 = Vector512.FusedMultiplyAdd(x, b1, s6_1);
            x = Vector512.Create(a6[rowStride]);
            s7_0 = Vector512.FusedMultiplyAdd(x, b0, s7_0);
            s7_1 = Vector512.FusedMultiplyAdd(x, b1, s7_1);
            x = Vector512.Create(a6[twice]);
            s8_0 = Vector512.FusedMultiplyAdd(x, b0, s8_0);
            s8_1 = Vector512.FusedMultiplyAdd(x, b1, s8_1);
            x = Vector512.Create(a9[0]);
            s9_0 = Vector512.FusedMultiplyAdd(x, b0, s9_0);
            s9_1 = Vector512.FusedMultiplyAdd(x, b1, s9_1);
            x = Vector512.Create(a9[rowStride]);
            s10_0 = Vector512.FusedMultiplyAdd(x, b0, s10_0);
            s10_1 = Vector512.FusedMultiplyAdd(x, b1, s10_1);
            x = Vector512.Create(a9[twice]);
            s11_0 = Vector512.FusedMultiplyAdd(x, b0, s11_0);
            s11_1 = Vector512.FusedMultiplyAdd(x, b1, s11_1);
            a0 += stepStride;
            a3 += stepStride;
            a6 += stepStride;
            a9 += stepStride;
        }
        s0_0.Store(output + offsets[0]);
        s0_1.Store(output + offsets[0] + 16);
        s1_0.Store(output + offsets[1]);
        s1_1.Store(output + offsets[1] + 16);
        s2_0.Store(output + offsets[2]);
        s2_1.Store(output + offsets[2] + 16);
        s3_0.Store(output + offsets[3]);
        s3_1.Store(output + offsets[3] + 16);
        s4_0.Store(output + offsets[4]);
        s4_1.Store(output + offsets[4] + 16);
        s5_0.Store(output + offsets[5]);
        s5_1.Store(output + offsets[5] + 16);
        s6_0.Store(output + offsets[6]);
        s6_1.Store(output + offsets[6] + 16);
        s7_0.Store(output + offsets[7]);
        s7_1.Store(output + offsets[7] + 16);
        s8_0.Store(output + offsets[8]);
        s8_1.Store(output + offsets[8] + 16);
        s9_0.Store(output + offsets[9]);
        s9_1.Store(output + offsets[9] + 16);
        s10_0.Store(output + offsets[10]);
        s10_1.Store(output + offsets[10] + 16);
        s11_0.Store(output + offsets[11]);
        s11_1.Store(output + offsets[11] + 16);
    }
}

/// <summary>24 rows of 1 vector(s) of 16 floats.</summary>
public readonly unsafe struct Tile512Narrow : ITile
{
    private const int Width = 16;

    /// <inheritdoc/>
    public static int Rows => 24;

    /// <inheritdoc/>
    public static int Columns => Width;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a, nint rowStride, nint stepStride, float* b, nint depth, float* output, int* offsets, bool accumulate)
    {
        Vector512<float> s0_0 = default, s1_0 = default, s2_0 = default, s3_0 = default, s4_0 = default, s5_0 = default, s6_0 = default, s7_0 = default, s8_0 = default, s9_0 = default, s10_0 = default, s11_0 = default, s12_0 = default, s13_0 = default, s14_0 = default, s15_0 = default, s16_0 = default, s17_0 = default, s18_0 = default, s19_0 = default, s20_0 = default, s21_0 = default, s22_0 = default, s23_0 = default;
        if (accumulate)
        {
            s0_0 = Vector512.Load(output + offsets[0]);
            s1_0 = Vector512.Load(output + offsets[1]);
            s2_0 = Vector512.Load(output + offsets[2]);
            s3_0 = Vector512.Load(output + offsets[3]);
            s4_0 = Vector512.Load(output + offsets[4]);
            s5_0 = Vector512.Load(output + offsets[5]);
            s6_0 = Vector512.Load(output + offsets[6]);
            s7_0 = Vector512.Load(output + offsets[7]);
            s8_0 = Vector512.Load(output + offsets[8]);
            s9_0 = Vector512.Load(output + offsets[9]);
            s10_0 = Vector512.Load(output + offsets[10]);
            s11_0 = Vector512.Load(output + offsets[11]);
            s12_0 = Vector512.Load(output + offsets[12]);
            s13_0 = Vector512.Load(output + offsets[13]);
            s14_0 = Vector512.Load(output + offsets[14]);
            s15_0 = Vector512.Load(output + offsets[15]);
            s16_0 = Vector512.Load(output + offsets[16]);
            s17_0 = Vector512.Load(output + offsets[17]);
            s18_0 = Vector512.Load(output + offsets[18]);
            s19_0 = Vector512.Load(output + offsets[19]);
            s20_0 = Vector512.Load(output + offsets[20]);
            s21_0 = Vector512.Load(output + offsets[21]);
            s22_0 = Vector512.Load(output + offsets[22]);
            s23_0 = Vector512.Load(output + offsets[23]);
        }
        nint twice = 2 * rowStride;
        float* a0 = a;
        float* a3 = a0 + twice + rowStride;
        float* a6 = a3 + twice + rowStride;
        float* a9 = a6 + twice + rowStride;
        float* a12 = a9 + twice + rowStride;
        float* a15 = a12 + twice + rowStride;
        float* a18 = a15 + twice + rowStride;
        float* a21 = a18 + twice + rowStride;
        for (float* end = b + depth * Width; b < end; b += Width)
        {
            var b0 = Vector512.Load(b);
            var x = Vector512.Create(a0[0]);
            s0_0 = Vector512.FusedMultiplyAdd(x, b0, s0_0);
            x = Vector512.Create(a0[rowStride]);
            s1_0 = Vector512.FusedMultiplyAdd(x, b0, s1_0);
            x = Vector512.Create(a0[twice]);
            s2_0 = Vector512.FusedMultiplyAdd(x, b0, s2_0);
            x = Vector512.Create(a3[0]);
            s3_0 = Vector512.FusedMultiplyAdd(x, b0, s3_0);
            x = Vector512.Create(a3[rowStride]);
            s4_0 = Vector512.FusedMultiplyAdd(x, b0, s4_0);
            x = Vector512.Create(a3[twice]);
            s5_0 = Vector512.FusedMultiplyAdd(x, b0, s5_0);
            x = Vector512.Create(a6[0]);
            s6_0 = Vector512.FusedMultiplyAdd(x, b0, s6_0);
            x = Vector512.Create(a6[rowStride]);
            s7_0 = Vector512.FusedMultiplyAdd(x, b0, s7_0);
            x = Vector512.Create(a6[twice]);
            s8_0 = Vector512.FusedMultiplyAdd(x, b0, s8_0);
            x = Vector512.Create(a9[0]);
            s9_0 = Vector512.FusedMultiplyAdd(x, b0, s9_0);
            x = Vector512.Create(a9[rowStride]);
            s10_0 = Vector512.FusedMultiplyAdd(x, b0, s10_0);
            x = Vector512.Create(a9[twice]);
            s11_0 = Vector512.FusedMultiplyAdd(x, b0, s11_0);
            x = Vector512.Create(a12[0]);
            s12_0 = Vector512.FusedMultiplyAdd(x, b0, s12_0);
            x = Vector512.Create(a12[rowStride]);
            s13_0 = Vector512.FusedMultiplyAdd(x, b0, s13_0);
            x = Vector512.Create(a12[twice]);
            s14_0 = Vector512.FusedMultiplyAdd(x, b0, s14_0);
            x = Vector512.Create(a15[0]);
            s15_0 = Vector512.FusedMultiplyAdd(x, b0, s15_0);
            x = Vector512.Create(a15[rowStride]);
            s16_0 = Vector512.FusedMultiplyAdd(x, b0, s16_0);
            x = Vector512.Create(a15[twice]);
            s17_0 = Vector512.FusedMultiplyAdd(x, b0, s17_0);
            x = Vector512.Create(a18[0]);
            s18_0 = Vector512.FusedMultiplyAdd(x, b0, s18_0);
            x = Vector512.Create(a18[rowStride]);
            s19_0 = Vector512.FusedMultiplyAdd(x, b0, s19_0);
            x = Vector512.Create(a18[twice]);
            s20_0 = Vector512.FusedMultiplyAdd(x, b0, s20_0);
            x = Vector512.Create(a21[0]);
            s21_0 = Vector512.FusedMultiplyAdd(x, b0, s21_0);
            x = Vector512.Create(a21[rowStride]);
            s22_0 = Vector512.FusedMultiplyAdd(x, b0, s22_0);
            x = Vector512.Create(a21[twice]);
            s23_0 = Vector512.FusedMultiplyAdd(x, b0, s23_0);
            a0 += stepStride;
            a3 += stepStride;
            a6 += stepStride;
            a9 += stepStride;
            a12 += stepStride;
            a15 += stepStride;
            a18 += stepStride;
            a21 += stepStride;
        }
        s0_0.Store(output + offsets[0]);
        s1_0.Store(output + offsets[1]);
        s2_0.Store(output + offsets[2]);
        s3_0.Store(output + offsets[3]);
        s4_0.Store(output + offsets[4]);
        s5_0.Store(output + offsets[5]);
        s6_0.Store(output + offsets[6]);
        s7_0.Store(output + offsets[7]);
        s8_0.Store(output + offsets[8]);
        s9_0.Store(output + offsets[9]);
        s10_0.Store(output + offsets[10]);
        s11_0.Store(output + offsets[11]);
        s12_0.Store(output + offsets[12]);
        s13_0.Store(output + offsets[13]);
        s14_0.Store(output + offsets[14]);
        s15_0.Store(output + offsets[15]);
        s16_0.Store(output + offsets[16]);
        s17_0.Store(output + offsets[17]);
        s18_0.Store(output + offsets[18]);
        s19_0.Store(output + offsets[19]);
        s20_0.Store(output + offsets[20]);
        s21_0.Store(output + offsets[21]);
        s22_0.Store(output + offsets[22]);
        s23_0.Store(output + offsets[23]);
    }
}
