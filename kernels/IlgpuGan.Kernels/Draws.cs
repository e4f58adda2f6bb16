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

    /// <summary>Which counter numbers the leaf at work, where there are <see cref="Leaves"/>.</summary>
    public int LeafIndex;

    /// <summary>Equal parts of the step's batch that are computed one after the other; 0 or 1 where it is computed whole.</summary>
    public int Leaves;

    internal readonly uint Step => (uint)Counters[CounterIndex];

    internal readonly int Parts => Leaves > 1 ? Leaves : 1;

    internal readonly int Leaf => Leaves > 1 ? Counters[LeafIndex] : 0;

    /// <summary>Four words at a place.</summary>
    internal readonly Words Block(int place) => Philox.Generate((uint)place, (uint)Stream, Step, SeedLow, SeedHigh);

    /// <summary>The item that a place in the step's batch gets, or a place in the leaf at work; see <see cref="EpochShuffle"/>.</summary>
    /// <param name="place">The place.</param>
    /// <param name="rows">Places of the batch, or of a leaf.</param>
    /// <param name="count">Items in the data set.</param>
    internal readonly int Pick(int place, int rows, int count) =>
        EpochShuffle.Pick(((long)Counters[CounterIndex] * Parts + Leaf) * rows + place, count, SeedLow, SeedHigh);
}
