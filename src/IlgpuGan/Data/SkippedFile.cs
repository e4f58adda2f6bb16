namespace IlgpuGan.Data;

/// <summary>A file that a set does without because it could not be decoded.</summary>
/// <param name="Path">Path relative to the folder or zip, with <c>/</c> between its parts.</param>
/// <param name="Reason">Why, as part of a sentence.</param>
public sealed record SkippedFile(string Path, string Reason)
{
    /// <summary>The path with the reason, for a list in a message.</summary>
    public override string ToString() => $"{Path} ({Reason})";
}
