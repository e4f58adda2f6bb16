using System.Text.RegularExpressions;

namespace IlgpuGan.Cli.Tests;

/// <summary>What an experiment's help says holds there: experiments have some of the options of a training, and no run folder.</summary>
public sealed partial class LabHelpTests : CliFixture
{
    public static TheoryData<string> Experiments => ["divergence", "dirac", "failures", "gradients", "lecture", "match", "modes", "sequence"];

    [Theory]
    [MemberData(nameof(Experiments))]
    public void Help_mentions_no_option_and_no_file_that_the_experiment_has_not(string experiment)
    {
        Assert.Equal(0, Call($"lab {experiment} --help"));

        var own = Options().Matches(Output).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.True(own.Count >= 5, string.Join(", ", own));
        Assert.Empty(Mentions().Matches(Output).Select(match => match.Value).Except([.. own, "--help"]));
        // Neither is there anything that goes on, nor any that brings settings along.
        Assert.All(["checkpoint", "resume", "preset", "run folder", "labels"], word => Assert.DoesNotContain(word, Output, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void All_experiments_are_looked_at()
    {
        Assert.Equal(0, Call("lab --help"));
        Assert.Equal(Experiments.Select(row => row.Data), Commands().Matches(Output[Output.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value));
    }

    /// <summary>Data of every kind, beside that which is taken where none is named.</summary>
    [Theory]
    [InlineData("gradients", "faces (the default), ring, grid, a folder", "--width <N>", "(default 16; 64 for ring, grid)")]
    [InlineData("match", "faces (the default), ring, grid, a folder", "--size <N|WxH>", "(default 32x32; near their own, at most about 64 x 64 where they are large for other images)")]
    [InlineData("lecture", "ring (the default), faces, grid, a folder", "--loss <non-saturating|minimax>", "(default non-saturating)")]
    [InlineData("modes", "ring (8 modes) or grid (25 modes)", "--depth <N>", "(default 6)")]
    public void Help_names_the_data_and_what_holds_on_it(string experiment, string data, string option, string usual)
    {
        Assert.Equal(0, Call($"lab {experiment} --help"));
        Assert.Contains(data, Output, StringComparison.Ordinal);
        Assert.Contains(usual, Assert.Single(Output.Split('\n'), line => line.TrimStart().StartsWith(option, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradients")]
    [InlineData("lecture")]
    [InlineData("match")]
    public void Data_that_is_none_is_answered_by_all_that_would_be(string experiment)
    {
        Assert.Equal(2, Call($"lab {experiment} nonsense"));
        AssertOneSentence("The data 'nonsense' does not exist; give a folder, zip or tar");
        AssertOneSentence("'faces' for the built-in drawings, 'ring' or 'grid' for points");
        foreach (string pairs in (string[])["pairs:faces", "unpaired:faces"])
        {
            Assert.Equal(2, Call($"lab {experiment} {pairs}"));
            AssertOneSentence($"'{pairs}' holds images of two kinds, to translate one into the other, and here images or points are drawn from noise; give faces, ring, grid, or a folder");
        }
    }

    [GeneratedRegex(@"^  (?:-\S+, )*(--[a-z0-9-]+)", RegexOptions.Multiline)]
    private static partial Regex Options();

    [GeneratedRegex(@"--[a-z][a-z0-9-]*")]
    private static partial Regex Mentions();

    [GeneratedRegex(@"^  ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Commands();
}
