using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Bytes on the device, filled once, or again and again from two stages of page-locked memory in turn.</summary>
public sealed class DeviceBytes : IDisposable
{
    private readonly AcceleratorStream stream;
    private readonly DeviceMemory memory;
    private readonly MemoryBuffer1D<byte, Stride1D.Dense> buffer;
    private readonly PageLockedArray1D<byte>[] stages;

    /// <summary>Takes the memory.</summary>
    /// <exception cref="DeviceMemoryException">There is too little.</exception>
    public DeviceBytes(ComputeDevice device, long length, bool isStaged)
        : this(device, length, isStaged, device?.Stream!)
    {
    }

    internal DeviceBytes(ComputeDevice device, long length, bool isStaged, AcceleratorStream stream)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.stream = stream;
        memory = device.Memory;
        buffer = memory.Take(length, () => device.Accelerator.Make(() => device.Accelerator.Allocate1D<byte>(length)));
        stages = isStaged ? [Stage(), Stage()] : [];
        PageLockedArray1D<byte> Stage() => device.Accelerator.Make(() => device.Accelerator.AllocatePageLocked1D<byte>(length));
    }

    /// <summary>Number of bytes.</summary>
    public long Length => buffer.Length;

    /// <summary>Whether they come from stages.</summary>
    public bool IsStaged => stages.Length > 0;

    internal ArrayView<byte> View => buffer.View;

    /// <summary>Writes bytes from an index on and waits until they are there.</summary>
    public void Write(long first, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        buffer.View.SubView(first, bytes.Length).CopyFromCPU(stream, bytes);
    }

    /// <summary>A stage to fill; nothing else may fill or send it meanwhile.</summary>
    public Span<byte> Stage(int number) => stages[number].Span;

    /// <summary>Copies a stage to the device ahead of the next launch; the other stage is free when this returns.</summary>
    public void Send(int number)
    {
        stream.Synchronize();
        buffer.View.CopyFromPageLockedAsync(stream, stages[number]);
    }

    /// <summary>Waits for a copy that is under way: the pages it reads may not be let go before.</summary>
    public void Dispose()
    {
        try
        {
            if (IsStaged)
            {
                stream.Synchronize();
            }
        }
        // A device that has failed copies nothing any more, and who disposes knows already.
        catch (AcceleratorException)
        {
        }
        foreach (var stage in stages)
        {
            stage.Dispose();
        }
        memory.Return(Length);
        buffer.Dispose();
    }
}
