using IlgpuGan.Faces;
using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Evaluation.Detection;

/// <summary>Pictures of several sizes, RGB: sketches of faces, by which cascades of human faces fire; the built-in drawn faces; and what has no face.</summary>
internal static class CascadePictures
{
    /// <summary>So many of them, bytes [Height, Width, 3] each.</summary>
    public static List<(byte[] Pixels, int Height, int Width)> Make(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(i => (i % 5) switch
        {
            0 => Faces(i),
            1 => Squares(random),
            _ => Sketch(random),
        })];
    }

    /// <summary>A crude human face, front on.</summary>
    public static (byte[] Pixels, int Height, int Width) Sketch(Random random)
    {
        var (width, height) = (random.Next(40, 120), random.Next(40, 110));
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        float Between(double least, double most) => (float)(least + (most - least) * random.NextDouble());
        canvas.Clear(Colour(random, 0, 256));
        float side = Math.Min(width, height), radius = side * Between(0.26, 0.42), x = width / 2f + side * Between(-0.08, 0.08), y = height / 2f + side * Between(-0.04, 0.08);
        var skin = new SKColor((byte)random.Next(195, 250), (byte)random.Next(150, 200), (byte)random.Next(110, 160));
        void Oval(float dx, float dy, float a, float b, SKColor colour)
        {
            using var paint = new SKPaint { Color = colour, IsAntialias = true };
            canvas.DrawOval(x + dx * radius, y + dy * radius, a * radius, b * radius, paint);
        }

        SKColor Shade(double factor) => new(Byte(skin.Red * factor), Byte(skin.Green * factor), Byte(skin.Blue * factor));
        Oval(0, -0.1f, 0.95f, 1.25f, Colour(random, 0, 90));
        Oval(0, 0.05f, 0.8f, 1.08f, skin);
        foreach (int way in new[] { -1, 1 })
        {
            Oval(way * 0.36f, -0.18f, 0.24f, 0.13f, Shade(0.72));
            Oval(way * 0.36f, -0.38f, 0.25f, 0.05f, Shade(0.45));
            Oval(way * 0.36f, -0.16f, 0.15f, 0.075f, Shade(0.22));
        }

        Oval(0, 0.12f, 0.08f, 0.3f, Shade(1.08));
        Oval(0, 0.36f, 0.16f, 0.05f, Shade(0.7));
        Oval(0, 0.62f, 0.3f, 0.09f, Shade(0.55));
        return ([.. bitmap.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue })], height, width);
    }

    /// <summary>
    /// So many windows of photographs, each as large as a part of one of them and scaled to a size of its own, mirrored or not, darker or brighter, bytes [Height, Width, 3].
    /// </summary>
    public static List<(byte[] Pixels, int Height, int Width)> Windows(IEnumerable<string> files, int count)
    {
        var random = new Random(11);
        var photographs = files.Order(StringComparer.Ordinal).Select(SKImage.FromEncodedData).ToList();
        var windows = new List<(byte[], int, int)>();
        for (int i = 0; i < count; i++)
        {
            var photograph = photographs[i % photographs.Count];
            int side = (int)(Math.Min(photograph.Width, photograph.Height) * (0.35 + 0.65 * random.NextDouble())), scaled = i % 10 == 9 ? 400 : random.Next(64, 200);
            if (photograph.Width < 100)
            {
                // One that holds a face and nothing else.
                side = Math.Min(photograph.Width, photograph.Height);
            }

            var window = SKRectI.Create(random.Next(photograph.Width - side + 1), random.Next(photograph.Height - side + 1), side, side);
            using var bitmap = new SKBitmap(scaled, scaled, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using (var canvas = new SKCanvas(bitmap))
            {
                canvas.Clear(SKColors.White);
                canvas.Scale(i % 2 == 0 ? 1 : -1, 1, scaled / 2f, 0);
                canvas.DrawImage(photograph, window, SKRect.Create(scaled, scaled), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
            }

            double light = 0.6 + 0.8 * random.NextDouble();
            windows.Add(([.. bitmap.Pixels.SelectMany(pixel => new[] { Byte(pixel.Red * light), Byte(pixel.Green * light), Byte(pixel.Blue * light) })], scaled, scaled));
        }

        photographs.ForEach(photograph => photograph.Dispose());
        return windows;
    }

    /// <summary>Writes them as files that sort in their order.</summary>
    public static void Save(string folder, IEnumerable<(byte[] Pixels, int Height, int Width)> pictures)
    {
        Directory.CreateDirectory(folder);
        foreach (var (place, (pixels, height, width)) in pictures.Index())
        {
            ImageFile.SavePng(Path.Combine(folder, $"{place:D4}.png"), pixels, height, width, 3);
        }
    }

    private static (byte[], int, int) Faces(int index)
    {
        var pixels = new byte[64 * 64 * 3];
        FacePainter.Paint(3, index, 64, pixels);
        return (pixels, 64, 64);
    }

    private static (byte[], int, int) Squares(Random random)
    {
        var (width, height, square) = (random.Next(30, 90), random.Next(30, 90), random.Next(1, 9));
        byte[][] colours = [.. Enumerable.Range(0, 200).Select(_ => new[] { (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256) })];
        return ([.. Enumerable.Range(0, width * height).SelectMany(i => colours[(i / width / square * 17 + i % width / square) % colours.Length])], height, width);
    }

    private static SKColor Colour(Random random, int least, int most) => new((byte)random.Next(least, most), (byte)random.Next(least, most), (byte)random.Next(least, most));

    private static byte Byte(double value) => (byte)Math.Clamp(value, 0, 255);
}
