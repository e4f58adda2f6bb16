using System.Text.Json;

namespace IlgpuGan.Cli.Tests;

public sealed class LabCommandTests : CliFixture
{
    [Fact]
    public void Modes_are_counted_for_each_seed_and_drawn()
    {
        Assert.Equal(0, Call("lab modes ring --seeds 2 --seed 7 --steps 10 --out $/modes.png --json"));

        var lines = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([7ul, 8ul], lines.Select(line => line.GetProperty("seed").GetUInt64()));
        Assert.All(lines, line =>
        {
            Assert.InRange(line.GetProperty("modes").GetInt32(), 0, 8);
            Assert.InRange(line.GetProperty("high_quality").GetDouble(), 0, 1);
            Assert.Equal(1, line.GetProperty("seconds").GetDouble(), 1e-6);
        });
        Assert.True(File.Exists(this["modes.png"]));
    }

    /// <summary>A step takes a tenth of a second.</summary>
    [Fact]
    public void What_takes_long_says_every_five_seconds_how_far_it_is()
    {
        Assert.Equal(0, Call("lab modes ring --seeds 2 --seed 7 --steps 60 --out $/modes.png --json"));

        Assert.Equal(
        [
            "Training from several seeds, seed 7: 120 steps",
            "Training from several seeds, seed 7: 51 of 120 steps",
            "Training from several seeds, seed 8: 101 of 120 steps",
        ], Error.Split('\n').Where(line => line.StartsWith("Training from", StringComparison.Ordinal)).Select(line => line.TrimEnd()));
    }

    [Fact]
    public void The_stability_of_losses_and_penalties_is_told_and_drawn()
    {
        Assert.Equal(0, Call("lab dirac --loss rpgan --penalty none,r1 --steps 20 --out $/dirac.png --json"));

        var lines = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["circles", "converges"], lines.Select(line => line.GetProperty("continuous").GetString()!));
        Assert.True(File.Exists(this["dirac.png"]));
        Assert.Equal(0, Call("lab dirac --loss rpgan --penalty none,r1 --steps 20 --out $/dirac.png"));
        Assert.Equal(3, Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_divergence_is_estimated_and_drawn_beside_the_truth()
    {
        Assert.Equal(0, Call("lab divergence shift --loss f-kl --distances 0.5 --steps 10 --device cpu --out $/d.png --json"));

        using var line = JsonDocument.Parse(Output);
        Assert.Equal(0.125, line.RootElement.GetProperty("exact").GetDouble(), 1e-6);
        Assert.True(File.Exists(this["d.png"]));
    }

    [Theory]
    [InlineData("lab modes faces", "'faces' has no known modes; give ring (8 modes) or grid (25 modes).")]
    [InlineData("lab modes ring --seeds 0", "--seeds is 0; it must be between 1 and 100.")]
    [InlineData("lab modes ring --loss best", "--loss is \"best\"; it must be one of")]
    [InlineData("lab modes ring --out $/a.jpg", "give the name of a file that ends with .png.")]
    [InlineData("lab modes ring --out $/no/a.png", "there is no folder")]
    [InlineData("lab dirac --penalty r1,r3", "--penalty is \"r1,r3\"; it must be all, or names out of")]
    [InlineData("lab dirac --lr 0", "--lr is 0; it must be above 0")]
    [InlineData("lab divergence circles", "PAIR is \"circles\"; it must be one of")]
    [InlineData("lab divergence shift --loss hinge", "--loss is \"hinge\"; it must be all, or names out of")]
    [InlineData("lab divergence shift --loss f-kl --penalty wgan-gp", "add wasserstein to --loss, or leave them out.")]
    [InlineData("lab divergence scale --distances 0.5", "--distances is 0.5; it must be between 1 and 100.")]
    public void What_is_not_allowed_is_refused_with_the_remedy(string arguments, string part)
    {
        Assert.Equal(2, Call(arguments));
        AssertOneSentence(part);
        Assert.Empty(Directory.GetFiles(this["."]));
    }
}
