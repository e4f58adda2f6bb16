using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>What random numbers and choices are a pure function of, beside their place: the seed, the stream and the step.</summary>
public struct Draws
{
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

    internal readonly uint Step => (uint)Counters[CounterIndex];

    /// <summary>Four words at a place.</summary>
    internal readonly Words Block(int place) => Philox.Generate((uint)place, (uint)Stream, Step, SeedLow, SeedHigh);

    /// <summary>The item that a place in the step's batch gets; see <see cref="EpochShuffle"/>.</summary>
    internal readonly int Pick(int place, int batch, int count) =>
        EpochShuffle.Pick((long)Counters[CounterIndex] * batch + place, count, SeedLow, SeedHigh);
}
