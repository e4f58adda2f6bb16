using System.Text.Json;

namespace IlgpuGan.Cli.Tests;

public sealed class OtherCommandsTests : CliFixture
{
    [Fact]
    public void Without_a_command_the_commands_are_named()
    {
        Assert.Equal(2, Call(""));
        AssertOneSentence("Give a command: devices, draw, train, generate, interpolate, project, translate, timelapse, export, import, evaluate, modes, watch, lab, completion; see ilgpugan --help.");
        Assert.Equal(2, Call("trian faces"));
        AssertOneSentence("'trian' is not known here, give one of devices, draw, train, generate, interpolate, project, translate, timelapse, export, import, evaluate, modes, watch, lab, "
            + "completion; see ilgpugan --help.");
        Assert.Equal(2, Call("draw"));
        AssertOneSentence("Give a command: faces; see ilgpugan draw --help.");
    }

    [Theory]
    [InlineData("evaluate faces --metrcs pr", "'--metrcs' is not known here; see ilgpugan evaluate --help.")]
    [InlineData("evaluate --label hair=red faces", "'--label' is not known here; see ilgpugan evaluate --help.")]
    [InlineData("modes --jsno run", "'--jsno' is not known here; see ilgpugan modes --help.")]
    [InlineData("watch --prot 80", "'--prot' is not known here; see ilgpugan watch --help.")]
    [InlineData("generate --cuont 5 run --out a.png", "'--cuont' is not known here; see ilgpugan generate --help.")]
    public void A_misspelt_option_is_never_taken_for_a_name(string arguments, string sentence)
    {
        Assert.Equal(2, Call(arguments));
        AssertOneSentence(sentence);
    }

    [Fact]
    public void The_way_back_is_asked_for_of_an_ONNX_model_alone()
    {
        Directory.CreateDirectory(this["run"]);
        Assert.Equal(2, Call("export $/run --safetensors $/weights --back"));
        AssertOneSentence("--back says which ONNX model to write, and weights are written of all networks; give --onnx FILE.onnx, too, or leave --back out.");
    }

    [Fact]
    public void Help_is_a_success_and_goes_to_the_output()
    {
        Assert.Equal(0, Call("train --help"));
        Assert.Contains("--half-life", Output, StringComparison.Ordinal);
        Assert.Empty(Error);
    }

    [Fact]
    public void Devices_are_listed_as_json_lines()
    {
        Assert.Equal(0, Call("devices --json"));
        var ids = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).ToList();
        Assert.Contains("cpu", ids);
        var cpu = Output.Split('\n').First(line => line.Contains("\"id\":\"cpu\"", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(cpu);
        Assert.True(json.RootElement.GetProperty("usable").GetBoolean());
        Assert.True(json.RootElement.GetProperty("gflops").GetDouble() > 0);
        Assert.True(json.RootElement.GetProperty("gigabytes_per_second").GetDouble() > 0);
    }

    [Fact]
    public void An_unknown_device_is_refused_with_those_there_are()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, CommandLine.Run(["train", "faces", "--faces", "8", "--size", "16", "--no-cache", "--device", "tpu", "--out", this["run"]], output, error));
        Assert.Contains("'tpu' is not a device", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("cpu", error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(this["run"]));
    }

