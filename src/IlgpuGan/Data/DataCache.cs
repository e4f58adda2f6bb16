using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Data;

/// <summary>
/// Cache files of decoded sets. A file is the pixels, then the rest as JSON, then a footer: SHA-256 of the JSON, length of the pixels and of the
/// JSON (64 bits each, little-endian), 8 bytes of magic. Everything is checked before it is used; a cache that cannot be
/// used costs one warning, never the run. When all files together exceed the limit, those unused longest are deleted.
/// </summary>
internal sealed class DataCache
{
    private const string Extension = ".pixels";
    private const int FooterBytes = 32 + 8 + 8 + 8;
    private const long KeptFree = 256L << 20;
    private const int CheckedPiece = 16 << 20;

    private readonly string folder;
    private readonly long limit;

    private DataCache(string folder, long limit)
    {
        this.folder = folder;
        this.limit = limit;
    }

    private static ReadOnlySpan<byte> Magic => "ILGPUGD1"u8;

    /// <summary>Whether a file of this name is a cache file: in a folder of images it is none of them.</summary>
    public static bool IsName(string name) => name.EndsWith(Extension, StringComparison.Ordinal) || name.Contains(Extension + ".", StringComparison.Ordinal);

    /// <summary>The cache that the options ask for, or null when there is none.</summary>
    public static DataCache? Open(ImageSetOptions options, List<string> warnings)
    {
        if (!options.UseCache)
        {
            return null;
        }

        string? folder = options.CacheFolder ?? UserCacheFolder.Find("data");
        if (folder is null)
        {
            warnings.Add("The decoded images are not cached, because this user has no cache folder; name one with XDG_CACHE_HOME.");
            return null;
        }

        return new DataCache(folder, options.CacheLimitBytes);
    }

    /// <summary>The set kept under a key, or null when there is none or it is damaged.</summary>
    public ImageSet? TryRead(string key, List<string> warnings, IProgress<Work>? progress, CancellationToken cancellation)
    {
        string path = PathOf(key);
        if (!RegularFile.Is(path))
        {
            return null;
        }

        try
        {
            ImageSet? set = Read(path, progress, cancellation);
            if (set is not null)
            {
                TouchQuietly(path);
                return set;
            }

            warnings.Add($"The cache file '{path}' is damaged and is made anew.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warnings.Add($"The cache file '{path}' cannot be read and is made anew: {Excerpt.Of(e, path)}.");
        }

        return null;
    }

    /// <summary>Lets <paramref name="produce"/> write the pixels into a new file and maps it; null, with a warning, when the file cannot be written.</summary>
    public ImageSet? TryWrite(string key, long expectedBytes, Func<AppendPixels, ImageSetDescription> produce, List<string> warnings)
    {
        string path = PathOf(key);
        try
        {
            Directory.CreateDirectory(folder);
            long free = FreeBytes();
            if (free - expectedBytes < KeptFree)
            {
                warnings.Add($"The decoded images ({expectedBytes >> 20} MiB) are not cached: '{folder}' has {free >> 20} MiB free, of which {KeptFree >> 20} are left alone; make room "
                    + "there, or name another folder with XDG_CACHE_HOME.");
                return null;
            }

            AtomicFile.Write(path, stream => WriteTo(stream, produce));
            ImageSetDescription description;
            MappedPixels pixels;
            using (FileStream stream = OpenShared(path))
            {
                description = ReadDescription(stream) ?? throw new IOException("it was changed while it was written.");
            }

            pixels = new MappedPixels(OpenShared(path), Bytes(description));
            TrimQuietly(path);
            return new ImageSet(description, pixels) { Warnings = [.. warnings, .. description.Warnings] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warnings.Add($"The decoded images are not cached, because '{path}' cannot be written: {Excerpt.Of(e, path)}.");
            return null;
        }
    }

    private long FreeBytes()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        }
        catch (ArgumentException)
        {
            // A network folder on Windows has no drive to ask; writing will tell.
            return long.MaxValue;
        }
    }

