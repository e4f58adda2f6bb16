using System.Text;
using System.Text.RegularExpressions;

namespace IlgpuGan.Kernels.Tests.Expressions;

/// <summary>
/// Writes kernels/IlgpuGan.Kernels/Expressions/LongLanes.g.cs: what the formulas compute in .NET's own vectors, again in vectors of sixteen floats. Those are
/// one type, and .NET's another that has half as many lanes on processors with AVX-512: no method is both.
/// </summary>
internal static partial class LongLanesSource
{
    private static readonly string[] Files = ["Functions.cs", "LaneFunctions.cs", "Leaves.cs", "Normalize.cs", "OwnFunctions.cs"];

    private static readonly (string Short, string Long)[] Names =
    [
        ("Vector.SquareRoot", "Vector512.Sqrt"),
        ("Vector<", "Vector512<"),
        ("Vector.", "Vector512."),
    ];

    /// <summary>The source.</summary>
    /// <param name="folder">Where the formulas are.</param>
    public static string Write(string folder)
    {
        var text = new StringBuilder("""
            // Written by tests/IlgpuGan.Kernels.Tests/Expressions/LongLanesSource.cs; a test compares.

            using System.Runtime.CompilerServices;
            using System.Runtime.Intrinsics;

            namespace IlgpuGan.Kernels.Expressions;

            #pragma warning disable CS1591 // each is described beside its shorter twin

            """);
        foreach (string file in Files)
        {
            foreach (Match type in TypePattern().Matches(File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n")))
            {
                var members = type.Groups["body"].Value.Trim('\n').Split("\n\n").Where(IsOfVectors).Select(Long).ToList();
                if (members.Count > 0)
                {
                    text.Append($"\n{type.Groups["head"].Value}\n{{\n{string.Join("\n\n", members)}\n}}\n");
                }
            }
        }
        return text.ToString();
    }

    private static bool IsOfVectors(string member) => SignaturePattern().Match(member).Value.Contains("Vector<", StringComparison.Ordinal);

    private static string Long(string member) =>
        Names.Aggregate(CommentPattern().Replace(member, ""), (text, name) => text.Replace(name.Short, name.Long, StringComparison.Ordinal));

    // A type with its parameters; without what it implements, which its other part says.
    [GeneratedRegex(@"^(?<head>(public|internal) [^\n]*? partial (struct|class) \w+(<[^>]*>)?)[^{]*\{\n(?<body>.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"^    (public|private|internal) [^\n]*", RegexOptions.Multiline)]
    private static partial Regex SignaturePattern();

    [GeneratedRegex(@"^ *//[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex CommentPattern();
}
