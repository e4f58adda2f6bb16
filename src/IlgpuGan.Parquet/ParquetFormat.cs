using IlgpuGan.Data;
using IlgpuGan.Data.Containers;
using ParquetSharp;

namespace IlgpuGan.Parquet;

/// <summary>
/// Parquet: columns of image files, such as Hugging Face's <c>image: struct&lt;bytes, path&gt;</c>, beside labels. Row groups are read a page at a time, so a file
/// may be larger than the memory.
/// </summary>
public sealed class ParquetFormat : IContainerFormat
{
    // The library's words for what is right and beyond it.
    private static readonly string[] NotBuilt = ["not built", "NotImplemented", "not implemented", "Not yet implemented", "not supported", "unsupported"];

    private static ReadOnlySpan<byte> EncryptedMagic => "PARE"u8;

    /// <inheritdoc/>
    public IImageContainer Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (IsEncrypted(path))
        {
            throw new SourceUnsupportedException($"'{path}' is an encrypted Parquet file, which is not read; write it anew without encryption.");
        }

        try
        {
            return new ParquetContainer(path);
        }
        catch (Exception e) when (Refusal(e, path) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>What a failure of the library means; null for what it does not mean.</summary>
    internal static DataException? Refusal(Exception fault, string path) => fault switch
    {
        DllNotFoundException or BadImageFormatException or TypeInitializationException or EntryPointNotFoundException => new SourceUnavailableException(
            $"'{path}' cannot be read on this system, for which the library of Parquet has no native part (it has one for Windows, macOS and Linux with glibc); "
                + "unpack the images into a folder.", fault),
        UnauthorizedAccessException => new SourceUnavailableException($"'{path}' cannot be read: {Excerpt.Of(fault, path)}; allow reading it, or name another.", fault),
        ParquetException when fault.Message.Contains("crypt", StringComparison.OrdinalIgnoreCase) =>
            new SourceUnsupportedException($"'{path}' is an encrypted Parquet file, which is not read; write it anew without encryption."),
        ParquetException when NotBuilt.Any(words => fault.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) => new SourceUnsupportedException(
            $"'{path}' is packed or coded in a way that is not read; write it anew with the codec Zstandard, Snappy or Gzip, as pyarrow and datasets do."),
        ParquetException or OverflowException or ArgumentException or IndexOutOfRangeException or NotSupportedException => new SourceCorruptException(
            $"'{path}' is not a complete Parquet file: it is truncated or damaged; download or copy it again.", fault),
        _ => null,
    };

    private static bool IsEncrypted(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] end = new byte[EncryptedMagic.Length];
        stream.Position = Math.Max(0, stream.Length - end.Length);
        return stream.ReadAtLeast(end, end.Length, throwOnEndOfStream: false) == end.Length && end.AsSpan().SequenceEqual(EncryptedMagic);
    }
}
