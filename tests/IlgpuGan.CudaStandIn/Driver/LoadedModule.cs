using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>A module in a context.</summary>
public sealed class LoadedModule(PtxModule code)
{
    /// <summary>Its kernels.</summary>
    public PtxModule Code { get; } = code;

    /// <summary>Whether it was unloaded: its kernels may not be launched any more.</summary>
    public bool IsUnloaded { get; set; }
}

/// <summary>A kernel of a module, as a caller holds it.</summary>
public sealed class LoadedFunction(LoadedModule module, PtxKernel kernel)
{
    /// <summary>Its module.</summary>
    public LoadedModule Module { get; } = module;

    /// <summary>Its code.</summary>
    public PtxKernel Kernel { get; } = kernel;

    /// <summary>Bytes of shared memory that a launch may ask for beside the kernel's own.</summary>
    public int MostDynamicShared { get; set; } = Math.Max(0, Card.SharedOfGroup - kernel.StaticSharedBytes);
}
