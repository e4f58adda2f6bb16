using System.Text.Json;
using IlgpuGan.Augmentation;
using IlgpuGan.Data;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Runs;

public sealed class RunFolderTests : SessionFixture
{
    [Fact]
    public void The_options_tell_everything_that_decided_the_run()
    {
        Start("run", Settings with { Training = Settings.Training with { Seed = 77, LearningRate = 0.001f } });
        using var json = JsonDocument.Parse(File.ReadAllText(this["run/options.json"]));
        var root = json.RootElement;
        var training = root.GetProperty("settings").GetProperty("training");
        Assert.Equal(77u, training.GetProperty("seed").GetUInt64());
        Assert.Equal(0.001, training.GetProperty("learning_rate").GetDouble());
        Assert.Equal("faces", root.GetProperty("settings").GetProperty("data").GetProperty("source").GetString());
        Assert.Equal("fake", root.GetProperty("device_name").GetString());
        Assert.Equal(32, root.GetProperty("data").GetProperty("fingerprint").GetString()!.Length);
        Assert.Equal("1.5.3", root.GetProperty("versions").GetProperty("ilgpu").GetString());
        foreach (var name in new[] { "engine", "dotnet", "operating_system" })
        {
            Assert.NotEmpty(root.GetProperty("versions").GetProperty(name).GetString()!);
        }
    }

    [Fact]
    public void What_was_saved_is_what_is_read()
    {
        Start("run");
        Assert.Equal(Settings, RunFolder.ReadRecord(this["run"]).Settings);
    }

    [Fact]
    public void Settings_that_came_with_a_later_version_have_their_defaults_in_the_runs_of_an_older_one()
    {
        Start("run");
        var file = this["run/options.json"];
        File.WriteAllLines(file, File.ReadAllLines(file).Where(line => !line.Contains("\"stack_count\"", StringComparison.Ordinal)));

        Assert.Equal(Settings.Data.StackCount, RunFolder.ReadRecord(this["run"]).Settings.Data.StackCount);
    }

    [Fact]
    public void A_run_keeps_what_it_took_by_itself_and_one_whose_file_does_not_mention_it_has_what_it_always_had()
    {
        Start("old", Settings with { Training = new() });
        Start("run", Settings with { Training = Presets.Usual });
        var file = this["old/options.json"];
        string[] names = ["\"upsampling\"", "\"minibatch_deviation\"", "\"penalty_every\""];
        var lines = File.ReadAllLines(file);
        File.WriteAllLines(file, lines.Where(line => !names.Any(name => line.Contains(name, StringComparison.Ordinal))));

        Assert.Equal(lines.Length - 3, File.ReadAllLines(file).Length);
        Assert.Equal(new TrainingOptions(), RunFolder.ReadRecord(this["old"]).Settings.Training);
        var read = RunFolder.ReadRecord(this["run"]).Settings.Training;
        Assert.Equal(Presets.Usual, read);
        var changed = read with { Network = "r3", Penalty = "r1" };
        Assert.Equal((true, 4, Upsampling.Resize), (changed.MinibatchDeviation, changed.PenaltyEvery, changed.Upsampling));
    }

    [Fact]
    public void A_run_from_before_adas_parts_could_be_chosen_goes_on_with_all_of_them()
    {
        Start("run", Settings with { Training = Settings.Training with { Augment = "ada", AugmentPolicy = "color" } });
        var file = this["run/options.json"];
        File.WriteAllLines(file, File.ReadAllLines(file).Where(line => !line.Contains("\"ada_policy\"", StringComparison.Ordinal)));

        var record = RunFolder.ReadRecord(this["run"]);
        var settings = record.Settings;
        settings.Validate();
        Assert.Equal("blit,geom,color", settings.Training.AdaPolicy);
        record.CheckResume("run", settings with { Training = settings.Training with { AugmentPolicy = "cutout" } });
        Assert.Equal("blit,geom,color", OptionRows.Table.Logged(settings)["augment-policy"]);
    }

    [Fact]
    public void A_run_is_not_overwritten_without_force()
    {
        StartAndStop("run", 20);
        var before = Files("run").ToDictionary(file => file, file => File.ReadAllBytes(this[$"run/{file}"]));
        var fault = Assert.Throws<RunFolderException>(() => Start("run"));
        Assert.Equal($"{this["run"]} holds a run already; continue it with ExistingRun.Resume, replace it with ExistingRun.Replace, or give another path.", fault.Message);
        Assert.Equal(before, Files("run").ToDictionary(file => file, file => File.ReadAllBytes(this[$"run/{file}"])));
    }

