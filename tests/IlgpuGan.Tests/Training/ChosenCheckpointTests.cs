using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

public sealed class ChosenCheckpointTests : SessionFixture
{
    [Theory]
    [InlineData("50")]
    [InlineData("step-000050.safetensors")]
    [InlineData("$")]
    public void A_run_goes_on_from_a_chosen_checkpoint_bit_for_bit_and_keeps_what_it_had_made(string from)
    {
        Start("whole");
        Start("run");
        var newest = LastCheckpoint("run");
        var log = File.ReadAllText(this["run/log.jsonl"]);

        Assert.Equal(RunEnd.Completed, ResumeFrom("run", from == "$" ? this["run/checkpoints/step-000050.safetensors"] : from).End);
        Assert.Equal(50, Observer.Start!.Step);
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run"));
        Assert.Equal(Log("whole"), Log("run").Where(line => !line.StartsWith("{\"resumed\"", StringComparison.Ordinal)));
        using (var folder = RunFolder.Open(this["run"]))
        {
            var line = Assert.Single(folder.Log.ReadResumed());
            Assert.Equal((50, "left-1"), (line.Resumed, line.Left));
        }

        Assert.Contains("is kept as a run in", Assert.Single(Observer.Notices), StringComparison.Ordinal);

        Assert.Equal(["checkpoints/step-000075.safetensors", "checkpoints/step-000100.safetensors", "log.jsonl", "options.json", "samples/step-000080.png",
            "samples/step-000100.png"], Files("run/left-1"));
        Assert.Equal(newest, LastCheckpoint("run/left-1"));
        Assert.Equal(log, File.ReadAllText(this["run/left-1/log.jsonl"]));
        // It is a run that goes on like any other.
        Assert.Equal(120, Resume("run/left-1", saved => saved with { Training = saved.Training with { Steps = 120 } }).Step);
    }

    [Fact]
    public void Going_back_twice_keeps_both_and_the_second_is_as_good_as_the_first()
    {
        Start("whole");
        Start("run");
        ResumeFrom("run", "50");
        ResumeFrom("run", "75");
        Assert.Equal(["left-1", "left-2"], Directory.GetDirectories(this["run"], "left-*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run"));
        Assert.Equal(["checkpoints/step-000100.safetensors"], Files("run/left-2", "*.safetensors"));
    }

    [Fact]
    public void A_checkpoint_from_elsewhere_is_copied_into_the_run_before_anything_else()
    {
        Start("whole");
        Start("run");
        File.Copy(this["run/checkpoints/step-000050.safetensors"], this["kept.safetensors"]);
        File.Delete(this["run/checkpoints/step-000050.safetensors"]);
        Engine.OnStep = step => _ = step == 60 ? throw new InvalidOperationException("died") : 0;
        Assert.Throws<InvalidOperationException>(() => ResumeFrom("run", this["kept.safetensors"]));
        Engine.OnStep = _ => { };

        Assert.Equal([50], RunFolder.CheckpointsIn(this["run"]).Steps());
        Resume("run");
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run"));
    }

    [Fact]
    public void The_newest_as_the_chosen_one_puts_nothing_aside()
    {
        StartAndStop("run", 60);
        ResumeFrom("run", "60");
        Assert.False(Directory.Exists(this["run/left-1"]));
    }

    [Fact]
    public void A_checkpoint_that_is_not_there_is_refused_with_those_that_are_and_nothing_is_moved()
    {
        Start("run");
        var before = Files("run");
        var fault = Assert.Throws<CheckpointException>(() => ResumeFrom("run", "33"));
        Assert.Contains("(50, 75, 100)", fault.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => ResumeFrom("run", "best"));
        File.WriteAllText(this["run/checkpoints/step-000075.safetensors"], "damaged");
        Assert.Throws<CheckpointException>(() => ResumeFrom("run", "75"));
        Assert.Throws<OptionException>(() => ResumeFrom("run", "50", saved => saved with { Schedule = saved.Schedule with { Metric = "nonsense" } }));
        Assert.Equal(before, Files("run"));
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused_by_its_name_and_nothing_is_moved()
    {
        Start("run");
        Start("other", Settings with { Training = Settings.Training with { Width = 9 } });
        var before = Files("run");
        var other = this["other/checkpoints/step-000050.safetensors"];
        Assert.StartsWith($"{other} belongs to another network", Assert.Throws<CheckpointException>(() => ResumeFrom("run", other)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Files("run"));
    }

    [Fact]
    public void A_checkpoint_given_as_the_run_folder_is_told_from_one()
    {
        Start("run");
        var file = this["run/checkpoints/step-000050.safetensors"];
        Assert.Equal($"{file} is a checkpoint of the run {this["run"]}; to go on from it give path {this["run"]} ExistingRun.Resume "
            + $"{file}.", Assert.Throws<RunFolderException>(() => Resume("run/checkpoints/step-000050.safetensors")).Message);
    }

    private RunOutcome ResumeFrom(string name, string from, Func<RunSettings, RunSettings>? change = null)
    {
        using var session = TrainingSession.Resume(this[name], change ?? (saved => saved), Engine, Observer, Engine.Clock, Token, from);
        return session.Run(new FakePictures(session.Folder), Token);
    }
}
