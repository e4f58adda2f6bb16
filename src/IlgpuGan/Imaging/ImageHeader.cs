namespace IlgpuGan.Imaging;

/// <summary>What the header of an image file says; no pixel is decoded for it. <see cref="ImageDecoder.ReadHeader(Stream)"/> gives it.</summary>
/// <param name="Kind">Kind of the file, by its content.</param>
/// <param name="Height">Rows in pixels, as seen upright.</param>
/// <param name="Width">Columns in pixels, as seen upright.</param>
/// <param name="Channels">What the file stores: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. A palette counts as colour.</param>
/// <param name="BitsPerChannel">Bits of one stored value: 8 nearly always, 16 in some PNG and TIFF files, down to 1 in palettes and scans.</param>
/// <param name="Frames">Pages of a TIFF file; 1 for every other kind, whose frames only decoding counts.</param>
internal readonly record struct ImageHeader(ImageKind Kind, int Height, int Width, int Channels, int BitsPerChannel, int Frames = 1);