    [Fact]
    public void Force_replaces_a_run_and_leaves_what_does_not_belong_to_it()
    {
        Start("run");
        File.WriteAllText(this["run/notes.txt"], "mine");
        StartAndStopForced();
        Assert.Equal("mine", File.ReadAllText(this["run/notes.txt"]));
        Assert.Equal(["checkpoints/step-000007.safetensors"], Files("run", "*.safetensors"));
        Assert.Equal(["samples/step-000001.png", "samples/step-000007.png"], Files("run", "step-*.png"));
    }

    private void StartAndStopForced()
    {
        using var stop = new CancellationTokenSource();
        Engine.OnStep = step => _ = step == 7 ? Cancel(stop) : 0;
        Start("run", force: true, stop: stop);
    }

    private static int Cancel(CancellationTokenSource stop)
    {
        stop.Cancel();
        return 0;
    }

    [Fact]
    public void Force_does_not_delete_a_folder_that_is_no_run()
    {
        Directory.CreateDirectory(this["photos/samples"]);
        File.WriteAllText(this["photos/samples/step-000001.png"], "precious");
        Assert.Equal($"{this["photos"]} is not empty; give another path.", Assert.Throws<RunFolderException>(() => Start("photos")).Message);
        Assert.Equal(
            $"{this["photos"]} does not look like a run folder, so ExistingRun.Replace does not delete it; give another path.",
            Assert.Throws<RunFolderException>(() => Start("photos", force: true)).Message);
        Assert.Equal("precious", File.ReadAllText(this["photos/samples/step-000001.png"]));
    }

    [Fact]
    public void Force_keeps_the_old_run_when_the_new_one_cannot_begin()
    {
        Start("run");
        var before = Files("run");
        Assert.ThrowsAny<IlgpuGan.Data.DataException>(() => Start("run", Settings with { Data = Settings.Data with { Source = this["missing"] } }, force: true));
        Assert.Equal(before, Files("run"));
    }

