using IlgpuGan.Data;
using IlgpuGan.Data.Containers;
using PureHDF.Filters;

namespace IlgpuGan.Hdf5;

/// <summary>HDF5 as h5py and StudioGAN write it: arrays of images and of labels, by name, in groups or not. They are read a few chunks at a time.</summary>
public sealed class Hdf5Format : IContainerFormat
{
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
        _ => new SourceCorruptException(
            $"'{path}' is not a complete HDF5 file, or one of a form that is not read ({Excerpt.Of(fault.GetBaseException().Message, 80)}); "
                + "copy it again, or write it anew with h5repack -f GZIP=4.", fault),
    };
}
