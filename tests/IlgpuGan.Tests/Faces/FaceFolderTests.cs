using System.Text.Json;
using IlgpuGan.Faces;
using IlgpuGan.Tests.Imaging;

namespace IlgpuGan.Tests.Faces;

public sealed class FaceFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("face-folder-").FullName;

    private string Target => Path.Combine(folder, "deep", "faces");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Each_image_is_the_face_of_its_number()
    {
        Write(12, 24, seed: 9);

        Assert.Equal(13, Directory.GetFiles(Target).Length);
        var expected = new byte[24 * 24 * 3];
        for (var i = 0; i < 12; i++)
        {
            FacePainter.Paint(9, i, 24, expected);
            using var image = ImageFileTests.Decode(Path.Combine(Target, $"{i:D5}.png"));
            var shown = image.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue });
            Assert.Equal(expected, shown);
        }
    }

    [Fact]
    public void The_labels_give_the_schema_and_each_images_values()
    {
        Write(12, 8, seed: ulong.MaxValue);

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Target, FaceFolder.LabelsFile)));
        var root = json.RootElement;
        Assert.Equal(ulong.MaxValue, root.GetProperty("seed").GetUInt64());
        Assert.Equal((8, 12), (root.GetProperty("size").GetInt32(), root.GetProperty("count").GetInt32()));
        var attributes = root.GetProperty("attributes").EnumerateArray().ToArray();
        Assert.Equal(FacePainter.Schema.Select(label => label.Name), attributes.Select(label => label.GetProperty("name").GetString()));
        Assert.Equal(
            FacePainter.Schema.SelectMany(label => label.Values),
            attributes.SelectMany(label => label.GetProperty("values").EnumerateArray()).Select(value => value.GetString()));
        var labels = root.GetProperty("labels").EnumerateArray().ToArray();
        Assert.Equal(12, labels.Length);
        for (var i = 0; i < 12; i++)
        {
            var face = FacePainter.Attributes(ulong.MaxValue, i);
            Assert.Equal($"{i:D5}.png", labels[i][0].GetString());
            Assert.Equal(
                Enumerable.Range(0, FacePainter.Schema.Count).Select(attribute => face[attribute]),
                labels[i][1].EnumerateArray().Select(value => value.GetInt32()));
        }
    }

    [Fact]
    public void Progress_counts_every_image()
    {
        var told = new WorkRecorder();

        Write(20, 8, seed: 1, told);

        Assert.Equal(Enumerable.Range(1, 20).Select(done => new Work(WorkKind.DrawingFaces, done, 20)), told.All);
    }

    [Fact]
    public void A_writing_that_is_ended_early_leaves_an_empty_folder_that_can_be_filled_again()
    {
        using var source = new CancellationTokenSource();
        var told = new WorkRecorder
        {
            Then = work =>
            {
                if (work.Done == 3)
                {
                    source.Cancel();
                }
            },
        };

        Assert.ThrowsAny<OperationCanceledException>(() => FaceFolder.Write(Target, 100_000, 8, seed: 1, told, source.Token));

        Assert.Empty(Directory.GetFiles(Target));
        Write(2, 8, seed: 1);
        Assert.Equal(3, Directory.GetFiles(Target).Length);
    }

    [Fact]
    public void A_failure_on_a_drawing_thread_comes_out_as_itself()
    {
        var told = new WorkRecorder { Then = _ => throw new IOException("full") };

        var error = Assert.Throws<IOException>(() => Write(10, 8, seed: 1, told));

        Assert.Equal("full", error.Message);
        Assert.Empty(Directory.GetFiles(Target));
    }

    [Fact]
    public void A_folder_that_holds_something_is_left_alone()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "mine.txt"), "mine");

        var error = Assert.Throws<FolderNotEmptyException>(() => Write(2, 8, seed: 1));

        Assert.Contains(Target, error.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Target));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(-1, 8)]
    [InlineData(1, FacePainter.MinimumSize - 1)]
    [InlineData(1, FacePainter.MaximumSize + 1)]
    public void A_count_or_size_out_of_range_is_an_error_before_anything_is_made(int count, int size)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(count, size, seed: 1));

        Assert.False(Directory.Exists(Target));
    }

    private void Write(int count, int size, ulong seed, IProgress<Work>? progress = null) =>
        FaceFolder.Write(Target, count, size, seed, progress, TestContext.Current.CancellationToken);
}
