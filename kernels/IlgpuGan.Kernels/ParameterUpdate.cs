using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// Arguments of <see cref="ParameterUpdate{TRule}"/>; the arrays are flat over every parameter of a network. What schedules change
/// is read from device memory, so that no step waits for the host.
/// </summary>
public struct UpdateParameters
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

    /// <summary>[1]: step size.</summary>
    public ArrayView<float> LearningRate;

    /// <summary>[1]: decay of m.</summary>
    public ArrayView<float> Beta1;

    /// <summary>[1]: decay of v.</summary>
    public ArrayView<float> Beta2;

    /// <summary>[1]: half-life of the average in updates; 0 makes the average a copy.</summary>
    public ArrayView<float> AverageHalfLife;

    /// <summary>Updates made so far, at <see cref="CounterIndex"/>.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which counter.</summary>
    public int CounterIndex;

    /// <summary>Number of floats.</summary>
    public int Count;

    /// <summary>Added to roots.</summary>
    public float Epsilon;

    /// <summary>Share of itself, times the step size, that a weight loses in a step (AdamW).</summary>
    public float DecoupledDecay;

    /// <summary>Share of itself that is added to a weight's gradient: that of an L2 penalty of half its size.</summary>
    public float WeightPenalty;
}

/// <summary>
/// One step of an optimiser on all parameters of a network, and their exponential moving average, in one pass: g += penalty p;
/// p, m and v as the rule says; e += r (p - e).
/// </summary>
public readonly struct ParameterUpdate<TRule> : IKernel<UpdateParameters>
    where TRule : struct, IUpdateRule
{
    // A thread computes the factors, which take more work than an element, for so many elements.
    private const int Items = 4;

    /// <inheritdoc/>
    public static GridSize Grid(in UpdateParameters p) => GridSize.For((p.Count + Items - 1) / Items);

    /// <inheritdoc/>
    public static void Thread(UpdateParameters p)
    {
        var f = UpdateFactors<Lane>.Of(p);
        for (int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX; i < p.Count; i += ILGPU.Grid.DimX * Group.DimX)
        {
            var next = Next(p, f, i);
            if (TRule.HasFirst)
            {
                p.FirstMoment[i] = next.First.Value;
            }
            if (TRule.HasSecond)
            {
                p.SecondMoment[i] = next.Second.Value;
            }
            p.Values[i] = next.Value.Value;
            p.Average[i] = NextAverage(p, f, i, next);
        }
    }

    /// <summary>One element's state after this step.</summary>
    internal static ParameterState<Lane> Next(in UpdateParameters p, in UpdateFactors<Lane> f, int i)
    {
        var state = new ParameterState<Lane> { Value = new(p.Values[i]) };
        if (TRule.HasFirst)
        {
            state.First = new(p.FirstMoment[i]);
        }
        if (TRule.HasSecond)
        {
            state.Second = new(p.SecondMoment[i]);
        }
        return TRule.Next(f, new Lane(p.Gradients[i]) + f.Penalty * state.Value, state);
    }

    /// <summary>One element's average after this step.</summary>
    internal static float NextAverage(in UpdateParameters p, in UpdateFactors<Lane> f, int i, ParameterState<Lane> next)
    {
        float average = p.Average[i];
        return average + f.AverageRate.Value * (next.Value.Value - average);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in UpdateParameters p, in Crew crew)
    {
        var f = UpdateFactors<Lanes>.Of(p);
        var (values, gradients, first, second, average) =
            ((nint)p.Values.Pointer(), (nint)p.Gradients.Pointer(), (nint)p.FirstMoment.Pointer(), (nint)p.SecondMoment.Pointer(), (nint)p.Average.Pointer());
        // Parts are multiples of a vector and the arrays are padded to one, so no lane is left over.
        while (crew.Take(p.Count, 4096, out int from, out int to))
        {
            for (nint i = from; i < to; i += Vector<float>.Count)
            {
                var state = new ParameterState<Lanes> { Value = Load(values, i) };
                if (TRule.HasFirst)
                {
                    state.First = Load(first, i);
                }
                if (TRule.HasSecond)
                {
                    state.Second = Load(second, i);
                }
                state = TRule.Next(f, Load(gradients, i) + f.Penalty * state.Value, state);
                var e = Load(average, i);
                if (TRule.HasFirst)
                {
                    Store(first, i, state.First);
                }
                if (TRule.HasSecond)
                {
                    Store(second, i, state.Second);
                }
                Store(values, i, state.Value);
                Store(average, i, e + f.AverageRate * (state.Value - e));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Lanes Load(nint array, nint i) => new(Unsafe.ReadUnaligned<Vector<float>>((float*)array + i));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(nint array, nint i, Lanes lanes) => Unsafe.WriteUnaligned((float*)array + i, lanes.Values);
}
