using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>How the first page of a TIFF file is laid out, checked: everything that decides how much memory its decoding takes.</summary>
internal sealed class TiffLayout
{
    /// <summary>Colours, alpha and inks that a picture of pixels has, with room for some that are not looked at.</summary>
    private const int MaxSamples = 16;

    private TiffLayout(TiffDirectory directory, int width, int height)
    {
        Width = width;
        Height = height;
        Pages = directory.Pages;
        BitsPerSample = (int)directory.Number((int)TiffTag.BITSPERSAMPLE, 1);
        Samples = (int)Math.Min(directory.Number((int)TiffTag.SAMPLESPERPIXEL, 1), MaxSamples + 1);
        Compression = (Compression)directory.Number((int)TiffTag.COMPRESSION, 1);
        Photometric = (Photometric)directory.Number((int)TiffTag.PHOTOMETRIC, 1);
        Origin = ExifOrientation.Of(directory.Number(ExifOrientation.Tag, 1));
        Profile = directory.Bytes((int)TiffTag.ICCPROFILE);
        Palette = directory.Numbers((int)TiffTag.COLORMAP).ToArray();
        PaletteShift = Palette.AsSpan().ContainsAnyExceptInRange(0, 255) ? 8 : 0;
        IsTiled = directory.Has((int)TiffTag.TILEWIDTH);
        IsInPlanes = directory.Number((int)TiffTag.PLANARCONFIG, 1) == (int)PlanarConfig.SEPARATE;
        Planes = IsInPlanes ? Samples : 1;
        ChunkWidth = IsTiled ? Limited(directory.Number((int)TiffTag.TILEWIDTH, 0)) : width;
        ChunkHeight = IsTiled ? Limited(directory.Number((int)TiffTag.TILELENGTH, 0))
            : (int)Math.Clamp(directory.Number((int)TiffTag.ROWSPERSTRIP, height), 0, height);
        Colours = Photometric switch { Photometric.MINISWHITE or Photometric.MINISBLACK or Photometric.PALETTE => 1, Photometric.SEPARATED => 4, _ => 3 };
        ReadOnlySpan<long> extra = directory.Numbers((int)TiffTag.EXTRASAMPLES);
        // Some writers of RGBA leave the tag out; one more sample then means straight alpha, as other readers take it.
        Alpha = Samples == Colours + 1 && extra.IsEmpty ? TiffColours.StraightAlpha : Samples > Colours && !extra.IsEmpty ? extra[0] : 0;
        Slots = new int[Samples];
        for (int s = 0; s < Samples; s++)
        {
            Slots[s] = s < Colours ? s : s == Colours && HasAlpha ? 3 : -1;
        }
    }

    public int Width { get; }

    public int Height { get; }

    public int Pages { get; }

    public int BitsPerSample { get; }

    public int Samples { get; }

    public Compression Compression { get; }

    public Photometric Photometric { get; }

    /// <summary>How the picture lies.</summary>
    public SKEncodedOrigin Origin { get; }

    /// <summary>Where in the file the colour profile lies, or null.</summary>
    public Range? Profile { get; }

    /// <summary>All reds, then all greens, then all blues, of 16 bits.</summary>
    public long[] Palette { get; }

    /// <summary>Bits that a palette's colours lie above those of a byte; some writers store bytes against the standard.</summary>
    public int PaletteShift { get; }

    public bool IsTiled { get; }

    public int Planes { get; }

    /// <summary>Columns of a tile, or of the picture where it is cut into strips.</summary>
    public int ChunkWidth { get; }

    /// <summary>Rows of a tile or strip.</summary>
    public int ChunkHeight { get; }

    /// <summary>Samples of a pixel that are colour: 1 grey or palette, 3, or 4 inks.</summary>
    public int Colours { get; }

    /// <summary>What tag 338 says of the first sample after the colours: 1 alpha that the colours are multiplied with, 2 straight alpha, else no alpha.</summary>
    public long Alpha { get; }

    /// <summary>Whether alpha is kept; four inks leave no room for it.</summary>
    public bool HasAlpha => Alpha is TiffColours.MultipliedAlpha or TiffColours.StraightAlpha && Colours < 4;

    /// <summary>Which of the four bytes of a decoded pixel a sample goes to; -1 none.</summary>
    public int[] Slots { get; }

    /// <summary>Whether the library has to convert the colours.</summary>
    public bool IsLeftToLibrary => Photometric == Photometric.YCBCR && Compression != Compression.JPEG;

    /// <summary>Channels as the picture is stored: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.</summary>
    public int Channels => (Photometric is Photometric.MINISWHITE or Photometric.MINISBLACK ? 1 : 3) + (HasAlpha ? 1 : 0);

    /// <summary>Bytes of one row of a strip or tile.</summary>
    public int ChunkRowBytes => (int)ChunkRow;

    /// <summary>Bytes of a whole strip or tile.</summary>
    public int ChunkBytes => (int)(ChunkRow * ChunkHeight);

