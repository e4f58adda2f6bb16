namespace IlgpuGan.Data.Containers;

/// <summary>A container of a set, and which of its columns holds the images.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="First">Its first row as a row of the set.</param>
/// <param name="Count">Number of rows.</param>
internal sealed record ContainerFile(string Path, int First, int Count)
{
    /// <summary>Rows of the set where reading can begin without reading what is before.</summary>
    public required IReadOnlyList<int> Starts { get; init; }

    /// <summary>The last part of the path.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}
