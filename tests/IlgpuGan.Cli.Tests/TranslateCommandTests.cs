using System.IO.Compression;
using IlgpuGan.Imaging;

namespace IlgpuGan.Cli.Tests;

/// <summary>translate, and what other commands say of a run that translates.</summary>
public sealed class TranslateCommandTests : CliFixture
{
    [Fact]
    public void An_image_becomes_a_png_of_its_size()
    {
        TrainPairs();
        ImageFile.SavePng(this["drawing.png"], new byte[9 * 5 * 3], 9, 5, 3);

        Assert.Equal(0, Call("translate $/run $/drawing.png --out $/new/face.png --device cpu"));

        Assert.Contains($"Translated 1 image by step 4 into {this["new/face.png"]}.", Error, StringComparison.Ordinal);
        Assert.Equal((9, 5), ImageDecoder.ReadSize(File.ReadAllBytes(this["new/face.png"])));
        Assert.Empty(Output);
    }

    [Fact]
    public void A_zip_becomes_a_folder_and_what_could_not_be_decoded_is_named()
    {
        TrainPairs();
        ImageFile.SavePng(this["drawing.png"], new byte[9 * 5 * 3], 9, 5, 3);
        using (var zip = ZipFile.Open(this["set.zip"], ZipArchiveMode.Create))
        {
            zip.CreateEntryFromFile(this["drawing.png"], "some/one.png");
            zip.CreateEntryFromFile(this["drawing.png"], "some/two.png");
            zip.CreateEntry("some/bad.png");
        }

        Assert.Equal(0, Call("translate $/run $/set.zip --out $/faces"));

        Assert.Contains("Left out, as they could not be decoded: some/bad.png (is empty).", Error, StringComparison.Ordinal);
        Assert.Contains("Translated 2 images by step 4 into", Error, StringComparison.Ordinal);
        Assert.True(File.Exists(this["faces/some/one.png"]) && File.Exists(this["faces/some/two.png"]));
        Assert.Equal(2, Call("translate $/run $/set.zip --out $/faces --max-bad-files 0"));
        Assert.Contains("--max-bad-files", Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$/run $/nothing.png --out $/a.png", "$/nothing.png' does not exist")]
    [InlineData("$/nothing $/small.png --out $/a.png", "$/nothing does not exist")]
    [InlineData("$/run $/small.png --out $/small.png", "would replace $/small.png")]
    [InlineData("$/run $/small.png --out $/a.gif", "pictures are written as PNG")]
    [InlineData("$/run $/small.png --out $/a.png --tile 5", "--tile is 5; it must be between 64 and 4096")]
    [InlineData("$/run $/small.png --out $/a.png --tile many", "--tile is \"many\"; it must be a whole number")]
    [InlineData("$/run $/small.png --out $/a.png --label hair=red", "this run translates without labels; leave --label out")]
    [InlineData("$/run $/small.png --out $/a.png --back", "--back: $/run was trained by pix2pix")]
    [InlineData("$/run $/small.png --out $/a.png --max-bad-files -1", "--max-bad-files is -1")]
    [InlineData("$/run $/small.png", "'--out' is required")]
    [InlineData("$/noise $/small.png --out $/a.png", "$/noise draws images from noise and translates none; draw with it: generate $/noise --out FILE.png")]
    public void What_cannot_be_translated_is_refused_in_one_sentence(string arguments, string part)
    {
        TrainPairs();
        Assert.Equal(0, Call("train faces --faces 8 --size 16 --no-cache --steps 2 --out $/noise --width 32 --batch 4"));
        ImageFile.SavePng(this["small.png"], new byte[1], 1, 1, 1);

        Assert.Equal(2, Call($"translate {arguments}"));

        AssertOneSentence(part);
        Assert.False(File.Exists(this["a.png"]));
    }

    [Theory]
    [InlineData("generate $/run --out $/a.png")]
    [InlineData("interpolate $/run --out $/a.png")]
    [InlineData("project $/run $/small.png --out $/a.png")]
    [InlineData("modes $/run")]
    public void Commands_that_draw_from_noise_refuse_a_run_that_translates_with_the_command_that_takes_it(string command)
    {
        TrainPairs();
        ImageFile.SavePng(this["small.png"], new byte[32 * 32], 32, 32, 1);

        Assert.Equal(2, Call(command));

        AssertOneSentence("$/run translates images and draws none from noise; give it images: translate $/run IMAGE|FOLDER|ZIP --out FILE.png|DIR");
    }

    [Fact]
    public void Evaluate_says_how_far_translations_are_from_the_truth_and_the_inputs_from_it()
    {
        TrainPairs();

        Assert.Equal(0, Call("evaluate $/run --metrics l1,psnr --no-cache --out $/report.html"));

        foreach (string line in new[] { "L1 from the truth (of 255)", "L1 from the truth (of 255), of the inputs themselves", "PSNR against the truth (dB), of the mean target" })
        {
            Assert.Matches($@"(?m)^{System.Text.RegularExpressions.Regex.Escape(line)}  +\d+\.\d+$", Output);
        }
        Assert.Contains("64 images of 16 x 16 x 3 against 8 of pairs:faces (", Output, StringComparison.Ordinal);
        string page = File.ReadAllText(this["report.html"]);
        Assert.Contains("what doing nothing costs", page, StringComparison.Ordinal);
        Assert.Equal(0, Call("evaluate $/run --metrics ssim --no-cache --json"));
        Assert.Contains("\"metric\":\"ssim-mean\"", Output, StringComparison.Ordinal);
        Assert.Equal(2, Call("evaluate $/run --metrics memorisation"));
        AssertOneSentence("memorisation is of images that are drawn from noise", "leave memorisation out of --metrics");
        Assert.Equal(2, Call("evaluate $/run --metrics cycle"));
        AssertOneSentence("cycle cannot be measured of $/run: --method pix2pix learns no way back");
        Assert.Equal(2, Call("evaluate $/run --per-class"));
        AssertOneSentence("--per-class is for images that are drawn from noise");
        Assert.Equal(2, Call("evaluate faces --data faces --metrics psnr"));
        AssertOneSentence("psnr is of runs that translate images, and faces is none; leave psnr out of --metrics.");
    }

    private void TrainPairs() => Assert.Equal(0, Call("train pairs:faces --method pix2pix --faces 8 --size 16 --no-cache --steps 4 --width 32 --batch 4 --out $/run"));
}
