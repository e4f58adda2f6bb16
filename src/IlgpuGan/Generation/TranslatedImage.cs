using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Imaging;

namespace IlgpuGan.Generation;

/// <summary>An image as bytes, on its way into a translator or out of it.</summary>
/// <param name="Pixels">[Height, Width, Channels]; alpha is straight.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">1 grey or a class, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
internal sealed record TranslatedImage(byte[] Pixels, int Height, int Width, int Channels)
{
    /// <summary>What is transparent beside channels that say nothing of it, [Height, Width]; null where all is opaque.</summary>
    public byte[]? Alpha { get; private init; }

    /// <summary>Decodes a file as one side of pairs has its images: what is transparent lies on white unless a channel is alpha, and maps are places among the classes.</summary>
    /// <exception cref="ImageDecodeException">It cannot be decoded, or is a map with a class that the side has not.</exception>
    public static TranslatedImage Decode(ReadOnlySpan<byte> file, PairSide side)
    {
        if (side.Classes is { } classes)
        {
            ClassMap map = ClassMapDecoder.Decode(file);
            return new(Places(map.Classes, classes), map.Height, map.Width, 1);
        }
        var (height, width) = ImageDecoder.ReadSize(file);
        var shape = new ImageShape(height, width, 4);
        byte[] rgba = new byte[shape.Bytes];
        ImageFacts facts = ImageDecoder.Decode(file, shape, ImageFit.Stretch, rgba);
        return OfRgba(rgba, height, width, side, facts.IsTransparent);
    }

    /// <summary>The same of an image that a program hands over.</summary>
    /// <exception cref="ImageDecodeException">It cannot be decoded, is a map with a class that the side has not, or no map.</exception>
    public static TranslatedImage Of(SourceImage image, PairSide side)
    {
        ImageShape own = image.ReadShape(), shape = own with { Channels = 4 };
        byte[] rgba = new byte[shape.Bytes];
        ImageFacts facts = image.Decode(shape, ImageFit.Stretch, rgba);
        return side.Classes is { } classes ? new(Places(Numbers(rgba), classes), own.Height, own.Width, 1) : OfRgba(rgba, own.Height, own.Width, side, facts.IsTransparent);
    }

    /// <summary>What was drawn for this image, with its alpha unless that has one of its own, and of a map the numbers of classes.</summary>
    /// <param name="drawn">[Height, Width, side.Channels].</param>
    /// <param name="side">What it is.</param>
    /// <param name="isOpaque">Whether alpha is left out.</param>
    public TranslatedImage With(byte[] drawn, PairSide side, bool isOpaque)
    {
        if (side.Classes is { } classes)
        {
            return new([.. drawn.Select(place => (byte)classes[place])], Height, Width, 1);
        }
        if (isOpaque || Alpha is null || side.Channels is 2 or 4)
        {
            return new(drawn, Height, Width, side.Channels);
        }
        int channels = side.Channels + 1;
        byte[] pixels = new byte[Alpha.Length * channels];
        for (int i = 0; i < Alpha.Length; i++)
        {
            drawn.AsSpan(i * side.Channels, side.Channels).CopyTo(pixels.AsSpan(i * channels));
            pixels[((i + 1) * channels) - 1] = Alpha[i];
        }
        return new(pixels, Height, Width, channels);
    }

    /// <summary>Writes it as a PNG file, whole or not at all.</summary>
    public void SavePng(string path) => ImageFile.SavePng(path, Pixels, Height, Width, Channels);

    private static TranslatedImage OfRgba(byte[] rgba, int height, int width, PairSide side, bool isTransparent) =>
        new(PlainImage.WithChannels(rgba, 4, side.Channels), height, width, side.Channels) { Alpha = isTransparent ? [.. rgba.Where((_, i) => i % 4 == 3)] : null };

    private static byte[] Numbers(byte[] rgba)
    {
        byte[] numbers = new byte[rgba.Length / 4];
        for (int i = 0; i < numbers.Length; i++)
        {
            var (red, green, blue) = (rgba[i * 4], rgba[(i * 4) + 1], rgba[(i * 4) + 2]);
            numbers[i] = red == green && green == blue ? red
                : throw new ImageDecodeException("is in colours, where a map of class numbers was expected; give one that is grey, its shades the numbers");
        }
        return numbers;
    }

    private static byte[] Places(byte[] numbers, IReadOnlyList<int> classes)
    {
        int[] places = new int[256];
        Array.Fill(places, -1);
        foreach (var (place, number) in classes.Index())
        {
            places[number] = place;
        }
        byte[] found = new byte[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            found[i] = places[numbers[i]] is >= 0 and var place ? (byte)place : throw new ImageDecodeException(
                $"has the class number {numbers[i]}, where this run knows {Amount.Of(classes.Count, "class")}: {Listed(classes)}; give a map of those");
        }
        return found;
    }

    private static string Listed(IReadOnlyList<int> classes) =>
        classes.Count > 2 && classes[^1] - classes[0] == classes.Count - 1 ? $"{classes[0]} to {classes[^1]}" : string.Join(", ", classes);
}
