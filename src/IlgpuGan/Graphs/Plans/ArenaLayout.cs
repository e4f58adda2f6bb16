namespace IlgpuGan.Graphs.Plans;

/// <summary>Places temporary buffers in one piece of memory: buffers that are alive at the same time never overlap.</summary>
internal sealed class ArenaLayout
{
    // 64 bytes: a cache line, and any vector.
    private const int Grain = 16;

    private readonly List<Block> blocks = [];

    /// <summary>Floats that the arena needs after <see cref="Place"/>, with a vector of slack at its end.</summary>
    public long Size { get; private set; } = Grain;

    /// <summary>Asks for a buffer that is first written in launch <paramref name="first"/> and last read in launch <paramref name="last"/>.</summary>
    public Block Add(long size, int first, int last)
    {
        var block = new Block { Size = (size + Grain - 1) / Grain * Grain, First = first, Last = last };
        blocks.Add(block);
        return block;
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
                    break;
                offset = Math.Max(offset, other.Offset + other.Size);
            }
            block.Offset = offset;
            placed.Add(block);
            Size = Math.Max(Size, offset + block.Size + Grain);
        }
    }

    /// <summary>One buffer.</summary>
    public sealed class Block
    {
        public required long Size { get; init; }

        public required int First { get; set; }

        public int Last { get; set; }

        public long Offset { get; set; }
    }
}
