using System.Text.Json.Nodes;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What may be changed when a run goes on is logged, and what may not says why.</summary>
public sealed class ChangedOptionTests : SessionFixture
{
    public static TheoryData<string> Changing => [.. OptionRows.Table.Rows.Where(row => row.Keeps == Keeps.UntilLogged).Select(row => row.Name)];

    public static TheoryData<string> Kept => [.. OptionRows.Table.Rows.Where(row => row.Keeps == Keeps.ForLife).Select(row => row.Name)];

    private static readonly Dictionary<string, string> Values = new()
    {
        ["batch"] = "24", ["leaves"] = "2", ["penalty-weight"] = "cosine:2:1:5", ["lr"] = "linear:0.001:0:5", ["d-lr"] = "0.003", ["g-lr"] = "0.004", ["beta2"] = "0.95",
        ["half-life"] = "7", ["flip"] = "true", ["augment"] = "diffaugment",
        ["augment-policy"] = "blit", ["ada-target"] = "0.5", ["ada-kimg"] = "300", ["ada-p"] = "0.25", ["no-watchdog"] = "true", ["on-collapse"] = "rollback", ["report-every"] = "25",
        ["sample-every"] = "13", ["reduce"] = "fast",
    };

    [Fact]
    public void What_may_be_changed_is_what_is_known_to_leave_the_run_whole() =>
        Assert.Equal(Values.Keys.Order(), Changing.Select(row => row.Data).Order());

    [Theory]
    [MemberData(nameof(Changing))]
    public void A_change_on_resume_is_logged_with_both_values_and_said(string name)
    {
        var row = OptionRows.Table.Rows.Single(row => row.Name == name);
        var begun = Settings with { Training = Settings.Training with { Penalty = "r1", DiscriminatorNorm = DiscriminatorNormalization.None } };
        begun = name[0] == 'a' && name != "augment" ? begun with { Training = begun.Training with { Augment = "ada" } } : begun;
        StartAndStop("run", 50, begun);
        Resume("run", saved => row.Change(Values[name])!(saved));

        using var folder = RunFolder.Open(this["run"]);
        var line = Assert.Single(folder.Log.ReadChanges());
        Assert.Equal(50, line.Changed);
        Assert.Equal(Values[name], line.Options[name].To, ignoreCase: true);
        Assert.Equal(row.TextInEffect(begun) ?? "none", line.Options[name].From);
        Assert.StartsWith("From step 50 on: ", line.Sentence, StringComparison.Ordinal);
        Assert.Contains(line.Sentence, Observer.Notices);
        Assert.Equal(Values[name], row.Text(folder.Record.Settings), ignoreCase: true);
        // It stands where it happened, and a run that goes on says it once.
        int index = Log("run").FindIndex(text => text.StartsWith("{\"changed\"", StringComparison.Ordinal));
        Assert.Equal(50, (long)JsonNode.Parse(Log("run")[index - 1])!["step"]!);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_may_not_be_changed_says_why(string name)
    {
        string why = KeptReasons.Of(OptionRows.Table.Rows.Single(row => row.Name == name));
        Assert.Matches("^[a-z].*[a-z]$", why);
    }

    [Fact]
    public void A_refusal_names_the_reason_and_the_way_on()
    {
        StartAndStop("run", 20);
        var fault = Assert.Throws<RunFolderException>(() => Resume("run", saved => saved with { Training = saved.Training with { Width = 9 } }));
        Assert.Equal($"Width 9 contradicts {this["run"]}, which was made with 5; leave Width out to resume, or give another path to start anew: "
            + "its weights have the shapes that this gives them, and Parent begins another run with what fits.", fault.Message);
    }

    [Fact]
    public void What_the_run_has_already_is_no_change()
    {
        StartAndStop("run", 50);
        Resume("run", saved => saved with { Training = saved.Training with { DiscriminatorLearningRate = saved.Training.LearningRate, Steps = 120 } });
        using var folder = RunFolder.Open(this["run"]);
        Assert.Empty(folder.Log.ReadChanges());
    }

    /// <summary>Reports are regular by the interval of their time: none is lost, and none between two regular ones stays.</summary>
    [Fact]
    public void Reports_outlive_another_interval()
    {
        StartAndStop("run", 60);
        Engine.OnStep = step => _ = step == 90 ? throw new InvalidOperationException("died") : 0;
        Assert.Throws<InvalidOperationException>(() => Resume("run", saved => saved with { Schedule = saved.Schedule with { ReportEvery = 25 } }));
        Engine.OnStep = _ => { };
        Resume("run");

        Assert.Equal([10, 20, 30, 40, 50, 60, 75, 100], Steps("run"));
        Assert.Single(Log("run"), line => line.StartsWith("{\"changed\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_goes_back_before_a_change_says_what_it_has_from_there()
    {
        StartAndStop("run", 60, Settings with { Schedule = Settings.Schedule with { Keep = 9 } });
        Resume("run", saved => saved with { Training = saved.Training with { LearningRate = 0.001f } });
        using (var session = TrainingSession.Resume(this["run"], saved => saved, Engine, Observer, Engine.Clock, Token, "50"))
        {
            session.Run(new FakePictures(session.Folder), Token);
        }

        using var folder = RunFolder.Open(this["run"]);
        var line = Assert.Single(folder.Log.ReadChanges());
        Assert.Equal((50, "0.0002", "0.001"), (line.Changed, line.Options["lr"].From, line.Options["lr"].To));
    }

    [Fact]
    public void The_same_change_at_the_same_step_gives_the_same_run_whenever_it_dies_after()
    {
        RunSettings Change(RunSettings saved) => saved with { Training = saved.Training with { LearningRate = 0.001f, Flip = true } };
        foreach (string name in new[] { "one", "two" })
        {
            StartAndStop(name, 50);
        }

        Resume("one", Change);
        Engine.OnStep = step => _ = step == 70 ? throw new InvalidOperationException("died") : 0;
        Assert.Throws<InvalidOperationException>(() => Resume("two", Change));
        Engine.OnStep = _ => { };
        Resume("two");

        Assert.Equal(LastCheckpoint("one"), LastCheckpoint("two"));
        Assert.Equal(Log("one"), Log("two"));
    }

    private List<long> Steps(string name)
    {
        using var folder = RunFolder.Open(this[name]);
        return [.. folder.Log.Read().Select(report => report.Step)];
    }
}
