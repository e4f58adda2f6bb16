using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

public class ImageSetTests
{
    [Fact]
    public void Bytes_at_hand_become_a_set_that_gives_them_back()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 3 * 4 * 1).Select(i => (byte)i)];
        using ImageSet set = ImageSet.FromBytes("two", 3, 4, 1, pixels);
        Assert.Equal((2, 3, 4, 1, 24L), (set.Count, set.Height, set.Width, set.Channels, set.Bytes));
        Assert.Equal(pixels[12..], set.Image(1).ToArray());
        byte[] part = new byte[10];
        set.CopyTo(7, part);
        Assert.Equal(pixels[7..17], part);
    }

    [Fact]
    public void A_range_outside_the_set_is_refused()
    {
        using ImageSet set = ImageSet.FromBytes("one", 2, 2, 1, new byte[4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyTo(1, new byte[4]));
        set.Dispose();
        Assert.Throws<ObjectDisposedException>(() => set.Image(0).Length);
    }

    [Fact]
    public void The_fingerprint_tells_pixels_shapes_and_labels_apart()
    {
        LabelColumn[] labels = [new LabelColumn("class", ["a", "b"], [0, 1])];
        using ImageSet set = ImageSet.FromBytes("x", 2, 2, 1, new byte[8], labels);
        using ImageSet same = ImageSet.FromBytes("another name", 2, 2, 1, new byte[8], labels);
        using ImageSet other = ImageSet.FromBytes("x", 2, 2, 1, [0, 0, 0, 0, 0, 0, 0, 1], labels);
        using ImageSet reshaped = ImageSet.FromBytes("x", 1, 4, 1, new byte[8], labels);
        using ImageSet relabelled = ImageSet.FromBytes("x", 2, 2, 1, new byte[8], [new LabelColumn("class", ["a", "b"], [1, 0])]);
        Assert.Equal(set.Fingerprint, same.Fingerprint);
        Assert.Equal(32, set.Fingerprint.Length);
        Assert.Equal(4, new[] { set, other, reshaped, relabelled }.Select(s => s.Fingerprint).Distinct().Count());
    }

    [Fact]
    public void Labels_of_another_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ImageSet.FromBytes("x", 2, 2, 1, new byte[8], [new LabelColumn("class", ["a"], [0])]));
        Assert.Throws<ArgumentException>(() => ImageSet.FromBytes("x", 2, 2, 1, new byte[7]));
    }

    [Fact]
    public void Bytes_are_found_again_across_the_arrays_that_hold_them()
    {
        const int Image = 40 << 20;
        var store = new ChunkedPixels(Image, 2);
        byte[] image = new byte[Image];
        for (byte i = 1; i <= 2; i++)
        {
            Array.Fill(image, i);
            store.Append(image);
        }

        byte[] across = new byte[4];
        store.CopyTo(Image - 2, across);
        Assert.Equal([1, 1, 2, 2], across);
        Assert.Equal(2, store.Slice(Image, Image)[^1]);
    }
}
