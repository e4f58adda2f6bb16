using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of the two random kernels.</summary>
public struct RandomParameters
{
    /// <summary>[n]</summary>
    public ArrayView<float> Output;

    /// <summary>The step, at <see cref="CounterIndex"/>.</summary>
    public ArrayView<int> Counters;

    /// <summary>Which counter.</summary>
    public int CounterIndex;

    /// <summary>Tells apart the draws of one step.</summary>
    public int Stream;

    /// <summary>Low half of the seed.</summary>
    public uint SeedLow;

    /// <summary>High half of the seed.</summary>
    public uint SeedHigh;

    /// <summary>Numbers to draw.</summary>
    public int Count;

    internal readonly Words Draw(int block) =>
        Philox.Generate((uint)block, (uint)Stream, (uint)Counters[CounterIndex], SeedLow, SeedHigh);

    internal readonly void Store(int block, float x, float y, float z, float w)
    {
        int i = 4 * block;
        Output[i] = x;
        if (i + 1 < Count)
            Output[i + 1] = y;
        if (i + 2 < Count)
            Output[i + 2] = z;
        if (i + 3 < Count)
            Output[i + 3] = w;
    }
}

/// <summary>Uniform numbers in [0, 1); four from each Philox block.</summary>
public readonly struct RandomUniform : IKernel<RandomParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in RandomParameters p) => GridSize.For((p.Count + 3) / 4);

    /// <inheritdoc/>
    public static void Thread(RandomParameters p)
    {
        int block = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (4 * block < p.Count)
            Block(p, block);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in RandomParameters p, int worker, int workers)
    {
        var (first, last) = HostMemory.Part((p.Count + 3) / 4, 16, worker, workers);
        for (int block = first; block < last; block++)
            Block(p, block);
    }

    private static void Block(RandomParameters p, int block)
    {
        var words = p.Draw(block);
        p.Store(block, Philox.Uniform(words.A), Philox.Uniform(words.B), Philox.Uniform(words.C), Philox.Uniform(words.D));
    }
}

/// <summary>Standard normal numbers; four from each Philox block.</summary>
public readonly struct RandomNormal : IKernel<RandomParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in RandomParameters p) => GridSize.For((p.Count + 3) / 4);

    /// <inheritdoc/>
    public static void Thread(RandomParameters p)
    {
        int block = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (4 * block < p.Count)
            Block(p, block);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in RandomParameters p, int worker, int workers)
    {
        var (first, last) = HostMemory.Part((p.Count + 3) / 4, 16, worker, workers);
        for (int block = first; block < last; block++)
            Block(p, block);
    }

    private static void Block(RandomParameters p, int block)
    {
        var normal = Philox.Normal(p.Draw(block));
        p.Store(block, normal.X, normal.Y, normal.Z, normal.W);
    }
}
