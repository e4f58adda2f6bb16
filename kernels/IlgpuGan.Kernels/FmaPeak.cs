using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="FmaPeak"/>.</summary>
public struct FmaPeakParameters
{
    /// <summary>[number of GPU threads or of CPU workers]: the sum of each one's chains, so that none of them is dead code.</summary>
    public ArrayView<float> Output;

    /// <summary>Steps of every chain, a multiple of <see cref="FmaPeak.StepsPerRound"/>.</summary>
    public int Steps;

    /// <summary>Groups of GPU threads.</summary>
    public int Groups;

    /// <summary>a of x = a x + a; unknown to the compiler.</summary>
    public float Factor;
}

/// <summary>
/// Fused multiply-adds and nothing else: chains of x = a x + a in registers, independent of each other, enough of them to fill the
/// pipelines. What it reaches is the limit of every kernel of 32-bit floats on the device.
/// </summary>
public readonly struct FmaPeak : IKernel<FmaPeakParameters>
{
    /// <summary>Threads of a GPU group.</summary>
    public const int Threads = 256;

    /// <summary>Chains of one GPU thread.</summary>
    public const int ThreadChains = 8;

    /// <summary>Steps between two looks at the loop counter on a GPU: 64 operations, beside which the counting does not show.</summary>
    public const int StepsPerRound = 8;

    // Two pipelines of four or five cycles need 8 to 10 chains, four of four cycles (Arm) 16; AVX2 has 16 registers, one of them for the factor.
    private const int WorkerVectors = 14;

    /// <summary>Chains of one CPU worker: the lanes of its vectors.</summary>
    public static int WorkerChains => WorkerVectors * (Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector<float>.Count);

    /// <inheritdoc/>
    public static GridSize Grid(in FmaPeakParameters p) => new(p.Groups, Threads);

    /// <inheritdoc/>
    public static void Thread(FmaPeakParameters p)
    {
        int thread = ILGPU.Grid.IdxX * Threads + Group.IdxX;
        float a = p.Factor;
        float x0 = thread, x1 = thread + 1, x2 = thread + 2, x3 = thread + 3, x4 = thread + 4, x5 = thread + 5, x6 = thread + 6, x7 = thread + 7;
        for (int step = 0; step < p.Steps; step += StepsPerRound)
        {
            x0 = Round(x0, a);
            x1 = Round(x1, a);
            x2 = Round(x2, a);
            x3 = Round(x3, a);
            x4 = Round(x4, a);
            x5 = Round(x5, a);
            x6 = Round(x6, a);
            x7 = Round(x7, a);
        }
        p.Output[thread] = x0 + x1 + (x2 + x3) + (x4 + x5 + (x6 + x7));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in FmaPeakParameters p, in Crew crew) =>
        p.Output[crew.Worker] = Vector512.IsHardwareAccelerated ? Widest(p.Factor, p.Steps) : Wide(p.Factor, p.Steps);

    private static float Round(float x, float a) => Twice(Twice(Twice(Twice(x, a), a), a), a);

    private static float Twice(float x, float a) => Scalar.Fma(a, Scalar.Fma(a, x, a), a);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(float factor, int steps)
    {
        var a = new Vector<float>(factor);
        var (x0, x1, x2, x3, x4, x5, x6) = (a, a + a, a - a, a, a + a, a - a, a);
        var (x7, x8, x9, x10, x11, x12, x13) = (a, a + a, a - a, a, a + a, a - a, a);
        for (int step = 0; step < steps; step++)
        {
            x0 = Vector.FusedMultiplyAdd(x0, a, a);
            x1 = Vector.FusedMultiplyAdd(x1, a, a);
            x2 = Vector.FusedMultiplyAdd(x2, a, a);
            x3 = Vector.FusedMultiplyAdd(x3, a, a);
            x4 = Vector.FusedMultiplyAdd(x4, a, a);
            x5 = Vector.FusedMultiplyAdd(x5, a, a);
            x6 = Vector.FusedMultiplyAdd(x6, a, a);
            x7 = Vector.FusedMultiplyAdd(x7, a, a);
            x8 = Vector.FusedMultiplyAdd(x8, a, a);
            x9 = Vector.FusedMultiplyAdd(x9, a, a);
            x10 = Vector.FusedMultiplyAdd(x10, a, a);
            x11 = Vector.FusedMultiplyAdd(x11, a, a);
            x12 = Vector.FusedMultiplyAdd(x12, a, a);
            x13 = Vector.FusedMultiplyAdd(x13, a, a);
        }
        return Vector.Sum(x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13);
    }

    // The same again: Vector<float> stays at 256 bits where 512 are to be had, and a generic method over both is not inlined.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Widest(float factor, int steps)
    {
        var a = Vector512.Create(factor);
        var (x0, x1, x2, x3, x4, x5, x6) = (a, a + a, a - a, a, a + a, a - a, a);
        var (x7, x8, x9, x10, x11, x12, x13) = (a, a + a, a - a, a, a + a, a - a, a);
        for (int step = 0; step < steps; step++)
        {
            x0 = Vector512.FusedMultiplyAdd(x0, a, a);
            x1 = Vector512.FusedMultiplyAdd(x1, a, a);
            x2 = Vector512.FusedMultiplyAdd(x2, a, a);
            x3 = Vector512.FusedMultiplyAdd(x3, a, a);
            x4 = Vector512.FusedMultiplyAdd(x4, a, a);
            x5 = Vector512.FusedMultiplyAdd(x5, a, a);
            x6 = Vector512.FusedMultiplyAdd(x6, a, a);
            x7 = Vector512.FusedMultiplyAdd(x7, a, a);
            x8 = Vector512.FusedMultiplyAdd(x8, a, a);
            x9 = Vector512.FusedMultiplyAdd(x9, a, a);
            x10 = Vector512.FusedMultiplyAdd(x10, a, a);
            x11 = Vector512.FusedMultiplyAdd(x11, a, a);
            x12 = Vector512.FusedMultiplyAdd(x12, a, a);
            x13 = Vector512.FusedMultiplyAdd(x13, a, a);
        }
        return Vector512.Sum(x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13);
    }
}
