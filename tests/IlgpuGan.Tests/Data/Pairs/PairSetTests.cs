using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using static IlgpuGan.Tests.Data.Pairs.PairLoading;

namespace IlgpuGan.Tests.Data.Pairs;

/// <summary>What becomes of pairs that are odd in one way or another, and of their cache.</summary>
public sealed class PairSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_two_images_of_a_pair_may_differ_in_size_and_depth_which_is_said()
    {
        folder.File("A/1.png", Shade(10, 64, 64));
        folder.File("B/1.png", TestImages.RawPng(16, 16, 16, 0, [.. Enumerable.Range(0, 256).SelectMany(_ => new byte[] { 20, 99 })]));
        folder.File("A/2.png", TestImages.Png(16, 16, 0, 0, 0, 0));
        folder.File("B/2.png", Shade(30));
        using PairSet set = Load(folder, o => o with { Data = o.Data with { Size = new ImageSize(24, 32) } });
        Assert.Equal((24, 32), (set.Height, set.Width));
        Assert.Contains(set.Warnings, warning => warning.StartsWith("The two images of 1 pair differ in size, 'A/1.png' the first", StringComparison.Ordinal));
        // Alpha is put on white, as everywhere.
        Assert.Equal([(10, 20), (255, 30)], set.FirstBytes(set.Training!).Concat(set.FirstBytes(set.HeldOut!)).OrderBy(pair => pair.Target).Select(pair => ((int)pair.Input, (int)pair.Target)));
        Assert.Equal(1, set.Input.Originals.Transparent);
        Assert.Contains("A: 2 images of 16..64 x 16..64", string.Join(' ', set.Sentences), StringComparison.Ordinal);
        string alpha = Assert.Single(set.Sentences, sentence => sentence.Contains("transparent", StringComparison.Ordinal));
        Assert.Contains("1 of them is transparent in places, which are put on white", alpha, StringComparison.Ordinal);
    }

    [Fact]
    public void Alpha_is_kept_of_the_side_that_it_is_asked_of()
    {
        folder.File("A/1.png", TestImages.Png(16, 16, 10, 20, 30, 128));
        folder.File("B/1.png", TestImages.Png(16, 16, 40, 50, 60, 0));
        using PairSet set = Load(folder, o => o with { InputChannels = 4, TargetChannels = 4 });
        Assert.Equal([10, 20, 30, 128, 255, 255, 255, 0], set.Training!.Image(0)[..8].ToArray());
        using PairSet target = Load(folder, o => o with { TargetChannels = 2 });
        Assert.Equal((3, 2, 5), (target.Input.Channels, target.Target.Channels, target.Training!.Channels));
        Refuses<DataOptionException>(folder, o => o with { InputChannels = 5 }, "5 channels cannot be had");
    }

    [Fact]
    public void An_odd_width_has_no_halves_and_a_single_pixel_is_too_small()
    {
        folder.File("1/a.png", Shade(1, 33, 16));
        folder.File("2/a.png", Shade(1, 1, 1));
        folder.File("3/a.png", Shade(1, 2, 1));
        folder.File("4/A/a.png", Shade(1, 1, 1));
        folder.File("4/B/a.png", Shade(1, 1, 1));
        PairOptions Halves(PairOptions o) => o with { Layout = PairLayout.SideBySide };
        Refuses<BadFilesException>(folder + "/1", Halves, "a.png (is 33 pixels wide, and only an even width has two halves");
        Refuses<BadFilesException>(folder + "/2", Halves, "is 1 pixels wide");
        Refuses<ImagesTooSmallException>(folder + "/3", Halves, "1 x 1", "Size 32");
        Refuses<ImagesTooSmallException>(folder + "/4", null, "1 x 1", "Size 32");
        using PairSet enlarged = Load(folder + "/4", o => o with { Data = o.Data with { Size = new ImageSize(16, 16) } });
        Assert.Equal(1, enlarged.Training!.Count);
    }

    [Fact]
    public void What_announces_more_pixels_than_any_image_may_have_is_left_out_before_memory_is_taken()
    {
        byte[] huge = TestImages.RawPng(40_000, 30_000, 8, 0, []);
        folder.File("1/A/a.png", huge);
        folder.File("1/B/a.png", Shade(1));
        folder.File("2/label/a.png", huge);
        folder.File("2/img/a.png", Shade(1));
        folder.File("3/a.png", huge);
        Refuses<BadFilesException>(folder + "/1", null, "A/a.png (announces 40000 x 30000 pixels");
        Refuses<BadFilesException>(folder + "/2", null, "label/a.png (announces 40000 x 30000 pixels");
        Refuses<BadFilesException>(folder + "/3", o => o with { Layout = PairLayout.SideBySide }, "a.png (announces 40000 x 30000 pixels");
    }

    [Fact]
    public void A_partner_that_cannot_be_decoded_takes_its_pair_with_it_by_name()
    {
        for (byte i = 0; i < 3; i++)
        {
            folder.File($"A/{i}.png", Shade(i));
            folder.File($"B/{i}.png", Shade(i));
        }

        folder.File("B/1.png", Shade(1)[..^20]);
        using PairSet set = Load(folder);
        SkippedFile skipped = Assert.Single(set.SkippedFiles);
        Assert.Equal(("A/1.png", "has a partner, 'B/1.png', which is truncated"), (skipped.Path, skipped.Reason));
        Assert.Equal(2, set.Training!.Count + set.HeldOut!.Count);
        Refuses<BadFilesException>(folder, o => o with { Data = o.Data with { MaxBadFiles = 0 } }, "More than 0 images", "A/1.png");
    }

    [Fact]
    public void What_is_no_folder_of_image_files_has_no_pairs()
    {
        folder.File("train-images-idx3-ubyte", TestImages.Idx([3, 16, 16], new byte[3 * 256]));
        folder.File("a.png", Shade(1));
        Refuses<SourceUnsupportedException>(folder + "/train-images-idx3-ubyte", null, "in which there are no pairs");
        Refuses<SourceUnsupportedException>(folder + "/a.png", null, "is a single image");
        Refuses<SourceUnavailableException>(folder + "/missing", null, "does not exist");
    }

    [Fact]
    public void A_cache_gives_the_same_pairs_and_what_is_known_of_their_sides()
    {
        for (byte i = 0; i < 30; i++)
        {
            folder.File($"set/A/{i}.png", TestImages.Png(16, 16, i, 0, 0));
            folder.File($"set/B/{i}.png", TestImages.Png(16, 16, 0, i, 0));
            folder.File($"maps/label/{i}.png", TestImages.RawPng(16, 16, 8, 0, [.. Enumerable.Repeat((byte)(i % 3 * 9), 256)]));
            folder.File($"maps/img/{i}.png", Shade(i));
        }

        PairOptions Cached(PairOptions o) => o with { Data = o.Data with { UseCache = true, CacheFolder = folder + "/cache" } };
        foreach (string source in new[] { folder + "/set", folder + "/maps" })
        {
            foreach (Pairing pairing in new[] { Pairing.Paired, Pairing.Unpaired })
            {
                using PairSet first = Load(source, o => Cached(o) with { Pairing = pairing });
                using PairSet second = Load(source, o => Cached(o) with { Pairing = pairing });
                using PairSet plain = Load(source, o => o with { Pairing = pairing });
                Assert.True((second.Training ?? second.Inputs)!.FromCache);
                Assert.Equal(plain.Fingerprint, second.Fingerprint);
                Assert.Equal(plain.Sentences, second.Sentences);
                Assert.Equal(plain.Input.Classes, second.Input.Classes);
                Assert.Equal((plain.Input.Channels, plain.Target.Channels), (second.Input.Channels, second.Target.Channels));
                Assert.Equal(plain.HeldOut!.Image(0).ToArray(), second.HeldOut!.Image(0).ToArray());
            }
        }

        using PairSet back = Load(folder + "/set", o => Cached(o) with { Direction = PairDirection.BtoA });
        Assert.False(back.Training!.FromCache);
    }

    [Fact]
    public void A_part_of_a_set_is_a_set_of_its_own()
    {
        byte[] bytes = [.. Enumerable.Range(0, 5 * 2 * 2 * 8).Select(i => (byte)i)];
        using ImageSet set = ImageSet.FromBytes("x", 2, 2, 8, bytes, [new LabelColumn("class", ["a", "b"], [0, 1, 0, 1, 1])]);
        using ImageSet part = set.Part("part", 3, 2);
        Assert.Equal((2, 8, 64L), (part.Count, part.Channels, part.Bytes));
        Assert.Equal(set.Image(4).ToArray(), part.Image(1).ToArray());
        Assert.Equal([1, 1], part.Labels[0].Values);
        byte[] copied = new byte[40];
        part.CopyTo(10, copied);
        Assert.Equal(bytes[106..146], copied);
        Assert.NotEqual(set.Fingerprint, part.Fingerprint);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Part("x", 3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Image(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageSet.FromBytes("x", 1, 1, 9, new byte[9]));
    }

    [Fact]
    public void Images_are_stored_larger_than_what_is_cut_of_them()
    {
        Assert.Equal(new ImageSize(286, 286), PairOptions.StoredFor(new ImageSize(256, 256)));
        Assert.Equal(new ImageSize(72, 143), PairOptions.StoredFor(new ImageSize(64, 128)));
    }
}
