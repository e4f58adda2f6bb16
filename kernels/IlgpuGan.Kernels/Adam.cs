using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="Adam"/>; all arrays are flat over every parameter of a network.</summary>
public struct AdamParameters
{
    /// <summary>Weights.</summary>
    public ArrayView<float> Values;

    /// <summary>Gradients.</summary>
    public ArrayView<float> Gradients;

    /// <summary>First moment m.</summary>
    public ArrayView<float> FirstMoment;

    /// <summary>Second moment v.</summary>
    public ArrayView<float> SecondMoment;

    /// <summary>Moving average of the weights.</summary>
    public ArrayView<float> Average;

    /// <summary>Updates made so far, at <see cref="CounterIndex"/>.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which counter.</summary>
    public int CounterIndex;

    /// <summary>Number of floats.</summary>
    public int Count;

    /// <summary>Step size.</summary>
    public float LearningRate;

    /// <summary>Decay of m.</summary>
    public float Beta1;

    /// <summary>Decay of v.</summary>
    public float Beta2;

    /// <summary>1 - beta1, rounded once.</summary>
    public float OneMinusBeta1;

    /// <summary>1 - beta2, rounded once.</summary>
    public float OneMinusBeta2;

    /// <summary>Natural logarithm of beta1 (a large negative number for beta1 = 0).</summary>
    public float LogBeta1;

    /// <summary>Natural logarithm of beta2.</summary>
    public float LogBeta2;

    /// <summary>Added to the root.</summary>
    public float Epsilon;

    /// <summary>Weight of the new value in the average; 1 makes the average a copy.</summary>
    public float AverageRate;
}

/// <summary>
/// Adam with bias correction (Kingma and Ba 2015, algorithm 1) on all parameters, and their exponential moving average, in one pass:
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= a (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps); e += r (p - e).
/// </summary>
public readonly struct Adam : IKernel<AdamParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in AdamParameters p) => GridSize.For(p.Count);

    /// <inheritdoc/>
    public static void Thread(AdamParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Count)
        {
            float t = p.Counters[p.CounterIndex] + 1;
            float rate = p.LearningRate / Correction(t * p.LogBeta1);
            float scale = 1f / Correction(t * p.LogBeta2);
            float g = p.Gradients[i];
            float m = p.Beta1 * p.FirstMoment[i] + p.OneMinusBeta1 * g;
            float v = p.Beta2 * p.SecondMoment[i] + p.OneMinusBeta2 * g * g;
            float value = p.Values[i] - rate * m / (MathF.Sqrt(v * scale) + p.Epsilon);
            float average = p.Average[i];
            p.FirstMoment[i] = m;
            p.SecondMoment[i] = v;
            p.Values[i] = value;
            p.Average[i] = average + p.AverageRate * (value - average);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in AdamParameters p, in Crew crew)
    {
        float t = p.Counters[p.CounterIndex] + 1;
        var rate = new Vector<float>(p.LearningRate / Correction(t * p.LogBeta1));
        var scale = new Vector<float>(1f / Correction(t * p.LogBeta2));
        var (b1, c1, b2, c2) = (new Vector<float>(p.Beta1), new Vector<float>(p.OneMinusBeta1), new Vector<float>(p.Beta2), new Vector<float>(p.OneMinusBeta2));
        var (epsilon, averageRate) = (new Vector<float>(p.Epsilon), new Vector<float>(p.AverageRate));
        var (values, gradients, first, second, average) =
            ((nint)p.Values.Pointer(), (nint)p.Gradients.Pointer(), (nint)p.FirstMoment.Pointer(), (nint)p.SecondMoment.Pointer(), (nint)p.Average.Pointer());
        // Parts are multiples of a vector and the arrays are padded to one, so no lane is left over.
        while (crew.Take(p.Count, 4096, out int from, out int to))
            for (nint i = from; i < to; i += Vector<float>.Count)
            {
                var g = Load(gradients, i);
                var m = b1 * Load(first, i) + c1 * g;
                var v = b2 * Load(second, i) + c2 * g * g;
                var value = Load(values, i) - rate * m / (Vector.SquareRoot(v * scale) + epsilon);
                var e = Load(average, i);
                Store(first, i, m);
                Store(second, i, v);
                Store(values, i, value);
                Store(average, i, e + averageRate * (value - e));
            }
    }

    /// <summary>1 - beta^t = -expm1(t log beta), without the cancellation of the plain form.</summary>
    internal static float Correction(float x) =>
        x > -0.1f ? -x * (1f + x / 2f * (1f + x / 3f * (1f + x / 4f * (1f + x / 5f)))) : 1f - MathF.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector<float> Load(nint array, nint i) => Unsafe.ReadUnaligned<Vector<float>>((float*)array + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(nint array, nint i, Vector<float> value) => Unsafe.WriteUnaligned((float*)array + i, value);
}
