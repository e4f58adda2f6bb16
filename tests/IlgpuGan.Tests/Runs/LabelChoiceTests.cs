using System.Text.Json;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Runs;

public sealed class LabelChoiceTests
{
    [Fact]
    public void Columns_are_chosen_in_the_order_of_their_names_or_all_of_them()
    {
        using var data = Faces();

        Assert.Equal(["eye-colour", "mouth"], Chosen(data, "eye-colour,mouth"));
        Assert.Equal(["hair-colour", "hair-style", "eye-colour", "mouth"], Chosen(data, "all"));
    }

    [Fact]
    public void A_column_can_be_called_by_the_first_word_of_its_name()
    {
        using var data = Faces();

        Assert.Equal(["hair-colour", "eye-colour"], Chosen(data, "hair,eyes"));
        Assert.Equal(["hair-style"], Chosen(data, "Hair-Style"));
    }

    [Theory]
    [InlineData("beard", "hair-colour, hair-style, eye-colour, mouth")]
    [InlineData("hair,hair-colour", "each label once")]
    [InlineData("", "each label once")]
    public void A_column_that_is_not_there_is_refused_with_those_that_are(string names, string expected)
    {
        using var data = Faces();

        var fault = Assert.Throws<OptionException>(() => LabelChoice.Of(data, names));

        Assert.Contains("Condition", fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_without_labels_cannot_be_conditions()
    {
        using var data = ImageSet.FromBytes("plain", 1, 1, 1, [1, 2]);

        Assert.Contains("plain have none", Assert.Throws<OptionException>(() => LabelChoice.Of(data, "all")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_of_the_data_lie_image_by_image_in_the_order_of_the_choice()
    {
        using var data = Faces();
        var choice = LabelChoice.Of(data, "mouth,hair");

        Assert.Equal([3, 3], choice.Classes);
        Assert.Equal(6, choice.Width);
        Assert.Equal([0, 0, 1, 1, 2, 2, 0, 2], choice.ValuesOf(data));
        Assert.Equal(4, choice.Source(data.Count).Count);
    }

    [Fact]
    public void Words_become_labels_and_what_is_not_said_stays_open()
    {
        using var data = Faces();
        var choice = LabelChoice.Of(data, "all");

        Assert.Equal([1, null, 0, null], choice.Parse("hair=red, eyes=green"));
        Assert.Equal([null, null, null, null], choice.Parse(null));
        Assert.Equal([null, 1, null, 2], choice.Parse("mouth=wide, open,hair-style=long"));
        Assert.Equal([2], LabelChoice.Of(data, "hair").Parse("blue"));
    }

    [Theory]
    [InlineData("beard=long", "hair-colour, hair-style, eye-colour, mouth")]
    [InlineData("hair=grey", "black, red, blue")]
    [InlineData("red", "hair-colour=black")]
    public void Words_that_are_no_label_are_refused_with_those_that_are(string text, string expected)
    {
        using var data = Faces();

        var fault = Assert.Throws<OptionException>(() => LabelChoice.Of(data, "all").Parse(text));

        Assert.StartsWith("Label", fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_hold_a_one_for_each_column()
    {
        using var data = Faces();
        var choice = LabelChoice.Of(data, "hair,eyes");

        Assert.Equal([0, 0, 1, 0, 1, 1, 0, 0, 1, 0], choice.OneHotRows([2, 1, 0, 0]));
        Assert.Equal("hair-colour=blue, eye-colour=brown", choice.Describe([2, 1]));
    }

    [Fact]
    public void What_was_not_asked_for_is_drawn_with_the_frequencies_of_the_data()
    {
        using var data = Faces();
        var choice = LabelChoice.Of(data, "hair,mouth");
        const int count = 4000;

        int[][] drawn = [.. Enumerable.Range(0, count).Select(i => choice.Draw([null, 1], 9, i))];

        Assert.All(drawn, labels => Assert.Equal(1, labels[1]));
        // Half of the images have blue hair; 4 standard deviations of a share at 4000 draws are 0.032.
        Assert.Equal(0.25, drawn.Count(labels => labels[0] == 0) / (double)count, 0.032);
        Assert.Equal(0.5, drawn.Count(labels => labels[0] == 2) / (double)count, 0.032);
        Assert.Equal(drawn[7], choice.Draw([null, 1], 9, 7));
        Assert.NotEqual(drawn.Select(labels => labels[0]), Enumerable.Range(0, count).Select(i => choice.Draw([null, 1], 10, i)[0]));
    }

    [Fact]
    public void Values_that_no_image_has_are_never_drawn()
    {
        var column = new ConditionColumn("class", ["0", "1", "2", "3"], [0, 3, 0, 1]);

        Assert.Equal([1, 1, 3, 3], new[] { 0, 0.7499, 0.75, 0.9999 }.Select(column.Draw));
    }

    [Fact]
    public void A_choice_that_was_written_as_JSON_is_read_back()
    {
        using var data = Faces();
        var choice = LabelChoice.Of(data, "hair,eyes");

        var read = JsonSerializer.Deserialize<LabelChoice>(JsonSerializer.Serialize(choice))!;

        Assert.Equal(choice.Parse("hair=red"), read.Parse("hair=red"));
        Assert.Equal(choice.Columns[0].Counts, read.Columns[0].Counts);
    }

    private static IEnumerable<string> Chosen(ImageSet data, string names) => LabelChoice.Of(data, names).Columns.Select(column => column.Name);

    /// <summary>Four images of one pixel with four labels.</summary>
    private static ImageSet Faces() => ImageSet.FromBytes("drawn", 1, 1, 1, [1, 2, 3, 4],
    [
        new("hair-colour", ["black", "red", "blue"], [0, 1, 2, 2]),
        new("hair-style", ["short", "long"], [0, 1, 0, 1]),
        new("eye-colour", ["green", "brown"], [1, 1, 0, 0]),
        new("mouth", ["smile", "cat", "wide, open"], [0, 1, 2, 0]),
    ]);
}
