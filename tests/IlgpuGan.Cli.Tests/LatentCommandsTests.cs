using IlgpuGan.Imaging;

namespace IlgpuGan.Cli.Tests;

/// <summary>interpolate, project and timelapse.</summary>
public sealed class LatentCommandsTests : CliFixture
{
    [Theory]
    [InlineData("webp", "Drew 6 pictures of step 20")]
    [InlineData("gif", "Drew 6 pictures of step 20")]
    [InlineData("png", "Drew 6 columns of step 20")]
    public void Interpolate_writes_an_animation_or_a_strip(string kind, string said)
    {
        Train();
        Assert.Equal(0, Call($"interpolate $/run --keys 3 --frames 6 --fps 10 --tiles 2x1 --seed 4 --truncation 1.5 --out $/new/walk.{kind} --device cpu"));
        Assert.Contains($"{said} into {this["new/walk." + kind]}.", Error, StringComparison.Ordinal);
        Assert.True(File.Exists(this["new/walk." + kind]));
    }

    [Theory]
    [InlineData("--keys 1", "--keys is 1; it must be between 2 and")]
    [InlineData("--tiles 3", "--tiles is \"3\"; it must be columns x rows such as 4x3")]
    [InlineData("--tiles 0x3", "--tiles is \"0x3\"; it must be columns x rows such as 4x3")]
    [InlineData("--label hair=red", "this run was trained without labels")]
    [InlineData("--fps 1000", "--fps is 1000; it must be between")]
    public void Interpolate_refuses_what_it_cannot_do(string options, string part)
    {
        Train();
        Assert.Equal(2, Call($"interpolate $/run --out $/walk.gif {options}"));
        AssertOneSentence(part);
        Assert.False(File.Exists(this["walk.gif"]));
    }

    [Fact]
    public void Project_shows_what_it_found_and_says_how_near_it_is()
    {
        Train();
        ImageFile.SavePng(this["face.png"], new byte[20 * 30 * 3], 20, 30, 3);
        Assert.Equal(0, Call("project $/run $/face.png --steps 12 --seed 2 --fit stretch --out $/found.png --device cpu"));
        Assert.Matches(@"^RMSE \d+\.\d\d of 255, from \d+\.\d\d at the nearest start\.\s*$", Output);
        Assert.True(File.Exists(this["found.png"]));
    }

    [Fact]
    public void Project_refuses_what_it_cannot_do()
    {
        Train();
        ImageFile.SavePng(this["small.png"], new byte[8 * 8], 8, 8, 1);
        Assert.Equal(2, Call("project $/run $/small.png --out $/found.png"));
        AssertOneSentence("$/small.png has 8 x 8 pixels, fewer than the 16 x 16 of this run's images");
        Assert.Equal(2, Call("project $/run $/nothing.png --out $/found.png"));
        AssertOneSentence("$/nothing.png does not exist");
        Assert.Equal(2, Call("project $/run $/small.png --out $/found.gif"));
        AssertOneSentence("give a name that ends with .png");
        Assert.Equal(2, Call("project $/run $/small.png --out $/found.png --fit squeeze"));
        AssertOneSentence("--fit is \"squeeze\"; it must be one of crop, pad, stretch");
    }

    [Fact]
    public void Timelapse_shows_the_samples_of_a_run()
    {
        Train("--steps 40 --sample-every 10");
        Assert.Equal(0, Call("timelapse $/run --seconds 3 --fps 20 --out $/lapse.webp"));
        Assert.Contains($"up to step 40 into {this["lapse.webp"]}.", Error, StringComparison.Ordinal);
        Assert.True(File.Exists(this["lapse.webp"]));
        Assert.Equal(2, Call("timelapse $/nothing --out $/lapse.gif"));
        AssertOneSentence("$/nothing does not exist; give the folder of a run");
        Assert.Equal(2, Call("timelapse $/run --out $/lapse.mp4"));
        AssertOneSentence("--out $/lapse.mp4: give a name that ends with .webp or .gif for an animation, or with .png for a strip of pictures");
        Assert.Equal(2, Call("timelapse $/run --out $/run"));
        AssertOneSentence("--out $/run is a folder");
    }

    [Theory]
    [InlineData("14", "--steps 14: $/run has no sample of this step, the nearest is of step 10; give that one, or train with --sample-every.")]
    [InlineData("10,39", "--steps 39: $/run has no sample of this step, the nearest is of step 40; give that one, or train with --sample-every.")]
    [InlineData("-9223372036854775808", "has no sample of this step, the nearest is of step")]
    [InlineData("10.5", "--steps is \"10.5\"; it must be whole numbers separated by commas")]
    [InlineData("10,", "--steps is \"10,\"; it must be whole numbers separated by commas")]
    [InlineData("1e30", "--steps is \"1e30\"; it must be whole numbers separated by commas")]
    public void Steps_without_a_sample_are_refused_with_the_nearest_that_has_one(string steps, string sentence)
    {
        Train("--steps 40 --sample-every 10");
        Assert.Equal(2, Call($"timelapse $/run --steps {steps} --out $/lapse.png"));
        AssertOneSentence(sentence);
        Assert.False(File.Exists(this["lapse.png"]));
        Assert.Equal(0, Call("timelapse $/run --steps 40,10,40 --out $/lapse.png"));
        Assert.Contains($"Drew 2 samples up to step 40 into {this["lapse.png"]}.", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_named()
    {
        Train();
        File.WriteAllText(this["file"], "");
        Assert.Equal(2, Call("interpolate $/run --frames 2 --keys 2 --out $/file/walk.gif"));
        AssertOneSentence("--out $/file/walk.gif cannot be written: $/file is a file; give another --out, or allow writing there.");
    }
}
