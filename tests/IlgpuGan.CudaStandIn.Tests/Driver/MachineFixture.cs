using System.Runtime.InteropServices;
using IlgpuGan.CudaStandIn.Driver;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>A machine with a context, called as the exported functions call it.</summary>
public abstract unsafe class MachineFixture : IDisposable
{
    /// <summary>A flag of streams.</summary>
    protected const uint NonBlocking = 1;

    private readonly StringWriter said = new();
    private readonly List<nint> hostMemory = [];

    /// <summary>Makes it, with a card of 1 MiB.</summary>
    protected MachineFixture()
    {
        Machine = new(new StandInOptions { MemoryBytes = 1 << 20 }, said);
        Machine.Initialise(0);
        Context = Machine.CreateContext(0, 0);
    }

    /// <summary>The machine.</summary>
    protected Machine Machine { get; }

    /// <summary>Its context, current to this thread.</summary>
    protected nint Context { get; }

    /// <summary>What it has said aloud.</summary>
    protected string Said => said.ToString();

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.Dispose();
        said.Dispose();
        foreach (var address in hostMemory)
        {
            NativeMemory.Free((void*)address);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What a function answers.</summary>
    protected CudaError Call(Action<Machine> function) => Machine.Call("a function", () => function(Machine));

    /// <summary>Host memory of a few bytes.</summary>
    protected ulong Host(params byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var address = (nint)NativeMemory.Alloc((nuint)bytes.Length);
        hostMemory.Add(address);
        bytes.CopyTo(new Span<byte>((void*)address, bytes.Length));
        return (ulong)address;
    }

    /// <summary>What host memory holds.</summary>
    protected static byte[] At(ulong address, int count) => new Span<byte>((void*)address, count).ToArray();

    /// <summary>Changes host memory.</summary>
    protected static void Set(ulong address, byte value) => *(byte*)address = value;

    /// <summary>What the card's memory holds, once all work of a stream is done.</summary>
    protected byte[] OnCard(ulong address, int count, nint stream)
    {
        var host = Host(new byte[count]);
        Machine.Copy(host, address, count, stream);
        return At(host, count);
    }
}
