using System.Reflection;
using System.Text.RegularExpressions;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Options;

/// <summary>The table of options: what is made of it, and that nothing is left out.</summary>
public class OptionTableTests
{
    private static readonly RunSettings Faces = RunSettings.For("faces");

    // What a row brings along, and data that has no option: how it is drawn and kept is no matter of a run.
    private static readonly Dictionary<string, string[]> Along = new()
    {
        ["preset"] = ["width", "loss", "penalty", "penalty-weight", "batch", "lr", "d-lr", "g-lr", "beta1", "beta2", "half-life", "size", "halving",
            "minibatch-stddev", "penalty-every", "upsampling"],
        ["method"] =
        [
            "width", "loss", "penalty", "penalty-weight", "batch", "lr", "d-lr", "g-lr", "beta1", "beta2", "half-life", "g-norm", "upsampling", "minibatch-stddev", "penalty-every",
        ],
        ["lr"] = ["d-lr", "g-lr"],
        ["penalty"] = ["penalty-weight", "penalty-every"],
        ["network"] = ["minibatch-stddev", "penalty-every", "upsampling"],
        ["g-kernel"] = ["upsampling"],
        ["optimizer"] = ["beta2", "momentum", "weight-decay"],
    };

    private static readonly string[] Unnamed = ["AdaPolicy", "FaceSeed", "StackSeed", "CacheFolder", "CacheLimitBytes", "Source", "Images", "Translation"];

