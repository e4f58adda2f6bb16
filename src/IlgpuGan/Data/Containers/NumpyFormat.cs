using System.IO.Compression;
using System.Text.RegularExpressions;

namespace IlgpuGan.Data.Containers;

/// <summary>
/// NumPy's files: an array (<c>.npy</c>), or several by name in a zip, stored or deflated (<c>.npz</c>). Arrays of Python objects are pickles, which can run
/// programs, and are not read.
/// </summary>
internal sealed partial class NumpyFormat : IContainerFormat
{
    private const string Ending = ".npy";

    public IImageContainer Open(string path)
    {
        try
        {
            return IsZip(path) ? OpenZip(path) : OpenArray(path);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new SourceCorruptException($"'{path}' is not a complete file of NumPy: it is truncated or damaged; save or copy it again.", e);
        }
    }

    /// <summary>Names that a file of labels may have beside an array of images: <c>labels.npy</c> beside <c>images.npy</c>, <c>y_train.npy</c> beside <c>x_train.npy</c>.</summary>
    public static IEnumerable<string> LabelNames(string name)
    {
        if (!name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        string stem = name[..^Ending.Length];
        return Images().Replace(stem, "labels") is var labels && labels != stem ? [$"{labels}{Ending}", $"{Images().Replace(stem, "label")}{Ending}"]
            : Letter().Replace(stem, "y") is var letter && letter != stem ? [$"{letter}{Ending}", $"{Letter().Replace(stem, "Y")}{Ending}"] : [];
    }

    private static Container OpenArray(string path)
    {
        var columns = new List<ContainerColumn>();
        try
        {
            columns.Add(new NumpyColumn("array", path, () => File.OpenRead(path), new FileInfo(path).Length));
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (LabelNames(Path.GetFileName(path)).Select(name => Path.Combine(folder, name)).FirstOrDefault(RegularFile.Is) is { } labels)
            {
                columns.Add(new NumpyColumn("labels", labels, () => File.OpenRead(labels), new FileInfo(labels).Length));
            }

            return new Container(columns, null);
        }
        catch
        {
            new Container(columns, null).Dispose();
            throw;
        }
    }

    private static Container OpenZip(string path)
    {
        ZipArchive zip = ZipFile.OpenRead(path);
        var columns = new List<ContainerColumn>();
        try
        {
            foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.FullName.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)))
            {
                columns.Add(new NumpyColumn(entry.FullName[..^Ending.Length], path, entry.Open, entry.Length));
            }

            return new Container(columns, zip);
        }
        catch
        {
            new Container(columns, zip).Dispose();
            throw;
        }
    }

    private static bool IsZip(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
    }

    [GeneratedRegex("images?|imgs?", RegexOptions.IgnoreCase)]
    private static partial Regex Images();

    [GeneratedRegex("(?<![A-Za-z])[xX](?![A-Za-z])")]
    private static partial Regex Letter();

    private sealed class Container(IReadOnlyList<ContainerColumn> columns, ZipArchive? zip) : IImageContainer
    {
        public IReadOnlyList<ContainerColumn> Columns => [.. columns.Where(column => column.Lengths.Count > 0)];

        public void Dispose()
        {
            foreach (NumpyColumn column in columns.Cast<NumpyColumn>())
            {
                column.Dispose();
            }

            zip?.Dispose();
        }
    }
}
