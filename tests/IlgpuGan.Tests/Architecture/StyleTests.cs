using System.Text.RegularExpressions;

namespace IlgpuGan.Tests.Architecture;

/// <summary>What the compiler's analysers do not say of the house's style (.editorconfig says the rest).</summary>
public partial class StyleTests
{
    private const int LongestLine = 200, LongestFile = 500;

    // Files that hold a family of small types and are named after what they have in common.
    private static readonly string[] Families =
    [
        "kernels/IlgpuGan.Kernels/Bce.cs", "kernels/IlgpuGan.Kernels/Counters.cs", "kernels/IlgpuGan.Kernels/Depthwise.cs", "kernels/IlgpuGan.Kernels/Expressions/Functions.cs",
        "kernels/IlgpuGan.Kernels/Expressions/Leaves.cs",
        "kernels/IlgpuGan.Kernels/Gemm/ClassOperands.cs", "kernels/IlgpuGan.Kernels/Gemm/FactorPrecision.cs",
        "kernels/IlgpuGan.Kernels/Gemm/MatrixOperands.cs", "kernels/IlgpuGan.Kernels/Gemm/TileSides.cs",
        "kernels/IlgpuGan.Kernels/Gemm/VectorBlocks.cs", "kernels/IlgpuGan.Kernels/Gemm/WindowOperands.cs", "kernels/IlgpuGan.Kernels/Intrinsics/TensorCoreFragments.cs",
        "kernels/IlgpuGan.Kernels/Moves.cs", "kernels/IlgpuGan.Kernels/RandomNumbers.cs", "kernels/IlgpuGan.Kernels/Reductions.cs", "kernels/IlgpuGan.Kernels/UpdateRules.cs",
        "src/IlgpuGan.Watch/Messages.cs", "src/IlgpuGan/Evaluation/Metrics/PatchPlaces.cs", "src/IlgpuGan/Export/TensorBoardRecords.cs", "src/IlgpuGan/FiniteJson.cs",
        "src/IlgpuGan/Graphs/BatchSources.cs", "src/IlgpuGan/Graphs/ElementwiseFunctions.cs", "src/IlgpuGan/Graphs/Operations.cs", "src/IlgpuGan/Graphs/Variables.cs",
            "src/IlgpuGan/Networks/ConditionLayers.cs",
        "src/IlgpuGan/Networks/ConvolutionLayers.cs", "src/IlgpuGan/Networks/NormLayers.cs", "src/IlgpuGan/Networks/PlainLayers.cs", "src/IlgpuGan/Networks/ResidualLayers.cs",
        "src/IlgpuGan/Objectives/Classic.cs", "src/IlgpuGan/Objectives/Relativistic.cs",
    ];

    [Fact]
    public void No_line_is_longer_than_200_characters() => Assert.Empty(
        from file in Code("kernels", "src", "tests", "tools")
        from line in File.ReadAllLines(Absolute(file)).Index()
        where line.Item.Length > LongestLine
        select $"{file}:{line.Index + 1} has {line.Item.Length}");

    [Fact]
    public void No_file_is_longer_than_500_lines() => Assert.Empty(
        from file in Code("kernels", "src", "tools")
        let lines = File.ReadAllLines(Absolute(file)).Length
        where lines > LongestFile
        select $"{file} has {lines}");

    [Fact]
    public void A_file_is_named_after_a_type_in_it_or_is_a_family_of_the_list()
    {
        var strangers = Code("kernels", "src", "tools")
            .Where(file => Declared().Matches(File.ReadAllText(Absolute(file))) is { Count: > 0 } types
                && types.All(type => type.Groups[1].Value != Path.GetFileName(file).Split('.')[0])).ToList();

        Assert.Equal(Families, strangers);
    }

    [Fact]
    public void Colour_is_spelt_in_one_way_where_no_library_or_paper_has_the_name() => Assert.Empty(
        from file in Code("kernels", "src", "tests", "tools")
        from Match name in American().Matches(File.ReadAllText(Absolute(file)))
        select $"{file}: {name.Value}");

    [Fact]
    public void Fields_have_no_mark_before_their_names() => Assert.Empty(
        from file in Code("kernels", "src", "tests", "tools")
        from Match field in Marked().Matches(File.ReadAllText(Absolute(file)))
        select $"{file}: {field.Value.Trim()}");

    private static string Absolute(string file) => Path.Combine(Sources.Root, file);

    private static IEnumerable<string> Code(params string[] folders) =>
        from folder in folders
        from file in Directory.GetFiles(Absolute(folder), "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Sources.Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
        where !file.EndsWith(".g.cs", StringComparison.Ordinal) && !file.Split('/').Any(part => part is "bin" or "obj")
        select file;

    [GeneratedRegex(
        @"^(?:public |internal |file )?(?:static |abstract |sealed |readonly |partial |ref |unsafe )*(?:class|record struct|record|struct|interface|enum|delegate \w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();

    // A type or member that is declared here; DiffAugment and ADA call a group of theirs Color.
    [GeneratedRegex(@"(?:class|record|struct|enum|interface|void|bool|int|float|string|Tensor) \w*[Cc]olor(?!space)\w*")]
    private static partial Regex American();

    [GeneratedRegex(@"^    private [\w<>?\[\], ]+ _[a-z]\w*", RegexOptions.Multiline)]
    private static partial Regex Marked();
}
