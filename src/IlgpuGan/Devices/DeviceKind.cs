namespace IlgpuGan.Devices;

/// <summary>The back end that drives a device, in the order in which <c>auto</c> tries them.</summary>
public enum DeviceKind
{
    /// <summary>An NVIDIA card through the CUDA driver.</summary>
    Cuda,

    /// <summary>Any device through an OpenCL driver.</summary>
    OpenCl,

    /// <summary>The processor itself, through ILGPU's CPU accelerator.</summary>
    Cpu,
}
