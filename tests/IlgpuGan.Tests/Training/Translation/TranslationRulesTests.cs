using IlgpuGan.Data.Pairs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training.Translation;

/// <summary>What the watchdog says of translations, and what it sees of them.</summary>
public sealed class TranslationRulesTests
{
    private static readonly PairSide Colours = new("images", 3) { Originals = null! };

    [Theory]
    [InlineData(0.02, 1.0, 0.9, FindingKind.Unchanged, "The output is the input")]
    [InlineData(1.0, 0.03, 0.9, FindingKind.ModeCollapse, "One output for all inputs")]
    [InlineData(1.0, 1.0, -0.8, FindingKind.Inverted, "Colours are inverted")]
    [InlineData(0.5, 0.6, 0.4, null, null)]
    public void It_is_said_what_is_wrong_with_a_translation(double change, double spread, double brightness, FindingKind? kind, string? words)
    {
        foreach (string method in TranslationOptions.Methods)
        {
            var watchdog = new Watchdog(new TrainingOptions { Translation = new() { Method = method } });
            TrainingReport[] reports = [.. Enumerable.Range(9, 6)
                .Select(i => new TrainingReport(50 * i, i, 1.2, 1, 0.6, 0.4, 1, 1) { Change = change, PixelSpread = spread, Brightness = brightness })];
            var found = watchdog.Look(reports);
            Assert.Equal(kind, found.Count == 0 ? null : Assert.Single(found).Kind);
            Assert.All(found, finding => Assert.StartsWith(words!, finding.Sentence, StringComparison.Ordinal));
            Assert.Empty(watchdog.Look(reports));
        }
    }

    [Fact]
    public void Translations_are_seen_to_change_nothing_to_be_alike_and_to_be_inverted()
    {
        var random = new Random(3);
        byte[] inputs = new byte[6 * 48], truths = new byte[6 * 48];
        random.NextBytes(inputs);
        for (int i = 0; i < truths.Length; i++)
        {
            truths[i] = (byte)(inputs[i] * 3 / 4);
        }
        var shown = new ShownImages(6, 48, (index, destination) => inputs.AsSpan(index * 48, 48).CopyTo(destination))
        {
            BytesPerTarget = 48,
            CopyTruth = (index, destination) => truths.AsSpan(index * 48, 48).CopyTo(destination),
        };

        Checkup Of(byte[] made, ShownImages? images = null) => TranslationCheckup.Of(images ?? shown, Colours, Colours, _ => made);
        var same = Of(inputs);
        Assert.Equal((0.0, 1.0), (same.Change!.Value, same.Brightness!.Value), (expected, actual) => Math.Abs(expected.Item1 - actual.Item1) + Math.Abs(expected.Item2 - actual.Item2) < 1e-5);
        Assert.Equal(1.0, Of(truths).Change!.Value, 6);
        Assert.Equal(1.0, Of(truths).PixelSpread!.Value, 6);
        Assert.Equal(0.0, Of([.. Enumerable.Repeat((byte)9, 6 * 48)]).PixelSpread!.Value, 6);
        Assert.Equal(-1.0, Of([.. inputs.Select(value => (byte)(255 - value))]).Brightness!.Value, 5);
        // Without the truth a change is measured by what inputs differ by.
        Assert.InRange(Of([.. inputs.Select(value => (byte)(value / 2))], shown with { CopyTruth = null }).Change!.Value, 0.5, 1);
        // What is light in inputs is dark in the truth.
        ShownImages.Copy negative = (index, destination) => inputs.AsSpan(index * 48, 48).ToArray().Select(value => (byte)(255 - value)).ToArray().CopyTo(destination);
        Assert.Null(Of(inputs, shown with { CopyTruth = negative }).Brightness);
        Assert.Null(TranslationCheckup.Of(shown, Colours with { Channels = 1 }, Colours, _ => truths).Change);
    }
}
