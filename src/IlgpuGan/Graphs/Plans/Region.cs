using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Floats that a step of a plan reads or writes: those of a variable, or of a buffer that has yet to get its place in the arena.</summary>
internal abstract class Region
{
    /// <summary>Whether it begins on 16 bytes, so that four neighbours can move as one.</summary>
    public abstract bool IsOnQuads { get; }

    /// <summary>The buffer of the arena that it lies in; null for memory that is there already.</summary>
    public abstract ArenaLayout.Block? Block { get; }

    /// <summary>The part of it that begins so many floats later.</summary>
    public abstract Region From(int first);

    /// <summary>The floats, once there is an arena.</summary>
    public abstract ArrayView<float> Over(ArrayView<float> arena);

    /// <summary>Memory that is there already.</summary>
    public static Region Of(ArrayView<float> view) => new Given(view);

    /// <summary>The first floats of a buffer of the arena.</summary>
    public static Region Of(ArenaLayout.Block block, long size) => new Planned(block, 0, size);

    private sealed class Given(ArrayView<float> view) : Region
    {
        public override bool IsOnQuads => Quads.Lie(view);

        public override ArenaLayout.Block? Block => null;

        public override Region From(int first) => new Given(view.SubView(first));

        public override ArrayView<float> Over(ArrayView<float> arena) => view;
    }

    // Blocks begin on 16 bytes, wherever they come to lie.
    private sealed class Planned(ArenaLayout.Block block, long first, long size) : Region
    {
        public override bool IsOnQuads => first % 4 == 0;

        public override ArenaLayout.Block Block => block;

        public override Region From(int later) => new Planned(block, first + later, size - later);

        public override ArrayView<float> Over(ArrayView<float> arena) => arena.SubView(block.Offset + first, size);
    }
}