    private bool IsInPlanes { get; }

    private long ChunkRow => (((long)ChunkWidth * (IsInPlanes ? 1 : Samples) * BitsPerSample) + 7) / 8;

    /// <summary>Takes the layout from the tags.</summary>
    /// <param name="directory">The tags.</param>
    /// <param name="fileBytes">Length of the file.</param>
    /// <exception cref="ImageDecodeException">A tag is missing or contradicts another, or asks for what cannot be read.</exception>
    public static TiffLayout Of(TiffDirectory directory, long fileBytes)
    {
        if (directory.Has((int)TiffTag.DNGVERSION))
        {
            throw ImageDecodeException.OfKind("camera raw");
        }

        if (!directory.IsWhole)
        {
            throw new ImageDecodeException("is truncated");
        }

        long width = directory.Number((int)TiffTag.IMAGEWIDTH, 0);
        long height = directory.Number((int)TiffTag.IMAGELENGTH, 0);
        ImageDecoder.CheckSize(width, height);
        var layout = new TiffLayout(directory, (int)width, (int)height);
        layout.Check(directory, fileBytes);
        return layout;
    }

    private void Check(TiffDirectory directory, long fileBytes)
    {
        long format = directory.Number((int)TiffTag.SAMPLEFORMAT, 1);
        // The library opens BigTIFF in the other byte order alone.
        string? unread = directory.IsBigEndianBig ? "of the kind BigTIFF, big-endian, that"
            : Compression is not (Compression.NONE or Compression.CCITTRLE or Compression.CCITTFAX3 or Compression.CCITTFAX4
                or Compression.LZW or Compression.JPEG or Compression.ADOBE_DEFLATE or Compression.DEFLATE or Compression.PACKBITS)
                ? $"packed in a way (number {(int)Compression}) that"
            : format is 2 or 3 or 5 or 6 || BitsPerSample > 16 ? $"of {BitsPerSample}-bit {(format is 3 or 6 ? "floating-point " : format is 2 or 5 ? "signed " : "")}values, a kind that"
            : Photometric is not (Photometric.MINISWHITE or Photometric.MINISBLACK or Photometric.RGB or Photometric.PALETTE or Photometric.SEPARATED
                or Photometric.YCBCR or Photometric.CIELAB) ? $"of colours (number {(int)Photometric}) that"
            : Samples > MaxSamples ? $"of more than {MaxSamples} values a pixel, a kind that"
            : Photometric == Photometric.SEPARATED && directory.Number((int)TiffTag.INKSET, 1) != 1 ? "of other inks than cyan, magenta, yellow and black, a kind that"
            : null;
        if (unread is not null)
        {
            throw new ImageDecodeException($"is a TIFF image {unread} cannot be read; save it as PNG");
        }

        ReadOnlySpan<long> depths = directory.Numbers((int)TiffTag.BITSPERSAMPLE);
        int paletteLength = Photometric == Photometric.PALETTE ? 3 << Math.Min(BitsPerSample, 8) : 0;
        if (BitsPerSample < 1 || Samples < Colours || depths.ContainsAnyExcept(BitsPerSample) || Palette.Length < paletteLength
            || (Photometric == Photometric.PALETTE && BitsPerSample > 8) || ChunkWidth < 1 || ChunkHeight < 1
            || ChunkRow * ChunkHeight > 4 * ImageDecoder.MaxPixels)
        {
            throw new ImageDecodeException("is a damaged TIFF image");
        }

        CheckPlaces(directory, fileBytes);
    }

    /// <summary>Every strip or tile lies in the file, and there are as many as the picture has.</summary>
    private void CheckPlaces(TiffDirectory directory, long fileBytes)
    {
        ReadOnlySpan<long> starts = directory.Numbers((int)(IsTiled ? TiffTag.TILEOFFSETS : TiffTag.STRIPOFFSETS));
        ReadOnlySpan<long> lengths = directory.Numbers((int)(IsTiled ? TiffTag.TILEBYTECOUNTS : TiffTag.STRIPBYTECOUNTS));
        long across = (Width + ChunkWidth - 1L) / ChunkWidth;
        long down = (Height + ChunkHeight - 1L) / ChunkHeight;
        // Early writers left the lengths out of pictures that are not packed; the library works them out.
        bool isPlain = lengths.IsEmpty && Compression == Compression.NONE;
        if (starts.Length < across * down * Planes || (lengths.Length < starts.Length && !isPlain))
        {
            throw new ImageDecodeException("is a damaged TIFF image");
        }

        for (int i = 0; i < starts.Length; i++)
        {
            long length = isPlain ? 0 : lengths[i];
            if (starts[i] < 0 || length < 0 || length > fileBytes - starts[i])
            {
                throw new ImageDecodeException("is truncated");
            }
        }
    }

    private static int Limited(long side) => side is > 0 and <= ImageDecoder.MaxPixels ? (int)side : 0;
}
