using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Imaging;
using static IlgpuGan.Tests.Data.Pairs.PairLoading;

namespace IlgpuGan.Tests.Data.Pairs;

/// <summary>Pictures beside maps whose pixels are numbers of classes.</summary>
public sealed class ClassMapTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_palettes_index_is_the_class_whatever_colours_it_stands_for()
    {
        // All colours of the palette are one, and half of them are transparent: only the index tells the classes apart.
        byte[] indices = [.. Enumerable.Range(0, 256).Select(i => (byte)(i % 7))];
        byte[] palette = [.. Enumerable.Repeat((byte)200, 7 * 3)];
        byte[] profile = TestImages.PngWith(TestImages.RawPng(16, 16, 8, 3, indices, palette, [0, 255, 0]), "gAMA", [0, 0, 0x27, 0x10]);
        Assert.Equal(indices, ClassMapDecoder.Decode(profile).Classes);
        Assert.Equal(indices, ClassMapDecoder.Decode(TestImages.RawPng(16, 16, 8, 0, indices)).Classes);
        Assert.Equal(indices, ClassMapDecoder.Decode(TestImages.RawPng(16, 16, 8, 2, [.. indices.SelectMany(i => new[] { i, i, i })])).Classes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Numbers_of_fewer_bits_are_numbers_too(byte bits)
    {
        int width = 8 / bits;
        byte[] rows = [0b0001_1011, 0b1110_0100];
        byte[] expected = [.. rows.SelectMany(row => Enumerable.Range(0, width).Select(i => (byte)(row >> (8 - (bits * (i + 1))) & ((1 << bits) - 1))))];
        Assert.Equal(expected, ClassMapDecoder.Decode(TestImages.RawPng(width, 2, bits, 0, rows)).Classes);
        Assert.Equal(expected, ClassMapDecoder.Decode(TestImages.RawPng(width, 2, bits, 3, rows, new byte[48])).Classes);
    }

    [Theory]
    [InlineData(ImageFit.Crop)]
    [InlineData(ImageFit.Stretch)]
    public void Maps_are_scaled_without_classes_between_classes_and_lie_where_the_picture_does(ImageFit fit)
    {
        byte[] classes = [.. Enumerable.Range(0, 96 * 48).Select(i => (byte)(i % 96 < 40 ? 3 : 11))];
        folder.File("train_label/1.png", TestImages.RawPng(96, 48, 8, 0, classes));
        folder.File("train_img/1.jpg", TestImages.Jpeg(96, 48, (x, _) => x < 40 ? SkiaSharp.SKColors.Black : SkiaSharp.SKColors.White));
        folder.File("train_inst/1.png", Shade(9));
        using PairSet set = Load(folder, o => o with { Data = o.Data with { Size = new ImageSize(20, 20), Fit = fit } });
        Assert.Equal((PairLayout.Labels, "train_label", "2 classes", 2, 1), (set.Layout.Layout, set.Input.Name, set.Input.Kind, set.Input.Planes, set.Target.Planes));
        Assert.Equal([3, 11], set.Input.Classes!);
        Assert.Contains("maps of instances are not read", Assert.Single(set.Warnings), StringComparison.Ordinal);
        byte[][] pixels = [.. set.Training!.Image(0).ToArray().Chunk(2)];
        Assert.All(pixels, pixel => Assert.InRange(pixel[0], 0, 1));
        // Where a pixel is of one class the picture there is of its colour; at the border the picture is of both.
        int edge = fit == ImageFit.Stretch ? 8 : 6;
        Assert.All(pixels.Index().Where(pixel => Math.Abs((pixel.Index % 20) - edge + 0.5) > 3), pixel => Assert.True(pixel.Item[0] == (pixel.Item[1] > 128 ? 1 : 0), $"{pixel.Index}"));
    }

    [Fact]
    public void Maps_and_pictures_named_after_what_they_hold_are_partners()
    {
        for (byte i = 0; i < 3; i++)
        {
            folder.File($"train_label/aachen_{i}_gtFine_labelIds.png", TestImages.RawPng(16, 16, 8, 0, [.. Enumerable.Repeat(i, 256)]));
            folder.File($"train_img/aachen_{i}_leftImg8bit.png", Shade(i));
        }

        using PairSet set = Load(folder);
        Assert.Equal(3, set.Training!.Count + set.HeldOut!.Count);
        Assert.All(set.FirstBytes(set.Training), pair => Assert.Equal(pair.Input, pair.Target));
        using PairSet back = Load(folder, o => o with { Direction = PairDirection.BtoA });
        Assert.Equal(("train_img", "train_label", 1, 3), (back.Input.Name, back.Target.Name, back.Input.Planes, back.Target.Planes));
    }

    [Fact]
    public void Classes_that_are_stated_keep_their_numbers_and_one_beyond_them_is_named()
    {
        folder.File("label/1.png", TestImages.RawPng(16, 16, 8, 0, [.. Enumerable.Repeat((byte)5, 256)]));
        folder.File("img/1.png", Shade(0));
        using PairSet set = Load(folder, o => o with { Classes = 6 });
        Assert.Equal((6, 5), (set.Input.Planes, set.Training!.Image(0)[0]));
        Refuses<SourceUnsupportedException>(folder, o => o with { Classes = 5 }, "'label/1.png'", "has the class number 5", "Classes 5 allows 0 to 4", "Classes 6 or more");
        Refuses<DataOptionException>(folder, o => o with { Classes = 65 }, "Classes 65 cannot be had");
        Refuses<DataOptionException>(folder, o => o with { Data = o.Data with { Fit = ImageFit.Pad } }, "Fit pad cannot be had");
        Refuses<DataOptionException>(folder, o => o with { InputChannels = 3 }, "'label' has one channel");
    }

    [Fact]
    public void A_photograph_is_no_map_of_classes()
    {
        folder.File("label/1.png", TestImages.RawPng(16, 16, 8, 0, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]));
        folder.File("img/1.png", Shade(0));
        Refuses<SourceUnsupportedException>(folder, null, "more than 64 different numbers", "'label/1.png' alone 256", "pictures rather than maps");
    }

    public static TheoryData<string, byte[], string> NoMaps { get; } = new()
    {
        { "1.jpg", TestImages.Jpeg(16, 16, (_, _) => SkiaSharp.SKColors.Gray), "is no PNG image" },
        { "1.png", TestImages.RawPng(16, 16, 16, 0, new byte[512]), "has 16 bits" },
        { "1.png", TestImages.RawPng(16, 16, 8, 4, new byte[512]), "has an alpha channel" },
        { "1.png", TestImages.Png(16, 16, 1, 2, 3, 200), "has an alpha channel" },
        { "1.png", TestImages.RawPng(16, 16, 8, 2, [.. Enumerable.Range(0, 768).Select(i => (byte)(i % 3))]), "is in colours" },
        { "1.png", TestImages.RawPng(16, 16, 8, 0, new byte[256])[..^14], "is truncated" },
    };

    [Theory]
    [MemberData(nameof(NoMaps))]
    public void What_is_no_map_is_left_out_with_the_reason(string name, byte[] file, string reason)
    {
        folder.File($"label/{name}", file);
        folder.File("img/1.png", Shade(0));
        Refuses<BadFilesException>(folder, null, $"label/{name} ({reason}");
    }
}