    [Fact]
    public void A_file_cannot_be_a_run_folder()
    {
        File.WriteAllText(this["file"], "");
        Assert.Contains("is a file; give the name of a folder to path.", Assert.Throws<RunFolderException>(() => Start("file")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_above_a_run_folder_is_named_before_data_is_loaded()
    {
        File.WriteAllText(this["file"], "");
        var missing = Settings with { Data = Settings.Data with { Source = this["missing"] } };
        Assert.Equal($"{this["file/a/run"]} cannot be made: {this["file"]} is a file; give another path.",
            Assert.Throws<RunFolderException>(() => Start("file/a/run", missing)).Message);
    }

    [Fact]
    public void A_file_in_the_place_of_a_run_is_not_said_to_be_missing()
    {
        File.WriteAllText(this["file"], "");
        Assert.Equal($"{this["file"]} is a file; give the folder of a run that was started with train.", Assert.Throws<RunFolderException>(() => RunFolder.ReadRecord(this["file"])).Message);
        Assert.Contains("does not exist", Assert.Throws<RunFolderException>(() => RunFolder.ReadRecord(this["none"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_is_taken()
    {
        Directory.CreateDirectory(this["run"]);
        Assert.Equal(RunEnd.Completed, Start("run").End);
    }

    /// <summary>What a kill leaves of a folder in the first moments, by the files that are there, each with half of its bytes.</summary>
    public static TheoryData<string> FirstMoments() => new("", "run.lock", "options.json.tmp", "run.lock options.json.tmp", "run.lock options.json.0123abcd.tmp",
        "options.json.0123abcd.tmp options.json.89abcdef.tmp");

    [Theory]
    [MemberData(nameof(FirstMoments))]
    public void A_folder_that_a_kill_left_before_the_options_were_written_is_begun_anew(string files)
    {
        foreach (var force in new[] { false, true })
        {
            var name = force ? "forced" : "run";
            Leave(name, files);
            if (files.Length > 0)
            {
                Assert.Contains("was killed before it had begun; begin it again without ExistingRun.Resume.",
                    Assert.Throws<RunFolderException>(() => Resume(name)).Message, StringComparison.Ordinal);
            }

            Assert.Equal(RunEnd.Completed, Start(name, force: force).End);
            Assert.DoesNotContain(Files(name), file => file.EndsWith(".tmp", StringComparison.Ordinal) || file.EndsWith(".lock", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("run.lock")]
    [InlineData("run.lock samples/")]
    [InlineData("run.lock samples/ checkpoints/")]
    [InlineData("run.lock samples/ checkpoints/step-000001.safetensors.0123abcd.tmp")]
    [InlineData("run.lock samples/step-000001.png.0123abcd.tmp reals.png.0123abcd.tmp log.jsonl")]
    public void A_run_that_a_kill_left_after_the_options_were_written_is_continued_from_its_beginning_and_equals_one_that_was_not_killed(string files)
    {
        Start("whole");
        Start("run");
        foreach (var file in Files("run").Where(file => file != "options.json"))
        {
            File.Delete(this[$"run/{file}"]);
        }

        Leave("run", files);
        Assert.Equal(RunEnd.Completed, Resume("run").End);
        Assert.Equal(LastCheckpoint("whole"), LastCheckpoint("run"));
        Assert.Equal(Log("whole"), Log("run"));
        Assert.DoesNotContain(Files("run"), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_replacement_that_was_killed_leaves_what_can_be_replaced_again()
    {
        Start("run");
        File.WriteAllText(this["run/notes.txt"], "mine");
        // The data of the new run is loaded and the old one deleted; then the options cannot be written, as when the process dies.
        Directory.CreateDirectory(this["aside"]);
        File.Copy(this["run/options.json"], this["aside/options.json"]);
        File.Delete(this["run/log.jsonl"]);
        Directory.Delete(this["run/checkpoints"], recursive: true);
        Directory.Delete(this["run/samples"], recursive: true);
        File.WriteAllText(this["run/options.json.0123abcd.tmp"], "{");

        Assert.Equal(RunEnd.Completed, Start("run", force: true).End);
        Assert.Equal("mine", File.ReadAllText(this["run/notes.txt"]));
        Assert.DoesNotContain(Files("run"), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private void Leave(string name, string files)
    {
        Directory.CreateDirectory(this[name]);
        foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(this[$"{name}/{file}"])!);
            if (!file.EndsWith('/'))
            {
                File.WriteAllText(this[$"{name}/{file}"], file.StartsWith("options", StringComparison.Ordinal) ? "{ \"format\": 1," : "");
            }
        }
    }

    [Fact]
    public void Two_processes_cannot_train_in_one_folder()
    {
        StartAndStop("run", 5);
        using var first = RunFolder.Open(this["run"]);
        Assert.Contains("is in use by another process", Assert.Throws<RunFolderException>(() => Resume("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schedules_are_kept_as_they_were_given()
    {
        var training = Settings.Training with
        {
            LearningRate = IlgpuGan.Graphs.Schedule.Cosine(2e-4f, 5e-5f, 20_000),
            GeneratorLearningRate = IlgpuGan.Graphs.Schedule.Linear(1e-3f, 0, 0.5f),
            Beta2 = 0.99f,
        };
        Start("run", Settings with { Training = training });

        Assert.Equal(training, RunFolder.ReadRecord(this["run"]).Settings.Training);
        using var json = JsonDocument.Parse(File.ReadAllText(this["run/options.json"]));
        var written = json.RootElement.GetProperty("settings").GetProperty("training");
        Assert.Equal("cosine:0.0002:5E-05:20000", written.GetProperty("learning_rate").GetString());
        Assert.Equal(JsonValueKind.Null, written.GetProperty("discriminator_learning_rate").ValueKind);
    }

    [Fact]
    public void A_schedule_that_cannot_be_read_is_damage()
    {
        Start("run", Settings with { Training = Settings.Training with { LearningRate = IlgpuGan.Graphs.Schedule.Linear(1, 0, 5) } });
        File.WriteAllText(this["run/options.json"], File.ReadAllText(this["run/options.json"]).Replace("linear:1:0:5", "linear:1:0:never", StringComparison.Ordinal));
        Assert.StartsWith($"{this["run/options.json"]} is damaged", Assert.Throws<RunFolderException>(() => Resume("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_what_is_not_there_or_no_run_says_so()
    {
        Assert.StartsWith($"{this["nothing"]} does not exist;", Assert.Throws<RunFolderException>(() => Resume("nothing")).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(this["photos"]);
        Assert.StartsWith($"{this["photos"]} is not a run folder:", Assert.Throws<RunFolderException>(() => Resume("photos")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"format":1,"format":1,"settings":{},"data":null,"device_name":"","versions":null}""")]
    [InlineData("""{"format":1,"settings":{"data":{"source":"a","source":"b"}},"data":null,"device_name":"","versions":null}""")]
    [InlineData("""{"format":1,"settings":{"data":{"source":"\ud800"}},"data":null,"device_name":"","versions":null}""")]
    [InlineData("""{"format":1,"\udc00":1,"settings":{"\ud800":2},"data":null,"device_name":"\udfff","versions":null}""")]
    [InlineData("[1]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("""{"format":1,"settings":null,"data":null,"device_name":"","versions":null}""")]
    public void Damaged_options_are_named(string text)
    {
        StartAndStop("run", 5);
        File.WriteAllText(this["run/options.json"], text);
        var fault = Assert.Throws<RunFolderException>(() => Resume("run"));
        Assert.StartsWith($"{this["run/options.json"]} is damaged", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_options_are_not_quoted_over_pages()
    {
        StartAndStop("run", 5);
        File.WriteAllText(this["run/options.json"], "{\"format\":1,\"settings\":{\"" + new string('a', 100_000) + "\\u001b[2J\":{\"b\":}}}");
        var fault = Assert.Throws<RunFolderException>(() => Resume("run"));
        Assert.InRange(fault.Message.Length, 100, 1000);
        Assert.DoesNotContain(fault.Message, char.IsControl);
    }

    [Fact]
    public void Options_damaged_anywhere_are_refused_or_read_and_nothing_else()
    {
        StartAndStop("run", 5);
        var whole = File.ReadAllBytes(this["run/options.json"]);
        const int Seed = 12;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        string[] words = ["null", "-1", "1e99", "\"\\ud800\"", "{}", "[]", "{\"a\":1,\"a\":2}", "true", "\"\"", "\\", "\"", ",", "}"];
        for (var i = 0; i < 3000; i++)
        {
            var text = System.Text.Encoding.UTF8.GetString(whole);
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                var at = random.Next(text.Length);
                var length = Math.Min(random.Next(12), text.Length - at);
                text = random.Next(3) == 0 ? text[..at] + text[(at + length)..] : text[..at] + words[random.Next(words.Length)] + text[(at + length)..];
            }

            try
            {
                RunFolder.ParseRecord("options.json", text);
            }
            catch (RunFolderException fault)
            {
                Assert.InRange(fault.Message.Length, 1, 1000);
            }
        }
    }

    [Fact]
    public void A_pipe_instead_of_the_options_is_refused_and_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes with names are made by mkfifo");
        Directory.CreateDirectory(this["run"]);
        System.Diagnostics.Process.Start("mkfifo", this["run/options.json"]).WaitForExit();
        Assert.Contains("no regular file", Assert.Throws<RunFolderException>(() => Resume("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_a_later_version_are_not_guessed_at()
    {
        StartAndStop("run", 5);
        File.WriteAllText(this["run/options.json"], File.ReadAllText(this["run/options.json"]).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        Assert.Contains("has format 2 where this program reads 1", Assert.Throws<RunFolderException>(() => Resume("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_the_network_cannot_draw_is_refused_with_the_nearest_that_it_can()
    {
        var odd = Settings with { Data = Settings.Data with { Size = new IlgpuGan.Data.ImageSize(9, 30) } };
        Assert.Equal(
            "Network dcgan cannot draw images of 30x9: its sides are multiples of 4 and at least 16; give Size 32x16.",
            Assert.Throws<OptionException>(() => Start("run", odd)).Message);
    }

    [Theory]
    [InlineData("Network", "one of dcgan, mlp, r3, resnet")]
    [InlineData("Loss", "one of non-saturating, minimax")]
    [InlineData("Batch", "between 2 and 8192")]
    [InlineData("LearningRate", "above 0 and at most 1")]
    [InlineData("Beta1", "at least 0 and below 1")]
    [InlineData("ReportEvery", "between 1 and")]
    [InlineData("Minutes", "above 0")]
    public void A_value_that_is_not_allowed_is_refused_with_those_that_are(string option, string allowed)
    {
        var training = Settings.Training;
        var schedule = Settings.Schedule;
        var settings = option switch
        {
            "Network" => Settings with { Training = training with { Network = "foo" } },
            "Loss" => Settings with { Training = training with { Loss = "foo" } },
            "Batch" => Settings with { Training = training with { Batch = 1 } },
            "LearningRate" => Settings with { Training = training with { LearningRate = float.NaN } },
            "Beta1" => Settings with { Training = training with { Beta1 = 1 } },
            "ReportEvery" => Settings with { Schedule = schedule with { ReportEvery = 0 } },
            _ => Settings with { Schedule = schedule with { Minutes = -1 } },
        };
        var fault = Assert.Throws<OptionException>(() => Start("run", settings));
        Assert.StartsWith(option + " is ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(this["run"]));
    }
}
