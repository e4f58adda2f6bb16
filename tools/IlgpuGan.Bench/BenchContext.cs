namespace IlgpuGan.Bench;

/// <summary>What the commands reach the world through.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress and messages.</param>
/// <param name="IsTerminal">Whether messages go to a terminal that understands control codes.</param>
/// <param name="Clock">Tells the date of a report.</param>
internal sealed record BenchContext(TextWriter Output, TextWriter Error, bool IsTerminal, TimeProvider Clock)
{
    /// <summary>Floats of each of the two arrays of the copy that gives the device's bandwidth: 128 MiB, beyond any cache of a processor.</summary>
    public int CopyFloats { get; init; } = 1 << 25;
}
