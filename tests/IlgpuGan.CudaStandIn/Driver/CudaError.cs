namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>What a function of the driver answers, by CUDA's numbers.</summary>
public enum CudaError
{
    /// <summary>It is done, or put on a stream.</summary>
    Success = 0,

    /// <summary>An argument is out of its range.</summary>
    InvalidValue = 1,

    /// <summary>There is too little memory.</summary>
    OutOfMemory = 2,

    /// <summary>cuInit was not called.</summary>
    NotInitialized = 3,

    /// <summary>There is no card.</summary>
    NoDevice = 100,

    /// <summary>There is no card of this number.</summary>
    InvalidDevice = 101,

    /// <summary>No context is current to this thread.</summary>
    InvalidContext = 201,

    /// <summary>The text is for newer cards.</summary>
    NoBinaryForGpu = 209,

    /// <summary>The text does not compile.</summary>
    InvalidPtx = 218,

    /// <summary>The text is of a version that this driver does not know.</summary>
    UnsupportedPtxVersion = 222,

    /// <summary>A handle names nothing.</summary>
    InvalidHandle = 400,

    /// <summary>A function was called at the wrong time.</summary>
    IllegalState = 401,

    /// <summary>A name is not in the module.</summary>
    NotFound = 500,

    /// <summary>A kernel reached for memory that is not its own.</summary>
    IllegalAddress = 700,

    /// <summary>A launch takes more threads, registers or shared memory than there are.</summary>
    LaunchOutOfResources = 701,

    /// <summary>Host memory is registered twice.</summary>
    HostMemoryAlreadyRegistered = 712,

    /// <summary>Host memory was not registered.</summary>
    HostMemoryNotRegistered = 713,

    /// <summary>A kernel has an instruction that the card does not know.</summary>
    IllegalInstruction = 715,

    /// <summary>A kernel reached for an address that is no multiple of what it reads.</summary>
    MisalignedAddress = 716,

    /// <summary>A kernel failed.</summary>
    LaunchFailed = 719,

    /// <summary>This driver cannot do that.</summary>
    NotSupported = 801,

    /// <summary>A stream that is recorded cannot do that.</summary>
    StreamCaptureUnsupported = 900,

    /// <summary>The recording was spoilt before.</summary>
    StreamCaptureInvalidated = 901,

    /// <summary>The legacy stream would wait for a recording.</summary>
    StreamCaptureImplicit = 906,

    /// <summary>Something else.</summary>
    Unknown = 999,
}
