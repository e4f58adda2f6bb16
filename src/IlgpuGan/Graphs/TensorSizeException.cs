namespace IlgpuGan.Graphs;

/// <summary>
/// A tensor, all weights of a network together, or what a plan needs on the way, of more numbers than <see cref="Shape.MostElements"/>, or than kernels, which count in 32 bits, can tell
/// apart. A smaller batch, network or image may do.
/// </summary>
public sealed class TensorSizeException(FormattableString message) : ArgumentException(FormattableString.Invariant(message));
