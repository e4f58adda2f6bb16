using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>A kind of image file: its name for people, its file names, its first bytes, and whether it can be read.</summary>
internal sealed class ImageKind
{
    /// <summary>Bytes from the start of a file that <see cref="OfContent"/> looks at, at most.</summary>
    public const int SignatureBytes = 132;

    private readonly Signature signature;

    private ImageKind(string name, bool isRead, Signature signature, params string[] extensions)
    {
        Name = name;
        IsRead = isRead;
        Extensions = extensions;
        this.signature = signature;
    }

    private delegate bool Signature(ReadOnlySpan<byte> start);

    /// <summary>Portable network graphics.</summary>
    public static ImageKind Png { get; } = new("PNG", true, start => start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]), ".png", ".apng");

    /// <summary>JPEG: baseline and progressive.</summary>
    public static ImageKind Jpeg { get; } = new("JPEG", true, start => start is [0xFF, 0xD8, 0xFF, ..], ".jpg", ".jpeg", ".jpe", ".jfif");

    /// <summary>TIFF and BigTIFF.</summary>
    public static ImageKind Tiff { get; } = new("TIFF", true,
        start => start is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..], ".tif", ".tiff");

    /// <summary>Every kind that is known by name, those that can be read first.</summary>
    public static IReadOnlyList<ImageKind> All { get; } =
    [
        Png,
        Jpeg,
        new("WebP", true, start => start.StartsWith("RIFF"u8) && At(start, 8, "WEBP"u8), ".webp"),
        new("GIF", true, start => start.StartsWith("GIF8"u8), ".gif"),
        new("BMP", true, start => start.StartsWith("BM"u8), ".bmp", ".dib"),
        Tiff,
        new("AVIF", false, start => IsBrand(start, "avif"u8) || IsBrand(start, "avis"u8), ".avif", ".avifs"),
        new("HEIC", false, start => IsBrand(start, "heic"u8) || IsBrand(start, "heix"u8) || IsBrand(start, "hevc"u8) || IsBrand(start, "mif1"u8)
            || IsBrand(start, "msf1"u8), ".heic", ".heif", ".hif"),
        new("JPEG XL", false, start => start is [0xFF, 0x0A, ..] || At(start, 4, "JXL "u8), ".jxl"),
        new("JPEG 2000", false, start => start is [0xFF, 0x4F, 0xFF, 0x51, ..] || At(start, 4, "jP  "u8), ".jp2", ".j2k", ".jpf", ".jpx"),
        new("Photoshop", false, start => start.StartsWith("8BPS"u8), ".psd", ".psb"),
        new("OpenEXR", false, start => start is [0x76, 0x2F, 0x31, 0x01, ..], ".exr"),
        new("Radiance", false, start => start.StartsWith("#?RADIANCE"u8), ".hdr"),
        new("Netpbm", false, start => start is [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..],
            ".ppm", ".pgm", ".pbm", ".pnm", ".pam"),
        new("Targa", false, _ => false, ".tga"),
        new("SVG", false, start => start.StartsWith("<svg"u8), ".svg", ".svgz"),
        new("DICOM", false, start => At(start, 128, "DICM"u8), ".dcm", ".dicom"),
        new("camera raw", false, start => start.StartsWith("FUJIFILMCCD-RAW"u8) || At(start, 8, "CR\x02"u8) || At(start, 4, "ftypcrx "u8),
            ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw"),
    ];

    /// <summary>The kinds that can be read, as a list in a sentence: "PNG, JPEG, WebP, GIF, BMP or TIFF".</summary>
    public static string ReadKinds { get; } = string.Join(", ", All.Where(kind => kind.IsRead).SkipLast(1).Select(kind => kind.Name))
        + " or " + All.Last(kind => kind.IsRead).Name;

    /// <summary>Name for people: "PNG".</summary>
    public string Name { get; }

    /// <summary>Whether <see cref="ImageDecoder"/> reads it; the others are known by name, so that a message can say what they are.</summary>
    public bool IsRead { get; }

    /// <summary>How such files are called, in lower case with the dot, the usual one first.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>The kind that a file's name promises, or null.</summary>
    public static ImageKind? OfName(string path)
    {
        string extension = Path.GetExtension(path);
        return All.FirstOrDefault(kind => kind.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The kind that a file's first bytes show, whatever it is called, or null; <see cref="SignatureBytes"/> of them are enough.</summary>
    public static ImageKind? OfContent(ReadOnlySpan<byte> start)
    {
        // Raw files of cameras begin as TIFF does: the more special signature is asked first, which is the later one.
        for (int i = All.Count - 1; i >= 0; i--)
        {
            if (All[i].signature(start))
            {
                return All[i];
            }
        }

        return null;
    }

    /// <summary>The kind that Skia found where the first bytes tell none that is listed: an icon for one.</summary>
    internal static ImageKind OfCodec(SKEncodedImageFormat format) => new(format.ToString().ToUpperInvariant(), true, _ => false);

    /// <summary>Whether a file that begins so is of this kind.</summary>
    internal bool IsContent(ReadOnlySpan<byte> start) => signature(start);

    /// <summary><see cref="Name"/>.</summary>
    public override string ToString() => Name;

    private static bool IsBrand(ReadOnlySpan<byte> start, ReadOnlySpan<byte> brand) => At(start, 4, "ftyp"u8) && At(start, 8, brand);

    private static bool At(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> expected) =>
        start.Length >= offset + expected.Length && start.Slice(offset, expected.Length).SequenceEqual(expected);
}
