using IlgpuGan.Kernels;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Places temporary buffers in one piece of memory: buffers that are alive at the same time never overlap.</summary>
internal sealed class ArenaLayout
{
    private readonly List<Block> blocks = [];

    /// <summary>Floats that the arena needs after <see cref="Place"/>, with a vector of slack at its end.</summary>
    public long Size { get; private set; } = Alignment.Floats;

    /// <summary>Says that a step touches a buffer: it is alive from the first step that does to the last. Steps are told in their order.</summary>
    public void Touch(Block block, int step)
    {
        if (block.Last < 0)
        {
            block.First = step;
            blocks.Add(block);
        }
        block.Last = step;
    }

    /// <summary>Gives every buffer its place: the largest first, each at the lowest place that is free during its life.</summary>
    public void Place()
    {
        var placed = new List<Block>();
        foreach (var block in blocks.OrderByDescending(block => block.Size).ThenBy(block => block.First))
        {
            long offset = 0;
            foreach (var other in placed.Where(other => other.First <= block.Last && block.First <= other.Last).OrderBy(other => other.Offset))
            {
                if (other.Offset >= offset + block.Size)
                {
                    break;
                }
                offset = Math.Max(offset, other.Offset + other.Size);
            }
            block.Offset = offset;
            placed.Add(block);
            Size = Math.Max(Size, offset + block.Size + Alignment.Floats);
        }
    }

    /// <summary>One buffer.</summary>
    /// <param name="size">Floats that it holds.</param>
    public sealed class Block(long size)
    {
        /// <summary>Floats that are laid out for it: whole lines.</summary>
        public long Size { get; } = Alignment.Up(size);

        /// <summary>The first step that touches it.</summary>
        public int First { get; set; }

        /// <summary>The last step that touches it; negative before any does.</summary>
        public int Last { get; set; } = -1;

        /// <summary>Where it begins in the arena, on a line.</summary>
        public long Offset { get; set; }
    }
}
