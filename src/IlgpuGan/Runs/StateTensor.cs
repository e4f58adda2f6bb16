namespace IlgpuGan.Runs;

/// <summary>A named tensor outside the device: 32-bit floats, or 64-bit counters.</summary>
/// <param name="Shape">Lengths of the axes, outermost first.</param>
/// <param name="Floats">The values in row-major order, or null for counters.</param>
/// <param name="Integers">The counters, or null for floats.</param>
public sealed record StateTensor(IReadOnlyList<int> Shape, float[]? Floats, long[]? Integers);

/// <summary>A saved state does not belong to the network at hand.</summary>
public sealed class StateMismatchException(string message) : Exception(message);
