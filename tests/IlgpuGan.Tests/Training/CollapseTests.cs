using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What a run does when its watchdog finds it lost.</summary>
public sealed class CollapseTests : SessionFixture
{
    private static RunSettings Watched(CollapseAction action, long steps = 1000) => Settings with
    {
        Training = Settings.Training with { Steps = steps },
        Schedule = Settings.Schedule with { CheckpointEvery = 25 },
        Watchdog = new WatchdogOptions { OnCollapse = action },
    };

    /// <summary>Collapses from a step on, until the rates have been halved so often.</summary>
    private void CollapseAt(long step, int until) => Engine.Spread = (at, rollbacks) => at >= step && rollbacks < until ? 0.05 : 0.9;

    [Fact]
    public void A_warning_is_told_and_logged_and_changes_nothing()
    {
        CollapseAt(600, until: 1);
        Start("warned", Watched(CollapseAction.Warn));
        var finding = Assert.Single(Observer.Findings);
        Assert.Equal((FindingKind.ModeCollapse, 600L, 640L), (finding.Kind, finding.Onset, finding.Step));
        Engine.Spread = (_, _) => 0.9;
        Start("healthy", Watched(CollapseAction.Warn));
        Assert.Equal(LastCheckpoint("healthy"), LastCheckpoint("warned"));
        Assert.Equal([finding], new RunLog(this["warned/log.jsonl"]).ReadFindings());
        Assert.Equal(100, new RunLog(this["warned/log.jsonl"]).Read().Count);
    }

    [Fact]
    public void Without_a_watchdog_nothing_is_measured()
    {
        CollapseAt(600, until: 1);
        Start("run", Watched(CollapseAction.Stop) with { Watchdog = new WatchdogOptions { IsOn = false, OnCollapse = CollapseAction.Stop } });
        Assert.Empty(Observer.Findings);
        Assert.All(Observer.Reports, item => Assert.Null(item.Report.PixelSpread));
    }

    [Fact]
    public void A_run_that_is_to_stop_saves_and_says_why()
    {
        CollapseAt(600, until: 1);
        var outcome = Start("run", Watched(CollapseAction.Stop));
        Assert.Equal((RunEnd.Collapsed, 640L, FindingKind.ModeCollapse), (outcome.End, outcome.Step, outcome.Finding!.Kind));
        Assert.Equal(640, RunFolder.CheckpointsIn(this["run"]).Steps()[^1]);
        // What is known already does not stop it again.
        Assert.Equal(RunEnd.Completed, Resume("run").End);
    }

    [Fact]
    public void A_run_goes_back_to_the_checkpoint_before_the_collapse_with_halved_rates()
    {
        CollapseAt(600, until: 1);
        var outcome = Start("run", Watched(CollapseAction.Rollback));
        Assert.Equal((RunEnd.Completed, 1000L), (outcome.End, outcome.Step));
        var finding = Assert.Single(Observer.Findings);
        Assert.Equal((640L, 575L, 1), (finding.Step, finding.BackTo!.Value, finding.Rollback!.Value));
        Assert.EndsWith("The run goes back to step 575 with learning rates of 1/2, time 1 of 3.", finding.Sentence, StringComparison.Ordinal);
        Assert.Equal(1, Engine.LastState!["counters"].Integers![2]);
        // Each step is in the log once, and the finding with them.
        Assert.Equal(Enumerable.Range(1, 100).Select(i => i * 10L), new RunLog(this["run/log.jsonl"]).Read().Select(report => report.Step));
        Assert.Equal([finding], new RunLog(this["run/log.jsonl"]).ReadFindings());
    }

    [Fact]
    public void A_run_goes_back_at_most_three_times()
    {
        CollapseAt(600, until: 4);
        var outcome = Start("run", Watched(CollapseAction.Rollback));
        Assert.Equal((RunEnd.Collapsed, 640L), (outcome.End, outcome.Step));
        Assert.Equal([1, 2, 3, null], Observer.Findings.Select(finding => finding.Rollback));
        Assert.Equal(3, Engine.LastState!["counters"].Integers![2]);
    }

    [Fact]
    public void A_collapse_before_the_first_regular_checkpoint_goes_back_to_the_beginning()
    {
        CollapseAt(420, until: 1);
        Start("run", Watched(CollapseAction.Rollback) with { Schedule = Settings.Schedule with { CheckpointEvery = 2000 } });
        Assert.Equal(0, Assert.Single(Observer.Findings).BackTo);
    }

