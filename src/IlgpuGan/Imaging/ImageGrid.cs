namespace IlgpuGan.Imaging;

/// <summary>
/// Where the images of a grid lie: rows of <see cref="Columns"/> images, each pixel a square of <see cref="Scale"/>, with gaps
/// between them.
/// </summary>
/// <param name="Columns">Images side by side.</param>
/// <param name="Rows">Rows of images; the last may be short.</param>
/// <param name="Scale">Side of the square that shows one pixel.</param>
/// <param name="Width">Pixels of the whole grid from left to right.</param>
/// <param name="Height">Pixels of the whole grid from top to bottom.</param>
internal readonly record struct GridLayout(int Columns, int Rows, int Scale, long Width, long Height)
{
    /// <summary>Pixels between neighbours.</summary>
    public const int Gap = 2;

    /// <summary>The long side that a grid of small images is enlarged to reach, in pixels.</summary>
    public const int TargetSide = 640;

    private const int MaximumScale = 32;

    /// <summary>
    /// The layout nearest a square for <paramref name="count"/> images of <paramref name="height"/> x <paramref name="width"/>
    /// pixels.
    /// </summary>
    public static GridLayout For(int count, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var columns = (int)Math.Clamp(Math.Ceiling(Math.Sqrt((double)count * height / width)), 1, count);
        var rows = (count + columns - 1) / columns;
        // As many columns as the rows need: 5 images in rows of 4 become rows of 3.
        columns = (count + rows - 1) / rows;
        var scale = 1;
        while (scale < MaximumScale && Math.Max(Extent(columns, width, scale), Extent(rows, height, scale)) < TargetSide)
        {
            scale++;
        }

        return new GridLayout(columns, rows, scale, Extent(columns, width, scale), Extent(rows, height, scale));
    }

    /// <summary>The layout of so many columns and rows, enlarged as far as its long side stays within <paramref name="side"/> pixels.</summary>
    public static GridLayout Within(int side, int columns, int rows, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        var scale = 1;
        while (scale < MaximumScale && Math.Max(Extent(columns, width, scale + 1), Extent(rows, height, scale + 1)) <= side)
        {
            scale++;
        }

        return new GridLayout(columns, rows, scale, Extent(columns, width, scale), Extent(rows, height, scale));
    }

    private static long Extent(int cells, int length, int scale) => ((long)cells * length * scale) + ((cells - 1L) * Gap);
}

/// <summary>Shows many images of one shape as a single picture.</summary>
internal static class ImageGrid
{
    // As many as a sample of a run shows.
    private const int MostRead = 64;

    /// <summary>
    /// Writes the images row by row, near a square, with small gaps, small ones enlarged, as a PNG file, whole or not at all.
    /// </summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="pixels">The images, [count, height, width, channels].</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; gaps are white, or clear where there is alpha.</param>
    /// <exception cref="ArgumentException">The bytes are not count x height x width x channels, or a length is out of range.</exception>
    /// <exception cref="ImageTooLargeException">The grid has more than <see cref="ImageFile.MaximumPixels"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, ReadOnlySpan<byte> pixels, int count, int height, int width, int channels) =>
        Save(path, GridLayout.For(count, height, width), pixels, count, height, width, channels);

