using IlgpuGan.Data;
using static IlgpuGan.Tests.Data.NumpyFiles;

namespace IlgpuGan.Tests.Data;

public sealed class NumpyTests : IDisposable
{
    private const int Count = 5, Side = 16;

    private readonly TemporaryFolder folder = new();
    private readonly byte[] pixels = Pixels(Count, Side, 3);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_array_of_bytes_comes_bit_for_bit_in_every_version_of_the_format(byte version)
    {
        using ImageSet set = Loading.Load(folder.File("faces.npy", Npy("|u1", [Count, Side, Side, 3], pixels, version: version)));
        Assert.Equal((Count, Side, Side, 3), (set.Count, set.Height, set.Width, set.Channels));
        Holds(pixels, set);
        Assert.Empty(set.Labels);
        Assert.Empty(set.Warnings);
    }

    [Fact]
    public void Channels_may_be_planes()
    {
        using ImageSet set = Loading.Load(folder.File("faces.npy", Npy("|u1", [Count, 3, Side, Side], Planes(pixels, Count, Side, 3))));
        Holds(pixels, set);
    }

    [Fact]
    public void An_array_without_channels_is_grey_and_one_of_equal_channels_too()
    {
        byte[] grey = Pixels(Count, Side, 1);
        using ImageSet bare = Loading.Load(folder.File("bare.npy", Npy("|u1", [Count, Side, Side], grey)));
        Assert.Equal(1, bare.Channels);
        Holds(grey, bare);
        using ImageSet equal = Loading.Load(folder.File("equal.npy", Npy("|u1", [Count, Side, Side, 3], [.. grey.SelectMany(value => new[] { value, value, value })])));
        Assert.Equal(1, equal.Channels);
        Holds(grey, equal);
    }

    [Fact]
    public void Alpha_lies_on_white_unless_it_is_asked_for()
    {
        byte[] rgba = [.. Enumerable.Range(0, Count * Side * Side).SelectMany(i => new byte[] { 200, 100, 0, (byte)(i % 2 * 255) })];
        string path = folder.File("alpha.npy", Npy("|u1", [Count, Side, Side, 4], rgba));
        using ImageSet white = Loading.Load(path);
        Assert.Equal([255, 255, 255, 200, 100, 0], white.Image(0)[..6].ToArray());
        using ImageSet whole = Loading.Load(path, options => options with { Channels = 4 });
        Holds(rgba, whole);
    }

