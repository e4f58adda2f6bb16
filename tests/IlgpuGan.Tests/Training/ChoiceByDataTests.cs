using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What is decided about a run once its data is known.</summary>
public sealed class ChoiceByDataTests : SessionFixture
{
    private static readonly ChoiceByData Diffaugment =
        (begin, images) => begin with { Settings = begin.Settings with { Training = begin.Settings.Training with { Augment = images.Count == 8 ? "diffaugment" : "ada" } } };

    [Fact]
    public void What_was_chosen_is_an_option_of_the_run_like_any_other_and_goes_on_with_it()
    {
        using (var session = TrainingSession.Start(this["run"], Settings, force: false, Engine, Observer, Engine.Clock, Token, parent: null, Diffaugment))
        {
            session.Run(Token);
        }

        Assert.Equal("diffaugment", RunFolder.ReadRecord(this["run"]).Settings.Training.Augment);
        Resume("run", saved => saved with { Training = saved.Training with { Steps = 120 } });
        Assert.Equal(("diffaugment", 120), (RunFolder.ReadRecord(this["run"]).Settings.Training.Augment, RunFolder.ReadRecord(this["run"]).Settings.Training.Steps));
        Assert.Empty(Observer.Notices);
    }

    [Fact]
    public void A_forecast_measures_what_would_be_chosen()
    {
        string? checkedFor = null;
        Engine.OnCheck = (options, _) => checkedFor = options.Augment;
        TrainingForecast.Measure(Settings, Engine, Observer, Engine.Clock, Token, parent: null, Diffaugment);

        Assert.Equal("diffaugment", checkedFor);
    }

    [Fact]
    public void A_choice_that_cannot_be_trained_is_refused_before_a_folder_is_made()
    {
        ChoiceByData bad = (begin, _) => begin with { Settings = begin.Settings with { Training = begin.Settings.Training with { Width = 0 } } };

        Assert.Throws<OptionException>(() => TrainingSession.Start(this["run"], Settings, force: false, Engine, Observer, Engine.Clock, Token, parent: null, bad));
        Assert.False(Path.Exists(this["run"]));
    }

    [Fact]
    public void Points_leave_nothing_to_be_chosen()
    {
        var settings = RunSettings.For("ring") with { Schedule = Settings.Schedule };
        ChoiceByData never = (_, _) => throw new InvalidOperationException();
        using var session = TrainingSession.Start(
            this["run"], settings with { Training = settings.Training with { Steps = 2 } }, force: false, Engine, Observer, Engine.Clock, Token, parent: null, never);

        Assert.Equal(RunEnd.Completed, session.Run(Token).End);
    }
}
