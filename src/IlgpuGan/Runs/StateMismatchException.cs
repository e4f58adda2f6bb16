namespace IlgpuGan.Runs;

/// <summary>A saved state does not belong to the network at hand.</summary>
internal sealed class StateMismatchException(string message) : Exception(message);
