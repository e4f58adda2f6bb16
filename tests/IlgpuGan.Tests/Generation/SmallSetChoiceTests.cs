using IlgpuGan.Data;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Generation;

/// <summary>What training takes for sets of few images where nothing else was asked for.</summary>
public class SmallSetChoiceTests
{
    private readonly List<string> notices = [];

    [Fact]
    public void The_rows_follow_upon_each_other_without_a_gap()
    {
        Assert.Equal(1, SmallSet.Table[0].Least);
        Assert.All(SmallSet.Table.Zip(SmallSet.Table.Skip(1)), pair => Assert.Equal(pair.First.Most + 1, pair.Second.Least));
        Assert.All(SmallSet.Table, row => Assert.Contains(row.Augment, TrainingOptions.Augmentations));
        Assert.All(SmallSet.Table, row => Assert.True(row.Parent is null || TrainedNetworks.Names.Contains(row.Parent)));
        Assert.All(SmallSet.OptionsOfNewNetworks, name => Assert.Contains(OptionRows.Table.Rows, row => row.Name == name));
    }

    [Fact]
    public void The_page_has_the_rows()
    {
        string page = File.ReadAllText(Path.Combine(Sources.Root, "src", "IlgpuGan", "Training", "README.md"));
        Assert.All(SmallSet.Table, row =>
        {
            Assert.Contains(row.Least == 1 ? $"| up to {row.Most} | `--augment {row.Augment}`" : $"| {row.Least} to {row.Most} | `--augment {row.Augment}`", page, StringComparison.Ordinal);
            Assert.Contains(row.Parent is null ? "" : $"`--from {row.Parent}`", page, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("photos", 1, "ada")]
    [InlineData("photos", 499, "ada")]
    [InlineData("photos", 500, "ada")]
    [InlineData("photos", 5000, "ada")]
    [InlineData("photos", 5001, null)]
    [InlineData("faces", 300, null)]
    [InlineData("stack3:digits", 300, null)]
    public void The_number_of_images_chooses_unless_the_program_draws_them(string source, int count, string? augment) =>
        Assert.Equal(augment, SmallSet.Of(new ImageSetOptions { Source = source }, count)?.Augment);

    [Fact]
    public void A_few_images_in_colour_begin_with_the_faces_and_their_rates()
    {
        var (settings, parent) = Choose(300, 48, 3);

        Assert.Equal("faces", parent!.Run.Name);
        Assert.Equal(("ada", 0), (settings.Training.Augment, settings.Training.FreezeDiscriminator));
        Assert.Equal(Schedule.Cosine(0.001f, 0.0001f, 480), settings.Training.LearningRate);
        Assert.True(settings.Training.MinibatchDeviation);
        Assert.Equal((null, null), (settings.Data.Size, settings.Data.Channels));
        var sentence = Assert.Single(notices);
        Assert.StartsWith("300 images are few, so --from faces and --augment ada", sentence, StringComparison.Ordinal);
        Assert.Contains("; give --from none or --augment none", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_of_the_program_draw_colours_and_grey_images_begin_with_noise()
    {
        var (settings, parent) = Choose(300, 32, 1);

        Assert.Null(parent);
        Assert.Equal(Presets.Usual with { Augment = "ada" }, settings.Training);
        Assert.Equal("300 images are few, so --augment ada is chosen; give --augment none to have it otherwise.", Assert.Single(notices));
    }

    [Fact]
    public void Some_thousand_images_take_ada_alone()
    {
        var (settings, parent) = Choose(600, 16, 3);

        Assert.Null(parent);
        Assert.Equal(Presets.Usual with { Augment = "ada" }, settings.Training);
    }

    [Theory]
    [InlineData("augment", "none")]
    [InlineData("augment", "diffaugment")]
    [InlineData("lr", "0.002")]
    [InlineData("freeze-d", "1")]
    [InlineData("batch", "4")]
    public void What_was_given_stays_and_the_rest_is_chosen(string option, string value)
    {
        var (settings, parent) = Choose(30, 32, 3, (option, value));

        Assert.NotNull(parent);
        Assert.Equal(value, OptionRows.Table.Rows.First(row => row.Name == option).Text(settings));
        Assert.DoesNotContain($"--{option} ", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("width", "8")]
    [InlineData("loss", "hinge")]
    [InlineData("penalty", "r1")]
    public void Networks_and_objectives_that_were_given_are_not_taken_from_another_run(string option, string value)
    {
        var (settings, parent) = Choose(30, 32, 3, (option, value));

        Assert.Null(parent);
        Assert.Equal(value, OptionRows.Table.Rows.First(row => row.Name == option).Text(settings));
        Assert.Equal("ada", settings.Training.Augment);
    }

    [Fact]
    public void A_preset_leaves_nothing_to_be_chosen()
    {
        var begin = new RunBeginning(RunSettings.For("photos", "dcgan"), null);

        Assert.Same(begin, new SmallSetChoice(["preset"], settings => settings, notices.Add).Choose(begin, Images(30, 32, 3)));
        Assert.Empty(notices);
    }

    [Fact]
    public void From_that_was_given_stays_what_it_is()
    {
        var parent = ParentFile.Read("faces-conditional");
        var begin = new RunBeginning(parent.SettingsFor(RunSettings.For("photos")), parent);
        var chosen = new SmallSetChoice(["from"], settings => settings, notices.Add).Choose(begin, Images(30, 48, 3));

        Assert.Same(parent, chosen.Parent);
        Assert.Equal(begin.Settings with { Training = begin.Settings.Training with { Augment = "ada" } }, chosen.Settings);
        Assert.DoesNotContain("--from", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(begin.Settings, Chose(["from", "augment"], begin));
    }

    private RunSettings Chose(string[] given, RunBeginning begin) => new SmallSetChoice(given, settings => settings, notices.Add).Choose(begin, Images(30, 48, 3)).Settings;

    private RunBeginning Choose(int count, int side, int channels, params (string Option, string Value)[] given)
    {
        var choice = new SmallSetChoice([.. given.Select(option => option.Option)], Apply, notices.Add);
        return choice.Choose(new(Apply(RunSettings.For("photos")), null), Images(count, side, channels));

        RunSettings Apply(RunSettings settings) => given.Aggregate(
            settings, (changed, option) => OptionRows.Table.Rows.First(row => row.Name == option.Option).Change(option.Value)!(changed));
    }

    private static ImageSet Images(int count, int side, int channels) => ImageSet.FromBytes("photos", side, side, channels, new byte[count * side * side * channels]);
}
