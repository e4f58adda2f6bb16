using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>The sentences of cuGetErrorString, as CUDA words them.</summary>
public sealed class ErrorTexts
{
    private readonly Dictionary<CudaError, nint> pointers = [];

    /// <summary>What an error means.</summary>
    /// <returns>Null for a number that is no error.</returns>
    public static string? Of(CudaError error) => error switch
    {
        CudaError.Success => "no error",
        CudaError.InvalidValue => "invalid argument",
        CudaError.OutOfMemory => "out of memory",
        CudaError.NotInitialized => "initialization error",
        CudaError.NoDevice => "no CUDA-capable device is detected",
        CudaError.InvalidDevice => "invalid device ordinal",
        CudaError.InvalidContext => "invalid device context",
        CudaError.NoBinaryForGpu => "no kernel image is available for execution on the device",
        CudaError.InvalidPtx => "a PTX JIT compilation failed",
        CudaError.UnsupportedPtxVersion => "the provided PTX was compiled with an unsupported toolchain.",
        CudaError.InvalidHandle => "invalid resource handle",
        CudaError.IllegalState => "the operation cannot be performed in the present state",
        CudaError.NotFound => "named symbol not found",
        CudaError.IllegalAddress => "an illegal memory access was encountered",
        CudaError.LaunchOutOfResources => "too many resources requested for launch",
        CudaError.HostMemoryAlreadyRegistered => "part or all of the requested memory range is already mapped",
        CudaError.HostMemoryNotRegistered => "pointer does not correspond to a registered memory region",
        CudaError.IllegalInstruction => "an illegal instruction was encountered",
        CudaError.MisalignedAddress => "misaligned address",
        CudaError.LaunchFailed => "unspecified launch failure",
        CudaError.NotSupported => "operation not supported",
        CudaError.StreamCaptureUnsupported => "operation not permitted when stream is capturing",
        CudaError.StreamCaptureInvalidated => "operation failed due to a previous error during capture",
        CudaError.StreamCaptureImplicit => "operation would make the legacy stream depend on a capturing blocking stream",
        CudaError.Unknown => "unknown error",
        _ => null,
    };

    /// <summary>The same as text that ends with a zero and is never freed; 0 for a number that is no error.</summary>
    public nint PointerTo(CudaError error)
    {
        if (!pointers.TryGetValue(error, out var pointer))
        {
            pointer = Of(error) is { } text ? Marshal.StringToCoTaskMemUTF8(text) : 0;
            pointers.Add(error, pointer);
        }

        return pointer;
    }
}
