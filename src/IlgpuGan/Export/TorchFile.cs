using System.Buffers.Binary;
using System.Collections;
using System.IO.Compression;
using System.Numerics;

namespace IlgpuGan.Export;

/// <summary>
/// A file that <c>torch.save</c> wrote: a zip with <c>data.pkl</c> and the numbers of each storage in an entry of its own, or, before PyTorch 1.6, pickles with the
/// numbers after them. Numbers are read only when they are asked for.
/// </summary>
internal sealed class TorchFile : IDisposable
{
    // The names of a thousand tensors take 100 KB.
    private const int MostPickleBytes = 64 << 20;

    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    private readonly string path;
    private readonly FileStream stream;
    private readonly ZipArchive? zip;
    private readonly Dictionary<string, byte[]> storages = [];
    private readonly Dictionary<string, (long First, long Count)> places = [];
    private string folder = "";
    private long asked;

    private TorchFile(string path, FileStream stream)
    {
        (this.path, this.stream) = (path, stream);
        if (IsZip(stream))
        {
            zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            Root = ReadZip(zip);
        }
        else
        {
            Root = ReadLegacy();
        }
    }

    /// <summary>What was saved: dictionaries, lists, texts, numbers and <see cref="PickledTensor"/>.</summary>
    public object? Root { get; }

