using IlgpuGan.Imaging;
using IlgpuGan.Tests.Data;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public class ReducedJpegTests
{
    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    [InlineData(SKJpegEncoderDownsample.Downsample422)]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    public void A_shrunk_jpeg_is_what_its_own_pixels_shrink_to(SKJpegEncoderDownsample downsample)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int i = 0; i < 20; i++)
        {
            int width = random.Next(100, 800);
            int height = random.Next(100, 800);
            byte[] jpeg = Jpeg(width, height, Picture(random), downsample);
            byte[] rgb = Decode(jpeg, width, height, ImageFit.Crop);
            byte[] png = TestImages.Png(width, height, (x, y) => At(rgb, width, x, y));
            foreach (var (columns, rows) in new[] { (64, 64), (32, 32), (48, 96), (random.Next(16, 100), random.Next(16, 100)) })
            {
                ImageFit fit = (ImageFit)random.Next(3);
                byte[] reduced = Decode(jpeg, columns, rows, fit);
                byte[] exact = Decode(png, columns, rows, fit);
                double mean = reduced.Zip(exact).Average(pair => Math.Abs(pair.First - pair.Second));

                // What the transform leaves out at three times the result's size; a shift by a hundredth of the picture gives 2 and more.
                Assert.True(mean < 0.7, $"seed {seed}: {width} x {height} to {columns} x {rows}, {fit}: {mean:F2}");
            }
        }
    }

    [Theory]
    [InlineData(777, 64)]
    [InlineData(777, 100)]
    [InlineData(777, 30)]
    [InlineData(333, 64)]
    [InlineData(178, 64)]
    public void A_bar_in_a_shrunk_jpeg_lies_where_arithmetic_puts_it(int width, int side)
    {
        foreach (double part in new[] { 0.1, 0.5, 0.9, 0.97 })
        {
            int left = (int)(part * width);
            int bar = Math.Max(4, width / 40);
            byte[] file = Jpeg(width, width, (x, _) => x >= left && x < left + bar ? SKColors.White : SKColors.Black, SKJpegEncoderDownsample.Downsample420);
            byte[] image = Decode(file, side, side, ImageFit.Crop);
            double sum = 0;
            double moment = 0;
            for (int x = 0; x < side; x++)
            {
                int value = image[((side / 2 * side) + x) * 3];
                sum += value;
                moment += value * (x + 0.5);
            }

            // The centre of the bar's light; JPEG's own ringing moves it by less than a twentieth of a pixel.
            double expected = (Math.Min(left + bar, width) + left) / 2.0 * side / width;
            Assert.InRange(moment / sum, expected - 0.05, expected + 0.05);
        }
    }

    /// <summary>Hills of colour of random wave lengths, with edges: as much detail as a photograph has.</summary>
    private static Func<int, int, SKColor> Picture(Random random)
    {
        double[] waves = [.. Enumerable.Range(0, 12).Select(_ => 0.005 + (0.06 * random.NextDouble()))];
        double edge = random.Next(50, 700);
        return (x, y) =>
        {
            double step = x + (0.3 * y) > edge ? 40 : 0;
            return new SKColor(Level(0, step), Level(4, step), Level(8, -step));

            byte Level(int i, double offset) => (byte)Math.Clamp(
                120 + offset + (50 * Math.Sin(x * waves[i]) * Math.Cos(y * waves[i + 1])) + (20 * Math.Sin((x * waves[i + 2] * 4) + (y * waves[i + 3] * 4))), 0, 255);
        };
    }

    private static byte[] Jpeg(int width, int height, Func<int, int, SKColor> colour, SKJpegEncoderDownsample downsample)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => colour(i % width, i / width))];
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = pixels.Encode(new SKJpegEncoderOptions(90, downsample, SKJpegEncoderAlphaOption.Ignore))!;
        return data.ToArray();
    }

    private static SKColor At(byte[] rgb, int width, int x, int y)
    {
        int i = ((y * width) + x) * 3;
        return new SKColor(rgb[i], rgb[i + 1], rgb[i + 2]);
    }

    private static byte[] Decode(byte[] file, int width, int height, ImageFit fit)
    {
        var shape = new ImageShape(height, width, 3);
        byte[] image = new byte[shape.Bytes];
        ImageDecoder.Decode(file, shape, fit, image);
        return image;
    }
}