    [Fact]
    public void Faces_are_drawn_with_their_labels()
    {
        Assert.Equal(0, Call("draw faces --count 3 --size 16 --seed 5 --out $/faces"));
        Assert.Equal(3, Directory.GetFiles(this["faces"], "*.png").Length);
        Assert.True(File.Exists(this["faces/labels.json"]));
        Assert.Contains("Drew 3 faces into", Error, StringComparison.Ordinal);
        Assert.Equal(2, Call("draw faces --count 3 --size 16 --out $/faces"));
        Assert.Contains("is not empty", Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--count 0 --out $/faces", "--count is 0; it must be at least 1.")]
    [InlineData("--size 5 --out $/faces", "--size is 5; it must be between 8 and 4096.")]
    [InlineData("--size x --out $/faces", "--size is \"x\"; it must be a whole number")]
    [InlineData("--count 3", "'--out' is required")]
    public void A_bad_option_of_draw_is_refused(string options, string part)
    {
        Assert.Equal(2, Call($"draw faces {options}"));
        AssertOneSentence(part);
    }

    [Fact]
    public void Generate_draws_one_picture_or_many_files()
    {
        Train();
        Assert.Equal(0, Call("generate $/run --count 5 --seed 3 --out $/five.png"));
        Assert.Contains("Drew 5 images of step 20 into", Error, StringComparison.Ordinal);
        Assert.True(File.Exists(this["five.png"]));
        Assert.Equal(0, Call("generate $/run --count 5 --seed 3 --out $/five"));
        Assert.Equal(5, Directory.GetFiles(this["five"], "seed3-*.png").Length);
    }

    [Fact]
    public void Generate_makes_the_archive_of_the_homework()
    {
        Train("--condition hair");
        Assert.Equal(0, Call("generate $/run --count 40 --format jpg --numbered --archive $/out.tgz --label hair=red"));
        Assert.Contains("Drew 40 images of step 20 into", Error, StringComparison.Ordinal);
        Assert.Contains("out.tgz, 1.jpg to 40.jpg: 0.0", Error, StringComparison.Ordinal);
        Assert.Contains("MB, JPEG of quality 95.", Error, StringComparison.Ordinal);
        double size = new FileInfo(this["out.tgz"]).Length / 1e6;
        Assert.Equal(0, Call(FormattableString.Invariant($"generate $/run --count 40 --format jpg --numbered --archive $/out.tgz --label hair=red --limit {size}")));
        Assert.Matches(@"JPEG of quality \d+, the best that stays below 0\.0\d+ MB\.", Error);
    }

    [Theory]
    [InlineData("--archive $/a.rar", "--archive $/a.rar: give a name that ends with .tgz, .tar.gz, .tar or .zip.")]
    [InlineData("--archive $", "--archive $: give a name that ends with")]
    [InlineData("--archive $/a.zip --out $/a", "--out $/a and --archive $/a.zip are two places for the same images; leave one of them out.")]
    [InlineData("--archive $/a.zip --rows hair", "--rows hair makes one picture")]
    [InlineData("--archive $/run/options.json/a.zip", "--archive $/run/options.json/a.zip cannot be written")]
    [InlineData("--archive $/a.zip --limit 0", "--limit is 0; it must be above 0")]
    [InlineData("--archive $/a.zip --limit 0.0001 --format jpg", "MB even at the lowest quality, and is to stay below 0.001; give a smaller --count, a larger --limit.")]
    [InlineData("--out $/a --limit 2", "--limit 2 is of an archive; give --archive, or leave it out.")]
    [InlineData("--out $/a.tgz", "--out $/a.tgz has the name of an archive; give it as --archive.")]
    [InlineData("--out $/a.png --format jpg", "--format jpg is of one file for each image, and --out $/a.png is one picture of all; give a folder, or --archive.")]
    [InlineData("--out $/a.png --numbered", "--numbered is of one file for each image")]
    [InlineData("--out $/a --format gif", "--format is \"gif\"; it must be one of png, jpg")]
    public void Generate_refuses_archives_that_make_no_sense(string options, string part)
    {
        Train();
        Assert.Equal(2, Call($"generate $/run --count 5 {options}"));
        AssertOneSentence(part);
        Assert.False(File.Exists(this["a.zip"]));
    }

    [Theory]
    [InlineData("$/a.tiff")]
    [InlineData("$/a.txt")]
    public void Generate_takes_a_name_with_another_ending_for_a_mistake(string target)
    {
        Train();
        Assert.Equal(2, Call($"generate $/run --out {target}"));
        AssertOneSentence($"--out {target}: pictures are written as PNG; give a name that ends with .png, or a folder");
        Assert.Equal(0, Call($"generate $/run --count 2 --out {target}/"));
        Assert.Equal(0, Call($"generate $/run --count 2 --out {target}"));
    }

    [Theory]
    [InlineData("draw", "faces")]
    [InlineData("train", "faces")]
    [InlineData("generate", "run")]
    public void An_empty_name_is_refused(string command, string argument)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, CommandLine.Run([command, argument, "--out", ""], output, error));
        Assert.StartsWith("--out is \"\"; it must be a name; see", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_named_with_the_remedy()
    {
        File.WriteAllText(this["file"], "");
        Assert.Equal(2, Call("draw faces --count 1 --size 16 --out $/file/faces"));
        AssertOneSentence("--out $/file/faces cannot be written: $/file is a file; give another --out, or allow writing there.");
        Train();
        Assert.Equal(2, Call("generate $/run --count 1 --out $/file/images"));
        AssertOneSentence("--out $/file/images cannot be written: $/file is a file; give another --out, or allow writing there.");
    }

    [Fact]
    public void Generate_refuses_what_it_cannot_do()
    {
        Assert.Equal(2, Call("generate $/nothing --out $/a.png"));
        AssertOneSentence("$/nothing does not exist; give the folder of a run");
        Train();
        Assert.Equal(2, Call("generate $/run --out $/a.jpg"));
        AssertOneSentence("pictures are written as PNG; give a name that ends with .png");
        Assert.Equal(2, Call("generate $/run --count 0 --out $/a.png"));
        AssertOneSentence("--count is 0; it must be between 1 and");
        Assert.Equal(2, Call("generate $/run"));
        AssertOneSentence("'--out' is required");
        foreach (var file in Directory.GetFiles(this["run/checkpoints"]))
        {
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..50]);
        }

        Assert.Equal(2, Call("generate $/run --out $/a.png"));
        Assert.Contains("No checkpoint in", Error, StringComparison.Ordinal);
        Assert.False(File.Exists(this["a.png"]));
    }
}
