using System.Text.Json;
using IlgpuGan.Imaging;

namespace IlgpuGan.Cli.Tests;

public sealed class DataLinesTests : CliFixture
{
    private const string Short = "--no-cache --steps 2 --report-every 1";

    [Fact]
    public void The_start_says_what_was_taken_with_its_classes_and_what_became_of_it()
    {
        Draw("pets/cat/1.png", 64, 64, 3);
        Draw("pets/cat/2.png", 64, 64, 3);
        Draw("pets/dog/1.png", 256, 128, 3);
        Assert.Equal(0, Call($"train $/pets --from none --out $/run {Short}"));
        Assert.Contains("3 images in 2 classes (folder): cat (2), dog (1); --condition folder draws by them.", Error, StringComparison.Ordinal);
        Assert.Contains("3 images of 64..256 x 64..128 (mostly 64 x 64), brought to 64 x 64 (crop loses 17 % on average, 50 % of one), 36 KiB in all.", Error, StringComparison.Ordinal);
        Assert.Contains("In colour, three channels.", Error, StringComparison.Ordinal);
        Assert.Contains("Training on 3 images of 64 x 64 x 3 into", Error, StringComparison.Ordinal);
        var taken = JsonDocument.Parse(File.ReadAllText(this["run/options.json"])).RootElement.GetProperty("taken");
        Assert.Equal("cat", taken.GetProperty("labels")[0].GetProperty("classes")[0].GetProperty("name").GetString());
        Assert.Equal(256, taken.GetProperty("originals").GetProperty("largest").GetProperty("width").GetInt32());
    }

