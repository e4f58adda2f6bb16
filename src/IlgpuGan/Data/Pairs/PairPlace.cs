using System.Text.RegularExpressions;
using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Pairs;

/// <summary>What a file's folders say of it.</summary>
/// <param name="File">The file.</param>
/// <param name="Part">The part of the set, <c>train</c>, <c>val</c> or <c>test</c>, whatever word names it; empty where none does.</param>
/// <param name="Side">The side, in lower case; null where none is named.</param>
/// <param name="Folder">The folders that say so: <c>trainA</c>, <c>A/train</c>.</param>
/// <param name="Key">The rest of the path without its ending: what partners have in common.</param>
internal sealed partial record PairPlace(TreeFile File, string Part, string? Side, string Folder, string Key)
{
    private const string Train = "train", Validation = "val", Test = "test";

    /// <summary>Whether it is in a part that is kept to measure by.</summary>
    public bool IsHeldOut => Part is Validation or Test;

    /// <summary>Whether it is in a part to choose by, which is looked at before tests are.</summary>
    public bool IsValidation => Part == Validation;

    /// <summary>Whether one word without a divider names part and side: <c>trainA</c>.</summary>
    public bool IsOneWord { get; private init; }

    /// <summary>Reads the folders of a file below a depth: the first two may name a part, a side, or both in one word.</summary>
    public static PairPlace Of(TreeFile file, int depth)
    {
        string[] parts = file.Within.Split('/')[depth..];
        string part = "";
        string? side = null;
        bool isOneWord = false;
        int taken = 0;
        for (; taken < 2 && taken < parts.Length - 1; taken++)
        {
            if (Word().Match(parts[taken]) is not { Success: true } word)
            {
                break;
            }

            string newPart = word.Groups["part"].Value, newSide = word.Groups["side"].Value;
            if ((newPart.Length > 0 && part.Length > 0) || (newSide.Length > 0 && side is not null))
            {
                break;
            }

            part = newPart.Length > 0 ? Plain(newPart) : part;
            side = newSide.Length > 0 ? newSide.ToLowerInvariant() : side;
            isOneWord |= newPart.Length > 0 && newSide.Length > 0 && newPart.Length + newSide.Length == parts[taken].Length;
        }

        string rest = string.Join('/', parts[taken..]);
        string name = parts[^1];
        return new PairPlace(file, part, side, string.Join('/', parts[..taken]), rest[..^(name.Length - Path.GetFileNameWithoutExtension(name).Length)]) { IsOneWord = isOneWord };
    }

    private static string Plain(string part) => part.ToLowerInvariant() switch { "train" or "training" => Train, "test" or "testing" => Test, _ => Validation };

    // A single letter is a side alone or after a part: trainA, train_A, A.
    [GeneratedRegex("^(?:(?<part>train|training|test|testing|val|valid|validation|dev)(?:[_-]?(?<side>A|B|label|labels|img|image|images|inst|input|target|output|source))?"
        + "|(?<side>A|B|label|labels|img|inst|input|target|output|source))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

/// <summary>Two words that name the sides of pairs.</summary>
/// <param name="First">The side that is A.</param>
/// <param name="Second">The side that is B.</param>
/// <param name="Layout">The layout that has them.</param>
internal sealed record PairWords(string First, string Second, PairLayout Layout)
{
    /// <summary>What is a side to nobody, but lies beside some.</summary>
    public const string Instances = "inst";

    /// <summary>All of them, with what else each is called.</summary>
    public static IReadOnlyList<PairWords> All { get; } =
    [
        new("a", "b", PairLayout.Folders), new("label", "img", PairLayout.Labels), new("input", "target", PairLayout.Folders),
        new("input", "output", PairLayout.Folders), new("source", "target", PairLayout.Folders),
    ];

    /// <summary>One word for what has several: label and labels, img and images.</summary>
    public static string Plain(string side) => side switch { "labels" => "label", "image" or "images" => "img", _ => side };
}
