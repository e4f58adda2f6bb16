namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// A graph whose tensors are small enough needs more on the way than kernels, which count in 32 bits, can tell apart. A smaller batch, network or image may do.
/// </summary>
public sealed class PlanSizeException(FormattableString message) : Exception(FormattableString.Invariant(message));
