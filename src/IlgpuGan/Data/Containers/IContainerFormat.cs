namespace IlgpuGan.Data.Containers;

/// <summary>
/// A format of files that hold many images. Those that need a library of others are packages of their own, which are found when a program has them beside it.
/// </summary>
public interface IContainerFormat
{
    /// <summary>Opens a file and reads what it says of itself, no more.</summary>
    /// <exception cref="DataException">It is damaged, encrypted, or of a kind that cannot be read.</exception>
    IImageContainer Open(string path);
}
