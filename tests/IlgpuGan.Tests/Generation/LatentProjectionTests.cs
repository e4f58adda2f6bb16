using IlgpuGan.Data;
using IlgpuGan.Faces;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Sampling;
using SkiaSharp;

namespace IlgpuGan.Tests.Generation;

/// <summary>Images looked for in real generators, trained just long enough to draw different ones.</summary>
public sealed class LatentProjectionTests(TrainedRuns runs) : IClassFixture<TrainedRuns>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Plain => runs.Train("plain", options => options with { Steps = 60, Batch = 16 });

    [Fact]
    public void An_image_of_its_own_is_found_again()
    {
        using var generator = Generator.Load(Plain);
        byte[] target = generator.Sample(1, seed: 99, cancellation: TestContext.Current.CancellationToken);

        var told = new WorkRecorder();
        var found = Find(generator, target, new() { Steps = 300 }, told);

        told.AssertWhole(WorkKind.FindingLatent);
        Assert.Equal(300, told.All[^1].Total);
        // Both are rounded to whole shades, and the prior pulls a little towards its mean.
        Assert.True(found.Rmse < 1 && found.Rmse < found.Stages[0].Rmse / 5, $"{found.Rmse} from {found.Stages[0].Rmse}");
        double[] way = [.. found.Stages.Select(stage => stage.Rmse)];
        Assert.Equal(way.OrderDescending(), way);
        Assert.Equal([0, 10, 30, 100], found.Stages.Select(stage => stage.Step));
        Assert.Equal(target, found.Target);
        Assert.Equal(generator.LatentSize, found.Latent.Length);
        AssertNear(found.Image, generator.Decode(found.Latent));
    }

    [Theory]
    [InlineData("r3")]
    [InlineData("resnet")]
    [InlineData("mlp")]
    public void Every_network_can_be_gone_down(string network)
    {
        using var generator = Generator.Load(runs.Train(network, options => options with { Network = network, Steps = 10 }));

        var found = Find(generator, generator.Sample(1, seed: 99, cancellation: TestContext.Current.CancellationToken), new() { Steps = 100 });

        Assert.True(found.Rmse < found.Stages[0].Rmse / 2, $"{found.Rmse} from {found.Stages[0].Rmse}");
    }

    [Fact]
    public void What_is_minimised_falls_from_every_start()
    {
        using var generator = Generator.Load(Plain);
        var (first, middle, last) = generator.Use(sampler =>
        {
            var descent = sampler.Descent;
            descent.Begin([.. Face().Select(value => value / 127.5f - 1)], generator.Latents(descent.Starts, seed: 1), [], steps: 100);
            return (descent.Losses(), After(descent, 10), After(descent, 90));
        });

        Assert.Equal(16, first.Length);
        Assert.All(first.Zip(middle), pair => Assert.True(pair.Second < pair.First));
        Assert.All(middle.Zip(last), pair => Assert.True(pair.Second < pair.First));

        static float[] After(ILatentDescent descent, int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                descent.RunStep();
            }
            return descent.Losses();
        }
    }

    [Fact]
    public void The_seed_decides_where_it_ends()
    {
        using var generator = Generator.Load(Plain);
        byte[] target = Face();

        var found = Find(generator, target, new() { Steps = 40, Seed = 3 });

        Assert.Equal(found.Latent, Find(generator, target, new() { Steps = 40, Seed = 3 }).Latent);
        Assert.NotEqual(found.Latent, Find(generator, target, new() { Steps = 40, Seed = 4 }).Latent);
        using var again = Generator.Load(Plain);
        Assert.Equal(found.Latent, Find(again, target, new() { Steps = 40, Seed = 3 }).Latent);
    }

    [Fact]
    public void Labels_stay_as_asked_or_are_those_that_come_nearest()
    {
        using var generator = Generator.Load(runs.Train("labelled", options => options with { Condition = "hair", Steps = 60, Batch = 16 }));
        var labels = generator.Labels!.Columns[0].Values.ToList();
        byte[] target = generator.Sample(1, seed: 99, labels: "hair=red", cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([labels.IndexOf("blue")], Find(generator, target, new() { Steps = 20, Label = "hair=blue" }).Labels);
        var free = Find(generator, target, new() { Steps = 200 });
        Assert.True(free.Rmse < free.Stages[0].Rmse / 2, $"{free.Rmse} from {free.Stages[0].Rmse}");
        AssertNear(free.Image, generator.Decode(free.Latent, free.Labels));
    }

    [Fact]
    public void The_picture_shows_target_way_and_find()
    {
        using var generator = Generator.Load(Plain);
        byte[] target = Face();
        generator.SaveProjection(runs["new/found.png"], Find(generator, target, new() { Steps = 40 }));

        // Target, start, steps 10 and 30, found: 160 pixels each, 12 between and around them.
        using var picture = SKBitmap.Decode(runs["new/found.png"]);
        Assert.Equal(5 * 172 + 12, picture.Width);
        var color = picture.GetPixel(12 + 10 * 3 + 5, 12 + 10 * 2 + 5);
        Assert.Equal((target[(2 * 16 + 3) * 3], target[(2 * 16 + 3) * 3 + 1], target[(2 * 16 + 3) * 3 + 2]), (color.Red, color.Green, color.Blue));
    }

    [Fact]
    public void An_image_is_brought_to_the_shape_or_refused_with_both_sizes()
    {
        using var generator = Generator.Load(Plain);
        ImageFile.SavePng(runs["large.png"], new byte[40 * 80 * 3], 40, 80, 3);
        ImageFile.SavePng(runs["small.png"], new byte[15 * 80], 15, 80, 1);
        File.WriteAllText(runs["text.png"], "no image");
        File.WriteAllBytes(runs["cut.png"], File.ReadAllBytes(runs["large.png"])[..60]);

        Assert.Equal(new byte[16 * 16 * 3], LatentProjection.ReadImage(generator.Data, runs["large.png"], ImageFit.Crop));
        Assert.Equal($"{runs["small.png"]} has 80 x 15 pixels, fewer than the 16 x 16 of this run's images; give a larger picture.", Refused("small.png"));
        Assert.StartsWith($"{runs["text.png"]} is not a PNG", Refused("text.png"), StringComparison.Ordinal);
        Assert.StartsWith($"{runs["cut.png"]} is", Refused("cut.png"), StringComparison.Ordinal);
        Assert.Contains("does not exist", Refused("nothing.png"), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refused("plain"), StringComparison.Ordinal);

        string Refused(string name) => Assert.ThrowsAny<DataException>(() => LatentProjection.ReadImage(generator.Data, runs[name], ImageFit.Crop)).Message;
    }

    [Fact]
    public void What_cannot_be_looked_for_is_refused()
    {
        using var generator = Generator.Load(Plain);
        Assert.Throws<ArgumentException>(() => Find(generator, new byte[5], new()));
        Assert.Contains("Steps is 0; it must be between 1 and", Assert.Throws<OptionException>(() => Find(generator, Face(), new() { Steps = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("without labels", Assert.Throws<OptionException>(() => Find(generator, Face(), new() { Label = "hair=red" })).Message, StringComparison.Ordinal);
        using var points = Generator.Load(runs.Train("points", _ => RunSettings.For("ring").Training with { Steps = 3 }, source: "ring"));
        Assert.Contains("draws points", Assert.Throws<OptionException>(() => Find(points, [0, 0], new())).Message, StringComparison.Ordinal);
    }

    private static Projection Find(Generator generator, byte[] target, ProjectionWish wish, IProgress<Work>? progress = null) => generator.Project(target, wish, progress, Token);

    private static byte[] Face()
    {
        var face = new byte[16 * 16 * 3];
        FacePainter.Paint(seed: 5, index: 0, size: 16, face);
        return face;
    }

    // A batch of another size may sum in another order: a last bit, which rounding to a byte can turn into one shade.
    private static void AssertNear(byte[] image, float[] values)
    {
        for (int i = 0; i < image.Length; i++)
        {
            Assert.InRange((values[i] + 1) * 127.5f - image[i], -0.6f, 0.6f);
        }
    }
}