    private static void WriteTo(Stream stream, Func<AppendPixels, ImageSetDescription> produce)
    {
        ImageSetDescription description = produce(stream.Write);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(description, CacheJson.Default.ImageSetDescription);
        byte[] footer = new byte[FooterBytes];
        SHA256.HashData(json, footer);
        BinaryPrimitives.WriteInt64LittleEndian(footer.AsSpan(32), Bytes(description));
        BinaryPrimitives.WriteInt64LittleEndian(footer.AsSpan(40), json.Length);
        Magic.CopyTo(footer.AsSpan(48));
        stream.Write(json);
        stream.Write(footer);
    }

    private static ImageSet? Read(string path, IProgress<Work>? progress, CancellationToken cancellation)
    {
        ImageSetDescription? description;
        using (FileStream stream = OpenShared(path))
        {
            description = ReadDescription(stream);
        }

        if (description is null)
        {
            return null;
        }

        var pixels = new MappedPixels(OpenShared(path), Bytes(description));
        var set = new ImageSet(description, pixels) { Warnings = description.Warnings, FromCache = true };
        bool good = false;
        try
        {
            good = HashOf(set, progress, cancellation) == description.PixelHash;
            return good ? set : null;
        }
        finally
        {
            if (!good)
            {
                set.Dispose();
            }
        }
    }

    private static ImageSetDescription? ReadDescription(FileStream stream)
    {
        byte[] footer = new byte[FooterBytes];
        if (stream.Length < FooterBytes)
        {
            return null;
        }

        stream.Position = stream.Length - FooterBytes;
        stream.ReadExactly(footer);
        long pixelBytes = BinaryPrimitives.ReadInt64LittleEndian(footer.AsSpan(32));
        long jsonBytes = BinaryPrimitives.ReadInt64LittleEndian(footer.AsSpan(40));
        if (!footer.AsSpan(48).SequenceEqual(Magic) || pixelBytes < 1 || jsonBytes < 1 || jsonBytes > Array.MaxLength
            || pixelBytes != stream.Length - FooterBytes - jsonBytes)
        {
            return null;
        }

        byte[] json = new byte[jsonBytes];
        stream.Position = pixelBytes;
        stream.ReadExactly(json);
        if (!SHA256.HashData(json).AsSpan().SequenceEqual(footer.AsSpan(0, 32)))
        {
            return null;
        }

        ImageSetDescription? description = JsonSerializer.Deserialize(json, CacheJson.Default.ImageSetDescription);
        return description is not null && Bytes(description) == pixelBytes ? description : null;
    }

    private static string HashOf(ImageSet set, IProgress<Work>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[(int)Math.Min(CheckedPiece, set.Bytes)];
        for (long first = 0; first < set.Bytes; first += piece.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(piece.Length, set.Bytes - first));
            set.CopyTo(first, part);
            hash.AppendData(part);
            progress?.Report(new Work(WorkKind.CheckingCache, (first + part.Length) >> 20, set.Bytes >> 20));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static long Bytes(ImageSetDescription d) => (long)d.Count * d.Height * d.Width * d.Channels;

    // Another process may delete the file, as its cache's oldest, while this one has it mapped.
    private static FileStream OpenShared(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    private string PathOf(string key) => Path.Combine(folder, key + Extension);

    /// <summary>Deletes the files unused longest until the rest keeps to the limit, and what runs that were killed left half written.</summary>
    private void TrimQuietly(string newest)
    {
        try
        {
            Trim(newest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private void Trim(string newest)
    {
        var directory = new DirectoryInfo(folder);
        AtomicFile.Sweep(folder, $"*{Extension}", isOurs: false);
        long total = 0;
        var files = directory.EnumerateFiles($"*{Extension}")
            .OrderByDescending(file => file.FullName == Path.GetFullPath(newest)).ThenByDescending(file => file.LastWriteTimeUtc);
        foreach (FileInfo file in files)
        {
            total += file.Length;
            if (total > limit && file.FullName != Path.GetFullPath(newest))
            {
                DeleteQuietly(file);
            }
        }
    }

    // Tidying is a courtesy: a file in use elsewhere, or already gone, is no reason to trouble anybody.
    private static void DeleteQuietly(FileInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void TouchQuietly(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}

[JsonSerializable(typeof(ImageSetDescription))]
internal sealed partial class CacheJson : JsonSerializerContext;
