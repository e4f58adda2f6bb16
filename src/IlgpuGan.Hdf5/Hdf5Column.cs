using System.Runtime.InteropServices;
using IlgpuGan.Data;
using IlgpuGan.Data.Containers;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace IlgpuGan.Hdf5;

/// <summary>An array of an HDF5 file. The library reinterprets what it is asked for as another type of equal size, so that types are compared before.</summary>
internal sealed class Hdf5Column : ContainerColumn
{
    private const ulong LeastCache = 16 << 20;

    // What gzip makes of zeros at most; a damaged length claims more, and the library takes the memory before it looks.
    private const double MostPacked = 1032, SmallClaim = 16 << 20;

    private readonly NativeDataset dataset;
    private readonly string path;
    private readonly H5DatasetAccess access;
    private readonly ulong[] lengths;

    /// <summary>An array, of which nothing is read yet.</summary>
    public Hdf5Column(NativeDataset dataset, string path, string name, long fileBytes)
        : base(name, ElementOf(dataset), [.. dataset.Space.Dimensions.Select(length => checked((long)length))])
    {
        (this.dataset, this.path, lengths) = (dataset, path, dataset.Space.Dimensions);
        access = new H5DatasetAccess(ChunkCache: new SoundChunks(CacheBytes(), fileBytes));
        Refusal = dataset.Layout.Class == H5DataLayoutClass.VirtualStorage
            ? "is a virtual array, made of other files, which is not read; name these, or copy it into an array of its own"
            : OtherFiles.HoldNumbersOf(dataset) ? "keeps its numbers in other files, which are not read; copy it into an array of its own with h5repack"
            : Claim() is var claim && claim > Math.Max(SmallClaim, MostPacked * fileBytes)
                ? FormattableString.Invariant($"claims {claim / (1 << 20):N0} MiB at once, more than its file can hold; that is damaged: copy it again")
            : Element == ContainerElement.Other ? $"is of {dataset.Type.Class}, which is not read; write it as numbers, or as bytes of image files" : null;
    }

    /// <inheritdoc/>
    public override string? Refusal { get; }

    private int RowElements => checked((int)lengths.Skip(1).Aggregate(1UL, (product, length) => product * length));

    /// <inheritdoc/>
    public override long BytesPerRow => Element == ContainerElement.File ? 1 << 16 : base.BytesPerRow;

    /// <inheritdoc/>
    public override IReadOnlyList<ReadOnlyMemory<byte>?> Read(long first, int count)
    {
        if (count == 0)
        {
            return [];
        }

        if (Element == ContainerElement.File)
        {
            return [.. Guard(() => dataset.Read<byte[][]>(access, Selected(first, count))).Select(file => file is { Length: > 0 } ? (ReadOnlyMemory<byte>?)file : null)];
        }

        int rowBytes = RowElements * dataset.Type.Size;
        byte[] bytes = new byte[checked(count * rowBytes)];
        Guard(() =>
        {
            Fill(bytes, Selected(first, count));
            return true;
        });
        return [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>?)bytes.AsMemory(i * rowBytes, rowBytes))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string?> ReadTexts(long first, int count) => Element != ContainerElement.Text || count == 0 ? base.ReadTexts(first, count)
        : Guard(() => dataset.Read<string[]>(access, Selected(first, count)));

    private static ContainerElement ElementOf(NativeDataset dataset) => OtherFiles.HoldNumbersOf(dataset) ? ContainerElement.Other : (dataset.Type.Class, dataset.Type.Size) switch
    {
        (H5DataTypeClass.FixedPoint, 1) => dataset.Type.FixedPoint.IsSigned ? ContainerElement.Signed8 : ContainerElement.Unsigned8,
        (H5DataTypeClass.FixedPoint, 2) => dataset.Type.FixedPoint.IsSigned ? ContainerElement.Signed16 : ContainerElement.Unsigned16,
        (H5DataTypeClass.FixedPoint, 4) => dataset.Type.FixedPoint.IsSigned ? ContainerElement.Signed32 : ContainerElement.Unsigned32,
        (H5DataTypeClass.FixedPoint, 8) => dataset.Type.FixedPoint.IsSigned ? ContainerElement.Signed64 : ContainerElement.Unsigned64,
        (H5DataTypeClass.FloatingPoint, 2) => ContainerElement.Fraction16,
        (H5DataTypeClass.FloatingPoint, 4) => ContainerElement.Fraction32,
        (H5DataTypeClass.FloatingPoint, 8) => ContainerElement.Fraction64,
        // As h5py writes truth values.
        (H5DataTypeClass.Enumerated, 1) => ContainerElement.Boolean,
        (H5DataTypeClass.String, _) => ContainerElement.Text,
        (H5DataTypeClass.VariableLength, _) => dataset.Type.VariableLength.BaseType switch
        {
            { Class: H5DataTypeClass.String } => ContainerElement.Text,
            { Class: H5DataTypeClass.FixedPoint, Size: 1 } => IsBytes(dataset) ? ContainerElement.File : ContainerElement.Text,
            _ => ContainerElement.Other,
        },
        _ => ContainerElement.Other,
    };

