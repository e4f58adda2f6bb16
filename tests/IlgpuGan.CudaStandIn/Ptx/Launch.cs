namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What all groups of a launch have in common.</summary>
internal sealed record Launch(PtxKernel Kernel, Dim3 Grid, Dim3 Block, int SharedBytes, byte[] Parameters, MemoryMap Memory, ExecutorOptions Options, byte Stamp)
{
    /// <summary>Threads of a group.</summary>
    public int Threads { get; } = (int)Block.Count;

    public KernelFaultException Fault(FaultKind fault, string what, Instruction instruction, long group, int thread = -1, ulong? address = null) =>
        new(fault, what, Kernel.Name, instruction.Line, instruction.Text, group, thread, address);
}
