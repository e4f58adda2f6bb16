using IlgpuGan.Imaging;
using IlgpuGan.Training;

namespace IlgpuGan.Cli.Tests;

/// <summary>What <c>train</c> chooses for few images, on the real engine.</summary>
public sealed class SmallSetTests : CliFixture
{
    private const string Short = "--no-cache --device cpu --steps 1 --batch 4 --size 16 --report-every 1";

    [Fact]
    public void A_few_images_of_ones_own_begin_with_the_faces_and_it_is_said_how_to_have_it_otherwise()
    {
        Draw("photos", 5, 3);
        string error = CallHere($"train $/photos {Short} --out $/run");

        Assert.Contains("5 images are few, so --from faces and --augment ada", error, StringComparison.Ordinal);
        Assert.Contains("give --from none or --augment none", error, StringComparison.Ordinal);
        Assert.Contains("From faces at 30000 steps", error, StringComparison.Ordinal);
        Assert.Matches(@"nearness \d\.\d\d", error);
        Assert.Matches("It copies (no )?training images: its own are [0-9]+ ?% as far from the nearest one as these are from each other\\.", error);
        string options = File.ReadAllText(this["run/options.json"]);
        Assert.Contains("\"augment\": \"ada\"", options, StringComparison.Ordinal);
        Assert.Contains("\"name\": \"faces\"", options, StringComparison.Ordinal);

        Assert.DoesNotContain(" few, so", CallHere("train --out $/run --resume --steps 2"), StringComparison.Ordinal);
        Assert.Contains("\"augment\": \"ada\"", File.ReadAllText(this["run/options.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--from none --augment none", null)]
    [InlineData("--preset dcgan --width 4", null)]
    [InlineData("--from none", "so --augment ada is chosen; give --augment none to have it otherwise.")]
    public void What_is_given_is_not_chosen(string given, string? sentence)
    {
        Draw("photos", 5, 3);
        string error = CallHere($"train $/photos {Short} {given} --out $/run");

        Assert.Equal(sentence is null, !error.Contains(" few, so", StringComparison.Ordinal));
        Assert.Contains(sentence ?? "", error, StringComparison.Ordinal);
        Assert.DoesNotContain("From faces", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawn_faces_are_not_few_by_nature() =>
        Assert.DoesNotContain(" few, so", CallHere($"train faces --faces 8 {Short} --width 4 --out $/run"), StringComparison.Ordinal);

    [Fact]
    public void A_dry_run_chooses_the_same()
    {
        Draw("photos", 5, 1);
        Assert.Contains("5 images are few, so --augment ada is chosen", CallHere($"train $/photos {Short} --width 4 --dry-run"), StringComparison.Ordinal);
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

    private void Draw(string name, int count, int channels)
    {
        Directory.CreateDirectory(this[name]);
        for (int image = 0; image < count; image++)
        {
            byte[] pixels = [.. Enumerable.Range(0, 16 * 16 * channels).Select(i => (byte)(i * 7 + 40 * image))];
            ImageFile.SavePng(this[$"{name}/{image}.png"], pixels, 16, 16, channels);
        }
    }
}
