using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

/// <summary>Files of h5py (fixtures-scripts/containers.py).</summary>
public sealed class Hdf5Tests : IDisposable
{
    private const int Count = 5, Side = 16;

    private readonly TemporaryFolder folder = new();
    private readonly byte[] pixels = NumpyFiles.Pixels(Count, Side, 3);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("studiogan", new[] { 0, 2, 1, 2, 0 })]
    [InlineData("packed", new[] { 0, 2, 1, 2, 0 })]
    [InlineData("latest", new[] { 0, 2, 1, 2, 0 })]
    [InlineData("lzf", null)]
    [InlineData("files", null)]
    public void Images_come_bit_for_bit_with_their_labels(string name, int[]? labels)
    {
        using ImageSet set = Loading.Load(Fixture(name));
        Holds(pixels, set);
        Assert.Equal(labels ?? [], set.Labels.SingleOrDefault()?.Values ?? []);
    }

    [Fact]
    public void Fractions_in_groups_come_with_words_and_truth_values_and_tests_are_left_out()
    {
        using ImageSet set = Loading.Load(Fixture("fractions"));
        Holds(pixels, set);
        Assert.Equal(["train/kind", "train/smiling"], set.Labels.Select(column => column.Name));
        Assert.Equal(["cat", "cow", "dog"], set.Labels[0].ValueNames);
        Assert.Equal([0, 2, 0, 2, 1], set.Labels[0].Values);
        Assert.Equal([1, 0, 1, 1, 0], set.Labels[1].Values);
        Assert.Contains(set.Warnings, warning => warning.Contains("-1 is taken for black", StringComparison.Ordinal));
        Assert.Contains(set.Warnings, warning => warning.Contains("test/images", StringComparison.Ordinal));
    }

    [Fact]
    public void Lzf_of_numbers_is_right_or_refused_and_never_wrong()
    {
        using ImageSet smooth = Loading.Load(Fixture("lzf_smooth"));
        Holds([.. Enumerable.Range(0, Count).SelectMany(i => Enumerable.Repeat((byte)i, Side * Side))], smooth);
        Loading.Refuses<SourceCorruptException>(Fixture("lzf_noise"), null, "lzf_noise.h5", "LZF", "h5repack");
    }

    [Fact]
    public void What_the_library_would_hand_out_wrongly_is_refused()
    {
        Loading.Refuses<SourceUnsupportedException>(Fixture("virtual"), null, "virtual.h5", "virtual array");
        Loading.Refuses<SourceUnsupportedException>(Fixture("beyond"), null, "beyond.h5", "values from 0 to 700");
        Loading.Refuses<SourceUnsupportedException>(Fixture("bigendian"), null, "bigendian.h5", "highest byte", "astype");
        Loading.Refuses<SourceCorruptException>(Fixture("userblock"), null, "userblock.h5", "h5repack");
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        byte[] good = File.ReadAllBytes(Fixture("packed"));
        Loading.Refuses<SourceCorruptException>(folder.File("short.h5", good[..2000]), null, "short.h5");
        Loading.Refuses<SourceCorruptException>(folder.File("words.h5", "not at all"u8.ToArray()), null, "words.h5");
        byte[] broken = [.. good];
        broken.AsSpan(good.Length - 3000, 1500).Fill(0xA5);
        Assert.Throws<SourceCorruptException>(() => Loading.Load(folder.File("broken.h5", broken)));
    }

    [Fact]
    public void Files_of_a_folder_are_one_set()
    {
        folder.File("part-0.hdf5", File.ReadAllBytes(Fixture("studiogan")));
        folder.File("part-1.hdf5", File.ReadAllBytes(Fixture("studiogan")));
        using ImageSet set = Loading.Load(folder);
        Holds([.. pixels, .. pixels], set);
        Assert.Equal([0, 2, 1, 2, 0, 0, 2, 1, 2, 0], Assert.Single(set.Labels).Values);
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "containers", $"{name}.h5");

    private static void Holds(byte[] expected, ImageSet set)
    {
        byte[] all = new byte[set.Bytes];
        set.CopyTo(0, all);
        Assert.Equal(expected, all);
    }
}
