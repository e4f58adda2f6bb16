using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;
using static IlgpuGan.Kernels.Gemm.HostBlocking;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>Arguments of <see cref="PackRight{TTile, TRight}"/>.</summary>
public struct PackParameters<TRight>
    where TRight : struct, IOperand
{
    /// <summary>Right operand [N, K].</summary>
    public TRight Right;

    /// <summary>Columns of the product.</summary>
    public int N;

    /// <summary>Length of the sums.</summary>
    public int K;

    /// <summary>See <see cref="GemmParameters{TLeft, TRight}.Groups"/>.</summary>
    public int Groups;

    /// <summary>See <see cref="GemmParameters{TLeft, TRight}.Classes"/>.</summary>
    public GradientClasses Classes;

    /// <summary><see cref="PackedSize"/> floats for each part of the product: for each panel of as many columns as the tile has, [K, columns].</summary>
    public ArrayView<float> Packed;

    /// <summary><see cref="ScratchSize"/> floats.</summary>
    public ArrayView<float> Scratch;

    /// <summary>The classes of every group.</summary>
    internal readonly int Parts => (TRight.HasGroups ? Groups : 1) * (TRight.HasClasses ? Classes.Count : 1);

    /// <summary>Makes these the arguments of one part.</summary>
    internal void Enter(int part)
    {
        int group = part;
        if (TRight.HasClasses && Classes.Count > 1)
        {
            group = part / Classes.Count;
            var geometry = Classes.At(part - group * Classes.Count);
            K = Classes.Depth(geometry);
            Right.Enter(geometry);
        }
        if (TRight.HasGroups)
        {
            Right.EnterGroup(group);
        }
    }
}

/// <summary>
/// Lays the right operand of a product out as the tile reads it, once for all workers and for all products that share it. Columns beyond the
/// last hold anything.
/// </summary>
public readonly unsafe struct PackRight<TTile, TRight> : IHostKernel<PackParameters<TRight>>
    where TTile : struct, ITile
    where TRight : struct, IOperand
{
    // Rows of the operand at a time where rows are contiguous: as many streams as a core prefetches.
    private const int RowGrain = 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in PackParameters<TRight> p, in Crew crew)
    {
        int parts = p.Parts;
        nint size = PartSize(p.N, p.K, TTile.Columns);
        if (!TRight.IsDepthContiguous)
        {
            while (crew.Take(p.K, RowGrain, out int first, out int last))
            {
                for (int depth = first; depth < last; depth += RowGrain)
                {
                    for (int part = 0; part < parts; part++)
                    {
                        var one = p;
                        one.Enter(part);
                        CopyRows(one, p.Packed.Pointer() + part * size, depth, Math.Min(RowGrain, last - depth));
                    }
                }
            }
            return;
        }
        float* line = p.Scratch.Pointer() + (nint)crew.Worker * SizePerWorker;
        int panels = (p.N + TTile.Columns - 1) / TTile.Columns;
        int depths = (p.K + MaxDepth - 1) / MaxDepth;
        while (crew.Take(parts * panels * depths, 1, out int first, out int last))
        {
            for (int item = first; item < last; item++)
            {
                int place = item / depths;
                int part = place / panels;
                int depth = (item - place * depths) * MaxDepth;
                var one = p;
                one.Enter(part);
                if (depth < one.K)
                {
                    TransposePanel(one, line, p.Packed.Pointer() + part * size, (place - part * panels) * TTile.Columns, depth, Math.Min(MaxDepth, one.K - depth));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(in PackParameters<TRight> p, float* packed, int depth, int rows)
    {
        for (int column = 0; column < p.N; column += TTile.Columns)
        {
            float* target = packed + (nint)column * p.K + (nint)depth * TTile.Columns;
            p.Right.Fill(target, TTile.Columns, depth, rows, column, Math.Min(TTile.Columns, p.N - column));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposePanel(in PackParameters<TRight> p, float* line, float* packed, int column, int depth, int steps)
    {
        p.Right.Fill(line, LeftStride, column, Math.Min(TTile.Columns, p.N - column), depth, steps);
        Transpose(line, packed + (nint)column * p.K + (nint)depth * TTile.Columns, steps);
    }

    /// <summary>[Columns, LeftStride] to [steps, Columns], four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, float* target, int steps)
    {
        for (int c = 0; c < TTile.Columns; c += 4)
        {
            float* s0 = source + (nint)c * LeftStride;
            float* s1 = s0 + LeftStride;
            float* s2 = s1 + LeftStride;
            float* s3 = s2 + LeftStride;
            float* t = target + c;
            int k = 0;
            for (; k + 4 <= steps; k += 4, t += 4 * TTile.Columns)
            {
                var (a, b, d, e) = (Vector128.Load(s0 + k), Vector128.Load(s1 + k), Vector128.Load(s2 + k), Vector128.Load(s3 + k));
                var low02 = UnpackLow(a, d);
                var high02 = UnpackHigh(a, d);
                var low13 = UnpackLow(b, e);
                var high13 = UnpackHigh(b, e);
                UnpackLow(low02, low13).Store(t);
                UnpackHigh(low02, low13).Store(t + TTile.Columns);
                UnpackLow(high02, high13).Store(t + 2 * TTile.Columns);
                UnpackHigh(high02, high13).Store(t + 3 * TTile.Columns);
            }
            for (; k < steps; k++, t += TTile.Columns)
            {
                (t[0], t[1], t[2], t[3]) = (s0[k], s1[k], s2[k], s3[k]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> UnpackLow(Vector128<float> a, Vector128<float> b) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackLow(a, b)
        : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> UnpackHigh(Vector128<float> a, Vector128<float> b) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackHigh(a, b)
        : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
