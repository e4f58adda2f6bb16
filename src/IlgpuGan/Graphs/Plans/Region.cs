using IlgpuGan.Kernels.Gemm;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Floats that a step of a plan reads or writes: those of a variable, or of a buffer that has yet to get its place in the arena.</summary>
internal abstract class Region
{
    /// <summary>Whether it begins on 16 bytes, so that four neighbours can move as one.</summary>
    public abstract bool IsOnQuads { get; }

    /// <summary>Whether each of its floats is two numbers: see <see cref="Pairs"/>.</summary>
    public virtual bool IsInPairs => false;

    /// <summary>The buffer of the arena that it lies in; null for memory that is there already.</summary>
    public abstract ArenaLayout.Block? Block { get; }

    /// <summary>What a region has to be in to overlap it: equal for all that may.</summary>
    public abstract object Memory { get; }

    /// <summary>The part of it that begins so many floats later.</summary>
    public abstract Region From(int first);

    /// <summary>Its first floats.</summary>
    public abstract Region Until(int size);

    /// <summary>Whether some of its floats are another's, too.</summary>
    public abstract bool Overlaps(Region other);

    /// <summary>The floats, once there is an arena.</summary>
    public abstract ArrayView<float> Over(ArrayView<float> arena);

    /// <summary>Memory that is there already.</summary>
    public static Region Of(ArrayView<float> view) => new Given(view);

    /// <summary>The first floats of a buffer of the arena.</summary>
    /// <param name="block">The buffer.</param>
    /// <param name="size">How many floats.</param>
    /// <param name="isInPairs">Whether each is two numbers.</param>
    public static Region Of(ArenaLayout.Block block, long size, bool isInPairs = false) => new Planned(block, 0, size, isInPairs);

    /// <summary>The place of a counter, which says who comes before whom and is bound otherwise.</summary>
    public static Region OfCounter(int index) => new Counted(index);

    private sealed class Counted(int index) : Region
    {
        private readonly int index = index;

        public override bool IsOnQuads => false;

        public override ArenaLayout.Block? Block => null;

        public override object Memory => index;

        public override Region From(int first) => throw new NotSupportedException("A counter is one number.");

        public override Region Until(int size) => throw new NotSupportedException("A counter is one number.");

        public override bool Overlaps(Region other) => other is Counted counted && counted.index == index;

        public override ArrayView<float> Over(ArrayView<float> arena) => throw new NotSupportedException("A counter is a whole number.");
    }

    private sealed class Given(ArrayView<float> view) : Region
    {
        private readonly ArrayView<float> view = view;

        public override bool IsOnQuads => Quads.Lie(view);

        public override ArenaLayout.Block? Block => null;

        public override object Memory => Buffer;

        public override Region From(int first) => new Given(view.SubView(first));

        public override Region Until(int size) => new Given(view.SubView(0, size));

        public override bool Overlaps(Region other) => other is Given given && Buffer == given.Buffer && Start < given.Start + given.Bytes && given.Start < Start + Bytes;

        private MemoryBuffer Buffer => ((IContiguousArrayView)view).Buffer;

        private long Start => ((IContiguousArrayView)view).IndexInBytes;

        private long Bytes => view.LengthInBytes;

        public override ArrayView<float> Over(ArrayView<float> arena) => view;
    }

    // Blocks begin on 16 bytes, wherever they come to lie.
    private sealed class Planned(ArenaLayout.Block block, long first, long size, bool isInPairs) : Region
    {
        private readonly ArenaLayout.Block block = block;
        private readonly long first = first, size = size;

        public override bool IsOnQuads => first % 4 == 0;

        public override bool IsInPairs => isInPairs;

        public override ArenaLayout.Block Block => block;

        public override object Memory => block;

        public override bool Overlaps(Region other) =>
            other is Planned planned && block == planned.block && first < planned.first + planned.size && planned.first < first + size;

        public override Region From(int later) => new Planned(block, first + later, size - later, isInPairs);

        public override Region Until(int size) => new Planned(block, first, size, isInPairs);

        public override ArrayView<float> Over(ArrayView<float> arena) => arena.SubView(block.Offset + first, size);
    }
}
