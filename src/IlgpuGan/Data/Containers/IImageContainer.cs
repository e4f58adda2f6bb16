namespace IlgpuGan.Data.Containers;

/// <summary>An open file that holds many images, as columns with a row for each.</summary>
public interface IImageContainer : IDisposable
{
    /// <summary>The columns in the order of the file.</summary>
    IReadOnlyList<ContainerColumn> Columns { get; }
}
