namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>A kernel, ready to be executed.</summary>
public sealed class PtxKernel
{
    private readonly Lazy<int> liveRegisters;

    internal PtxKernel(Instruction[] code, RegisterLayout layout)
    {
        (Code, Layout) = (code, layout);
        liveRegisters = new(() => Ptx.LiveRegisters.Most(code, layout));
    }

    /// <summary>Its name in the module.</summary>
    public required string Name { get; init; }

    /// <summary>Size of its parameters, with the gaps that their alignment leaves.</summary>
    public required int ParameterBytes { get; init; }

    /// <summary>Size of its static shared memory.</summary>
    public required int StaticSharedBytes { get; init; }

    /// <summary>How many threads a group may have; 0 where the kernel does not say.</summary>
    public required int MaximumThreads { get; init; }

    /// <summary>How many groups a multiprocessor is to hold at a time, which bounds their registers; 0 where the kernel does not say.</summary>
    public required int ResidentGroups { get; init; }

    /// <summary>Registers of 32 bits that hold, at the fullest place of the text, what is read later: an estimate of what a thread needs. How many it gets the assembler decides.</summary>
    public int LiveRegisters => liveRegisters.Value;

    internal Instruction[] Code { get; }

    internal RegisterLayout Layout { get; }
}
