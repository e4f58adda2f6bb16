using IlgpuGan.Runs;

namespace IlgpuGan.Cli.Tests;

/// <summary>Sentences say a name once, in words of the reader, with numbers that agree with their nouns.</summary>
public sealed class SentenceTests : CliFixture
{
    [Theory]
    [InlineData("\"batch\": 64", "\"batch\": \"many\"", "settings.training.batch is not what belongs there")]
    [InlineData("\"training\": {", "\"training\": 5, \"other\": {", "settings.training is not what belongs there")]
    [InlineData("\"network\": \"dcgan\"", "\"network\": null", "settings.training.network is not what belongs there")]
    [InlineData("\"device_name\"", "\"devise_name\"", "it lacks device_name")]
    [InlineData("\"format\": 1,", "\"format\": 1, \"format\": 1,", "format stands there twice")]
    [InlineData("\"format\": 1,", "\"format\": 1", "line 3 is no JSON")]
    [InlineData("\"format\": 1,", "\"format\": \"\\ud800\",", "is damaged (")]
    public void Options_that_are_damaged_are_told_in_words_of_the_file(string right, string wrong, string part)
    {
        Train();
        var text = File.ReadAllText(this["run/options.json"]);
        Assert.Contains(right, text, StringComparison.Ordinal);
        File.WriteAllText(this["run/options.json"], text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Equal(2, Call("train --out $/run --resume"));
        AssertOneSentence("$/run/options.json is damaged (", part, "restore it from a copy");
        Assert.DoesNotMatch("IlgpuGan\\.|System\\.|LineNumber|BytePosition|\\$\\.|Parameter|JSON value", Error);
    }

    [Theory]
    [InlineData("train faces --latent 9999999999", "--latent is \"9999999999\"; it must be a whole number, 1 to 8192;")]
    [InlineData("train faces --seed -1", "--seed is \"-1\"; it must be a whole number, 0 to 18446744073709551615;")]
    [InlineData("train faces --seed 18446744073709551616", "it must be a whole number, 0 to 18446744073709551615;")]
    [InlineData("train faces --sample-every 1e30", "it must be a whole number, 1 to 2147483647;")]
    [InlineData("train faces --lecam 1e300", "it must be a finite number, 0 to 1000;")]
    [InlineData("train faces --minutes 1e400", "it must be a finite number, above 0, at most 1000000;")]
    [InlineData("generate run --out a.png --seed -1", "--seed is \"-1\"; it must be a whole number, 0 or more;")]
    [InlineData("generate run --out a.png --count 9999999999", "it must be a whole number, at most 2147483647;")]
    [InlineData("train faces --latent 1.5", "--latent is \"1.5\"; it must be a whole number;")]
    [InlineData("train faces --latent many", "--latent is \"many\"; it must be a whole number;")]
    public void A_number_that_is_one_is_told_how_large_it_may_be(string command, string part)
    {
        Assert.Equal(2, Call(command));
        AssertOneSentence(part);
    }

    [Theory]
    [InlineData("train faces --lr 1e300", "--lr is \"1e300\"")]
    [InlineData("train faces --lecam 1e300", "--lecam is \"1e300\"; it must be a finite number")]
    [InlineData("train faces --lr linear:1e300:0:5", "--lr is \"linear:1e300:0:5\"")]
    [InlineData("train faces --minutes 1e400", "--minutes is \"1e400\"; it must be a finite number")]
    [InlineData("lab divergence --distances 1,1e999", "--distances is \"1,1e999\"")]
    public void A_number_that_is_too_large_is_told_as_it_was_given(string command, string part)
    {
        Assert.Equal(2, Call(command));
        AssertOneSentence(part);
        Assert.DoesNotContain("∞", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("project $/run $/nowhere.png --out $/a.png")]
    [InlineData("evaluate $/run --compare $/nowhere.png")]
    [InlineData("evaluate $/run --inception $/nowhere.png")]
    [InlineData("generate $/nowhere.pth --out $/a.png")]
    [InlineData("generate $/run/checkpoints/nowhere.png --out $/a.png")]
    public void A_name_is_said_once(string command)
    {
        Train();
        Assert.Equal(2, Call(command));
        Assert.Equal(2, Error.Split("nowhere").Length);
    }

    [Fact]
    public void What_the_system_says_of_a_file_loses_the_name_that_the_sentence_has()
    {
        var path = this["a/b.png"];
        var fault = Assert.ThrowsAny<IOException>(() => AtomicFile.Write(path, _ => { }));
        Assert.DoesNotContain(this["a"], Excerpt.Of(fault, path), StringComparison.Ordinal);
        Assert.Equal("No space left on device", Excerpt.Of(new IOException($"No space left on device : '{path}.12345678.tmp'"), path));
        Assert.Equal("Access to the path is denied", Excerpt.Of(new UnauthorizedAccessException($"Access to the path '{path}' is denied."), path));
        Assert.Equal("Access to the path '/other' is denied", Excerpt.Of(new UnauthorizedAccessException("Access to the path '/other' is denied."), path));
    }

    [Theory]
    [InlineData(1, "image", "1 image")]
    [InlineData(0, "image", "0 images")]
    [InlineData(1, "class", "1 class")]
    [InlineData(2, "class", "2 classes")]
    [InlineData(1234567, "file", "1234567 files")]
    [InlineData(3, "entry", "3 entries")]
    public void A_noun_agrees_with_its_number(long count, string noun, string words) => Assert.Equal(words, Amount.Of(count, noun));

    [Fact]
    public void One_of_anything_is_told_as_one()
    {
        Assert.Equal(0, Call("draw faces --count 1 --size 16 --out $/images"));
        Assert.Contains("Drew 1 face into", Error, StringComparison.Ordinal);
        Train("--steps 1");
        Assert.Contains("Done: 1 step in", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("generate $/run --count 1 --out $/a.png"));
        Assert.Contains("Drew 1 image of step 1", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("timelapse $/run --out $/a.png"));
        Assert.Contains("Drew 1 sample up to", Error, StringComparison.Ordinal);
        Directory.CreateDirectory(this["one/cat"]);
        File.Copy(Directory.GetFiles(this["images"], "*.png")[0], this["one/cat/1.png"]);
        Assert.Equal(0, Call("train $/one --from none --size 16 --no-cache --steps 2 --batch 2 --out $/second"));
        Assert.Contains("Training on 1 image of 16 x 16", Error, StringComparison.Ordinal);
        Assert.DoesNotMatch("\\b1 (images|classes|files|faces|steps|samples|columns)\\b", Error);
        Assert.Equal(2, RunFolder.CheckpointsIn(this["second"]).Steps()[^1]);
    }

    [Fact]
    public void One_image_is_too_few_to_measure_and_it_is_said_in_one_sentence()
    {
        Assert.Equal(0, Call("draw faces --count 8 --size 16 --out $/images"));
        Assert.Equal(0, Call("draw faces --count 1 --size 16 --out $/one"));
        Assert.Equal(2, Call("evaluate $/one --data $/images --device cpu --no-cache"));
        AssertOneSentence("There is nothing to measure of $/one, which has 1 image to compare with 8 images", "fd needs at least 2 images", "give more.");
    }

    [Fact]
    public void A_class_that_no_real_image_has_is_named()
    {
        Assert.Equal(0, Call("draw faces --count 12 --size 16 --out $/faces"));
        var files = Directory.GetFiles(this["faces"], "*.png");
        foreach (var (folder, first, count) in new[] { ("real/cat", 0, 3), ("real/dog", 3, 3), ("fake/cat", 6, 3), ("fake/fox", 9, 3) })
        {
            Directory.CreateDirectory(this[folder]);
            foreach (var file in files.Skip(first).Take(count))
            {
                File.Copy(file, Path.Combine(this[folder], Path.GetFileName(file)));
            }
        }

        Assert.True(Call("evaluate $/fake --data $/real --size 16 --metrics fd --per-class --device cpu --no-cache") == 0, Error);
        Assert.Contains("Judged images of classes that no real image has are in no class by itself: fox (3).", Error, StringComparison.Ordinal);
        Assert.Contains("fd of class dog is left out: it has 3 real and 0 judged images.", Error, StringComparison.Ordinal);
    }
}
