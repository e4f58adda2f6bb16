namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>A kernel did what no kernel may do.</summary>
public sealed class KernelFaultException : Exception
{
    internal KernelFaultException(FaultKind fault, string what, string kernel, int line = 0, string instruction = "", long group = -1, int thread = -1, ulong? address = null)
        : base(Sentence(fault, what, kernel, line, instruction, group, thread, address))
    {
        (Fault, Kernel, Line, Instruction, Group, Thread, Address) = (fault, kernel, line, instruction, group, thread, address);
    }

    /// <summary>What it did.</summary>
    public FaultKind Fault { get; }

    /// <summary>The name of the kernel.</summary>
    public string Kernel { get; }

    /// <summary>The line of its PTX, counted from 1; 0 where no instruction is to blame.</summary>
    public int Line { get; }

    /// <summary>The instruction.</summary>
    public string Instruction { get; }

    /// <summary>The group; -1 where none is to blame.</summary>
    public long Group { get; }

    /// <summary>The thread of the group; -1 where none is to blame.</summary>
    public int Thread { get; }

    /// <summary>The address, of the group's shared memory from 0 on; null where none is to blame.</summary>
    public ulong? Address { get; }

    private static string Sentence(FaultKind fault, string what, string kernel, int line, string instruction, long group, int thread, ulong? address) =>
        $"{fault}: {kernel}"
        + (line > 0 ? $", line {line} ({instruction})" : "")
        + (group >= 0 ? $", group {group}" : "")
        + (thread >= 0 ? $", thread {thread}" : "")
        + (address is { } place ? $", address 0x{place:x}" : "")
        + $": {what}";
}
