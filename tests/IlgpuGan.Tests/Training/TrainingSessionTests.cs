using System.Text.Json.Nodes;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Data;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

public sealed class TrainingSessionTests : SessionFixture
{
    [Fact]
    public void A_run_leaves_everything_in_its_folder()
    {
        var outcome = Start("run");
        Assert.Equal((RunEnd.Completed, 100), (outcome.End, outcome.Step));
        Assert.Equal(
            [
                "checkpoints/step-000050.safetensors", "checkpoints/step-000075.safetensors", "checkpoints/step-000100.safetensors",
                "gradients.png", "log.jsonl", "losses.png", "options.json", "reals.png",
                "samples/step-000001.png", "samples/step-000040.png", "samples/step-000080.png", "samples/step-000100.png",
            ],
            Files("run"));
        Assert.Equal(10, Log("run").Count);
    }

    [Fact]
    public void A_report_says_how_fast_the_run_is_and_when_it_ends()
    {
        Start("run");
        var (report, left) = Observer.Reports[2];
        Assert.Equal(30, report.Step);
        Assert.Equal(640, report.ImagesPerSecond);
        Assert.Equal(3, report.Seconds);
        Assert.Equal(TimeSpan.FromSeconds(7), left);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(50)]
    [InlineData(99)]
    public void A_run_that_was_stopped_and_resumed_equals_one_that_was_not(long step)
    {
        Start("whole");
        Assert.Equal((RunEnd.Stopped, step), (StartAndStop("parts", step) is var outcome ? (outcome.End, outcome.Step) : default));
        Assert.Equal(RunEnd.Completed, Resume("parts").End);
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("parts"));
        Assert.Equal(Log("whole"), Log("parts"));
        Assert.Equal(File.ReadAllBytes(this["whole/samples/step-000100.png"]), File.ReadAllBytes(this["parts/samples/step-000100.png"]));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(49)]
    [InlineData(51)]
    [InlineData(98)]
    public void A_run_that_was_killed_and_resumed_equals_one_that_was_not(long step)
    {
        Start("whole");
        StartAndDie("parts", step);
        File.AppendAllText(this["parts/log.jsonl"], "{\"step\":99");
        Resume("parts");
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("parts"));
        Assert.Equal(Log("whole"), Log("parts"));
    }

    [Fact]
    public void Reports_pictures_and_checkpoints_change_nothing_that_is_learnt()
    {
        Start("busy", Settings with { Schedule = new RunSchedule { ReportEvery = 1, SampleEvery = 1, CheckpointEvery = 1 } });
        var busy = Engine.LastState!["weights"].Floats;
        Start("idle", Settings with { Schedule = new RunSchedule { ReportEvery = 1000, SampleEvery = 1000, CheckpointEvery = 1000 } });
        Assert.Equal(busy, Engine.LastState!["weights"].Floats);
    }

    [Fact]
    public void A_run_can_be_extended_and_then_equals_one_that_was_long_from_the_start()
    {
        var longer = Settings with { Training = Settings.Training with { Steps = 100 } };
        Start("long", longer);
        Start("short", Settings with { Training = Settings.Training with { Steps = 64 } });
        Assert.Equal(7, Log("short").Count);
        Resume("short", saved => saved with { Training = saved.Training with { Steps = 100 } });
        Assert.Equal(LastCheckpoint("long"), LastCheckpoint("short"));
        Assert.Equal(Log("long"), Log("short"));
        Assert.Equal(100, RunFolder.ReadRecord(this["short"]).Settings.Training.Steps);
    }

    [Fact]
    public void Resuming_a_complete_run_changes_nothing()
    {
        Start("run", Settings with { Training = Settings.Training with { Steps = 64 } });
        var before = Files("run").ToDictionary(file => file, file => File.ReadAllBytes(this[$"run/{file}"]));
        Assert.Equal((RunEnd.Completed, 64), Resume("run") is var outcome ? (outcome.End, outcome.Step) : default);
        Assert.Equal(before, Files("run").ToDictionary(file => file, file => File.ReadAllBytes(this[$"run/{file}"])));
    }

    [Fact]
    public void Fewer_steps_than_were_made_is_refused()
    {
        Start("run");
        var fault = Assert.Throws<RunFolderException>(() => Resume("run", saved => saved with { Training = saved.Training with { Steps = 60 } }));
        Assert.StartsWith("Steps 60 is less than the 100 steps", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_that_contradicts_the_run_is_refused_by_name()
    {
        StartAndStop("run", 10);
        var fault = Assert.Throws<RunFolderException>(() => Resume("run", saved => saved with { Training = saved.Training with { Epsilon = 0.01f } }));
        Assert.Equal($"Epsilon 0.01 contradicts {this["run"]}, which was made with 1E-08; leave Epsilon out to resume, or give another path to start anew: it belongs to what the optimiser has "
            + "kept, and Parent begins another run with what fits.", fault.Message);
    }

    [Fact]
    public void Other_data_is_refused()
    {
        StartAndStop("run", 10);
        var fault = Assert.Throws<RunFolderException>(() => Resume("run", saved => saved with { Data = saved.Data with { FaceSeed = 2 } }));
        Assert.Contains("is not the data that", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_device_is_allowed_with_a_warning()
    {
        StartAndStop("run", 10);
        Engine.Device = "other";
        Resume("run");
        Assert.Contains("This run began on fake and goes on with other", Assert.Single(Observer.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_newest_checkpoint_costs_only_the_steps_since_the_one_before()
    {
        Start("whole");
        StartAndDie("parts", 60);
        var damaged = this["parts/checkpoints/step-000050.safetensors"];
        File.WriteAllBytes(damaged, File.ReadAllBytes(damaged)[..100]);
        Resume("parts");
        Assert.StartsWith(damaged, Assert.Single(Observer.Notices), StringComparison.Ordinal);
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("parts"));
        Assert.Equal(Log("whole"), Log("parts"));
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused_and_nothing_is_touched()
    {
        StartAndStop("run", 30);
        StartAndStop("other", 40, Settings with { Training = Settings.Training with { Width = 9 } });
        File.Copy(this["other/checkpoints/step-000040.safetensors"], this["run/checkpoints/step-000040.safetensors"]);
        var before = Files("run");
        var fault = Assert.Throws<CheckpointException>(() => Resume("run"));
        Assert.Contains("step-000040.safetensors belongs to another network (weights has 9 values where 5 were expected); take it out of the run", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files("run"));
    }

    [Fact]
    public void A_weight_that_is_no_number_stops_the_run_and_spares_the_last_good_checkpoint()
    {
        Engine.SpoilAt = 55;
        var settings = Settings with { Schedule = Settings.Schedule with { CheckpointEvery = 1, Keep = 1 } };
        var fault = Assert.Throws<TrainingDivergedException>(() => Start("run", settings));
        Assert.Equal(
            $"The value weights is not a finite number at step 55; the last good checkpoint is {this["run/checkpoints/step-000054.safetensors"]}; start a new run with a lower "
                + "LearningRate (it was 0.0002) or another Seed.",
            fault.Message);
        Assert.Equal(54, RunFolder.CheckpointsIn(this["run"]).ReadNewest(_ => { })!.Step);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_and_is_not_logged()
    {
        Engine.SpoilAt = 55;
        var fault = Assert.Throws<TrainingDivergedException>(() => Start("run"));
        Assert.StartsWith("The loss of the discriminator is not a finite number at step 60; the last good checkpoint is", fault.Message, StringComparison.Ordinal);
        Assert.Equal(5, Log("run").Count);
    }

    [Fact]
    public void When_the_minutes_are_over_the_run_saves_and_ends()
    {
        var outcome = Start("run", Settings with { Schedule = Settings.Schedule with { Minutes = 0.1 } });
        Assert.Equal((RunEnd.OutOfTime, 60), (outcome.End, outcome.Step));
        Assert.Equal(60, RunFolder.CheckpointsIn(this["run"]).Steps()[^1]);
        Assert.Equal(TimeSpan.FromSeconds(5), Observer.Reports[0].Left);
    }

    [Fact]
    public void By_default_pictures_come_soon_and_then_ever_more_rarely()
    {
        Start("run", Settings with
        {
            Training = Settings.Training with { Steps = 12_000 },
            Schedule = new RunSchedule { ReportEvery = 1000 },
        });
        // A step takes a tenth of a second: 0.1, 3, 6, 9, then after a third of the time so far, at last every five minutes.
        Assert.Equal([1, 30, 60, 90, 120, 160, 214, 286, 382, 510, 680, 907, 1210, 1614, 2152, 2870, 3827, 5103, 6804, 9072, 12_000], Observer.Samples);
        // The first after the first step, for a disk that is full to be found; then ever more rarely, at last one a minute.
        Assert.Equal([1, 51, 102, 204, 408, 816, 1416], Observer.Checkpoints.Take(7));
        Assert.Equal(25, Observer.Checkpoints.Count);
    }

    [Fact]
    public void The_run_says_what_it_begins_with()
    {
        Start("run");
        Assert.Equal(new RunStart(this["run"], "fake", 0, 100, RunFolder.ReadRecord(this["run"]).Data, new TrainingCost(1000, 2000, 3.5, 4096)), Observer.Start! with { Taken = null });
        Assert.Equal(("faces", 8, new ImageSize(16, 16)), (Observer.Start.Taken!.Source, Observer.Start.Taken.Count, Observer.Start.Taken.Originals!.Target));
        Assert.Equal(Observer.Start.Taken.Sentences, Observer.Data[0].Sentences);
        Assert.Equal(Observer.Start.Taken.Sentences, RunFolder.ReadRecord(this["run"]).Taken!.Sentences);
    }

    [Fact]
    public void A_resumed_run_keeps_the_shape_it_was_made_with_whatever_would_be_chosen_now()
    {
        var images = Directory.CreateDirectory(this["images"]).FullName;
        File.WriteAllBytes(Path.Combine(images, "a.png"), TestImages.Png(200, 100, 90, 90, 90));
        Start("run", Settings with { Data = new ImageSetOptions { Source = images, Size = new ImageSize(Height: 20, Width: 44), Channels = 3, UseCache = false } });
        // As a version that had other defaults, and kept no account of the data, wrote it.
        var options = JsonNode.Parse(File.ReadAllText(this["run/options.json"]))!;
        (options["settings"]!["data"]!["size"], options["settings"]!["data"]!["channels"]) = (null, null);
        options.AsObject().Remove("taken");
        File.WriteAllText(this["run/options.json"], options.ToJsonString());
        Assert.Null(RunFolder.ReadRecord(this["run"]).Taken);
        Assert.Equal(RunEnd.Completed, Resume("run", saved => saved with { Training = saved.Training with { Steps = 110 } }).End);
        Assert.Equal((20, 44, 3), (Observer.Start!.Data.Height, Observer.Start.Data.Width, Observer.Start.Data.Channels));
        Assert.Equal(new ImageSize(Height: 20, Width: 44), Observer.Data[^1].Originals!.Target);
    }

    [Fact]
    public void A_side_in_the_folder_of_an_old_run_keeps_its_name_and_meaning()
    {
        Start("run", Settings with { Data = Settings.Data with { Size = new ImageSize(Height: 16, Width: 24) } });
        var size = JsonNode.Parse(File.ReadAllText(this["run/options.json"]))!["settings"]!["data"]!["size"]!;
        Assert.Equal((16, 24, 2), ((int)size["height"]!, (int)size["width"]!, size.AsObject().Count));
    }

    [Theory]
    [InlineData("r3-cifar10", 32)]
    [InlineData("r3-ffhq64", 64)]
    [InlineData("r3-ffhq256", 256)]
    [InlineData("r3-imagenet32", 32)]
    [InlineData("r3-imagenet64", 64)]
    public void A_preset_that_was_published_for_a_size_has_it(string preset, int side) =>
        Assert.Equal(new ImageSize(side, side), RunSettings.For("images", preset).Data.Size);

    [Fact]
    public void Points_are_trained_on_like_images()
    {
        var points = RunSettings.For("ring") with { Schedule = Settings.Schedule };
        points = points with { Training = points.Training with { Steps = 100 } };
        Start("whole", points);
        StartAndStop("parts", 33, points);
        Resume("parts");
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("parts"));
        Assert.Contains("samples/step-000100.png", Files("parts"));
    }

    [Fact]
    public void A_network_that_draws_images_is_refused_for_points()
    {
        var points = RunSettings.For("grid");
        var fault = Assert.Throws<OptionException>(() => Start("run", points with { Training = points.Training with { Network = "dcgan" } }));
        Assert.Equal("Network dcgan draws images but grid is points; use Network mlp.", fault.Message);
    }

    [Fact]
    public void A_forecast_measures_two_seconds_and_writes_nothing()
    {
        var forecast = TrainingForecast.Measure(Settings, Engine, Observer, Engine.Clock, Token);
        Assert.Equal(0.1, forecast.SecondsPerStep, 1e-9);
        Assert.Equal(640, forecast.ImagesPerSecond, 1e-6);
        Assert.Equal(10, forecast.Seconds, 1e-6);
        Assert.Equal(new TrainingCost(1000, 2000, 3.5, 4096), forecast.Cost);
    }
}
