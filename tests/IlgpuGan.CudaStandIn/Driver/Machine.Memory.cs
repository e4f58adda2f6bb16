using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <content>Memory, of the card and of the host.</content>
public sealed unsafe partial class Machine
{
    // What one allocation takes at least, of a card's.
    private const long Granule = 512;

    // Where few groups are executed most memory is never written, and nothing is known of it.
    private readonly MemoryMap memory = new(isShadowed: options.Execution != Execution.Sample);
    private readonly HostPages pages = new();
    private readonly ExecutorOptions executorOptions = new()
    {
        Functions = options.Functions,
        Checks = options.Execution == Execution.Sample ? Checks.None : Checks.All,
        CountsTraffic = options.CountsFile is not null,
    };
    private LaunchSampler? sampler;
    private long taken;

    /// <summary>Bytes of the card that are left.</summary>
    public long FreeBytes => options.MemoryBytes - taken;

    /// <summary>Takes memory of the card: not a number wherever nothing was written yet.</summary>
    public ulong Allocate(long bytes)
    {
        _ = Current;
        if (bytes <= 0)
        {
            throw new DriverException(CudaError.InvalidValue, $"{bytes} bytes are asked for");
        }

        if (Granules(bytes) > FreeBytes)
        {
            throw new DriverException(CudaError.OutOfMemory);
        }

        var block = memory.Allocate(bytes);
        taken += Granules(bytes);
        return block.Address;
    }

    /// <summary>Gives memory back, once all work is done.</summary>
    public void Free(ulong address)
    {
        Current.Finish(this);
        if (memory.Find(address) is not { } block || block.Address != address)
        {
            throw new DriverException(CudaError.InvalidValue, $"0x{address:x} is freed, where no memory of the card begins{(memory.WasFreed(address) ? ": it was freed before" : "")}");
        }

        memory.Free(address);
        taken -= Granules(block.Bytes);
    }

    /// <summary>The block of the card that a range lies in.</summary>
    /// <exception cref="DriverException">There is none, or the range goes beyond it.</exception>
    public MemoryBlock BlockOf(ulong address, long bytes)
    {
        var block = memory.Find(address) ?? throw new DriverException(CudaError.InvalidValue,
            $"{bytes} bytes at 0x{address:x} are no memory of the card{(memory.WasFreed(address) ? ": it was freed" : "")}");
        return block.Holds(address, bytes)
            ? block
            : throw new DriverException(CudaError.InvalidValue, $"{bytes} bytes at 0x{address:x} go beyond the {block.Bytes} bytes of the card's memory there");
    }

    /// <summary>Sets bytes of the card.</summary>
    public void Fill(ulong address, byte value, long bytes, nint stream)
    {
        var target = StreamOf(stream);
        if (bytes > 0)
        {
            _ = BlockOf(address, bytes);
            target.Enqueue(new FillWork(address, value, bytes), this);
        }
    }

    /// <summary>
    /// Copies bytes. From pageable memory they are taken at the call; to pageable memory the call waits; registered memory is read and written when the
    /// stream's turn comes. Pageable memory cannot be recorded.
    /// </summary>
    public void Copy(ulong target, ulong source, long bytes, nint stream)
    {
        var onto = StreamOf(stream);
        if (bytes == 0)
        {
            return;
        }

        bool isToDevice = IsOfCard(target), isFromDevice = IsOfCard(source);
        if (!isToDevice && !isFromDevice)
        {
            throw new DriverException(CudaError.InvalidValue, $"{bytes} bytes are copied from 0x{source:x} to 0x{target:x}, and neither is memory of the card");
        }

        foreach (var (isDevice, address) in new[] { (isToDevice, target), (isFromDevice, source) })
        {
            if (isDevice)
            {
                _ = BlockOf(address, bytes);
            }
        }

        bool takesNow = !isFromDevice && !pages.Hold(source, bytes), waits = !isToDevice && !pages.Hold(target, bytes);
        if (takesNow || waits)
        {
            onto.RefuseRecorded("pageable memory is copied");
        }

        onto.Enqueue(new CopyWork(target, isToDevice, source, isFromDevice, bytes, takesNow ? new ReadOnlySpan<byte>((void*)source, checked((int)bytes)).ToArray() : null), this);
        if (waits)
        {
            onto.Finish(this);
        }
    }

    /// <summary>Registers host memory.</summary>
    public void Register(ulong address, long bytes, uint flags)
    {
        _ = Current;
        // Portable and mapped change nothing where there is one card; of memory that is not the process's own the stand-in knows nothing.
        if ((flags & ~3u) != 0)
        {
            throw new DriverException(CudaError.NotSupported, $"flags {flags} of registered memory are not on the list of the stand-in");
        }

        pages.Register(address, bytes);
    }

    /// <summary>Lets registered memory go; no copy may be under way.</summary>
    public void Unregister(ulong address)
    {
        var bytes = pages.BytesAt(address);
        if (Current.Streams.Any(stream => stream.Uses(address, bytes)))
        {
            throw Current.Lose(CudaError.IllegalAddress, "cuMemHostUnregister", $"{bytes} bytes at 0x{address:x} are let go while a copy of them is under way", this);
        }

        pages.Unregister(address);
    }

    private static long Granules(long bytes) => (bytes + Granule - 1) / Granule * Granule;

    // What was freed is still the card's: its use shall be called by its name.
    private bool IsOfCard(ulong address) => memory.Find(address) is not null || memory.WasFreed(address);
}
