namespace IlgpuGan.Options;

/// <summary>An option of a run has a value that is not allowed; the message names the option and what is allowed.</summary>
public sealed class OptionException(string message) : Exception(OptionNames.In(message));
