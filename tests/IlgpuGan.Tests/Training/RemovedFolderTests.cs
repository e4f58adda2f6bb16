using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What happens to the folder of a run while it trains.</summary>
public sealed class RemovedFolderTests : SessionFixture
{
    private RunOutcome Disturbed(long step, Action disturb, RunSettings? settings = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody move or remove a folder in use");
        Start("whole", settings);
        Engine.OnStep = at =>
        {
            if (at == step)
            {
                disturb();
            }
        };
        var outcome = Start("run", settings);
        Engine.OnStep = _ => { };
        return outcome;
    }

    [Fact]
    public void A_run_whose_folder_is_moved_goes_on_in_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells where an open file went");
        var outcome = Disturbed(42, () => Directory.Move(this["run"], this["moved"]));
        Assert.Equal((RunEnd.Completed, this["moved"]), (outcome.End, outcome.Folder));
        Assert.Contains($"was moved to {this["moved"]}", Assert.Single(Observer.Notices), StringComparison.Ordinal);
        Assert.False(Directory.Exists(this["run"]));
        Assert.Equal(Files("whole"), Files("moved"));
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("moved"));
        Assert.Equal(Log("whole"), Log("moved"));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(42)]
    [InlineData(99)]
    [InlineData(100)]
    public void A_run_whose_folder_is_removed_makes_it_anew_and_can_be_resumed(long step)
    {
        var outcome = Disturbed(step, () => Directory.Delete(this["run"], recursive: true));
        Assert.Equal((RunEnd.Completed, this["run"]), (outcome.End, outcome.Folder));
        Assert.Contains("was removed while it was trained", Assert.Single(Observer.Notices), StringComparison.Ordinal);
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run"));
        Assert.Equal(Log("whole"), Log("run"));
        Assert.Equal(110, Resume("run", saved => saved with { Training = saved.Training with { Steps = 110 } }).Step);
    }

    [Fact]
    public void Where_another_run_lies_in_the_place_of_a_removed_folder_both_are_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells where an open file went");
        var outcome = Disturbed(42, () =>
        {
            Directory.Delete(this["run"], recursive: true);
            Directory.CreateDirectory(this["run"]);
            File.WriteAllText(this["run/options.json"], "another");
        });
        Assert.Equal(this["run-2"], outcome.Folder);
        Assert.Equal("another", File.ReadAllText(this["run/options.json"]));
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run-2"));
    }

    [Theory]
    [InlineData("run/run.lock")]
    [InlineData("run/options.json")]
    [InlineData("run/log.jsonl")]
    public void A_file_that_is_removed_while_a_run_trains_costs_nothing_else(string file)
    {
        var outcome = Disturbed(42, () => File.Delete(this[file]));
        Assert.Equal(this["run"], outcome.Folder);
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run"));
        Assert.Equal(Files("whole"), Files("run"));
        Assert.Equal(110, Resume("run", saved => saved with { Training = saved.Training with { Steps = 110 } }).Step);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_anew_is_named_and_never_called_saved()
    {
        var fault = Assert.Throws<RunWriteException>(() => Disturbed(42, () =>
        {
            Directory.Delete(this["parent"], recursive: true);
            File.WriteAllText(this["parent"], "in the way");
        }, null, "parent/run"));
        Assert.Contains(this["parent/run"], fault.Message, StringComparison.Ordinal);
    }

    private RunOutcome Disturbed(long step, Action disturb, RunSettings? settings, string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody move or remove a folder in use");
        Engine.OnStep = at =>
        {
            if (at == step)
            {
                disturb();
            }
        };
        return Start(name, settings);
    }

    [Fact]
    public void A_first_checkpoint_is_written_after_the_first_step_so_that_a_kill_within_the_first_minute_loses_little()
    {
        var settings = Settings with { Schedule = new RunSchedule { ReportEvery = 10 } };
        Start("whole", settings);
        StartAndDie("run", 70, settings);
        Assert.Equal([1, 51], RunFolder.CheckpointsIn(this["run"]).Steps());
        Resume("run");
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run"));
        Assert.Equal(Log("whole"), Log("run"));
    }
}
