using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

public sealed class CifarTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_gives_rgb_images_of_32_pixels_with_their_class()
    {
        string path = folder.File("test_batch.bin", [.. Record(3, 10), .. Record(9, 20)]);
        using ImageSet set = Loading.Load(path);
        Assert.Equal((2, 32, 32, 3), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal([20, 21, 22], set.Image(1)[..3].ToArray());
        Assert.Equal([10, 11, 12], set.Image(0)[^3..].ToArray());
        LabelColumn labels = Assert.Single(set.Labels);
        Assert.Equal(["cat", "truck"], labels.Values.Select(value => labels.ValueNames[value]));
    }

    [Fact]
    public void Of_a_folder_the_training_batches_are_taken_in_order()
    {
        folder.File("data_batch_2.bin", Record(1, 20));
        folder.File("data_batch_1.bin", Record(0, 10));
        folder.File("test_batch.bin", Record(2, 30));
        folder.File("batches.meta.txt", [1]);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal([10, 20], Enumerable.Range(0, 2).Select(i => set.Image(i)[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3072)]
    [InlineData(3074)]
    public void A_file_of_another_length_is_refused(int length) =>
        Loading.Refuses<SourceCorruptException>(folder.File("data_batch_1.bin", new byte[length]), null, "data_batch_1.bin", $"{length} bytes", "3073");

    [Fact]
    public void A_label_that_is_no_class_is_refused() =>
        Loading.Refuses<SourceCorruptException>(folder.File("data_batch_1.bin", Record(10, 0)), null, "data_batch_1.bin", "label 10", "0 to 9");

    [Fact]
    public void CIFAR_100_gives_the_coarse_and_the_fine_class_by_their_names()
    {
        byte[] record = [19, 99, .. Record(0, 10)[1..]];
        folder.File("train.bin", [.. record, 3, .. record[1..]]);
        folder.File("test.bin", record);
        using (ImageSet set = Loading.Load(folder))
        {
            Assert.Equal((2, 32, 10), (set.Count, set.Width, set.Image(0)[0]));
            Assert.Equal(["coarse", "fine"], set.Labels.Select(column => column.Name));
            Assert.Equal([19, 3, 99, 99], set.Labels.SelectMany(column => column.Values));
            Assert.Equal([20, 100], set.Labels.Select(column => column.ValueNames.Count));
            Assert.Contains("test.bin", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
        }

        folder.File("fine_label_names.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 100).Select(i => $"fine {i}"))));
        using ImageSet named = Loading.Load(Path.Combine(folder, "test.bin"));
        Assert.Equal("fine 99", named.Labels[1].ValueNames[named.Labels[1].Values[0]]);
        Assert.Equal("19", named.Labels[0].ValueNames[named.Labels[0].Values[0]]);
    }

    private static byte[] Record(byte label, byte red) =>
        [label, .. Enumerable.Repeat(red, 1024), .. Enumerable.Repeat((byte)(red + 1), 1024), .. Enumerable.Repeat((byte)(red + 2), 1024)];
}
