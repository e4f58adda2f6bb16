namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// The card's memory: blocks of this process's memory, each between fences and full of NaNs until it is written. What was freed is kept for a while, so
/// that its use is called by its name. Blocks may be looked for from several threads at once.
/// </summary>
public sealed class MemoryMap : IDisposable
{
    /// <summary>How many bytes that were freed are kept at most.</summary>
    private const long MostKept = 256L << 20;

    /// <summary>The stamps of launches: 0 and 1 say what no launch stored, numbers above are marks of groups.</summary>
    private const int FirstStamp = 2, LastStamp = MemoryBlock.FirstMark - 1;

    private readonly Lock gate = new();
    private readonly bool isShadowed;
    private readonly Queue<MemoryBlock> freed = [];
    private volatile MemoryBlock[] blocks = [];
    private long kept;
    private int stamp = FirstStamp - 1;

    /// <summary>Memory without a block.</summary>
    /// <param name="isShadowed">Whether it is to be known what was written; without, memory is zero and takes room only where it is touched.</param>
    public MemoryMap(bool isShadowed = true) => this.isShadowed = isShadowed;

    /// <summary>All blocks, in the order of their addresses.</summary>
    public IReadOnlyList<MemoryBlock> Blocks => blocks;

    /// <summary>Takes memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no byte to take.</exception>
    /// <exception cref="OutOfMemoryException">This machine has not as much.</exception>
    public MemoryBlock Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        var block = new MemoryBlock(bytes, isShadowed);
        lock (gate)
        {
            var old = blocks;
            int place = PlaceOf(old, block.Address) + 1;
            blocks = [.. old[..place], block, .. old[place..]];
        }
        return block;
    }

    /// <summary>Gives a block back.</summary>
    /// <exception cref="ArgumentException">No block begins there, or it was freed.</exception>
    public void Free(ulong address)
    {
        lock (gate)
        {
            var old = blocks;
            int place = PlaceOf(old, address);
            if (place < 0 || old[place].Address != address)
            {
                throw new ArgumentException($"no block of memory begins at 0x{address:x}", nameof(address));
            }
            blocks = [.. old[..place], .. old[(place + 1)..]];
            freed.Enqueue(old[place]);
            kept += old[place].Bytes;
            while (kept > MostKept)
            {
                var oldest = freed.Dequeue();
                kept -= oldest.Bytes;
                oldest.Release();
            }
        }
    }

    /// <summary>The block that an address lies in; null where there is none.</summary>
    public MemoryBlock? Find(ulong address)
    {
        var all = blocks;
        int place = PlaceOf(all, address);
        return place >= 0 && all[place].Holds(address, 1) ? all[place] : null;
    }

    /// <summary>Whether an address lies in a block that was freed a while ago.</summary>
    public bool WasFreed(ulong address)
    {
        lock (gate)
        {
            return freed.Any(block => block.Holds(address, 1));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var block in blocks.Concat(freed))
            {
                block.Release();
            }
            blocks = [];
            freed.Clear();
            kept = 0;
        }
    }

    /// <summary>The stamp of a launch that begins. Launches run one after another.</summary>
    internal byte NextStamp()
    {
        lock (gate)
        {
            if (++stamp > LastStamp)
            {
                foreach (var block in blocks)
                {
                    block.ForgetStamps();
                }
                stamp = FirstStamp;
            }
            return (byte)stamp;
        }
    }

    /// <summary>The last block that begins at an address or before it; -1 where there is none.</summary>
    private static int PlaceOf(MemoryBlock[] blocks, ulong address)
    {
        int low = 0, high = blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (blocks[middle].Address <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low - 1;
    }
}
