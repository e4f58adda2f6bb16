using System.Runtime.InteropServices;
using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>Something that a stream does when its turn comes.</summary>
public abstract class StreamWork
{
    /// <summary>The function that asked for it.</summary>
    public abstract string Function { get; }

    /// <summary>Does it.</summary>
    /// <exception cref="DriverException">The memory that it uses is gone.</exception>
    /// <exception cref="KernelFaultException">A kernel did what no kernel may do.</exception>
    public abstract void Run(Machine machine);

    /// <summary>Whether it uses some registered host memory.</summary>
    public virtual bool Uses(ulong host, long bytes) => false;
}

/// <summary>Sets bytes of device memory to a value.</summary>
public sealed unsafe class FillWork(ulong address, byte value, long bytes) : StreamWork
{
    /// <inheritdoc/>
    public override string Function => "cuMemsetD8Async";

    /// <inheritdoc/>
    public override void Run(Machine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var block = machine.BlockOf(address, bytes);
        NativeMemory.Fill((void*)address, (nuint)bytes, value);
        block.MarkWritten(address, bytes);
    }
}

/// <summary>Copies bytes; device memory is looked up when the copy runs, for it may be gone by then.</summary>
/// <param name="target">Where to.</param>
/// <param name="isToDevice">Whether that is device memory.</param>
/// <param name="source">Where from; not used when there is a snapshot.</param>
/// <param name="isFromDevice">Whether that is device memory.</param>
/// <param name="bytes">How many.</param>
/// <param name="snapshot">What pageable host memory held when the copy was asked for; null for other memory.</param>
public sealed unsafe class CopyWork(ulong target, bool isToDevice, ulong source, bool isFromDevice, long bytes, byte[]? snapshot) : StreamWork
{
    /// <inheritdoc/>
    public override string Function => "cuMemcpyAsync";

    /// <inheritdoc/>
    public override void Run(Machine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        if (isFromDevice && machine.BlockOf(source, bytes).FirstUnwritten(source, bytes) is { } unwritten)
        {
            throw new DriverException(CudaError.Unknown, $"{bytes} bytes are copied from 0x{source:x}, of which that at 0x{unwritten:x} was never written");
        }

        var block = isToDevice ? machine.BlockOf(target, bytes) : null;
        fixed (byte* kept = snapshot)
        {
            // Ranges may overlap.
            Buffer.MemoryCopy(snapshot is null ? (void*)source : kept, (void*)target, bytes, bytes);
        }

        block?.MarkWritten(target, bytes);
    }

    /// <inheritdoc/>
    public override bool Uses(ulong host, long bytes) =>
        (!isToDevice && Meets(target, host, bytes)) || (!isFromDevice && snapshot is null && Meets(source, host, bytes));

    private bool Meets(ulong own, ulong host, long hostBytes) => own < host + (ulong)hostBytes && host < own + (ulong)bytes;
}

/// <summary>Launches a kernel with the parameters that were given when it was asked for.</summary>
public sealed class LaunchWork(LoadedFunction function, Dim3 grid, Dim3 block, int sharedBytes, byte[] parameters) : StreamWork
{
    /// <inheritdoc/>
    public override string Function => "cuLaunchKernel";

    /// <inheritdoc/>
    public override void Run(Machine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        if (function.Module.IsUnloaded)
        {
            throw new DriverException(CudaError.InvalidHandle, $"{function.Kernel.Name} is launched, and its module was unloaded");
        }

        machine.Execute(function.Kernel, grid, block, sharedBytes, parameters);
    }
}
