using IlgpuGan.Generation;

namespace IlgpuGan.Tests.Generation;

public sealed class TrainedNetworksTests
{
    [Theory]
    [InlineData("faces", 0)]
    [InlineData("faces-conditional", 3)]
    public void What_comes_with_the_program_draws_faces_and_is_small(string name, int columns)
    {
        Assert.Contains(name, TrainedNetworks.Names);
        Assert.InRange(new FileInfo(TrainedNetworks.FileOf(name)).Length, 1, 2_000_000);

        using var generator = Generator.Load(name, "cpu");

        Assert.Equal((48, 48, 3), (generator.Data.Height, generator.Data.Width, generator.Data.Channels));
        Assert.Equal(columns, generator.Labels?.Columns.Count ?? 0);
        var pictures = generator.SampleBitmaps(count: 4, seed: 1, cancellation: TestContext.Current.CancellationToken);
        Assert.All(pictures, picture => Assert.True(picture.Pixels.Distinct().Count() > 500));
        Array.ForEach(pictures, picture => picture.Dispose());
    }

    [Fact]
    public void What_lies_under_the_name_of_one_is_the_users_and_a_spoilt_copy_is_made_anew()
    {
        string copy = TrainedNetworks.FileOf("faces");
        byte[] whole = File.ReadAllBytes(copy);
        File.WriteAllBytes(copy, [.. whole[..^1], (byte)~whole[^1]]);

        Assert.Equal(whole, File.ReadAllBytes(TrainedNetworks.FileOf("faces")));
        Assert.Equal("runs/faces", TrainedNetworks.FileOf("runs/faces"));
        Assert.Equal("Faces", TrainedNetworks.FileOf("Faces"));
    }
}
