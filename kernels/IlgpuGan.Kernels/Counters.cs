using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="AdvanceCounter"/>.</summary>
public struct CounterParameters
{
    /// <summary>All counters.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which one.</summary>
    public int Index;
}

/// <summary>Arguments of <see cref="ReadCounter"/>.</summary>
public struct ReadCounterParameters
{
    /// <summary>All counters.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which one.</summary>
    public int Index;

    /// <summary>[1], where its value goes.</summary>
    public ArrayView<float> Output;
}

/// <summary>A counter's value as a float.</summary>
public readonly struct ReadCounter : IKernel<ReadCounterParameters>, IGroupKernel<ReadCounterParameters>
{
    /// <inheritdoc/>
    public static int SharedBytes => 0;

    /// <inheritdoc/>
    public static GridSize Grid(in ReadCounterParameters p) => new(1, 1);

    /// <inheritdoc/>
    public static void Thread(ReadCounterParameters p) => Thread(p, 0);

    /// <inheritdoc/>
    public static void Thread(ReadCounterParameters p, int group)
    {
        if (Group.IdxX == 0)
        {
            p.Output[0] = p.Counters[p.Index];
        }
    }

    /// <inheritdoc/>
    public static void Share(in ReadCounterParameters p, in Crew crew)
    {
        if (crew.Worker == 0)
        {
            p.Output[0] = p.Counters[p.Index];
        }
    }
}

/// <summary>Adds one to a counter.</summary>
public readonly struct AdvanceCounter : IKernel<CounterParameters>, IGroupKernel<CounterParameters>
{
    /// <inheritdoc/>
    public static int SharedBytes => 0;

    /// <inheritdoc/>
    public static GridSize Grid(in CounterParameters p) => new(1, 1);

    /// <inheritdoc/>
    public static void Thread(CounterParameters p) => Thread(p, 0);

    /// <inheritdoc/>
    public static void Thread(CounterParameters p, int group)
    {
        if (Group.IdxX == 0)
        {
            p.Counters[p.Index] = p.Counters[p.Index] + 1;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in CounterParameters p, in Crew crew)
    {
        if (crew.Worker == 0)
        {
            p.Counters[p.Index]++;
        }
    }
}

/// <summary>Arguments of <see cref="CopyCounter"/>.</summary>
public struct CopyCounterParameters
{
    /// <summary>All counters.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which one is read.</summary>
    public int From;

    /// <summary>Which one is written.</summary>
    public int To;
}

/// <summary>Gives a counter the value of another.</summary>
public readonly struct CopyCounter : IKernel<CopyCounterParameters>, IGroupKernel<CopyCounterParameters>
{
    /// <inheritdoc/>
    public static int SharedBytes => 0;

    /// <inheritdoc/>
    public static GridSize Grid(in CopyCounterParameters p) => new(1, 1);

    /// <inheritdoc/>
    public static void Thread(CopyCounterParameters p) => Thread(p, 0);

    /// <inheritdoc/>
    public static void Thread(CopyCounterParameters p, int group)
    {
        if (Group.IdxX == 0)
        {
            p.Counters[p.To] = p.Counters[p.From];
        }
    }

    /// <inheritdoc/>
    public static void Share(in CopyCounterParameters p, in Crew crew)
    {
        if (crew.Worker == 0)
        {
            p.Counters[p.To] = p.Counters[p.From];
        }
    }
}
