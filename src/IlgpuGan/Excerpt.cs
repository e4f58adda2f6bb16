using System.Text.RegularExpressions;

namespace IlgpuGan;

/// <summary>Quotes text of unknown origin in a sentence.</summary>
internal static class Excerpt
{
    private const int MostCharacters = 200;

    /// <summary>The first characters of a text without its last full stop, on one line: what controls a terminal becomes a space.</summary>
    /// <param name="text">The text, such as the message of a library that quotes what it read.</param>
    /// <param name="most">The most characters, from 2 on.</param>
    public static string Of(string text, int most = MostCharacters)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = string.Concat(text.Trim().TrimEnd('.').Take(most + 1).Select(c => char.IsControl(c) ? ' ' : c));
        return clean.Length <= most ? clean : clean[..(most - 1)] + "…";
    }

    /// <summary>What a fault of the file system says of a file that the sentence names already: its message without that name.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="named">The file or folder; <see cref="AtomicFile"/>'s unfinished file of that name counts as it.</param>
    public static string Of(Exception fault, string named)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentException.ThrowIfNullOrEmpty(named);
        var names = string.Join('|', new[] { named, Path.GetFullPath(named) }.Select(Regex.Escape));
        return Of(Regex.Replace(fault.Message, $@"(?: :)? '(?:{names})/?(?:\.[0-9a-f]{{8}}\.tmp)?'", ""));
    }
}
