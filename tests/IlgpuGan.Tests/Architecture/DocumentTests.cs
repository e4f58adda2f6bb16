using System.Text.RegularExpressions;

namespace IlgpuGan.Tests.Architecture;

/// <summary>What is written beside the code, as far as a machine can tell whether it is so.</summary>
public partial class DocumentTests
{
    [Fact]
    public void Every_link_within_the_repository_leads_to_a_file()
    {
        var dead = from document in Files("*.md")
                   from Match link in Link().Matches(File.ReadAllText(document))
                   let target = link.Groups[1].Value.Split('#')[0]
                   where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
                   where !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
                   select $"{Path.GetRelativePath(Sources.Root, document)} links to {target}";

        Assert.Empty(dead);
    }

    [Fact]
    public void Every_environment_variable_that_the_code_reads_is_told_of_in_CONTRIBUTING()
    {
        var read = Files("*.cs").Concat(Files("*.sh")).SelectMany(file => Variable().Matches(File.ReadAllText(file))).Select(match => match.Value);
        var told = Variable().Matches(File.ReadAllText(Path.Combine(Sources.Root, ".github", "CONTRIBUTING.md"))).Select(match => match.Value);

        Assert.Equal(read.Distinct().Order(), told.Distinct().Order());
    }

    private static IEnumerable<string> Files(string pattern) =>
        Directory.GetFiles(Sources.Root, pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Sources.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or ".git"));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("ILGPUGAN_[A-Z_]*[A-Z]")]
    private static partial Regex Variable();
}
