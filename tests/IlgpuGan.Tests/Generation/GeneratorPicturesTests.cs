using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Generation;

public sealed class GeneratorPicturesTests : SessionFixture
{
    private readonly List<string> notices = [];

    private Generator Open(string name) => Generator.Load(this[name], null, Engine, notices.Add);

    [Fact]
    public void It_draws_from_the_last_good_checkpoint_without_the_data()
    {
        using (var session = TrainingSession.Start(this["run"], Settings with { Training = Settings.Training with { Steps = 30 } }, false, Engine, Observer, Engine.Clock, Token))
        {
            session.Run(Token);
        }

        Assert.Equal(["gradients.png", "losses.png", "reals.png", "samples/step-000001.png", "samples/step-000030.png"], Files("run", "*.png"));
        File.WriteAllText(this["run/checkpoints/step-000040.safetensors"], "damaged");
        using var generator = Open("run");
        Assert.Equal(30, generator.Step);
        Assert.Single(notices);
        generator.SaveGrid(this["pictures/grid.png"], new SampleWish(64, 1), null, Token);
        Assert.Equal(File.ReadAllBytes(this["run/samples/step-000030.png"]), File.ReadAllBytes(this["pictures/grid.png"]));
    }

    [Fact]
    public void Into_a_folder_it_writes_one_file_per_image()
    {
        StartAndStop("run", 30);
        using var generator = Open("run");
        var told = new WorkRecorder();
        generator.SaveFolder(this["pictures"], new SampleWish(70, 5), told, Token);
        told.AssertWhole(WorkKind.Generating);
        Assert.Equal(Enumerable.Range(0, 70).Select(i => $"seed5-{i:D6}.png"), Files("pictures"));
    }

    [Fact]
    public void A_count_that_no_picture_holds_is_refused_before_anything_is_drawn()
    {
        StartAndStop("run", 30);
        using var generator = Open("run");
        Assert.Contains("Count 1000000 is too many for one picture",
            Assert.Throws<OptionException>(() => generator.SaveGrid(this["grid.png"], new SampleWish(1_000_000, 1), null, Token)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Count is 0; it must be between 1 and",
            Assert.Throws<OptionException>(() => generator.SaveGrid(this["grid.png"], new SampleWish(0, 1), null, Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_checkpoint_says_so()
    {
        StartAndDie("run", 3);
        Assert.Contains("has no checkpoint yet", Assert.Throws<CheckpointException>(() => Open("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        StartAndStop("run", 30);
        StartAndStop("other", 40, Settings with { Training = Settings.Training with { Width = 9 } });
        File.Copy(this["other/checkpoints/step-000040.safetensors"], this["run/checkpoints/step-000040.safetensors"]);
        Assert.Contains("belongs to another network", Assert.Throws<CheckpointException>(() => Open("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_go_into_one_plot()
    {
        var points = RunSettings.For("ring");
        Start("run", points with { Training = points.Training with { Steps = 5 } });
        using var generator = Open("run");
        generator.SaveGrid(this["points.png"], new SampleWish(500, 1), null, Token);
        Assert.True(File.Exists(this["points.png"]));
        Assert.Contains(
            "Count is 1000000000; it must be between 1 and 1000000",
            Assert.Throws<OptionException>(() => generator.SaveGrid(this["more.png"], new SampleWish(1_000_000_000, 1), null, Token)).Message, StringComparison.Ordinal);
        Assert.Contains("draws points", Assert.Throws<OptionException>(() => generator.SaveFolder(this["folder"], new SampleWish(5, 1), null, Token)).Message, StringComparison.Ordinal);
    }
}
