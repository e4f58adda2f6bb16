using System.Text.RegularExpressions;

namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>Faults in a kernel's text, each a small change such as a slip of the pen makes.</summary>
internal static class Plant
{
    /// <summary>Replaces one occurrence of a pattern in the kernel, counted from 0 on.</summary>
    public static Func<string, string> Instead(string pattern, string replacement, int occurrence = 0) => text =>
    {
        int entry = text.IndexOf(".entry", StringComparison.Ordinal);
        var found = Regex.Matches(text[entry..], pattern, RegexOptions.Multiline | RegexOptions.CultureInvariant);
        Assert.True(found.Count > occurrence, $"there are {found.Count} of {pattern} in the kernel:\n{text}");
        var match = found[occurrence];
        int start = entry + match.Index;
        return text[..start] + match.Result(replacement) + text[(start + match.Length)..];
    };

    /// <summary>Leaves one occurrence out.</summary>
    public static Func<string, string> Without(string pattern, int occurrence = 0) => Instead(pattern, "", occurrence);
}
