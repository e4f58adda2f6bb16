using System.CommandLine;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Cli.Tests;

/// <summary>The command line is made of the table of options: a row is all that a new option takes.</summary>
public sealed class TrainOptionsTests : CliFixture
{
    // A property that no option sets.
    private static readonly RunOption Added = OptionRows.Data(
        "face-seed", data => data.FaceSeed, (data, value) => data with { FaceSeed = value }, OptionDomain.Between(1UL, 99UL), "Seed of the drawn faces") with
    {
        Needs = OptionNeeds.Beside("faces as DATA", settings => settings.Data.Source == "faces"),
    };

    private static readonly OptionTable Table = new([.. OptionRows.Table.Rows, Added]);

    [Fact]
    public void A_row_is_an_option_of_the_command_line()
    {
        Assert.Equal(7UL, Apply("--face-seed 7").Data.FaceSeed);
        Assert.Equal(RunSettings.For("faces"), Apply(""));
        Assert.Contains("Seed of the drawn faces (default 1).", Help(), StringComparison.Ordinal);
        Assert.Contains(Parse("--face-").GetCompletions(), completion => completion.Label == "--face-seed");
    }

    [Fact]
    public void What_it_is_given_is_read_and_checked_by_the_row()
    {
        Assert.Equal("--face-seed is \"x\"; it must be a whole number", Assert.Single(Parse("--face-seed x").Errors).Message);
        Assert.Contains("is 100; it must be between 1 and 99.", Assert.Throws<OptionException>(() => Apply("--face-seed 100")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "changes nothing without faces as", Assert.Throws<OptionException>(() => Apply("--face-seed 7", RunSettings.For("pets"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_run_is_held_to_it()
    {
        var saved = RunSettings.For("faces");

        Assert.Equal(Added, Table.FirstContradiction(saved, Apply("--face-seed 7")));
        Assert.Null(Table.FirstContradiction(saved, Apply("--face-seed 1")));
        Assert.Null(new OptionTable([Added with { Keeps = Keeps.UntilChanged }]).FirstContradiction(saved, Apply("--face-seed 7")));
    }

    [Fact]
    public void The_page_of_the_options_has_a_line_of_it() =>
        Assert.Contains("| `--face-seed` | 1 to 99 | 1 |  | kept |\n", IlgpuGan.Tests.Options.OptionPage.Of(Table), StringComparison.Ordinal);

    [Fact]
    public void An_option_that_is_not_given_changes_nothing_of_a_run()
    {
        var saved = RunSettings.For("faces", "r3-tiny") with { Device = "cpu" };
        Assert.Equal(saved, Apply("", saved));
        Assert.True(Apply("--flip").Training.Flip);
        Assert.False(Apply("--no-cache").Data.UseCache);
        Assert.False(Apply("--flip false", saved with { Training = saved.Training with { Flip = true } }).Training.Flip);
    }

    [Theory]
    [InlineData("--network dcgan --d-condition classifier", "--d-condition changes nothing without --condition; give that too, or leave --d-condition out.")]
    [InlineData("--network resnet --stage-widths 8,8", "--stage-widths changes nothing without --network dcgan or r3; give that too")]
    [InlineData("--network r3 --output-bias", "--output-bias changes nothing without --network dcgan; give that too")]
    [InlineData("--metric-every 5", "--metric-every changes nothing without --metric; give that too")]
    [InlineData("--stacks 5", "--stacks changes nothing without stack3: before DATA; give that too")]
    public void An_option_that_changes_nothing_is_refused(string given, string part)
    {
        Assert.Equal(2, Call($"train faces --out $/run {given}"));
        AssertOneSentence(part);
    }

    [Theory]
    [InlineData("--ada-target 0.6 --ada-kimg 500 --ada-p none")]
    [InlineData("--augment-policy color,translation,cutout")]
    [InlineData("--d-condition projection")]
    [InlineData("--optimizer sgd --beta1 0 --epsilon 1e-8")]
    [InlineData("--depth 2 --group-size 16 --output-bias false --network resnet")]
    [InlineData("--stage-widths 64,32 --width 16")]
    [InlineData("--d-lr 1e-4 --g-lr 1e-4 --lr 5e-4")]
    [InlineData("--network mlp --d-norm auto")]
    [InlineData("--fit crop --max-bad-files 10 --no-cache false")]
    [InlineData("--metric-every 500")]
    [InlineData("--no-watchdog --on-collapse warn")]
    [InlineData("--preset dcgan-2016 --optimizer sgd --beta1 0.5")]
    [InlineData("--preset r3-imagenet64 --width 1536")]
    public void What_holds_without_being_given_may_be_written_out(string given)
    {
        Apply(given).Validate();
        Apply(given, Apply("--seed 5")).Validate();
    }

    [Theory]
    [InlineData("", "true 4 resize")]
    [InlineData("--preset dcgan", "true 4 resize")]
    [InlineData("--loss wasserstein --clip 0.01 --batch 4 --leaves 2 --halving even --augment ada --condition all", "true 4 resize")]
    [InlineData("--penalty none", "true 1 resize")]
    [InlineData("--loss wasserstein --penalty wgan-gp", "true 1 resize")]
    [InlineData("--loss wasserstein --penalty none --clip 0.01", "true 1 resize")]
    [InlineData("--penalty r1 --penalty-every 4", "true 4 resize")]
    [InlineData("--network resnet", "false 1 transposed")]
    [InlineData("--network r3", "false 1 transposed")]
    [InlineData("--network mlp", "false 1 transposed")]
    [InlineData("--network r3 --minibatch-stddev", "true 1 transposed")]
    [InlineData("--g-kernel 5", "true 4 transposed")]
    [InlineData("--g-kernel 4", "true 4 resize")]
    [InlineData("--upsampling transposed --penalty-every 1 --minibatch-stddev false", "false 1 transposed")]
    [InlineData("--preset quick", "true 4 resize")]
    [InlineData("--preset quick --penalty none", "true 1 resize")]
    [InlineData("--preset quick --penalty r1 --network resnet", "false 1 transposed")]
    [InlineData("--preset dcgan-2016 --penalty r1", "false 1 transposed")]
    [InlineData("--method cyclegan", "false 1 resize")]
    public void What_images_take_by_default_gives_way_where_it_does_not_apply(string given, string values)
    {
        var settings = Apply(given);

        Assert.Equal(values, string.Join(' ', ((string[])["minibatch-stddev", "penalty-every", "upsampling"]).Select(name => Table.Rows.Single(row => row.Name == name).Text(settings))));
        settings.Validate();
    }

    [Theory]
    [InlineData("--penalty none --penalty-every 4", "--penalty-every 4 says how often a penalty counts, but there is none: give --penalty, or leave it out.")]
    [InlineData("--network mlp --minibatch-stddev", "--minibatch-stddev adds a channel to feature maps")]
    [InlineData("--upsampling resize --g-kernel 5", "--g-kernel changes nothing without --upsampling transposed")]
    [InlineData("--upsampling resize --network r3", "--upsampling changes nothing without --network dcgan")]
    [InlineData("--leaves 16", "--network dcgan normalises over the images of a part of the batch")]
    public void What_was_given_does_not_give_way(string given, string part)
    {
        Assert.Equal(2, Call($"train faces --out $/run {given}"));
        AssertOneSentence(part);
    }

    [Fact]
    public void Help_says_that_a_switch_is_on_by_default_and_how_it_is_left_out()
    {
        Assert.Contains("groups of four images (default for images; --minibatch-stddev false leaves it out).", Help(), StringComparison.Ordinal);
        Assert.Contains("(default 4; 1 for points).", Help(), StringComparison.Ordinal);
        Assert.Contains("transposed is what was published (default resize).", Help(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--optimizer sgd --beta1 0.5", "--beta1 changes nothing without --optimizer adam or adamw; give that too, or leave --beta1 out.")]
    [InlineData("--preset dcgan-2016 --optimizer sgd --beta1 0.4", "--beta1 changes nothing without --optimizer adam or adamw")]
    [InlineData("--preset r3-imagenet64 --width 24", "--width changes nothing beside --stage-widths, which says all widths; leave one of them out.")]
    public void Another_value_that_changes_nothing_is_refused(string given, string part)
    {
        Assert.Equal(2, Call($"train faces --out $/run {given}"));
        AssertOneSentence(part);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--preset r3-tiny")]
    [InlineData("--preset dcgan")]
    [InlineData("--preset r3-tiny --d-lr 0.001")]
    [InlineData("--optimizer sgd --beta1 0")]
    [InlineData("--augment ada --ada-target 0.5 --ada-kimg 10")]
    [InlineData("--no-watchdog --metric swd --keep 2")]
    public void A_run_goes_on_with_the_command_line_that_began_it(string given)
    {
        Assert.True(Train(given) == 0, Error);
        Assert.True(Train($"{given} --resume") == 0, Error);
    }

    [Fact]
    public void A_run_goes_on_with_its_preset_by_name_and_keeps_what_was_changed_of_it()
    {
        Assert.Equal(0, Train("--preset r3-tiny"));
        Assert.True(Call("train --out $/run --resume --preset r3-tiny --steps 25") == 0, Error);
        Assert.Equal(("r3-tiny", 32), (RunFolder.ReadRecord(this["run"]).Settings.Preset, RunFolder.ReadRecord(this["run"]).Settings.Training.Width));
        Assert.Equal(2, Call("train --out $/run --resume --preset r3-cifar10"));
        AssertOneSentence("--preset r3-cifar10 contradicts $/run, which was made with r3-tiny; leave --preset out to resume, or give another --out to start anew: "
            + "it brings networks and an optimiser that the weights are not of, and --from begins another run with what fits.");
        Assert.True(Train("--force") == 0, Error);
        Assert.True(Call("train --out $/run --resume --preset dcgan --steps 25") == 0, Error);
        Assert.Equal(2, Call("train --out $/run --resume --preset r3-tiny"));
        AssertOneSentence("--preset r3-tiny contradicts $/run, which was made with the default");

        // What a preset does not bring it is not blamed for, and how long a run is to be it does not change.
        int width = RunFolder.ReadRecord(this["run"]).Settings.Training.Width;
        Assert.Equal(2, Call($"train --out $/run --resume --preset quick --width {width + 1}"));
        AssertOneSentence($"--width {width + 1} contradicts $/run, which was made with {width}");
        Assert.True(Call($"train --out $/run --resume --preset quick --width {width} --steps 26") == 0, Error);
        Assert.True(Call($"train --out $/run --resume --preset dcgan --width {width}") == 0, Error);
        Assert.Equal(26, RunFolder.ReadRecord(this["run"]).Settings.Training.Steps);
    }

    private static RunSettings Apply(string given, RunSettings? settings = null)
    {
        var command = new Command("train");
        var options = new TrainOptions(command, table: Table);
        return options.Apply(command.Parse(given), settings ?? RunSettings.For("faces"));
    }

    private static ParseResult Parse(string given)
    {
        var command = new Command("train");
        _ = new TrainOptions(command, table: Table);
        return command.Parse(given);
    }

    private static string Help()
    {
        var command = new RootCommand();
        _ = new TrainOptions(command, table: Table);
        using var output = new StringWriter();
        command.Parse("--help").Invoke(new InvocationConfiguration { Output = output });
        return string.Join(' ', output.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