    [Fact]
    public void Many_checkpoints_do_not_push_out_the_one_from_before_a_collapse()
    {
        CollapseAt(600, until: 1);
        Start("run", Watched(CollapseAction.Rollback) with { Schedule = Settings.Schedule with { CheckpointEvery = 5, Keep = 1 } });
        Assert.InRange(Assert.Single(Observer.Findings).BackTo!.Value, 450, 590);
        Assert.InRange(RunFolder.CheckpointsIn(this["run"]).Steps().Count, 1, 3);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(577)]
    [InlineData(600)]
    [InlineData(639)]
    [InlineData(641)]
    [InlineData(777)]
    public void A_run_that_was_killed_and_resumed_goes_back_as_one_that_was_not(long step)
    {
        CollapseAt(600, until: 1);
        Start("whole", Watched(CollapseAction.Rollback));
        StartAndDie("parts", step, Watched(CollapseAction.Rollback));
        Resume("parts");
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("parts"));
        Assert.Equal(Log("whole"), Log("parts"));
    }

    [Theory]
    [InlineData(580)]
    [InlineData(620)]
    [InlineData(700)]
    public void A_run_that_dies_after_it_went_back_goes_on_with_halved_rates(long step)
    {
        CollapseAt(600, until: 1);
        Start("whole", Watched(CollapseAction.Rollback));
        var times = 0;
        Engine.OnStep = at => _ = at == step && (at > 640 || ++times == 2) ? throw new InvalidOperationException("died") : 0;
        Assert.Throws<InvalidOperationException>(() => Start("parts", Watched(CollapseAction.Rollback)));
        Engine.OnStep = _ => { };
        Resume("parts");
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("parts"));
        Assert.Equal(Log("whole"), Log("parts"));
    }

    [Fact]
    public void A_crash_before_the_state_with_halved_rates_is_saved_loses_nothing()
    {
        CollapseAt(600, until: 1);
        Start("whole", Watched(CollapseAction.Rollback));
        // The line of the log is written, the checkpoint is not.
        StartAndStop("parts", 635, Watched(CollapseAction.Rollback));
        using (var folder = RunFolder.Open(this["parts"]))
        {
            folder.Log.Append(new Finding(FindingKind.ModeCollapse, 640, 600, "Found.") { Rollback = 1, BackTo = 575 });
            folder.Checkpoints.DeleteAfter(575);
        }

        Resume("parts");
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("parts"));
        Assert.Equal(Log("whole"), Log("parts"));
    }

    [Fact]
    public void A_number_that_is_not_finite_makes_it_go_back_too()
    {
        (Engine.SpoilAt, Engine.SpoilTimes, Engine.Origin) = (455, 2, "Log [16, 1]");
        Assert.Equal(RunEnd.Completed, Start("run", Watched(CollapseAction.Rollback)).End);
        Assert.Equal([1, 2], Observer.Findings.Select(finding => finding.Rollback));
        Assert.Equal(
            "The loss of the discriminator is not a finite number at step 460 (it began with Log [16, 1]); a lower LearningRate may avoid it. The run goes back to step 450 with "
                + "learning rates of 1/2, time 1 of 3.",
            Observer.Findings[0].Sentence);
        Assert.Equal(2, Engine.LastState!["counters"].Integers![2]);
    }

    [Fact]
    public void Where_it_may_not_go_back_the_first_operation_is_named_in_the_error()
    {
        (Engine.SpoilAt, Engine.Origin) = (55, "Log [16, 1]");
        var fault = Assert.Throws<TrainingDivergedException>(() => Start("run"));
        Assert.StartsWith("The loss of the discriminator is not a finite number at step 60 (it began with Log [16, 1]); the last good checkpoint is", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("A number is no longer finite; repeating the 10 steps", Assert.Single(Observer.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_never_finite_ends_after_three_times()
    {
        Engine.SpoilAt = 455;
        Assert.Throws<TrainingDivergedException>(() => Start("run", Watched(CollapseAction.Rollback)));
        Assert.Equal([1, 2, 3], Observer.Findings.Select(finding => finding.Rollback));
    }
}