    [Theory]
    [InlineData("<f4", 0, 255, 255, "0 is taken for black and 255 for white")]
    [InlineData("<f4", 0, 1, 1, "0 is taken for black and 1 for white")]
    [InlineData("<f4", -1, 1, 2, "-1 is taken for black and 1 for white")]
    [InlineData("<f8", -1, 1, 2, "-1 is taken for black and 1 for white")]
    [InlineData(">f4", 0, 1, 1, "0 is taken for black and 1 for white")]
    [InlineData("<i8", 0, 255, 255, "0 is taken for black and 255 for white")]
    [InlineData(">i4", 0, 255, 255, "0 is taken for black and 255 for white")]
    [InlineData("<u2", 0, 65535, 65535, "0 is taken for black and 65535 for white")]
    public void Other_numbers_are_brightness_by_their_range_which_is_said(string type, double black, double white, double span, string said)
    {
        double[] values = [.. pixels.Select(value => black + (value * span / 255))];
        Assert.Equal((black, white), (values.Min(), values.Max()));
        using ImageSet set = Loading.Load(folder.File("faces.npy", Npy(type, [Count, Side, Side, 3], Bytes(type, values))));
        Holds(pixels, set);
        Assert.Contains(set.Warnings, warning => warning.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<f4", -3, 700, "values from -3 to 700")]
    [InlineData("<f4", 0, 256, "values from 0 to 256")]
    [InlineData("<i4", -1, 1, "values from -1 to 1")]
    [InlineData("<f4", 0, double.NaN, "not finite")]
    [InlineData("<f8", 0, double.PositiveInfinity, "not finite")]
    public void Numbers_in_no_range_of_images_are_refused_even_where_only_the_last_is(string type, double least, double last, string said)
    {
        double[] values = new double[Count * Side * Side];
        (values[7], values[^1]) = (least, last);
        Loading.Refuses<SourceUnsupportedException>(folder.File("odd.npy", Npy(type, [Count, Side, Side], Bytes(type, values))), null, "odd.npy", said);
    }

    [Fact]
    public void Truth_values_are_black_and_white()
    {
        byte[] drawn = [.. Enumerable.Range(0, Count * Side * Side).Select(i => (byte)(i % 3 / 2))];
        using ImageSet set = Loading.Load(folder.File("ink.npy", Npy("|b1", [Count, Side, Side], drawn)));
        Holds([.. drawn.Select(value => (byte)(value * 255))], set);
    }

    [Fact]
    public void An_array_whose_first_axis_runs_fastest_is_the_same_set()
    {
        byte[] turned = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            int[] place = [i / (Side * Side * 3), i / (Side * 3) % Side, i / 3 % Side, i % 3];
            turned[place[0] + (Count * (place[1] + (Side * (place[2] + (Side * place[3])))))] = pixels[i];
        }

        using ImageSet set = Loading.Load(folder.File("faces.npy", Npy("|u1", [Count, Side, Side, 3], turned, isFortran: true)));
        Holds(pixels, set);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_of_several_arrays_gives_images_and_labels(bool isPacked)
    {
        using ImageSet set = Loading.Load(folder.File("set.npz", Npz(isPacked,
            ("labels", Npy("<i8", [Count], Bytes("<i8", 0, 2, 1, 2, 0))), ("images", Npy("|u1", [Count, Side, Side, 3], pixels)))));
        Holds(pixels, set);
        LabelColumn labels = Assert.Single(set.Labels);
        Assert.Equal("labels", labels.Name);
        Assert.Equal([0, 2, 1, 2, 0], labels.Values);
        Assert.Equal(["0", "1", "2"], labels.ValueNames);
    }

    [Fact]
    public void An_array_without_a_name_of_its_own_is_taken_and_labels_may_be_words_or_one_hot_or_a_column()
    {
        using ImageSet set = Loading.Load(folder.File("set.npz", Npz(true,
            ("arr_0", Npy("|u1", [Count, Side, Side, 3], pixels)), ("kind", Npy("<U3", [Count], Unicode(3, "cat", "dog", "cat", "dog", "cow"))),
            ("hot", Npy("<f4", [Count, 2], Bytes("<f4", 1, 0, 0, 1, 1, 0, 0, 1, 1, 0))), ("column", Npy(">i4", [Count, 1], Bytes(">i4", 3, 1, 1, 0, 2))))));
        Assert.Equal(["kind", "hot", "column"], set.Labels.Select(column => column.Name));
        Assert.Equal(["cat", "cow", "dog"], set.Labels[0].ValueNames);
        Assert.Equal([0, 2, 0, 2, 1], set.Labels[0].Values);
        Assert.Equal([0, 1, 0, 1, 0], set.Labels[1].Values);
        Assert.Equal([3, 1, 1, 0, 2], set.Labels[2].Values);
    }

    [Fact]
    public void Of_arrays_for_training_and_for_tests_the_first_are_taken_with_their_labels()
    {
        using ImageSet set = Loading.Load(folder.File("mnist.npz", Npz(true,
            ("x_test", Npy("|u1", [2, Side, Side], Pixels(2, Side, 1))), ("x_train", Npy("|u1", [Count, Side, Side, 3], pixels)),
            ("y_test", Npy("|u1", [2], [0, 1])), ("y_train", Npy("|u1", [Count], [0, 1, 2, 0, 1])))));
        Holds(pixels, set);
        Assert.Equal("y_train", Assert.Single(set.Labels).Name);
        Assert.Contains(set.Warnings, warning => warning.Contains("x_train", StringComparison.Ordinal) && warning.Contains("x_test", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_and_objects_beside_the_images_are_no_labels_which_is_said()
    {
        using ImageSet set = Loading.Load(folder.File("set.npz", Npz(true,
            ("images", Npy("|u1", [Count, Side, Side, 3], pixels)), ("features", Npy("<f4", [Count, 3], Bytes("<f4", [.. Enumerable.Range(0, 15).Select(i => i * 0.3)]))),
            ("names", Npy("|O", [Count], [1, 2, 3])))));
        Assert.Empty(set.Labels);
        Assert.Contains(set.Warnings, warning => warning.Contains("no labels", StringComparison.Ordinal) && warning.Contains("features", StringComparison.Ordinal));
        Assert.Contains(set.Warnings, warning => warning.Contains("'names'", StringComparison.Ordinal) && warning.Contains("astype", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_in_a_file_of_their_own_are_found_beside_the_images()
    {
        string path = folder.File("x_train.npy", Npy("|u1", [Count, Side, Side, 3], pixels));
        folder.File("y_train.npy", Npy("<i4", [Count], Bytes("<i4", 1, 0, 1, 0, 1)));
        folder.File("x_test.npy", Npy("|u1", [1, Side, Side, 3], pixels[..(Side * Side * 3)]));
        foreach (string source in (string[])[path, folder])
        {
            using ImageSet set = Loading.Load(source);
            Holds(pixels, set);
            Assert.Equal([1, 0, 1, 0, 1], Assert.Single(set.Labels).Values);
        }
    }

    [Fact]
    public void Numbered_files_of_a_folder_are_one_set()
    {
        int image = Side * Side * 3;
        folder.File("images-0.npy", Npy("|u1", [2, Side, Side, 3], pixels[..(2 * image)]));
        folder.File("images-1.npy", Npy("|u1", [0, Side, Side, 3], []));
        folder.File("images-2.npy", Npy("|u1", [3, Side, Side, 3], pixels[(2 * image)..]));
        folder.File("labels-0.npy", Npy("<i4", [2], Bytes("<i4", 1, 0)));
        folder.File("labels-2.npy", Npy("<i4", [3], Bytes("<i4", 0, 2, 2)));
        using ImageSet set = Loading.Load(folder);
        Holds(pixels, set);
        Assert.Equal([1, 0, 0, 2, 2], Assert.Single(set.Labels).Values);
        using ImageSet list = Loading.Load(Path.Combine(folder, "images-{0..2}.npy"));
        Assert.Equal(set.Fingerprint, list.Fingerprint);
        using ImageSet some = Loading.Load($"{Path.Combine(folder, "images-0.npy")}::{Path.Combine(folder, "images-2.npy")}");
        Assert.Equal(set.Fingerprint, some.Fingerprint);
        using ImageSet pattern = Loading.Load(Path.Combine(folder, "images-*.npy"));
        Assert.Equal(set.Fingerprint, pattern.Fingerprint);
    }

    [Fact]
    public void Few_images_beside_a_container_are_previews_and_many_are_the_set()
    {
        folder.File("faces.npy", Npy("|u1", [Count, Side, Side, 3], pixels));
        folder.File("preview.png", TestImages.Png(Side, Side, 1, 2, 3));
        using ImageSet contained = Loading.Load(folder);
        Assert.Equal(Count, contained.Count);
        Assert.Contains(contained.Warnings, warning => warning.Contains("1 image as files", StringComparison.Ordinal));
        for (int i = 0; i < Count; i++)
        {
            folder.File($"{i}.png", TestImages.Png(Side, Side, 1, 2, (byte)i));
        }

        using ImageSet loose = Loading.Load(folder);
        Assert.Equal(Count + 1, loose.Count);
        Assert.Contains(loose.Warnings, warning => warning.Contains("faces.npy", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_of_a_folder_of_images_do_not_stop_it()
    {
        folder.File("features.npy", Npy("<f4", [Count, 8], new byte[Count * 32]));
        folder.File("broken.npz", [1, 2, 3]);
        folder.File("1.png", TestImages.Png(Side, Side, 1, 2, 3));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(1, set.Count);
    }

    [Fact]
    public void An_array_of_another_kind_is_refused_with_its_shape()
    {
        Loading.Refuses<SourceUnsupportedException>(folder.File("flat.npy", Npy("|u1", [Count, 768], new byte[Count * 768])), null, "flat.npy", "[5, 768]", "[count, height, width]");
        Loading.Refuses<SourceUnsupportedException>(folder.File("one.npy", Npy("|u1", [Side, Side, 3], new byte[Side * Side * 3])), null, "one.npy", "[16, 16, 3]");
        Loading.Refuses<SourceUnsupportedException>(folder.File("objects.npy", Npy("|O", [Count, Side, Side], [1])), null, "objects.npy", "Python objects", "astype");
        Loading.Refuses<SourceUnsupportedException>(folder.File("complex.npy", Npy("<c8", [1, Side, Side], new byte[Side * Side * 8])), null, "complex.npy", "c8");
        Loading.Refuses<SourceUnsupportedException>(folder.File("none.npy", Npy("|u1", [0, Side, Side], [])), null, "none.npy", "no rows");
        byte[] two = Npy("|u1", [1, Side, Side], new byte[Side * Side]);
        Loading.Refuses<SourceUnsupportedException>(folder.File("two.npz", Npz(true, ("here", two), ("there", two))), null, "'here'", "'there'", "'images'");
    }

    [Fact]
    public void A_damaged_file_is_refused_before_memory_is_taken()
    {
        byte[] good = Npy("|u1", [Count, Side, Side, 3], pixels);
        Loading.Refuses<SourceCorruptException>(folder.File("short.npy", good[..^1]), null, "short.npy", "truncated");
        Loading.Refuses<SourceCorruptException>(folder.File("long.npy", [.. good, 0]), null, "long.npy", "damaged");
        Loading.Refuses<SourceCorruptException>(folder.File("header.npy", good[..20]), null, "header.npy", "truncated");
        Loading.Refuses<SourceCorruptException>(folder.File("vast.npy", Npy("|u1", [int.MaxValue, int.MaxValue, int.MaxValue, 3], [])), null, "vast.npy");
        Loading.Refuses<SourceCorruptException>(folder.File("set.npz", Npz(false, ("images", good))[..^30]), null, "set.npz", "damaged");
    }

    [Fact]
    public void A_list_names_what_is_missing()
    {
        folder.File("a-0.npy", Npy("|u1", [Count, Side, Side, 3], pixels));
        Loading.Refuses<SourceUnavailableException>(Path.Combine(folder, "a-{0..1}.npy"), null, "a-1.npy", "does not exist");
        Loading.Refuses<SourceUnavailableException>(Path.Combine(folder, "b-*.npy"), null, "b-*.npy", "has no file");
        folder.File("b-0.npy", Npy("|u1", [1, Side, Side], new byte[Side * Side]));
        Loading.Refuses<SourceUnsupportedException>(Path.Combine(folder, "*.npy"), null, "b-0.npy", "a-0.npy", "alike");
        Loading.Refuses<SourceUnsupportedException>(folder, null, "a-0.npy", "b-0.npy", "several");
    }

    [Fact]
    public void What_is_kept_in_the_cache_is_the_same_and_a_changed_file_is_read_anew()
    {
        string path = folder.File("faces.npy", Npy("|u1", [Count, Side, Side, 3], pixels));
        ImageSetOptions Cached(ImageSetOptions options) => options with { UseCache = true, CacheFolder = Path.Combine(folder, "cache") };
        using ImageSet first = Loading.Load(path, Cached);
        using ImageSet second = Loading.Load(path, Cached);
        Assert.Equal((false, true), (first.FromCache, second.FromCache));
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        byte[] part = new byte[Side * Side * 3 * 2];
        second.CopyTo(Side * Side * 3, part);
        Assert.Equal(pixels[(Side * Side * 3)..(Side * Side * 9)], part);
        folder.File("faces.npy", Npy("|u1", [Count - 1, Side, Side, 3], pixels[..^(Side * Side * 3)]));
        using ImageSet third = Loading.Load(path, Cached);
        Assert.Equal(Count - 1, third.Count);
    }

    private static void Holds(byte[] expected, ImageSet set)
    {
        byte[] all = new byte[set.Bytes];
        set.CopyTo(0, all);
        Assert.Equal(expected, all);
    }
}
