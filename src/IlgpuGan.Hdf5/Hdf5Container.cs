using IlgpuGan.Data.Containers;
using PureHDF;
using PureHDF.VOL.Native;

namespace IlgpuGan.Hdf5;

/// <summary>An open HDF5 file.</summary>
internal sealed class Hdf5Container : IImageContainer
{
    // A group may hold one that is above it.
    private const int Deepest = 8;
    private const int MostColumns = 4096;

    private readonly NativeFile file;
    private readonly List<ContainerColumn> columns = [];

    /// <summary>Opens a file and lists its arrays.</summary>
    public Hdf5Container(string path)
    {
        file = H5File.OpenRead(path);
        try
        {
            List(file, path, "", 0);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ContainerColumn> Columns => columns;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void List(IH5Group group, string path, string prefix, int depth)
    {
        foreach (IH5Object child in group.Children())
        {
            if (columns.Count == MostColumns)
            {
                return;
            }

            if (child is NativeDataset dataset && dataset.Space.Dimensions.Length > 0)
            {
                columns.Add(new Hdf5Column(dataset, path, prefix + child.Name));
            }
            else if (child is IH5Group below && depth < Deepest)
            {
                List(below, path, $"{prefix}{child.Name}/", depth + 1);
            }
        }
    }
}
