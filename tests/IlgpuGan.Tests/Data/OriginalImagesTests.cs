using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using SkiaSharp;

namespace IlgpuGan.Tests.Data;

public sealed class OriginalImagesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_that_are_taken_as_they_are_are_said_to_be()
    {
        Colourful("a.png", 64, 28);
        Colourful("b.png", 64, 28);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal((28, 64, 3), (set.Height, set.Width, set.Channels));
        Assert.Equal("2 images of 64 x 28, taken as they are, 10 KiB in all", set.Originals!.Sizes);
        Assert.Equal("In colour, three channels", set.Originals.Colours);
        Assert.Null(set.Originals.Larger);
    }

    [Fact]
    public void Large_images_are_reduced_and_it_is_said_by_how_much_and_what_would_keep_more()
    {
        Colourful("a.png", 256, 256);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal((64, 64), (set.Height, set.Width));
        Assert.Equal("1 image of 256 x 256, brought to 64 x 64, 12 KiB in all", set.Originals!.Sizes);
        Assert.Equal(new ImageSize(128, 128), set.Originals.Larger);
        Assert.True(set.Originals.IsSizeChosen);
    }

    [Fact]
    public void What_a_crop_loses_is_its_share_of_the_pixels()
    {
        Colourful("a.png", 100, 100);
        Colourful("b.png", 100, 100);
        Colourful("c.png", 100, 50);
        using ImageSet set = Loading.Load(folder, o => o with { Size = new ImageSize(50, 50) });
        Assert.Equal(0.5 / 3, set.Originals!.MeanLoss, 1e-9);
        Assert.Equal(0.5, set.Originals.GreatestLoss, 1e-9);
        Assert.Equal("3 images of 100 x 50..100 (mostly 100 x 100), brought to 50 x 50 (crop loses 17 % on average, 50 % of one), 22 KiB in all", set.Originals.Sizes);
    }

    [Fact]
    public void Bars_are_counted_where_nothing_is_cut_off()
    {
        Colourful("a.png", 100, 50);
        using ImageSet set = Loading.Load(folder, o => o with { Size = new ImageSize(48, 48), Fit = ImageFit.Pad });
        Assert.Contains("brought to 48 x 48 (bars fill 50 % on average)", set.Originals!.Sizes, StringComparison.Ordinal);
        Assert.False(set.Originals.IsMuchCutOff);
        using ImageSet stretched = Loading.Load(folder, o => o with { Size = new ImageSize(48, 48), Fit = ImageFit.Stretch });
        Assert.Contains("brought to 48 x 48 (stretched out of their proportions)", stretched.Originals!.Sizes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_strip_keeps_its_shape_and_one_that_is_made_square_is_said_to_lose_most()
    {
        Colourful("a.png", 355, 32);
        using ImageSet strip = Loading.Load(folder);
        Assert.Equal((16, 176), (strip.Height, strip.Width));
        Assert.InRange(strip.Originals!.GreatestLoss, 0, 0.01);
        using ImageSet square = Loading.Load(folder, o => o with { Size = new ImageSize(32, 32) });
        Assert.Contains("crop loses 91 %", square.Originals!.Sizes, StringComparison.Ordinal);
        Assert.True(square.Originals.IsMuchCutOff);
    }

    [Fact]
    public void Enlarging_is_said()
    {
        Colourful("a.png", 32, 32);
        using ImageSet all = Loading.Load(folder, o => o with { Size = new ImageSize(64, 64) });
        Assert.Contains("brought to 64 x 64 by enlarging them", all.Originals!.Sizes, StringComparison.Ordinal);
        Assert.Equal(new ImageSize(32, 32), all.Originals.Smaller);
        Colourful("b.png", 64, 64);
        Colourful("c.png", 64, 64);
        using ImageSet some = Loading.Load(folder);
        Assert.Contains("of 32..64 x 32..64 (mostly 64 x 64), brought to 64 x 64, which enlarges 1 of them", some.Originals!.Sizes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_of_grey_files_has_one_channel()
    {
        folder.File("a.png", TestImages.RawPng(16, 16, 8, 0, new byte[16 * 16]));
        folder.File("b.png", TestImages.RawPng(16, 16, 8, 0, new byte[16 * 16]));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(1, set.Channels);
        Assert.Equal("All are grey, in one channel", set.Originals!.Colours);
    }

    [Fact]
    public void A_set_of_colour_files_that_show_grey_alone_has_one_channel_until_one_pixel_has_colour()
    {
        for (int i = 0; i < 40; i++)
        {
            folder.File($"{i:D2}.png", TestImages.Png(16, 16, (x, y) => new SKColor((byte)(x * y), (byte)(x * y), (byte)(x * y))));
        }

        using ImageSet grey = Loading.Load(folder);
        Assert.Equal(1, grey.Channels);
        Assert.Equal(9 * 5, grey.Image(3)[(5 * 16) + 9]);
        using ImageSet asked = Loading.Load(folder, o => o with { Channels = 3 });
        Assert.Equal(3, asked.Channels);
        folder.File("99.png", TestImages.Png(16, 16, (x, y) => new SKColor((byte)(x == 3 && y == 3 ? 90 : 40), 40, 40)));
        using ImageSet colour = Loading.Load(folder);
        Assert.Equal(3, colour.Channels);
    }

    [Fact]
    public void The_bytes_of_a_set_that_was_found_grey_are_those_of_one_that_was_asked_to_be()
    {
        var random = new Random(5);
        for (int i = 0; i < 8; i++)
        {
            folder.File($"{i}.png", TestImages.Png(75, 61, (_, _) => (byte)random.Next(256) is var level ? new SKColor(level, level, level) : default));
        }

        using ImageSet found = Loading.Load(folder);
        using ImageSet asked = Loading.Load(folder, o => o with { Channels = 1, Size = new ImageSize(found.Height, found.Width) });
        Assert.Equal(1, found.Channels);
        Assert.Equal(asked.Fingerprint, found.Fingerprint);
    }

    [Fact]
    public void Where_alpha_goes_is_said()
    {
        folder.File("a.png", TestImages.Png(16, 16, 200, 0, 0, 100));
        Colourful("b.png", 16, 16);
        using ImageSet white = Loading.Load(folder);
        Assert.Equal("In colour, three channels; 1 of them is transparent in places, which are put on white", white.Originals!.Colours);
        using ImageSet kept = Loading.Load(folder, o => o with { Channels = 4 });
        Assert.Equal("In colour with alpha, four channels; 1 of them is transparent in places, which is kept", kept.Originals!.Colours);
        File.Delete(Path.Combine(folder, "a.png"));
        using ImageSet none = Loading.Load(folder, o => o with { Channels = 4 });
        Assert.Equal("In colour with alpha, four channels; none is transparent anywhere", none.Originals!.Colours);
    }

    [Fact]
    public void What_is_said_of_a_set_is_the_same_from_the_cache()
    {
        using var cache = new TemporaryFolder();
        Colourful("cats/a.png", 100, 120);
        Colourful("dogs/b.png", 300, 120);
        Colourful("dogs/c.png", 300, 400);
        using ImageSet first = Loading.Load(folder, o => o with { UseCache = true, CacheFolder = cache });
        using ImageSet second = Loading.Load(folder, o => o with { UseCache = true, CacheFolder = cache });
        Assert.True(second.FromCache);
        Assert.Equal(first.Originals, second.Originals);
        Assert.Equal(first.Summary.Sentences, second.Summary.Sentences);
        Assert.EndsWith(": 3 images in 2 classes (folder): cats (1), dogs (2).", first.Summary.Sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_that_is_advised_is_one_that_the_network_draws()
    {
        Colourful("a.png", 100, 100);
        var options = new ImageSetOptions { Source = folder, UseCache = false };
        using ImageSet set = ImageSetLoader.Load(options, new SizeRule("r3", R3.Supports), null, TestContext.Current.CancellationToken);
        Assert.Equal(64, set.Height);
        Assert.Equal(new ImageSize(96, 96), set.Originals!.Larger);
    }

    private void Colourful(string name, int width, int height) =>
        folder.File(name, TestImages.Png(width, height, (x, y) => new SKColor((byte)x, (byte)y, 77)));
}
