namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Executes kernels.</summary>
public static class Executor
{
    /// <summary>Runs a kernel to its end.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="grid">Its groups.</param>
    /// <param name="block">The threads of a group.</param>
    /// <param name="dynamicSharedBytes">Shared memory beyond the kernel's own.</param>
    /// <param name="parameters">The parameters, as the kernel lays them out.</param>
    /// <param name="memory">The card's memory.</param>
    /// <param name="options">How it is executed.</param>
    /// <exception cref="KernelFaultException">The kernel did what no kernel may do; what it stored before stays.</exception>
    public static LaunchCounts Launch(PtxKernel kernel, Dim3 grid, Dim3 block, int dynamicSharedBytes, ReadOnlySpan<byte> parameters, MemoryMap memory, ExecutorOptions options) =>
        throw new KernelFaultException(FaultKind.WrongLaunch, "the executor is not written", kernel.Name);
}