    // The library shows texts of any length as bytes of any length, and refuses to read them so.
    private static bool IsBytes(NativeDataset dataset)
    {
        try
        {
            return dataset.Space.Dimensions is [> 0] && dataset.Read<byte[][]>(new HyperslabSelection(1, [0], [1])).Length == 1;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or IOException))
        {
            return false;
        }
    }

    private HyperslabSelection Selected(long first, int count)
    {
        ulong[] starts = new ulong[lengths.Length];
        ulong[] blocks = [.. lengths];
        (starts[0], blocks[0]) = ((ulong)first, (ulong)count);
        return new HyperslabSelection(lengths.Length, starts, blocks);
    }

    // By its own type the library looks at the order of bytes; as plain bytes it would hand out whatever lies there.
    private void Fill(Span<byte> bytes, HyperslabSelection rows)
    {
        LzfFilter.ElementBytes.Value = dataset.Type.Size;
        switch (Element)
        {
            case ContainerElement.Unsigned8 or ContainerElement.Signed8 or ContainerElement.Boolean:
                dataset.Read(access, bytes, rows);
                break;
            case ContainerElement.Unsigned16:
                dataset.Read(access, MemoryMarshal.Cast<byte, ushort>(bytes), rows);
                break;
            case ContainerElement.Signed16:
                dataset.Read(access, MemoryMarshal.Cast<byte, short>(bytes), rows);
                break;
            case ContainerElement.Unsigned32:
                dataset.Read(access, MemoryMarshal.Cast<byte, uint>(bytes), rows);
                break;
            case ContainerElement.Signed32:
                dataset.Read(access, MemoryMarshal.Cast<byte, int>(bytes), rows);
                break;
            case ContainerElement.Unsigned64:
                dataset.Read(access, MemoryMarshal.Cast<byte, ulong>(bytes), rows);
                break;
            case ContainerElement.Signed64:
                dataset.Read(access, MemoryMarshal.Cast<byte, long>(bytes), rows);
                break;
            case ContainerElement.Fraction16:
                dataset.Read(access, MemoryMarshal.Cast<byte, Half>(bytes), rows);
                break;
            case ContainerElement.Fraction32:
                dataset.Read(access, MemoryMarshal.Cast<byte, float>(bytes), rows);
                break;
            default:
                dataset.Read(access, MemoryMarshal.Cast<byte, double>(bytes), rows);
                break;
        }
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        // A length that is damaged may claim any memory.
        catch (OutOfMemoryException e)
        {
            throw new SourceCorruptException($"'{Name}' of '{path}' claims more memory than there is for a few of its rows; where it is not damaged, save it in smaller parts.", e);
        }
        catch (Exception e) when (Hdf5Format.Refusal(e, path) is { } refusal)
        {
            throw refusal;
        }
    }

    // Bytes that reading takes at once: a row, or a chunk.
    private double Claim()
    {
        double size = Math.Max(1, dataset.Type.Size);
        double row = lengths.Skip(1).Aggregate(size, (product, side) => product * side);
        return dataset.Layout.Class == H5DataLayoutClass.Chunked && dataset.Layout.Chunks is { } chunks ? Math.Max(row, chunks.Aggregate(size, (product, side) => product * side)) : row;
    }

    // Room for all chunks that the rows of a chunk touch, twice: with less each would be unpacked again for every image.
    private ulong CacheBytes()
    {
        if (dataset.Layout.Class != H5DataLayoutClass.Chunked || dataset.Layout.Chunks is not { Length: > 0 } chunks || chunks.Length != lengths.Length)
        {
            return LeastCache;
        }

        ulong bytes = chunks.Aggregate((ulong)Math.Max(1, dataset.Type.Size), (product, side) => product * side);
        for (int axis = 1; axis < lengths.Length; axis++)
        {
            bytes *= (lengths[axis] + chunks[axis] - 1) / chunks[axis];
        }

        return Math.Max(LeastCache, 2 * bytes);
    }
}