    public static TheoryData<string> Names => [.. OptionRows.Table.Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_changes_its_property_and_no_other_option(string name)
    {
        var row = Row(name);
        var before = Faces with { Training = Faces.Training with { Loss = "hinge", PenaltyWeight = 3, Translation = IsOfTranslation(row) ? new() : null } };
        string value = Other(row, before);

        var after = row.Change(value)!(before);

        Assert.Equal(value, row.Text(after));
        Assert.NotEqual(Value(row, before), Value(row, after));
        Assert.Equal(
            Along.GetValueOrDefault(name, []).Append(name).Order(),
            OptionRows.Table.Rows.Where(other => !other.IsSame(before, after)).Select(other => other.Name).Union([name]).Union(Along.GetValueOrDefault(name, [])).Order());
        Assert.Equal(row.Keeps == Keeps.ForLife, OptionRows.Table.FirstContradiction(before, after) is not null);
    }

    [Fact]
    public void One_option_says_how_sides_are_doubled_of_networks_that_draw_and_of_those_that_translate()
    {
        var row = Row("upsampling");
        var drawn = row.Change("resize")!(Faces).Training;
        var translated = row.Change("transposed")!(Faces with { Training = Faces.Training with { Translation = new() } }).Training;
        Assert.Equal((Upsampling.Resize, null), (drawn.Upsampling, drawn.Translation));
        Assert.Equal(Upsampling.Transposed, translated.Translation!.Upsampling);
        Assert.Equal("resize", row.Text(Faces with { Training = Faces.Training with { Translation = new() } }));
        row.CheckNeeds(Faces with { Training = drawn });
        Assert.Throws<OptionException>(() => row.CheckNeeds(Faces with { Training = drawn with { Network = "r3" } }));
        Assert.Contains("Upsampling transposed", Assert.Throws<OptionException>(() => Row("g-kernel").CheckNeeds(Faces with { Training = drawn })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_property_of_a_run_has_an_option()
    {
        var properties = new[] { typeof(TrainingOptions), typeof(TranslationOptions), typeof(ImageSetOptions), typeof(RunSchedule), typeof(WatchdogOptions) }
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Concat(new[] { nameof(RunSettings.Preset), nameof(RunSettings.Device), nameof(RunSettings.Tune) }.Select(name => typeof(RunSettings).GetProperty(name)!));

        Assert.Equal(properties.Select(property => property.Name).Except(Unnamed).Order(), OptionRows.Table.Rows.Select(row => row.Property).Order());
    }

    [Fact]
    public void A_run_goes_on_with_a_default_that_is_written_out_and_without_what_is_taken_back()
    {
        RunSettings With(RunSettings settings, string name, string value) => OptionRows.Table.Rows.Single(row => row.Name == name).Change(value)!(settings);
        var saved = With(Faces, "penalty", "r1");
        Assert.Null(OptionRows.Table.FirstContradiction(saved, With(saved, "penalty-weight", "1")));
        Assert.Equal("epsilon", OptionRows.Table.FirstContradiction(saved, With(With(saved, "penalty-weight", "2"), "epsilon", "0.1"))?.Name);
        Assert.Null(OptionRows.Table.FirstContradiction(saved, With(saved, "d-lr", saved.Training.LearningRate.ToString())));
        Assert.Null(With(With(saved, "minutes", "3"), "minutes", "none").Schedule.Minutes);
        Assert.Null(With(With(saved, "metric", "swd"), "metric", "none").Schedule.Metric);
    }

    [Fact]
    public void A_preset_is_a_name_for_values_and_no_value_by_itself()
    {
        var saved = RunSettings.For("pets", "r3-tiny");
        Assert.Null(OptionRows.Table.FirstContradiction(saved, saved with { Preset = null }));
        Assert.Equal("latent", OptionRows.Table.FirstContradiction(saved, saved with { Preset = null, Training = saved.Training with { LatentSize = 8 } })?.Name);
        Assert.Null(OptionRows.Table.FirstContradiction(saved, saved with { Preset = null, Training = saved.Training with { Batch = 8 } }));
        Assert.Equal("preset", OptionRows.Table.FirstContradiction(saved, RunSettings.For("pets", "r3-cifar10"))?.Name);
    }

    [Fact]
    public void A_program_and_the_command_line_begin_with_the_same()
    {
        Assert.Equal(Presets.Usual, Faces.Training);
        Assert.Equal(new RunSettings { Data = new() { Source = "faces" }, Training = Presets.Usual }, Faces);
        Assert.Equal(Faces, new GanTraining("faces").Settings);
        Assert.Equal(Presets.Usual, Presets.Named(Presets.Names[0]));
    }

    [Theory]
    [InlineData("batch", "1", "Batch is 1; it must be between 2 and 8192.")]
    [InlineData("lecam", "-1", "LeCam is -1; it must be between 0 and 1000.")]
    [InlineData("keep", "0", "Keep is 0; it must be between 1 and 1000000.")]
    [InlineData("minutes", "NaN", "Minutes is NaN; it must be above 0 and at most 1000000.")]
    [InlineData("channels", "5", "Channels is 5; it must be between 1 and 4.")]
    [InlineData("epsilon", "1.1", "Epsilon is 1.1; it must be above 0 and at most 1.")]
    [InlineData("beta1", "1.1", "Beta1 is 1.1; it must be at least 0 and below 1.")]
    [InlineData("lr", "cosine:0.1:2:9", "LearningRate is cosine:0.1:2:9; it must be above 0 and at most 1.")]
    public void A_value_out_of_range_is_refused_by_its_property(string name, string value, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(() => Row(name).Change(value)!(Faces).Validate()).Message);

    [Fact]
    public void An_option_that_changes_nothing_is_refused_from_a_program_too()
    {
        var settings = Faces with { Training = Faces.Training.With(UpdateRule.Sgd) with { Epsilon = 1e-6f } };

        Assert.Equal(
            "Epsilon changes nothing without Optimizer adam, adamw or rmsprop; give that too, or leave Epsilon out.",
            Assert.Throws<OptionException>(() => settings.Validate()).Message);
        settings.Validate(saved: settings);
    }

    [Fact]
    public void What_a_preset_brings_along_is_not_held_against_whoever_takes_another_network()
    {
        var settings = RunSettings.For("faces", "r3-imagenet32");
        (settings with { Training = settings.Training with { Network = "resnet" } }).Validate();
    }

    [Fact]
    public void Rooms_below_name_options_as_their_properties()
    {
        var names = from room in (string[])["Devices", "Graphs", "Augmentation", "Networks", "Objectives", "Imaging", "Faces", "Data"]
                    from file in Directory.GetFiles(Path.Combine(Sources.Root, "src", "IlgpuGan", room), "*.cs", SearchOption.AllDirectories)
                    from line in File.ReadLines(file)
                    where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                    from Match match in Regex.Matches(line, "(?<=[\" (])--([a-z][a-z-]+)")
                    select match.Groups[1].Value;

        Assert.All(names.Distinct(), name => Assert.Equal(Row(name).Property, OptionWords.In($"--{name}")));
        Assert.Contains("size", names);
    }

    [Fact]
    public void The_page_of_the_options_is_what_the_table_makes_of_it()
    {
        string path = Path.Combine(Sources.Root, "src", "IlgpuGan", "Training", "README.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(OptionPage.Heading, StringComparison.Ordinal), end = page.IndexOf("\n## ", begin + 1, StringComparison.Ordinal);
        string expected = page[..begin] + OptionPage.Of(OptionRows.Table) + page[end..];
        if (Environment.GetEnvironmentVariable("ILGPUGAN_WRITE_SOURCES") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static RunOption Row(string name) => Assert.Single(OptionRows.Table.Rows, row => row.Name == name);

    /// <summary>A value that is allowed and another than settings have.</summary>
    private static string Other(RunOption row, RunSettings settings) =>
        (row.IsSwitch ? ["true", "false"] : row.Choices.Count > 0 ? row.Choices : (string[])["2", "3", "0.5", "2x2"])
            .First(value => value != row.Text(settings) && row.Change(value)?.Invoke(settings) is { } changed && row.Text(changed) == value && IsAllowed(row, changed));

    private static bool IsAllowed(RunOption row, RunSettings settings)
    {
        try
        {
            row.Check(settings);
            return true;
        }
        catch (OptionException)
        {
            return false;
        }
    }

    // What drawing has, too, is looked at there.
    private static bool IsOfTranslation(RunOption row) =>
        row.Name != "method" && typeof(TranslationOptions).GetProperty(row.Property) is not null && typeof(TrainingOptions).GetProperty(row.Property) is null;

    private static object? Value(RunOption row, RunSettings settings) =>
        new object[] { settings.Training, settings.Training.Translation ?? new() { Method = "gan" }, settings.Data, settings.Schedule, settings.Watchdog, settings }
            .Select(part => (Part: part, Property: part.GetType().GetProperty(row.Property))).First(found => found.Property is not null)
            is var (holder, property) ? property!.GetValue(holder) : null;
}