    [Fact]
    public void Sides_are_width_by_height_in_what_is_asked_and_in_what_is_said()
    {
        Draw("wide/1.png", 64, 28, 3);
        Assert.Equal(0, Call("train $/wide --from none --no-cache --dry-run --size 64x28"));
        Assert.Contains("of 64 x 28 x 3", Output, StringComparison.Ordinal);
        Assert.Contains("1 image of 64 x 28, taken as they are", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call($"train $/wide --from none --out $/run --size 64x28 {Short} --json"));
        var start = Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).First();
        Assert.Equal((28, 64), (start.GetProperty("data").GetProperty("height").GetInt32(), start.GetProperty("data").GetProperty("width").GetInt32()));
        Assert.Equal(64, start.GetProperty("taken").GetProperty("originals").GetProperty("target").GetProperty("width").GetInt32());
        var size = JsonDocument.Parse(File.ReadAllText(this["run/options.json"])).RootElement.GetProperty("settings").GetProperty("data").GetProperty("size");
        Assert.Equal((28, 64), (size.GetProperty("height").GetInt32(), size.GetProperty("width").GetInt32()));
        Assert.Equal(2, Call("train $/wide --from none --no-cache --dry-run --size 62x28"));
        Assert.Contains("cannot draw images of 62x28: its sides are multiples of 4 and at least 16; give --size 64x28.", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_asked_for_is_said_with_the_option_that_changes_it()
    {
        Draw("large/1.png", 256, 256, 3);
        Assert.Equal(0, Call("train $/large --from none --no-cache --dry-run"));
        Assert.Contains("1 image of 256 x 256, brought to 64 x 64, 12 KiB in all; --size 128 keeps more.", Error, StringComparison.Ordinal);
        Draw("strip/1.png", 355, 32, 3);
        Assert.Equal(0, Call("train $/strip --from none --no-cache --dry-run --size 32"));
        Assert.Contains("(crop loses 91 % on average), 3 KiB in all; --fit pad cuts nothing off.", Error, StringComparison.Ordinal);
        Draw("grey/1.png", 28, 28, 1);
        Assert.Equal(0, Call("train $/grey --from none --no-cache --dry-run"));
        Assert.Contains("All are grey, in one channel; --channels 3 takes three.", Error, StringComparison.Ordinal);
        Assert.Contains("of 28 x 28 x 1", Output, StringComparison.Ordinal);
        Draw("clear/1.png", 32, 32, 4);
        Assert.Equal(0, Call("train $/clear --from none --no-cache --dry-run"));
        Assert.Contains("transparent in places, which are put on white; --channels 4 keeps it.", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_is_advised_where_there_is_one_that_was_not_given_and_still_counts()
    {
        Draw("pets/cat/1.png", 64, 32, 3);
        Draw("pets/cat/2.png", 64, 32, 3);
        Draw("pets/dog/1.png", 355, 32, 3);
        Draw("pets/dog/2.png", 355, 32, 3);
        string advice = "--condition folder draws by them", fit = "--fit pad cuts nothing off";
        Assert.Equal(0, Call("train $/pets --from none --size 32 --no-cache --dry-run"));
        Assert.Contains(advice, Error, StringComparison.Ordinal);
        Assert.Contains(fit, Error, StringComparison.Ordinal);
        Assert.Equal(0, Call($"train $/pets --from none --size 32 --fit crop --condition folder --out $/run {Short}"));
        Assert.DoesNotContain(advice, Error, StringComparison.Ordinal);
        Assert.DoesNotContain(fit, Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("train --out $/run --resume --steps 3"));
        Assert.Contains("4 images in 2 classes (folder): cat (2), dog (2).", Error, StringComparison.Ordinal);
        Assert.DoesNotContain(fit, Error, StringComparison.Ordinal);
        Assert.True(Call("evaluate $/pets --data $/pets --size 32 --metrics swd --no-cache --device cpu") == 0, Error);
        Assert.DoesNotContain(advice, Error, StringComparison.Ordinal);
        Assert.DoesNotContain(fit, Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbered_folders_are_told_as_such_whether_they_are_asked_for_or_not()
    {
        foreach (var name in new[] { "00000/00001", "00000/00002", "01000/01000" })
        {
            Draw($"set/{name}.png", 32, 32, 3);
        }

        Assert.Equal(0, Call("train $/set --from none --no-cache --dry-run"));
        Assert.Contains("set: 3 images in 2 numbered folders; --condition folder takes them for labels.", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("train $/set --from none --no-cache --dry-run --condition folder"));
        Assert.Contains("set: 3 images in 2 numbered folders.", Error, StringComparison.Ordinal);
        Assert.True(Call("evaluate $/set --data $/set --size 32 --metrics swd --no-cache --device cpu") == 0, Error);
        Assert.DoesNotContain("--condition", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_that_is_for_a_machine_and_a_time_says_so()
    {
        Draw("small/1.png", 64, 64, 3);
        Assert.True(Call("train $/small --no-cache --dry-run --preset overnight") == 0, Error);
        Assert.Contains("--preset overnight is for eight hours on eight cores, with images of about 64 x 64 pixels or less; --dry-run tells what it takes here.", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("train $/small --no-cache --dry-run --preset dcgan"));
        Assert.DoesNotContain("is for eight hours", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_that_is_for_a_size_trains_at_it_and_another_size_is_remarked_upon()
    {
        Draw("small/1.png", 64, 64, 3);
        Assert.Equal(0, Call("train $/small --no-cache --dry-run --preset r3-ffhq256"));
        Assert.Contains("of 256 x 256 x 3", Output, StringComparison.Ordinal);
        Assert.Contains("brought to 256 x 256 by enlarging them, 192 KiB in all; --size 64 enlarges nothing.", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("train $/small --no-cache --dry-run --preset r3-ffhq256 --size 64"));
        Assert.Contains("--preset r3-ffhq256 is for images of 256 x 256; they are brought to 64 x 64, as --size asks.", Error, StringComparison.Ordinal);
        Assert.Contains("of 64 x 64 x 3", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_may_be_resumed_with_the_size_that_it_has_and_with_no_other()
    {
        Draw("large/1.png", 256, 256, 3);
        Assert.Equal(0, Call($"train $/large --from none --out $/run {Short}"));
        Assert.Equal(0, Call("train --out $/run --resume --steps 3 --size 64"));
        Assert.Equal(2, Call("train --out $/run --resume --steps 4 --size 128"));
        AssertOneSentence("--size 128x128 contradicts $/run, which was made with 64x64; leave --size out to resume");
    }

    private void Draw(string name, int width, int height, int channels)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        byte[] pixels = [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * 7))];
        ImageFile.SavePng(this[name], pixels, height, width, channels);
    }
}