    /// <summary>Whether a file begins as those of <c>torch.save</c> do.</summary>
    public static bool Is(string path)
    {
        // The length of a safetensors header may begin with the same byte as a pickle.
        if (Safetensors.Is(path))
        {
            return false;
        }
        using var stream = File.OpenRead(path);
        return IsZip(stream) || stream.ReadByte() == PickleScan.Protocol;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="WeightsException">It is damaged, was written by something else, or holds more than weights.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TorchFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new(path, stream);
        }
        catch (Exception fault)
        {
            stream.Dispose();
            throw fault is InvalidDataException or EndOfStreamException ? WeightsException.Damaged(path, fault.Message.TrimEnd('.'), fault) : fault;
        }
    }

    /// <summary>The numbers of a tensor, in row-major order.</summary>
    /// <exception cref="WeightsException">They are not all there, or too many.</exception>
    public StateTensor Read(string name, PickledTensor tensor)
    {
        // A stride of 0 makes a large tensor of a small file.
        asked += tensor.Elements;
        if (tensor.Elements > Array.MaxLength || asked > stream.Length)
        {
            throw WeightsException.Refuse(path, $"has a tensor \"{name}\" [{string.Join(", ", tensor.Shape)}] of more numbers than it holds bytes", "save it from Python with tensor.clone()");
        }
        try
        {
            if (!storages.TryGetValue(tensor.Storage, out byte[]? bytes))
            {
                storages[tensor.Storage] = bytes = zip is null ? ReadAfter(tensor) : ReadEntry(zip, tensor);
            }
            return tensor.Format.Tensor(tensor.Shape, (int)tensor.Elements, bytes, tensor.Place);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or OverflowException or ArgumentException)
        {
            throw WeightsException.Damaged(path, $"the numbers of tensor \"{name}\" are not all there", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        zip?.Dispose();
        stream.Dispose();
    }

    private static bool IsZip(FileStream stream)
    {
        Span<byte> first = stackalloc byte[4];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return read == first.Length && first.SequenceEqual("PK\u0003\u0004"u8);
    }

    private object? ReadZip(ZipArchive archive)
    {
        var pickle = archive.Entries.FirstOrDefault(entry => entry.FullName == "data.pkl" || entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw WeightsException.Refuse(path, "is a zip, but none of torch.save: it has no data.pkl", "give a safetensors file, or one that torch.save wrote");
        folder = pickle.FullName[..^"data.pkl".Length];
        if (archive.GetEntry($"{folder}byteorder") is { Length: 3 } order && Bytes(order)[0] == (byte)'b')
        {
            throw WeightsException.Refuse(path, "was written by a processor whose numbers begin with the high byte", "save it anew on another machine");
        }
        if (pickle.Length > MostPickleBytes)
        {
            throw WeightsException.Refuse(path, $"describes its tensors in {pickle.Length} bytes, more than the {MostPickleBytes} that are read", WeightsException.SaveWeightsAlone);
        }
        return TorchPickle.Read(path, Bytes(pickle)).Value;
    }

    private byte[] ReadEntry(ZipArchive archive, PickledTensor tensor)
    {
        var entry = archive.GetEntry($"{folder}data/{tensor.Storage}") ?? throw WeightsException.Damaged(path, $"it has no entry {folder}data/{tensor.Storage}");
        long size = checked(tensor.StorageSize * tensor.Format.Size);
        return entry.Length >= size ? Bytes(entry) : throw WeightsException.Damaged(path, $"entry {entry.FullName} has {entry.Length} bytes where {size} are expected");
    }

    private byte[] Bytes(ZipArchiveEntry entry)
    {
        // torch.save packs nothing: so the file's own length bounds what is read.
        if (entry.CompressedLength != entry.Length)
        {
            throw WeightsException.Refuse(path, $"is packed, as torch.save does not ({entry.FullName} takes {entry.CompressedLength} bytes for {entry.Length})", "give the file as it was saved");
        }
        if (entry.Length > stream.Length)
        {
            throw WeightsException.Damaged(path, $"entry {entry.FullName} claims {entry.Length} bytes of a file of {stream.Length}");
        }
        if (entry.Length > Array.MaxLength)
        {
            throw WeightsException.Refuse(path, $"has {entry.Length} bytes in one piece, more than the {Array.MaxLength} that are read", WeightsException.SaveWeightsAlone);
        }
        var bytes = new byte[entry.Length];
        using var opened = entry.Open();
        opened.ReadExactly(bytes);
        return bytes;
    }

    private object? ReadLegacy()
    {
        var head = new byte[Math.Min(stream.Length, MostPickleBytes)];
        stream.ReadExactly(head);
        int at = 0;
        IReadOnlyDictionary<string, NumberFormat> formats = new Dictionary<string, NumberFormat>();
        object? Next()
        {
            var (value, length, seen) = TorchPickle.Read(path, head.AsSpan(at));
            at += length;
            formats = seen.Count > 0 ? seen : formats;
            return value;
        }

        if (Next() is not BigInteger magic || magic != LegacyMagic)
        {
            throw WeightsException.Refuse(path, "is a pickle, but none of torch.save", "give a safetensors file, or one that torch.save wrote");
        }
        _ = Next();
        if (Next() is Hashtable system && system["little_endian"] is false)
        {
            throw WeightsException.Refuse(path, "was written by a processor whose numbers begin with the high byte", "save it anew on another machine");
        }
        object? root = Next();
        if (Next() is not ArrayList keys)
        {
            throw WeightsException.Damaged(path, "it does not list its storages");
        }
        stream.Position = at;
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        foreach (object? item in keys)
        {
            string key = Convert.ToString(item, System.Globalization.CultureInfo.InvariantCulture)!;
            stream.ReadExactly(prefix);
            long count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            long size = formats.TryGetValue(key, out var format) ? format.Size : throw WeightsException.Damaged(path, $"it does not say what its storage {key} holds");
            places[key] = (stream.Position, count);
            if (count < 0 || count > (stream.Length - stream.Position) / size)
            {
                throw WeightsException.Damaged(path, $"it ends within storage {key}");
            }
            stream.Position += count * size;
        }
        return root;
    }

    private byte[] ReadAfter(PickledTensor tensor)
    {
        if (!places.TryGetValue(tensor.Storage, out var place) || place.Count < tensor.StorageSize)
        {
            throw WeightsException.Damaged(path, $"its storage {tensor.Storage} has {place.Count} numbers where {tensor.StorageSize} are expected");
        }
        var bytes = new byte[checked((int)(tensor.StorageSize * tensor.Format.Size))];
        stream.Position = place.First;
        stream.ReadExactly(bytes);
        return bytes;
    }
}
