namespace IlgpuGan.Imaging;

/// <summary>One picture of an animation.</summary>
/// <param name="Pixels">[height, width, channels] of the animation.</param>
/// <param name="Duration">How long it is shown.</param>
internal readonly record struct AnimationFrame(byte[] Pixels, TimeSpan Duration);

/// <summary>Writes pictures that are shown one after the other, again and again, as WebP or GIF.</summary>
/// <remarks>
/// WebP has all colours and files of a third of the size; GIF has 256 colours in each frame and is shown by everything. Frames are taken one by one
/// as they are made, so that an animation may be far larger than memory.
/// </remarks>
internal static class AnimationFile
{
    /// <summary>The most pixels a frame may have: 4096 x 4096.</summary>
    public const long MaximumPixels = 1L << 24;

    /// <summary>The longest side, which the WebP format sets.</summary>
    public const int MaximumSide = 16_383;

    /// <summary>Whether a name ends with <c>.webp</c> or <c>.gif</c>.</summary>
    public static bool IsAnimation(string path) => IsWebp(path) || IsGif(path);

    /// <summary>Whether frames of so many pixels can be written.</summary>
    public static bool Holds(long height, long width) => height <= MaximumSide && width <= MaximumSide && height * width <= MaximumPixels;

    /// <summary>Writes an animation that never ends, whole or not at all.</summary>
    /// <param name="path">The file to make or replace, <c>.webp</c> or <c>.gif</c>; its folder must exist.</param>
    /// <param name="shape">Shape of each frame; what is transparent lies on white.</param>
    /// <param name="frames">The frames, at least one. Times are kept on the whole: what a format's clock (1 ms of WebP, 10 ms of GIF) cuts off one frame is added to the next.</param>
    /// <exception cref="ArgumentException">The name ends otherwise, a frame has another shape, or there is none.</exception>
    /// <exception cref="ImageTooLargeException">A frame has more pixels or longer sides than fit, or the file would pass 4 GiB.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, ImageShape shape, IEnumerable<AnimationFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (!IsAnimation(path))
        {
            throw new ArgumentException($"{path} is no name of an animation; it must end with .webp or .gif.", nameof(path));
        }

        if (!Holds(shape.Height, shape.Width))
        {
            throw new ImageTooLargeException(
                $"A frame of {shape.Width} x {shape.Height} pixels is too large for an animation; at most {MaximumPixels} pixels fit, {MaximumSide} to a side.");
        }

        AtomicFile.Write(path, stream =>
        {
            if (IsWebp(path))
            {
                WebpAnimation.Write(stream, shape, frames);
            }
            else
            {
                GifAnimation.Write(stream, shape, frames);
            }
        });
    }

    private static bool IsWebp(string path) => path.EndsWith(".webp", StringComparison.OrdinalIgnoreCase);

    private static bool IsGif(string path) => path.EndsWith(".gif", StringComparison.OrdinalIgnoreCase);
}