    /// <summary>The same picture as <see cref="Save(string, ReadOnlySpan{byte}, int, int, int, int)"/> makes, as the bytes of a PNG file.</summary>
    /// <inheritdoc cref="Save(string, ReadOnlySpan{byte}, int, int, int, int)" path="/param"/>
    /// <exception cref="ArgumentException">The bytes are not count x height x width x channels, or a length is out of range.</exception>
    /// <exception cref="ImageTooLargeException">The grid has more than <see cref="ImageFile.MaximumPixels"/>.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int count, int height, int width, int channels) =>
        Encode(GridLayout.For(count, height, width), pixels, count, height, width, channels);

    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, int, int, int, int)"/>
    /// <param name="layout">Where the images lie.</param>
    /// <param name="pixels">The images, [count, height, width, channels].</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; gaps are white, or clear where there is alpha.</param>
    public static byte[] Encode(GridLayout layout, ReadOnlySpan<byte> pixels, int count, int height, int width, int channels)
    {
        using var png = ImageFile.EncodePng(Compose(layout, pixels, count, height, width, channels), (int)layout.Height, (int)layout.Width, channels);
        return png.ToArray();
    }

    /// <inheritdoc cref="Save(string, ReadOnlySpan{byte}, int, int, int, int)"/>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="layout">Where the images lie.</param>
    /// <param name="pixels">The images, [count, height, width, channels].</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; gaps are white, or clear where there is alpha.</param>
    public static void Save(string path, GridLayout layout, ReadOnlySpan<byte> pixels, int count, int height, int width, int channels) =>
        ImageFile.SavePng(path, Compose(layout, pixels, count, height, width, channels), (int)layout.Height, (int)layout.Width, channels);

    /// <summary>The first images of a grid that <see cref="Save(string, ReadOnlySpan{byte}, int, int, int, int)"/> wrote, of its first row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="most">The most images.</param>
    /// <returns>[images, height, width, channels]; null where the file is no such grid, as far as its size tells.</returns>
    /// <exception cref="ImageDecodeException">It cannot be decoded.</exception>
    internal static byte[]? Read(string path, ImageShape shape, int most)
    {
        var file = RegularFile.ReadBytes(path);
        var (height, width) = ImageDecoder.ReadSize(file);
        var layout = Enumerable.Range(1, MostRead).Select(count => GridLayout.For(count, shape.Height, shape.Width)).LastOrDefault(layout => layout.Width == width && layout.Height == height);
        if (layout.Scale == 0)
        {
            return null;
        }

        var grid = new byte[height * width * shape.Channels];
        ImageDecoder.Decode(file, new(height, width, shape.Channels), ImageFit.Stretch, grid);
        int count = Math.Min(most, layout.Columns);
        var pixels = new byte[count * shape.Bytes];
        for (int at = 0; at < pixels.Length / shape.Channels; at++)
        {
            int x = at % shape.Width, y = at / shape.Width % shape.Height, image = at / (shape.Width * shape.Height);
            int left = (image * ((shape.Width * layout.Scale) + GridLayout.Gap)) + (x * layout.Scale);
            grid.AsSpan(((y * layout.Scale * width) + left) * shape.Channels, shape.Channels).CopyTo(pixels.AsSpan(at * shape.Channels));
        }

        return pixels;
    }

    /// <summary>The pixels of a grid, [layout.Height, layout.Width, channels].</summary>
    /// <exception cref="ImageTooLargeException">The grid has more than <see cref="ImageFile.MaximumPixels"/>.</exception>
    internal static byte[] Compose(GridLayout layout, ReadOnlySpan<byte> pixels, int count, int height, int width, int channels)
    {
        ImageFile.CheckShape(pixels.Length, count, height, width, channels);
        if (layout.Width * layout.Height > ImageFile.MaximumPixels)
        {
            throw new ImageTooLargeException(
                $"A grid of {count} images of {width} x {height} pixels is too large to write; show fewer images or write each to its own file.");
        }

        var grid = new byte[layout.Width * layout.Height * channels];
        if (channels is 1 or 3)
        {
            Array.Fill(grid, (byte)255);
        }

        var image = height * width * channels;
        for (var i = 0; i < count; i++)
        {
            var left = (i % layout.Columns) * ((width * layout.Scale) + GridLayout.Gap);
            var top = (i / layout.Columns) * ((height * layout.Scale) + GridLayout.Gap);
            Place(pixels.Slice(i * image, image), grid, left, top, height, width, channels, layout);
        }

        return grid;
    }

    private static void Place(
        ReadOnlySpan<byte> image, Span<byte> grid, int left, int top, int height, int width, int channels, GridLayout layout)
    {
        var stride = (int)layout.Width * channels;
        var length = width * layout.Scale * channels;
        var start = (top * stride) + (left * channels);
        for (var y = 0; y < height; y++)
        {
            var rowStart = start + (y * layout.Scale * stride);
            var row = grid.Slice(rowStart, length);
            var target = 0;
            for (var x = 0; x < width; x++)
            {
                var pixel = image.Slice(((y * width) + x) * channels, channels);
                for (var repeat = 0; repeat < layout.Scale; repeat++, target += channels)
                {
                    pixel.CopyTo(row[target..]);
                }
            }

            for (var repeat = 1; repeat < layout.Scale; repeat++)
            {
                row.CopyTo(grid[(rowStart + (repeat * stride))..]);
            }
        }
    }
}
