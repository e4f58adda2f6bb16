namespace IlgpuGan.Graphs;

/// <summary>A tensor, or all weights of a network together, of more numbers than <see cref="Shape.MostElements"/>. A smaller batch, network or image may do.</summary>
public sealed class TensorSizeException(FormattableString message) : ArgumentException(FormattableString.Invariant(message));
