using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Imaging;

namespace IlgpuGan.Sampling;

/// <summary>A column of a sheet: images of one kind.</summary>
/// <param name="Head">The words above it.</param>
/// <param name="Side">What the images are.</param>
/// <param name="Images">[rows, height, width, Side.Channels]: of maps of classes, places among the classes, which are shown in colours.</param>
internal sealed record SheetColumn(string Head, PairSide Side, byte[] Images)
{
    /// <summary>The first images of one side of pairs.</summary>
    public static SheetColumn Of(string head, PairSet data, ImageSet pairs, PairSide side, int rows)
    {
        int size = data.Height * data.Width * side.Channels;
        byte[] images = new byte[rows * size];
        for (int i = 0; i < rows; i++)
        {
            data.CopySide(pairs, i, side, images.AsSpan(i * size, size));
        }
        return new(head, side, images);
    }

    /// <summary>The first images of a set that is all of one side.</summary>
    public static SheetColumn Of(string head, ImageSet set, PairSide side, int rows) => new(head, side, [.. Enumerable.Range(0, rows).SelectMany(i => set.Image(i).ToArray())]);
}

/// <summary>A picture of translations: input, output and, where it is known, truth beside each other, a row for each image.</summary>
internal static class TranslationSheet
{
    /// <summary>Heads of the usual columns.</summary>
    public const string Input = "input", Output = "output", Truth = "truth";

    /// <summary>Writes a sheet as a PNG file.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="columns">The columns, with equally many images.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <exception cref="ImageTooLargeException">It would have more pixels than can be written.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    public static void Save(string path, IReadOnlyList<SheetColumn> columns, int height, int width)
    {
        byte[] png = Encode(columns, height, width);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>The same picture as the bytes of a PNG file.</summary>
    /// <inheritdoc cref="Save"/>
    public static byte[] Encode(IReadOnlyList<SheetColumn> columns, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(columns);
        // What is transparent must not look white where another column's is: all get the channels that the richest has.
        int channels = columns.Max(column => column.Side.Classes is null ? column.Side.Channels : 3);
        channels = columns.Any(column => column.Side is { Classes: null, Channels: 2 }) && channels == 3 ? 4 : channels;
        int image = height * width * channels, rows = columns[0].Images.Length / (height * width * columns[0].Side.Channels);
        byte[] pixels = new byte[rows * columns.Count * image];
        foreach (var (place, column) in columns.Index())
        {
            bool isMap = column.Side.Classes is not null;
            byte[] shown = PlainImage.WithChannels(isMap ? ClassColours.Show(column.Images) : column.Images, isMap ? 3 : column.Side.Channels, channels);
            if (shown.Length != rows * image)
            {
                throw new ArgumentException($"The column '{column.Head}' has {shown.Length / image} images, where the first has {rows}.");
            }
            for (int row = 0; row < rows; row++)
            {
                shown.AsSpan(row * image, image).CopyTo(pixels.AsSpan(((row * columns.Count) + place) * image));
            }
        }
        return PictureTable.Encode([.. columns.Select(column => column.Head)], pixels, rows, height, width, channels);
    }
}
