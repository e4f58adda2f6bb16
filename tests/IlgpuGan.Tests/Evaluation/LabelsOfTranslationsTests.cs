using IlgpuGan.Evaluation;
using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Evaluation;

public sealed class LabelsOfTranslationsTests
{
    private static readonly ConditionColumn[] columns = [new("hair", ["black", "red"], [1, 1]), new("eyes", ["brown", "blue", "green"], [1, 1, 1]), new("mouth", ["open", "shut"], [1, 1])];

    [Fact]
    public void The_asked_label_counts_apart_from_those_that_are_kept()
    {
        LabelReading[] readings =
        [
            new(0, [1, 0, 0], [1, 0, 0]),
            new(0, [1, 2, 1], [1, 1, 1]),
            new(0, [1, 2, 1], [0, 2, 0]),
            new(0, [1, 0, 0], [0, 0, 0]),
        ];

        Assert.Equal([("asked hair=red", 0.5)], Shares(LabelsOfTranslations.Asked(columns, readings, ("", ""))));
        // Of the third the mouth is wrong, of the second the eyes; the hair of the third and the fourth is of no matter.
        Assert.Equal([("kept all others", 0.5), ("kept eyes", 0.75), ("kept mouth", 0.75)], Shares(LabelsOfTranslations.Kept(columns, readings, ("", ""))));
    }

    [Fact]
    public void Each_of_several_labels_has_a_share_and_all_of_them_together()
    {
        LabelReading[] readings =
        [
            new(0, [1, 0, 0], [1, 0, 0]),
            new(0, [0, 0, 0], [1, 0, 0]),
            new(1, [0, 2, 0], [0, 2, 0]),
            new(1, [0, 1, 0], [1, 1, 0]),
        ];

        var asked = LabelsOfTranslations.Asked(columns, readings, ("-truth", ", of true images")).ToList();
        Assert.Equal(
            [
                ("asked hair, of true images", 0.5), ("asked hair=black, of true images", 0), ("asked hair=red, of true images", 1),
                ("asked eyes, of true images", 1), ("asked eyes=blue, of true images", 1), ("asked eyes=green, of true images", 1),
            ], Shares(asked));
        Assert.All(asked, value => Assert.Equal("asked-truth", value.Metric));
        Assert.Equal(["black", "red"], asked.Skip(1).Take(2).Select(value => value.Class));
        // Hair is kept where it is not asked for: of one of two.
        Assert.Equal([("kept all others", 0.75), ("kept hair", 0.5), ("kept eyes", 1), ("kept mouth", 1)], Shares(LabelsOfTranslations.Kept(columns, readings, ("", ""))));
    }

    [Fact]
    public void Where_nothing_is_asked_for_all_labels_are_to_be_kept()
    {
        LabelReading[] readings = [new(null, [0, 0, 0], [0, 0, 1]), new(null, [0, 0, 0], [0, 0, 0])];

        Assert.Empty(LabelsOfTranslations.Asked(columns, readings, ("", "")));
        Assert.Equal([("kept all labels", 0.5), ("kept hair", 1), ("kept eyes", 1), ("kept mouth", 0.5)], Shares(LabelsOfTranslations.Kept(columns, readings, ("", ""))));
    }

    private static (string, double)[] Shares(IEnumerable<MetricValue> values) => [.. values.Select(value => (value.Name, value.Value))];
}
