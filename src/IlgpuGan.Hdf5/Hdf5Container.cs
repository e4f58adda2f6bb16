using IlgpuGan.Data.Containers;
using PureHDF;
using PureHDF.VOL.Native;

namespace IlgpuGan.Hdf5;

/// <summary>An open HDF5 file.</summary>
internal sealed class Hdf5Container : IImageContainer
{
    private const int Deepest = 32;
    private const int MostColumns = 4096;

    private readonly string path;
    private readonly long fileBytes;
    private readonly NativeFile file;
    private readonly List<ContainerColumn> columns = [];
    private readonly HashSet<ulong> listed = [];

    /// <summary>Opens a file and lists its arrays.</summary>
    public Hdf5Container(string path)
    {
        (this.path, fileBytes) = (path, new FileInfo(path).Length);
        file = Open(path);
        try
        {
            List(file, "", 0);
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

    // Handed over as a stream: the library would seek what relative links lead to beside a file that it knows by its path.
    private static NativeFile Open(string path)
    {
        FileStream stream = File.OpenRead(path);
        try
        {
            // The library sees no block of the user's own but the smallest, and reads on from where a stream stands that is no file.
            long start = ContainerFormats.StartOf(path) ?? 0;
            Stream read = start > 0 ? new BufferedStream(stream) : stream;
            read.Position = start;
            return SoundDrivers.Open(read);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private void List(NativeGroup group, string prefix, int depth)
    {
        // A group may hold one that is above it, or itself, and be in several.
        if (depth > Deepest || !listed.Add(OtherFiles.AddressOf(group)))
        {
            return;
        }

        IReadOnlyList<GroupLink> links = OtherFiles.LinksOf(group);
        IEnumerable<IH5Object> children = links.Count == 0 ? group.Children() : links.Where(link => link.File is null).Select(link => group.Get(link.Name));
        columns.AddRange(links.Where(link => link.File is not null).Select(link => new Hdf5Link(prefix + link.Name, link.File)));
        foreach (IH5Object child in children)
        {
            if (columns.Count >= MostColumns)
            {
                return;
            }

            string name = prefix + child.Name;
            if (child is IH5UnresolvedLink)
            {
                columns.Add(new Hdf5Link(name, null));
            }
            else if (child is NativeObject found && OtherFiles.FileOf(found) != file)
            {
                columns.Add(new Hdf5Link(name, OtherFiles.FileOf(found).Path));
            }
            else if (child is NativeDataset dataset && dataset.Space.Dimensions.Length > 0)
            {
                columns.Add(new Hdf5Column(dataset, path, name, fileBytes));
            }
            else if (child is NativeGroup below)
            {
                List(below, $"{name}/", depth + 1);
            }
        }
    }
}
