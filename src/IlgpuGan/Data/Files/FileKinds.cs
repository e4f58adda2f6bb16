using IlgpuGan.Data.Containers;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Files;

/// <summary>Kinds of files by the endings of their names.</summary>
internal static class FileKinds
{
    // They lie beside images everywhere; that they are no images need not be said.
    private static readonly HashSet<string> Companions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".md", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".yaml", ".yml", ".html", ".htm", ".py", ".ini", ".db", ".url", ".log", ".cls", ".pdf", ".sha256", ".md5",
    };

    private const string WithoutEnding = "without ending";

    // Counted, it is an image or some images.
    private const string Unnamed = "image " + WithoutEnding;

    /// <summary>Whether the name is that of a picture of a kind that is decoded.</summary>
    public static bool IsImage(string name) => ImageKind.OfName(name) is { IsRead: true };

    /// <summary>Whether the name is that of a tar, packed with gzip or not.</summary>
    public static bool IsTar(string name) => Ends(name, ".tar") || Ends(name, ".tar.gz") || Ends(name, ".tgz");

    /// <summary>Whether a file of this name can be part of a set: its images or its labels.</summary>
    public static bool IsRead(string name) => IsImage(name) || IsTar(name) || ContainerFormats.IsName(name) || Ends(name, "ubyte")
        || Ends(name, "label_names.txt") || (Ends(name, ".txt") && name.StartsWith("list_", StringComparison.OrdinalIgnoreCase))
        || Path.GetExtension(name).ToUpperInvariant() is ".BIN" or ".IDX" or ".GZ" or ".JSON" or ".JSONL" or ".CSV" or ".TSV" or ".CLS";

    /// <summary>The kind for people: <c>.avif</c>, or <c>without ending</c>.</summary>
    public static string Of(string name) => Path.GetExtension(name) is { Length: > 1 } ending ? ending.ToLowerInvariant() : WithoutEnding;

    /// <summary>How many files of a tree are of each kind that is no image, label or text, most first: <c>4 .avif, 1 .psd</c>; empty where there are none.</summary>
    public static string CountUnread(FileTree tree) => Count(tree.Files.Where(file => !IsImage(file.Name) && !IsCompanion(file.Name))
        .Select(file => Of(file.Name) == WithoutEnding ? BeginsAsImage(tree, file) ? Unnamed : "" : Of(file.Name)).Where(kind => kind.Length > 0));

    /// <summary>What makes files of <see cref="CountUnread"/> be read, if they are images.</summary>
    public static string Remedy(string unread) => !unread.Contains(WithoutEnding, StringComparison.Ordinal) ? "convert them to PNG or JPEG"
        : unread.Contains(',', StringComparison.Ordinal) ? "convert them to PNG or JPEG, or give them their ending (.png, .jpg)" : "give them their ending (.png, .jpg)";

    /// <summary>Whether a file that is not read is worth a word: not what lies beside images everywhere.</summary>
    public static bool IsMissed(string name) => !IsRead(name) && !IsCompanion(name);

    /// <summary>How many there are of each kind, most first.</summary>
    public static string Count(IEnumerable<string> kinds) => string.Join(", ", kinds.CountBy(kind => kind)
        .OrderByDescending(kind => kind.Value).ThenBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => kind.Key == Unnamed ? $"{Amount.Of(kind.Value, "image")} {WithoutEnding}" : $"{kind.Value} {kind.Key}"));

    // Of what has no ending only an image is missed.
    private static bool BeginsAsImage(FileTree tree, TreeFile file)
    {
        byte[] start = new byte[ImageKind.SignatureBytes];
        try
        {
            using Stream stream = tree.Open(file);
            return ImageKind.OfContent(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ImageDecodeException)
        {
            return false;
        }
    }

    private static bool IsCompanion(string name) => Companions.Contains(Path.GetExtension(name));

    private static bool Ends(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
