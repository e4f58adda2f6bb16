using System.Runtime.Intrinsics;
using IlgpuGan.Kernels;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Devices;

/// <summary>What kernels are chosen by.</summary>
internal sealed record DeviceTraits
{
    /// <summary>The back end.</summary>
    public required DeviceKind Kind { get; init; }

    /// <summary>Whether it is a processor: on OpenCL its work-items then work best one to a core, in vectors.</summary>
    public bool IsProcessor { get; init; }

    /// <summary>Whether the tensor cores of compute capability 8.0 are there.</summary>
    public bool HasTensorCores { get; init; }

    /// <summary>Bits of a vector register of a processor; 0 where only the portable width is known.</summary>
    public int VectorBits { get; init; }

    /// <summary>Most threads of a group.</summary>
    public int GroupThreads { get; init; } = 256;

    /// <summary>Bytes of memory that the threads of a group can share.</summary>
    public int SharedBytes { get; init; } = 48 * 1024;

    /// <summary>The same where a launch asks for it: more on CUDA.</summary>
    public int MostSharedBytes { get; init; } = 48 * 1024;

    /// <summary>Multiprocessors, compute units or cores.</summary>
    public int Multiprocessors { get; init; } = 1;

    /// <summary>Whether it is a processor that is programmed through OpenCL.</summary>
    public bool IsOpenClProcessor => IsProcessor && Kind == DeviceKind.OpenCl;

    /// <summary>
    /// Whether its threads are many and work in groups that share memory, as those of a card do. A processor that is programmed through OpenCL has few, and so
    /// has a device with groups smaller than <see cref="GridSize.GroupThreads"/>, which runs the kernels whose threads know nothing of one another.
    /// </summary>
    public bool IsCard => Kind != DeviceKind.Cpu && !IsOpenClProcessor && GroupThreads >= GridSize.GroupThreads;

    /// <summary>How products multiply here when a precision is asked for: in single precision where there are no tensor cores.</summary>
    public Precision Supported(Precision asked) => HasTensorCores ? asked : Precision.Fp32;

    /// <summary>The traits of an opened device.</summary>
    internal static DeviceTraits Of(DeviceKind kind, Accelerator accelerator, bool isGpu, int workers) => new()
    {
        Kind = kind,
        IsProcessor = !isGpu,
        HasTensorCores = accelerator is CudaAccelerator cuda && cuda.Architecture >= CudaArchitecture.SM_80,
        VectorBits = kind == DeviceKind.Cpu ? HostVectorBits : accelerator is CLAccelerator openCl ? OpenClBackend.VectorBits(openCl) : 0,
        GroupThreads = accelerator.MaxNumThreadsPerGroup,
        SharedBytes = accelerator.MaxSharedMemoryPerGroup,
        MostSharedBytes = Math.Max(accelerator.MaxSharedMemoryPerGroup, accelerator.Device is CudaDevice card ? SharedMemoryDriver.MostBytes(card) : 0),
        Multiprocessors = kind == DeviceKind.Cpu ? workers : accelerator.NumMultiprocessors,
    };

    private static int HostVectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 0;
}
