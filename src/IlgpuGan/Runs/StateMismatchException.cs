namespace IlgpuGan.Runs;

/// <summary>A saved state does not belong to the network at hand.</summary>
public sealed class StateMismatchException(string message) : Exception(message);
