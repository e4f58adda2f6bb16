using System.Text;
using IlgpuGan.Runs;

namespace IlgpuGan.Cli.Tests;

/// <summary>What becomes of a command whose messages or results cannot be written.</summary>
public sealed class MessagesTests : CliFixture
{
    private const string Run = "train faces --faces 8 --size 16 --no-cache --steps 20 --report-every 5 --width 32 --batch 64 --out $/run";

    /// <summary>A stream that fails from some character on: as a disk that is full, a descriptor that is closed, a reader that went.</summary>
    private sealed class FailingWriter(int characters, Exception fault) : TextWriter
    {
        private int left = characters;

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (left-- <= 0)
            {
                throw fault;
            }
        }

        public override void Flush()
        {
            if (left <= 0)
            {
                throw fault;
            }
        }
    }

    public static TheoryData<int, string> Failures() => new()
    {
        { 0, "full" }, { 1, "full" }, { 100, "full" }, { 700, "full" }, { 0, "closed" }, { 300, "closed" }, { 0, "gone" }, { 500, "gone" },
    };

    private static FailingWriter Failing(int characters, string why) => new(characters, why switch
    {
        "full" => new IOException("No space left on device"),
        "closed" => new UnauthorizedAccessException("Access to the path is denied."),
        _ => new ObjectDisposedException("stream"),
    });

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_run_outlives_its_messages(int characters, string why)
    {
        using var error = Failing(characters, why);
        using var output = new StringWriter();
        Assert.Equal(0, CallWith(Run, output, error));
        Assert.Equal(20, RunFolder.CheckpointsIn(this["run"]).Steps()[^1]);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_run_outlives_its_json_and_says_so_in_the_end(int characters, string why)
    {
        using var error = new StringWriter();
        using var output = Failing(characters, why);
        Assert.Equal(0, CallWith(Run + " --json", output, error));
        Assert.Equal(20, RunFolder.CheckpointsIn(this["run"]).Steps()[^1]);
        Assert.Contains("Done: 20 steps", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Standard output could not be written to its end", error.ToString().TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_outlives_both()
    {
        using var error = Failing(50, "full");
        using var output = Failing(50, "closed");
        Assert.Equal(0, CallWith(Run + " --json", output, error));
        Assert.Equal(20, RunFolder.CheckpointsIn(this["run"]).Steps()[^1]);
    }

    [Theory]
    [InlineData("devices --json")]
    [InlineData("train --help")]
    [InlineData(Run + " --dry-run")]
    [InlineData(Run + " --dry-run --json")]
    public void A_command_whose_result_cannot_be_written_fails_and_says_so(string command)
    {
        using var error = new StringWriter();
        using var output = Failing(0, "full");
        Assert.Equal(1, CallWith(command, output, error));
        Assert.EndsWith("Standard output could not be written to its end: No space left on device; free space or name another file and try "
            + "again.", error.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train $/nowhere --out $/run", 2)]
    [InlineData("generate $/nowhere --out $/a.png", 2)]
    [InlineData("nonsense", 2)]
    [InlineData("draw faces --count 2 --size 16 --out $/faces", 0)]
    public void The_exit_code_is_what_it_is_where_nobody_hears_why(string command, int code)
    {
        using var error = Failing(0, "closed");
        using var output = new StringWriter();
        Assert.Equal(code, CallWith(command, output, error));
    }

    [Theory]
    [InlineData(true, "pipe:[1]\nMax open files            64                   64                   files     ")]
    [InlineData(true, "Max open files            255                  1024                 files     ")]
    [InlineData(false, "Max open files            256                  256                  files     ")]
    [InlineData(false, "Max open files            1048576              1048576              files     ")]
    [InlineData(false, "Max open files            unlimited            unlimited            files     ")]
    [InlineData(false, "")]
    public void A_limit_of_open_files_that_the_runtime_cannot_live_with_is_said(bool isSaid, string limits) =>
        Assert.Equal(isSaid, OpenFiles.Complaint(limits.Split('\n'))?.EndsWith("allow more with ulimit -n 1024 and try again.", StringComparison.Ordinal) == true);

    [Fact]
    public void A_checkpoint_of_another_network_is_not_exported()
    {
        // What the stand-in for the trainer saves is of no network.
        Train();
        foreach (var target in new[] { "--onnx $/a.onnx", "--safetensors $/weights" })
        {
            Assert.Equal(2, Call($"export $/run {target}"));
            AssertOneSentence("$/run belongs to another network (it has no tensor '");
            Assert.Equal(2, Call($"export $/run/checkpoints/step-000020.safetensors {target}"));
            AssertOneSentence("step-000020.safetensors belongs to another network");
        }
    }

    [Fact]
    public void Resume_takes_a_checkpoint_by_its_step_or_its_file()
    {
        Train("--steps 40 --checkpoint-every 10");
        Assert.Equal(0, Call("train --out $/run --resume 20"));
        Assert.Contains("from step 20", Error, StringComparison.Ordinal);
        Assert.Contains("Done: 40 steps", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("train --resume $/run/checkpoints/step-000030.safetensors"));
        Assert.Contains("from step 30", Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(this["run/left-2"]));
        Assert.Equal(2, Call("train --out $/run --resume 33"));
        AssertOneSentence("--resume 33: there is no such checkpoint; give a step of those in $/run/checkpoints (20, 30, 40), best, or a file.");
        Assert.Equal(2, Call("train --out $/run/checkpoints/step-000040.safetensors --resume"));
        AssertOneSentence("$/run/checkpoints/step-000040.safetensors is a checkpoint of the run $/run; to go on from it give --out $/run --resume $/run/checkpoints/step-000040.safetensors.");
    }

    [Fact]
    public void Resume_takes_a_run_folder()
    {
        Train();
        Assert.Equal(0, Call("train --resume $/run --steps 25"));
        Assert.Contains("Done: 25 steps", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("train --resume $/run/checkpoints/step-000025.safetensors --steps 30"));
    }

    [Fact]
    public void Pipes_and_links_in_a_circle_are_refused_by_name_and_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes with names are made by mkfifo");
        Train();
        using (var process = System.Diagnostics.Process.Start("mkfifo", [this["pipe"], this["pipe.safetensors"], this["pipe.pth"]]))
        {
            process.WaitForExit();
        }

        File.CreateSymbolicLink(this["circle.pth"], "circle.pth");
        foreach (var name in new[] { "pipe", "pipe.safetensors", "pipe.pth", "circle.pth" })
        {
            foreach (var command in new[] { $"generate $/{name} --out $/a.png", $"export $/{name} --onnx $/a.onnx", $"import $/{name} --out $/imported" })
            {
                Assert.Equal(2, Call(command));
                AssertOneSentence($"$/{name} is empty or no regular file; give a safetensors file, or one of torch.save.");
            }
        }

        File.Delete(this["run/options.json"]);
        File.CreateSymbolicLink(this["run/options.json"], "options.json");
        foreach (var command in new[] { "train --out $/run --resume", "generate $/run --out $/a.png" })
        {
            Assert.Equal(2, Call(command));
            AssertOneSentence("$/run/options.json is damaged (it is empty or no regular file)");
        }
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_named()
    {
        Train();
        File.WriteAllText(this["file"], "x");
        Assert.Equal(2, Call("export $/run --safetensors $/file"));
        AssertOneSentence("--safetensors $/file is a file; give a folder, or a name that ends with .safetensors.");
        Assert.Equal(2, Call("timelapse $/file --out $/a.webp"));
        AssertOneSentence("$/file is a file; give the folder of a run");
    }

    [Fact]
    public void A_bound_that_is_none_and_a_name_that_was_said_are_left_out()
    {
        Train();
        Assert.Equal(2, Call("generate $/run --truncation -1 --out $/a.png"));
        AssertOneSentence("--truncation is -1; it must be above 0.");
        File.WriteAllText(this["empty"], "");
        Assert.Equal(2, Call("evaluate $/run --compare $/empty"));
        AssertOneSentence("The report $/empty holds no results; give");
    }

    [Fact]
    public void The_data_may_follow_resume_as_before()
    {
        Train();
        Assert.Equal(0, Call("train --out $/run --steps 25 --resume faces"));
        Assert.Contains("Done: 25 steps", Error, StringComparison.Ordinal);
    }
}
