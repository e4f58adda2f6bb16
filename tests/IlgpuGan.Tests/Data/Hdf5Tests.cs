using System.Text;
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
    [InlineData("userblock", new[] { 0, 2, 1, 2, 0 })]
    [InlineData("userblock512", new[] { 0, 2, 1, 2, 0 })]
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
    public void A_chunk_that_claims_more_than_its_file_is_refused_before_memory_is_taken()
    {
        byte[] file = File.ReadAllBytes(Fixture("lzf"));
        // The length of the first chunk of an array stands first in the key behind the head of its tree, of type 1.
        for (int at = 0; file.AsSpan(at).IndexOf("TREE\u0001"u8) is >= 0 and var next; at += next + 1)
        {
            BitConverter.TryWriteBytes(file.AsSpan(at + next + 24), 1 << 30);
        }

        File.WriteAllBytes(Path.Combine(folder.FullName, "set.h5"), file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Loading.Refuses<SourceCorruptException>(Path.Combine(folder.FullName, "set.h5"), null, "set.h5", "copy it again");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 26);
    }

    [Fact]
    public void What_the_library_would_hand_out_wrongly_is_refused()
    {
        Loading.Refuses<SourceUnsupportedException>(Fixture("virtual"), null, "virtual.h5", "virtual array");
        Loading.Refuses<SourceUnsupportedException>(Fixture("beyond"), null, "beyond.h5", "values from 0 to 700");
        Loading.Refuses<SourceUnsupportedException>(Fixture("bigendian"), null, "bigendian.h5", "highest byte", "astype");
    }

    [Fact]
    public void Links_into_other_files_are_not_followed_and_say_where_they_lead()
    {
        foreach (string name in new[] { "linked", "many_links" })
        {
            Loading.Refuses<SourceUnsupportedException>(Fixture(name), null, $"'images' of '{Fixture(name)}' is a link into another file, 'packed.h5', which is not followed; name that file");
        }

        Loading.Refuses<SourceUnsupportedException>(Fixture("raw"), null, "'images'", "raw.h5", "keeps its numbers in other files");
        Loading.Refuses<SourceUnsupportedException>(Fixture("through"), null, "'images'", "through.h5", "is a link to what is not there");
        using ImageSet set = Loading.Load(Fixture("beside"));
        Assert.Equal(2, set.Count);
        Assert.Empty(set.Labels);
        Assert.Contains(set.Warnings, warning => warning.StartsWith("'label' of 'beside.h5' was not taken for labels: it is a link into another file, 'packed.h5'", StringComparison.Ordinal));
    }

    [Fact]
    public void Chunks_that_claim_more_than_their_file_can_hold_take_no_memory()
    {
        byte[] file = File.ReadAllBytes(Fixture("packed"));
        // The layout's chunk of 2 x 8 x 16 x 3 bytes and its axis of the element.
        int place = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[2, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0]);
        file[place + 3] = 0x7F;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Loading.Refuses<SourceUnsupportedException>(folder.File("claim.h5", file), null, "'images' of ", "claim.h5' claims ", " MiB at once, more than its file can hold");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData("the value that fills what is not written", new byte[] { 5, 0, 8, 0, 1, 0, 0, 0, 2, 3, 0, 1 })]
    [InlineData("the heap of the names", new byte[] { (byte)'H', (byte)'E', (byte)'A', (byte)'P', 0, 0, 0, 0 })]
    public void A_part_that_claims_more_than_its_file_is_refused_before_memory_is_taken(string part, byte[] head)
    {
        byte[] file = File.ReadAllBytes(Fixture("lzf"));
        int place = file.AsSpan().IndexOf(head);
        BitConverter.TryWriteBytes(file.AsSpan(place + head.Length), 1 << 30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Loading.Refuses<SourceCorruptException>(folder.File("part.h5", file), null, "part.h5", "copy it again");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 26, part);
    }

    [Fact]
    public void A_filter_that_is_not_there_is_named()
    {
        byte[] file = File.ReadAllBytes(Fixture("packed"));
        int place = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[1, 0, 8, 0, .. "\u0001\0\u0001\0deflate"u8]);
        file[place + 1] = 0x7D;
        Loading.Refuses<SourceUnsupportedException>(
            folder.File("other.h5", file), null, "other.h5' is packed by the filter 32001 (deflate), which is not read; write it anew with h5repack -f GZIP=4.");
    }

    [Fact]
    public void A_link_that_leads_out_by_way_of_another_is_not_taken_either()
    {
        string other = folder.File("o.h5", File.ReadAllBytes(Fixture("packed")));
        other = Path.Combine(folder, string.Concat(Enumerable.Repeat("./", (120 - other.Length) / 2)) + (other.Length % 2 == 0 ? "" : "/"), "o.h5");
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(Fixture("through"))).Replace(new string('#', 120), other, StringComparison.Ordinal);
        string path = folder.File("through.h5", Encoding.Latin1.GetBytes(text));
        Loading.Refuses<SourceUnsupportedException>(path, null, $"'images' of '{path}' is a link into another file");
    }

    [Fact]
    public void Groups_that_hold_themselves_are_listed_once()
    {
        using ImageSet set = Loading.Load(Fixture("loop"));
        Assert.Equal(1, set.Count);
        Assert.DoesNotContain(set.Warnings, warning => warning.Contains("left out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("words.h5", "not at all", "is text that begins with 'not at all', where a file of HDF5 was expected")]
    [InlineData("pointer.hdf5", "version https://git-lfs.github.com/spec/v1\noid sha256:00", "is a pointer of Git LFS, which stands for a file of HDF5; fetch that with git lfs pull")]
    [InlineData("nothing.h5", "", "is empty, where a file of HDF5 was expected")]
    [InlineData("page.parquet", "<!DOCTYPE html>", "is text that begins with '<!DOCTYPE html>', where a file of Parquet was expected")]
    [InlineData("page.npy", "<!DOCTYPE html>", "is text that begins with '<!DOCTYPE html>', where a file of NumPy was expected")]
    [InlineData("page.npz", "\u0001\u0002", "does not begin as a file of NumPy does")]
    public void A_file_that_is_not_what_its_name_says_is_told_as_what_it_is(string name, string content, string words) =>
        Loading.Refuses<SourceCorruptException>(folder.File(name, Encoding.UTF8.GetBytes(content)), null, $"{name}' {words}");

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
