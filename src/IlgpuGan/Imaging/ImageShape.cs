namespace IlgpuGan.Imaging;

/// <summary>Shape of one image as bytes, layout [Height, Width, Channels].</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; alpha is straight, and without it the image lies on white.</param>
internal readonly record struct ImageShape(int Height, int Width, int Channels)
{
    /// <summary>Bytes of one image.</summary>
    public int Bytes => checked(Height * Width * Channels);
}
