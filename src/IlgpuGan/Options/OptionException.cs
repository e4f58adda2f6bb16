namespace IlgpuGan.Options;

/// <summary>An option of a run has a value that is not allowed; the message names the option and what is allowed.</summary>
public sealed class OptionException(string message) : Exception(OptionNames.In(message))
{
    /// <summary>The message without its remedy, of a batch that is too large for the network, whatever memory there is; null of all others.</summary>
    internal string? TooLargeBatch { get; init; }
}
