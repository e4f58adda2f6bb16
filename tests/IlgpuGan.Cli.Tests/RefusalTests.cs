using System.Diagnostics;
using IlgpuGan.Graphs;
using IlgpuGan.Options;

namespace IlgpuGan.Cli.Tests;

/// <summary>What can be refused is refused before anything costly is done, and nothing that was given is passed over.</summary>
public sealed class RefusalTests : CliFixture
{
    private static readonly string[] Costly = ["Loading images", "Looking for colour", "Generating images", "Making features", "Training the classifier"];

    [Theory]
    [InlineData("--size 4096 --width 8192 --dry-run", "too wide for 4096 x 4096 x 1")]
    [InlineData("--size 4096 --width 8192 --channels 3 --out $/run", "too wide for 4096 x 4096 x 3")]
    [InlineData("--size 20x18 --dry-run", "cannot draw images of 20x18")]
    public void A_network_that_cannot_be_had_is_refused_before_images_are_loaded(string options, string part)
    {
        Draw("images");
        Engine.OnCheck = (asked, shape) => throw new OptionException($"--width {asked.Width} is too wide for {shape.Width} x {shape.Height} x {shape.Channels}.");
        Assert.Equal(2, Call($"train $/images {options}"));
        AssertOneSentence(part);
        AssertNothingCostly();
    }

    [Fact]
    public void A_network_that_cannot_be_had_of_the_size_that_is_chosen_is_refused_before_images_are_decoded()
    {
        Draw("images");
        Engine.OnCheck = (_, shape) => throw new OptionException($"{shape.Width} x {shape.Height} x {shape.Channels} is too large.");
        Assert.Equal(2, Call("train $/images --no-cache --dry-run"));
        AssertOneSentence("16 x 16 x 3 is too large");
        Assert.DoesNotContain("Loading images", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_more_elements_than_can_be_counted_is_bad_input()
    {
        Draw("images");
        Engine.OnCheck = (_, _) => _ = Shape.Of(1 << 16, 1 << 16);
        Assert.Equal(2, Call("train $/images --size 16 --dry-run"));
        AssertOneSentence("has 4,294,967,296 elements where at most 2,146,435,071 fit; use a smaller batch, network or image");
    }

    [Fact]
    public void A_run_folder_that_cannot_be_written_is_refused_before_images_are_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a folder that nobody may write, not even root, is /proc");
        Draw("images");
        Assert.Equal(2, Call("train $/images --size 16 --out /proc/run"));
        AssertOneSentence("/proc/run cannot be made: no file can be made in /proc", "give another --out");
        AssertNothingCostly();
    }

    [Theory]
    [InlineData("generate $/run --out /proc/a.png", "--out /proc/a.png")]
    [InlineData("generate $/run --out /proc/new/folder", "--out /proc/new/folder")]
    [InlineData("interpolate $/run --out /proc/a.webp", "--out /proc/a.webp")]
    [InlineData("project $/run $/images/face-0001.png --out /proc/a.png", "--out /proc/a.png")]
    [InlineData("timelapse $/run --out /proc/a.gif", "--out /proc/a.gif")]
    [InlineData("export $/run --onnx /proc/a.onnx", "--onnx /proc/a.onnx")]
    [InlineData("export $/run --safetensors /proc/weights", "--safetensors /proc/weights")]
    [InlineData("import $/run/checkpoints/step-000020.safetensors --out /proc/imported", "/proc/imported")]
    [InlineData("evaluate $/images --data $/images --out /proc/a.html", "--out /proc/a.html")]
    [InlineData("modes $/run --out /proc/a.png", "--out /proc/a.png")]
    [InlineData("lab dirac --out /proc/a.png", "--out /proc/a.png")]
    [InlineData("lab modes ring --out /proc/a.png", "--out /proc/a.png")]
    [InlineData("draw faces --out /proc/faces", "--out /proc/faces")]
    public void A_place_that_cannot_be_written_is_said_before_the_work(string command, string named)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a folder that nobody may write, not even root, is /proc");
        Draw("images");
        Assert.Equal(0, Train());
        Assert.Equal(2, Call(command));
        AssertOneSentence(named, "no file can be made in /proc");
        AssertNothingCostly();
    }

