namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>A function of the driver answers with an error. With a message it is a fault of the caller, which is said aloud; without, only what a driver may answer.</summary>
public sealed class DriverException(CudaError error, string? message = null) : Exception(message ?? ErrorTexts.Of(error))
{
    /// <summary>What the function answers.</summary>
    public CudaError Error { get; } = error;

    /// <summary>Whether somebody called it wrongly.</summary>
    public bool IsFault { get; } = message is not null;
}
