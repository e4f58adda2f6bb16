using System.Reflection;
using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>A product of two matrices of random numbers in [-1, 1], each stored along depth or along the other direction.</summary>
internal sealed class MatrixProduct(Card card, int m, int n, int k, bool isLeftAlongDepth, bool isRightAlongDepth, int splits = 1, bool isInPairs = false, bool storesPairs = false)
{
    private readonly float[] left = Numbers.Random(m * k, 1);
    private readonly float[] right = Numbers.Random(n * k, 2);
    private readonly MemoryBlock output = card.Empty(splits * m * n / (storesPairs ? 2 : 1));

    /// <summary>What the kernel stored, part by part.</summary>
    public float[] Result => storesPairs ? Numbers.FromPairs(Card.Download<uint>(output)) : Card.Download<float>(output);

    /// <summary>The sums in double precision.</summary>
    public double[] Expected(Func<double, double> round)
    {
        double[] l = [.. left.Select(factor => round(factor))], r = [.. right.Select(factor => round(factor))];
        var sums = new double[m * n];
        for (int i = 0; i < sums.Length; i++)
        {
            for (int depth = 0; depth < k; depth++)
            {
                sums[i] += l[(i / n * k) + depth] * r[(i % n * k) + depth];
            }
        }
        return sums;
    }

    /// <summary>Runs a kernel of given types before its operands and its epilogue, which is none.</summary>
    public LaunchCounts Run(Type definition, Type[] types)
    {
        var run = typeof(MatrixProduct).GetMethod(nameof(RunClosed), BindingFlags.Instance | BindingFlags.NonPublic)!;
        Type l = isLeftAlongDepth ? typeof(DepthMajor) : typeof(OuterMajor), r = isRightAlongDepth ? typeof(DepthMajor) : typeof(OuterMajor);
        var kernel = definition.MakeGenericType([.. types, l, r, typeof(Accumulator)]);
        return (LaunchCounts)run.MakeGenericMethod(kernel, l, r).Invoke(this, BindingFlags.DoNotWrapExceptions, null, null, null)!;
    }

    private static float[] Laid(float[] matrix, int depth, bool isAlongDepth)
    {
        if (isAlongDepth)
        {
            return matrix;
        }
        int outer = matrix.Length / depth;
        return [.. Enumerable.Range(0, matrix.Length).Select(i => matrix[(i % outer * depth) + (i / outer)])];
    }

    private TOperand Strided<TOperand>(int along, int outer)
        where TOperand : struct, IOperand =>
        typeof(TOperand) == typeof(DepthMajor) ? (TOperand)(object)new DepthMajor { Stride = isInPairs ? along / 2 : along }
        : (TOperand)(object)new OuterMajor { Stride = isInPairs ? outer / 2 : outer };

    private LaunchCounts RunClosed<TKernel, TLeft, TRight>()
        where TKernel : struct, IDeviceKernel<GemmParameters<TLeft, TRight>>
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        var arguments = new GemmParameters<TLeft, TRight>
        {
            M = m, N = n, K = k, Left = Strided<TLeft>(k, m), Right = Strided<TRight>(k, n), Rows = OutputRows.Plain(n),
            Splits = splits, SplitDepth = ((k + splits - 1) / splits + 15) / 16 * 16, SplitStride = m * n, StoresQuads = 1, StoresPairs = storesPairs ? 1 : 0,
        };
        return card.Run<TKernel, GemmParameters<TLeft, TRight>>(arguments, ("Output", output), ("Left.Data", Upload(left, isLeftAlongDepth)), ("Right.Data", Upload(right, isRightAlongDepth)));
    }

    private MemoryBlock Upload(float[] matrix, bool isAlongDepth)
    {
        float[] laid = Laid(matrix, k, isAlongDepth);
        return isInPairs ? card.Upload<uint>(Numbers.ToPairs(laid)) : card.Upload<float>(laid);
    }
}