    [Theory]
    [InlineData("evaluate $/images $/empty --data $/images", "$/empty' is empty")]
    [InlineData("evaluate $/images --data $/empty", "$/empty' is empty")]
    [InlineData("evaluate $/images --data $/images --held-out $/empty", "$/empty' is empty")]
    [InlineData("evaluate $/run --held-out $/empty", "$/empty' is empty")]
    [InlineData("evaluate $/images $/broken --data $/images", "No checkpoint in $/broken/checkpoints is usable")]
    [InlineData("evaluate $/images --data ring", "ring is points")]
    [InlineData("evaluate $/images --data $/run", "$/run is a run folder, whose pictures are no data; give the images that it was trained on.")]
    [InlineData("evaluate $/images --data $/images --held-out $/run", "$/run is a run folder, whose pictures are no data")]
    [InlineData("evaluate $/images --data $/images --inception $/text", "$/text is not Inception-v3")]
    [InlineData("evaluate $/images --data $/images --compare $/text", "$/text is not a report")]
    [InlineData("modes $/run $/broken --device cpu", "No checkpoint in $/broken/checkpoints is usable")]
    [InlineData("modes $/run $/nothing --device cpu", "$/nothing does not exist")]
    public void An_input_that_is_no_good_is_refused_before_another_is_loaded_or_drawn(string command, string part)
    {
        Draw("images");
        Directory.CreateDirectory(this["empty"]);
        File.WriteAllText(this["text"], "no report");
        Assert.Equal(0, Train());
        foreach (var file in Directory.GetFiles(this["run"], "*", SearchOption.AllDirectories))
        {
            var copy = file.Replace(this["run"], this["broken"], StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var file in Directory.GetFiles(this["broken/checkpoints"]))
        {
            File.WriteAllText(file, "no checkpoint");
        }

        Assert.Equal(2, Call(command));
        Assert.Contains(part.Replace("$", this["."][..^2], StringComparison.Ordinal), Error, StringComparison.Ordinal);
        AssertNothingCostly();
    }

    [Theory]
    [InlineData("train $/images --faces 9", "--faces changes nothing without drawn faces as DATA")]
    [InlineData("train $/images --stacks 9", "--stacks changes nothing without stack3: before DATA")]
    [InlineData("train faces --stacks 9", "--stacks")]
    [InlineData("train faces --no-watchdog --on-collapse rollback", "--on-collapse is done by the watchdog")]
    [InlineData("train faces --fit pad", "--fit")]
    [InlineData("train faces --max-bad-files 3", "--max-bad-files")]
    [InlineData("train ring --size 16", "--size")]
    [InlineData("train ring --channels 3", "--channels")]
    [InlineData("train ring --flip", "--flip")]
    [InlineData("train ring --faces 9", "--faces")]
    [InlineData("train ring --no-cache", "--no-cache")]
    [InlineData("train faces --network resnet --output-bias", "--output-bias changes nothing without --network dcgan")]
    [InlineData("train faces --network resnet --stage-widths 8,8", "--stage-widths changes nothing without --network dcgan or r3")]
    [InlineData("train faces --stage-widths 16,8 --width 8", "--width changes nothing beside --stage-widths")]
    [InlineData("train faces --d-lr 1e-4 --g-lr 1e-4 --lr 1e-3", "--lr changes nothing beside --d-lr and --g-lr")]
    [InlineData("train faces --d-condition concatenation", "--d-condition changes nothing without --condition")]
    [InlineData("train ring --d-norm batch --penalty none --loss non-saturating", "--d-norm")]
    [InlineData("train faces --metric-every 10", "--metric-every changes nothing without --metric")]
    [InlineData("lab dirac --penalty none --penalty-weight 3", "--penalty-weight weighs a penalty, and none is among")]
    [InlineData("generate $/run --rows hair --count 9 --out $/a.png", "--count 9 changes nothing beside --rows")]
    [InlineData("evaluate $/images --data $/images --metrics swd --inception $/any", "--inception $/any is for metrics of features")]
    [InlineData("evaluate $/images --data $/images --json --compare $/any", "--compare $/any")]
    [InlineData("watch $/run --device nonsense", "'nonsense' is not a device")]
    [InlineData("watch $/run --device cuda:77", "There is no usable device 'cuda:77'")]
    public void An_option_that_changes_nothing_is_refused(string command, string part)
    {
        Draw("images");
        Assert.Equal(0, Train());
        Assert.Equal(2, CallStopped(command.StartsWith("train", StringComparison.Ordinal) ? command + " --dry-run" : command));
        var sentence = Error.Trim().Split('\n')[^1];
        Assert.Contains(part.Replace("$", this["."][..^2], StringComparison.Ordinal), sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--compare $/nothing", "The report $/nothing cannot be read: it does not exist;")]
    [InlineData("--compare $/nowhere/nothing", "cannot be read: it does not exist;")]
    [InlineData("--compare $/folder", "The report $/folder cannot be read: it is a folder;")]
    [InlineData("--inception $/nothing", "--inception $/nothing cannot be read: it does not exist;")]
    [InlineData("--inception $/folder", "--inception $/folder cannot be read: it is a folder;")]
    public void A_file_that_cannot_be_read_is_told_in_plain_words_before_any_work(string option, string part)
    {
        Directory.CreateDirectory(this["folder"]);
        Draw("images");
        Assert.Equal(2, Call($"evaluate $/images --data $/images {option}"));
        AssertOneSentence(part);
        AssertNothingCostly();
    }

    [Fact]
    public void What_the_system_says_of_a_place_where_nothing_is_made_is_not_that_it_does_not_exist()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a folder that nobody may write, not even root, is /proc");
        Assert.Equal(0, Train());
        Assert.Equal(2, Call("generate $/run --out /proc/x.png"));
        AssertOneSentence("--out /proc/x.png cannot be written: no file can be made in /proc; give another --out, or allow writing there.");
    }

    [Theory]
    [InlineData("--watch --port 99999", "--port is 99999; it must be 1 to 65535, or 0 for any free port.")]
    [InlineData("--watch --bind here", "--bind is \"here\"; it must be an address in figures")]
    public void A_page_that_cannot_be_served_is_refused_of_a_rehearsal_too(string options, string part)
    {
        Assert.Equal(2, Call($"train faces --faces 8 --size 16 --no-cache --dry-run {options}"));
        AssertOneSentence(part);
        AssertNothingCostly();
    }

    [Fact]
    public void Import_advises_nothing_that_it_has_not()
    {
        Assert.Equal(0, Train());
        Directory.CreateDirectory(this["empty"]);
        Assert.Equal(2, Call("import $/run/checkpoints/step-000020.safetensors --out $/run"));
        AssertOneSentence("$/run holds a run already; give another --out.");
        Assert.Equal(2, Call("import $/empty --out $/imported"));
        AssertOneSentence("$/empty has none of generator.safetensors, generator.pth, generator.pt; give the generator's file itself.");
    }

    [Theory]
    [InlineData("interpolate $/run --fps 3 --keys 2 --out $/a.png", "--fps")]
    [InlineData("timelapse $/run --fps 3 --out $/a.png", "--fps")]
    [InlineData("timelapse $/run --seconds 3 --out $/a.png", "--seconds")]
    public void A_speed_that_one_picture_has_not_is_told(string command, string option)
    {
        Assert.Equal(0, Train());
        Assert.Equal(0, Call(command));
        Assert.Contains($"{option} says how fast an animation is and changes nothing of {this["a.png"]}, which is one picture.", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call(command.Replace("a.png", "a.gif", StringComparison.Ordinal)));
        Assert.DoesNotContain("changes nothing", Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab dirac --loss wasserstein --penalty none --penalty-weight 1 --steps 2 --out $/a.png")]
    [InlineData("lab divergence shift --loss f-kl --penalty wgan-lp --penalty-weight 100 --distances 1 --steps 2 --width 4 --batch 8 --device cpu --out $/a.png")]
    public void A_default_of_an_experiment_may_be_written_out(string command) => Assert.True(Call(command) == 0, Error);

    [Fact]
    public void An_option_that_a_run_was_made_with_may_be_given_again()
    {
        Assert.Equal(0, Train());
        Assert.True(Call("train --out $/run --resume --faces 8 --steps 25") == 0, Error);
    }

    [Theory]
    [InlineData("generate $/run --out $/PLACE.png", ".png")]
    [InlineData("interpolate $/run --out $/PLACE.webp --frames 4", ".webp")]
    [InlineData("timelapse $/run --out $/PLACE.gif", ".gif")]
    [InlineData("project $/run $/images/IMAGE --out $/PLACE.png --steps 2", ".png")]
    [InlineData("export $/run --onnx $/PLACE.onnx", ".onnx")]
    [InlineData("evaluate $/images --data $/images --out $/PLACE.json", ".json")]
    [InlineData("lab dirac --loss wasserstein --penalty none --steps 2 --out $/PLACE.png", ".png")]
    [InlineData("modes $/run --device cpu --out $/PLACE.png", ".png")]
    public void What_is_no_file_is_not_replaced_by_one(string command, string ending)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes with names are made by mkfifo");
        Draw("images");
        Assert.Equal(0, Train());
        using (var process = Process.Start("mkfifo", [this[$"pipe{ending}"]]))
        {
            process.WaitForExit();
        }

        File.CreateSymbolicLink(this[$"circle{ending}"], $"circle{ending}");
        File.CreateSymbolicLink(this[$"device{ending}"], "/dev/null");
        command = command.Replace("IMAGE", Path.GetFileName(Directory.GetFiles(this["images"], "*.png")[0]), StringComparison.Ordinal);
        foreach (var (place, words) in new[] { ("pipe", "a pipe, socket or device"), ("circle", "a link that leads round in a circle"), ("device", "a pipe, socket or device") })
        {
            Assert.Equal(2, Call(command.Replace("PLACE", place, StringComparison.Ordinal)));
            AssertOneSentence($"$/{place}{ending} is {words}, which is not replaced; give the name of a file.");
            AssertNothingCostly();
        }

        Assert.Equal("/dev/null", new FileInfo(this[$"device{ending}"]).LinkTarget);
        Assert.False(RegularFile.Is(this[$"pipe{ending}"]));
    }

    [Fact]
    public void A_link_to_a_file_stays_and_the_file_is_written()
    {
        Assert.Equal(0, Train());
        File.WriteAllText(this["there.png"], "old");
        File.CreateSymbolicLink(this["link.png"], "there.png");
        File.CreateSymbolicLink(this["new.png"], "made.png");
        Assert.Equal(0, Call("generate $/run --count 2 --out $/link.png"));
        Assert.Equal(0, Call("generate $/run --count 2 --out $/new.png"));
        Assert.Equal("there.png", new FileInfo(this["link.png"]).LinkTarget);
        Assert.Equal(File.ReadAllBytes(this["there.png"]), File.ReadAllBytes(this["made.png"]));
    }

    [Theory]
    [InlineData("run.lock", false, "a folder, where the lock of the run belongs", "train --out $/run --resume")]
    [InlineData("run.lock", false, "a folder, where the lock of the run belongs", "train faces --faces 8 --size 16 --out $/run --force")]
    [InlineData("run.lock", null, "a link that leads round in a circle, where the lock of the run belongs", "train --out $/run --resume")]
    [InlineData("checkpoints", true, "a file, where the checkpoints of the run belong", "train --out $/run --resume")]
    [InlineData("checkpoints", true, "a file, where the checkpoints of the run belong", "train faces --faces 8 --size 16 --out $/run --force")]
    [InlineData("checkpoints", true, "a file, where the checkpoints of the run belong", "generate $/run --out $/a.png")]
    [InlineData("checkpoints", true, "a file, where the checkpoints of the run belong", "evaluate $/run --device cpu")]
    [InlineData("checkpoints", null, "a link that leads round in a circle, where the checkpoints of the run belong", "train --out $/run --resume")]
    [InlineData("samples", true, "a file, where the samples of the run belong", "train --out $/run --resume")]
    [InlineData("samples", true, "a file, where the samples of the run belong", "timelapse $/run --out $/a.webp")]
    [InlineData("tensorboard", true, "a file, where the event files of the run belong", "train --out $/run --resume --tensorboard")]
    [InlineData("log.jsonl", false, "a folder, where the reports of the run belong", "train --out $/run --resume")]
    [InlineData("log.jsonl", false, "a folder, where the reports of the run belong", "train faces --faces 8 --size 16 --out $/run --force")]
    [InlineData("losses.png", false, "a folder, where a picture of the run belongs", "train --out $/run --resume")]
    [InlineData("options.json", false, "a folder, where the options of the run belong", "train --out $/run --resume")]
    [InlineData("options.json", false, "a folder, where the options of the run belong", "generate $/run --out $/a.png")]
    public void Something_else_in_the_place_of_a_part_of_a_run_is_named(string name, bool? isFile, string words, string command)
    {
        Assert.Equal(0, Train());
        var place = this[$"run/{name}"];
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        File.Delete(place);
        if (isFile == true)
        {
            File.WriteAllText(place, "x");
        }
        else if (isFile == false)
        {
            Directory.CreateDirectory(place);
        }
        else
        {
            File.CreateSymbolicLink(place, name);
        }

        Assert.Equal(2, Call(command));
        AssertOneSentence($"$/run/{name} is {words}; move it away and try again.");
        AssertNothingCostly();
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("{\"finding\":\"\\ud800\",\"step\":1}")]
    [InlineData("{\"metric\":5,\"step\":\"x\"}")]
    [InlineData("{\"step\":1e400}")]
    public void A_log_that_somebody_else_wrote_into_is_read_without_it(string line)
    {
        Assert.Equal(0, Train());
        File.AppendAllText(this["run/log.jsonl"], line + "\n");
        Assert.True(Call("train --out $/run --resume --steps 25") == 0, Error);
    }

    private void Draw(string name) => Assert.True(Call($"draw faces --count 8 --size 16 --out $/{name}") == 0, Error);

    private void AssertNothingCostly() => Assert.DoesNotContain(Costly, words => Error.Contains(words, StringComparison.Ordinal));
}
