using IlgpuGan.Imaging;
using IlgpuGan.Training;

namespace IlgpuGan.Cli.Tests;

/// <summary>What <c>train</c> makes of images of two kinds, on the real engine.</summary>
public sealed class TranslationTests : CliFixture
{
    private const string Short = "--no-cache --device cpu --steps 1 --batch 2 --size 16 --width 4 --report-every 1";

    [Fact]
    public void Pairs_are_translated_by_what_their_folders_are_called()
    {
        Draw("pets/A", "1.png", "2.png", "3.png");
        Draw("pets/B", "1.png", "2.png", "4.png");
        string error = CallHere($"train $/pets {Short} --out $/run");

        Assert.Contains("--method pix2pix learns that; with --method gan", error, StringComparison.Ordinal);
        Assert.Contains("layout is folders", error, StringComparison.Ordinal);
        Assert.Contains("Left out, as they have no partner: 1 of A ('A/3.png'), 1 of B ('B/4.png')", error, StringComparison.Ordinal);
        Assert.Contains("translate images of yours with", error, StringComparison.Ordinal);
        Assert.Contains("\"method\": \"pix2pix\"", File.ReadAllText(this["run/options.json"]), StringComparison.Ordinal);
        Assert.Contains("\"l1\"", File.ReadAllText(this["run/log.jsonl"]), StringComparison.Ordinal);
        CallHere("train --out $/run --resume --steps 2");
        Assert.Equal(0, Call("translate $/run $/pets/A/3.png --out $/made.png"));
    }

    [Fact]
    public void A_size_that_a_unet_cannot_halve_is_refused_with_what_can_be_done()
    {
        Draw("pets/A", "1.png", "2.png");
        Draw("pets/B", "1.png", "2.png");
        Assert.Equal(2, Call("train $/pets --method pix2pix --no-cache --device cpu --size 20 --out $/run"));
        AssertOneSentence("--translator unet does not translate images of 20x20: their sides must be multiples of 8; give --size 24x24, or --translator resnet");
        Assert.Equal(2, Call("train $/pets --method pix2pix --no-cache --device cpu --size 18 --out $/run"));
        AssertOneSentence("multiples of 8; give --size 24x24");
        Assert.DoesNotContain("resnet", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_says_how_pairs_lie_has_pairs()
    {
        Draw("two/foo", "1.png", "2.png", "3.png");
        Draw("two/bar", "1.png", "2.png", "3.png");
        CallHere($"train $/two --layout folders {Short} --out $/run");
        Assert.Contains("\"method\": \"pix2pix\"", File.ReadAllText(this["run/options.json"]), StringComparison.Ordinal);
        Assert.Equal(2, Call($"train $/two --layout grey --method gan {Short} --out $/other"));
        AssertOneSentence("--layout is of --method pix2pix or cyclegan");
        Assert.Equal(2, Call($"train $/two --method pix2pix {Short} --out $/other"));
        AssertOneSentence("give --layout folders");
    }

    [Fact]
    public void Two_sets_are_translated_into_each_other()
    {
        Draw("zebras/trainA", "1.png", "2.png");
        Draw("zebras/trainB", "3.png", "4.png", "5.png");
        string error = CallHere($"train $/zebras {Short} --translator unet --out $/run");
        Assert.Contains("--method cyclegan learns that", error, StringComparison.Ordinal);
        Assert.Contains("images without pairs", error, StringComparison.Ordinal);
        Assert.DoesNotContain("two kinds", CallHere($"train $/zebras/trainA {Short} --from none --out $/other"), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_two_kinds_are_drawn_from_noise_where_that_is_asked_for()
    {
        Draw("zebras/trainA", "1.png", "2.png");
        Draw("zebras/trainB", "3.png", "4.png");
        Assert.Contains("4 images", CallHere($"train $/zebras {Short} --method gan --from none --out $/run"), StringComparison.Ordinal);
        Assert.Contains("train learns to draw them as one set", CallHere($"train $/zebras {Short} --preset dcgan --from none --out $/other"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_two_kinds_is_refused_with_the_layout_that_is_meant()
    {
        Draw("zebras/trainA", "1.png", "2.png");
        Draw("zebras/testA", "3.png");
        Assert.Equal(2, Call($"train $/zebras {Short} --out $/run"));
        AssertOneSentence("the layout that comes nearest is domains", "give --method gan");
    }

    [Theory]
    [InlineData("faces --l1 5", "--l1 is of --method pix2pix; give that too, or leave --l1 out.")]
    [InlineData("pairs:faces --latent 5", "--latent says how images are drawn from noise, and --method pix2pix translates images; leave --latent out.")]
    [InlineData("pairs:faces --pool 9", "--pool is of --method cyclegan; give that too, or leave --pool out.")]
    [InlineData("pairs:faces --condition hair-colour", "--condition says how images are drawn from noise, and --method pix2pix translates images; leave --condition out.")]
    [InlineData("faces --method cyclegan", "--method cyclegan takes images of two kinds, and faces is of one kind; give a folder of such, or one of pairs:faces, pairs:faces-label, unpaired:faces.")]
    public void What_makes_no_sense_is_refused(string arguments, string sentence)
    {
        Engine.OnCheck = (_, _) => { };
        Assert.Equal(2, Call($"train {arguments} --size 16 --out $/run"));
        Assert.Contains(sentence, Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(this["run"]));
    }

    private string CallHere(string arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] parts = [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Replace("$", this[""], StringComparison.Ordinal))];
        int code = CommandLine.Run(parts, new CliContext(output, error, IsTerminal: false, new TrainingEngine(), TimeProvider.System) { Stop = TestContext.Current.CancellationToken });
        Assert.True(code == 0, error.ToString());
        return error.ToString();
    }

    private void Draw(string folder, params string[] names)
    {
        Directory.CreateDirectory(this[folder]);
        foreach (var (image, name) in names.Index())
        {
            byte[] pixels = [.. Enumerable.Range(0, 16 * 16 * 3).Select(i => (byte)(i * 7 + 40 * image + folder.Length))];
            ImageFile.SavePng(this[$"{folder}/{name}"], pixels, 16, 16, 3);
        }
    }
}
