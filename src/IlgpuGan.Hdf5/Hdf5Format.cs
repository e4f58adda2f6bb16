using System.Text.RegularExpressions;
using IlgpuGan.Data;
using IlgpuGan.Data.Containers;
using PureHDF.Filters;

namespace IlgpuGan.Hdf5;

/// <summary>HDF5 as h5py and StudioGAN write it: arrays of images and of labels, by name, in groups or not. They are read a few chunks at a time.</summary>
public sealed partial class Hdf5Format : IContainerFormat
{
    private const string Anew = "write it anew with h5repack -f GZIP=4";

    static Hdf5Format() => H5Filter.Register(new LzfFilter());

    /// <inheritdoc/>
    public IImageContainer Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new Hdf5Container(path);
        }
        catch (Exception e) when (Refusal(e, path) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>What a failure of the library means; null for one of this program.</summary>
    internal static DataException? Refusal(Exception fault, string path) => fault switch
    {
        DataException or OperationCanceledException or OutOfMemoryException => null,
        UnauthorizedAccessException or FileNotFoundException =>
            new SourceUnavailableException($"'{path}' cannot be read: {Excerpt.Of(fault, path)}; allow reading it, or name another.", fault),
        _ when fault.GetBaseException().Message.Contains("Byte order", StringComparison.Ordinal) => new SourceUnsupportedException(
            $"'{path}' holds numbers that begin with their highest byte, which are not read; write them the other way round, as .astype('<f4') does."),
        _ when MissingFilter().Match(fault.GetBaseException().Message) is { Success: true } filter => new SourceUnsupportedException(
            $"'{path}' is packed by the filter {filter.Groups[2].Value} ({Excerpt.Of(filter.Groups[1].Value, 40)}), which is not read; {Anew}."),
        _ when fault.GetBaseException() is LzfException lzf => new SourceCorruptException($"'{path}' is packed by {lzf.Message}, which is not read; {Anew}.", fault),
        // What the library says names its own parts.
        _ => new SourceCorruptException($"'{path}' is not a complete HDF5 file, or one of a form that is not read; copy it again, or {Anew}.", fault),
    };

    [GeneratedRegex("^Could not find filter '(.*)' with ID '([0-9]+)'")]
    private static partial Regex MissingFilter();
}
