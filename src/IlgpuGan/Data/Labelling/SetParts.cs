using System.Text.RegularExpressions;

namespace IlgpuGan.Data.Labelling;

/// <summary>What a set is divided into, as far as a run is concerned.</summary>
internal enum SetPart
{
    /// <summary>No part: a set of its own, or a class.</summary>
    None,

    /// <summary>What is trained on.</summary>
    Training,

    /// <summary>What is kept to judge by: test, validation and the like.</summary>
    HeldOut,
}

/// <summary>Tells from a name which part of a set it holds.</summary>
internal static partial class SetParts
{
    private static readonly HashSet<string> Training = new(StringComparer.OrdinalIgnoreCase) { "train", "training", "trn", "trainset", "trainval" };

    private static readonly HashSet<string> HeldOut = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "testing", "tst", "testset", "val", "valid", "validation", "valset", "dev", "eval", "evaluation", "heldout", "holdout",
    };

    // What stands beside the word without making another thing of it: train2017, val_256, test_images; but a train station is one.
    private static readonly HashSet<string> Beside = new(StringComparer.OrdinalIgnoreCase) { "set", "data", "images", "imgs", "image", "img", "split", "part" };

    private static readonly HashSet<string> Verbs = new(StringComparer.OrdinalIgnoreCase) { "is", "in", "for" };

    /// <summary>The part that a folder of this name holds, where others beside it hold others.</summary>
    public static SetPart OfFolder(string name)
    {
        string[] words = Words(name);
        bool plain = words.All(word => OfWord(word) != SetPart.None || Beside.Contains(word) || word.Length == 1 || char.IsAsciiDigit(word[0]));
        return plain ? OfFile(name) : words.Length > 0 ? OfWord(words[^1]) : SetPart.None;
    }

    /// <summary>
    /// The parts that the folders beside each other hold: by the name of each, or by two names that differ in the part alone, whatever
    /// stands around it (<c>DIV2K_train_HR</c>, <c>DIV2K_valid_HR</c>).
    /// </summary>
    public static IReadOnlyList<SetPart> OfFolders(IReadOnlyList<string> names)
    {
        var twins = names.Where(name => OfFile(name) != SetPart.None).GroupBy(WithoutPart)
            .Where(group => group.Select(OfFile).Distinct().Count() > 1).SelectMany(group => group).ToHashSet();
        return [.. names.Select(name => twins.Contains(name) ? OfFile(name) : OfFolder(name))];
    }

    /// <summary>The part that a file of this name holds, by the first word that says one; MNIST's test part is named for its ten thousand.</summary>
    public static SetPart OfFile(string name) => name.Contains("t10k", StringComparison.OrdinalIgnoreCase)
        ? SetPart.HeldOut
        : Words(name).Select(OfWord).FirstOrDefault(part => part != SetPart.None);

    /// <summary>
    /// The part that a column of yes and no asks for by its name: <c>is_train</c>, <c>training</c>, <c>IsTest</c>, <c>test_set</c>. What is valid may be what
    /// is no rubbish.
    /// </summary>
    public static SetPart OfQuestion(string column) => Words(column).Where(word => !Beside.Contains(word)).ToArray() switch
    {
        [var part] => OfAnswer(part),
        [var verb, var part] when Verbs.Contains(verb) => OfAnswer(part),
        _ => SetPart.None,
    };

    /// <summary>Whether the numbers of a column of this name are parts: <c>split</c>, <c>split_id</c>, <c>data_split</c>; but a split lip is none.</summary>
    public static bool IsNumbered(string column) => Words(column) is { } words
        && words.Contains("split", StringComparer.OrdinalIgnoreCase) && words.All(word => Beside.Contains(word) || word.Equals("id", StringComparison.OrdinalIgnoreCase));

    private static string WithoutPart(string name)
    {
        string[] words = Words(name);
        int part = Array.FindIndex(words, word => OfWord(word) != SetPart.None);
        return string.Join(' ', words.Where((_, i) => i != part)).ToUpperInvariant();
    }

    private static SetPart OfAnswer(string word) => word.Equals("valid", StringComparison.OrdinalIgnoreCase) ? SetPart.None : OfWord(word);

    private static SetPart OfWord(string word) => Training.Contains(word) ? SetPart.Training : HeldOut.Contains(word) ? SetPart.HeldOut : SetPart.None;

    private static string[] Words(string name) => [.. Word().Matches(name).Select(match => match.Value)];

    // Runs of digits, and of letters up to where capitals begin anew: trainA is train and A.
    [GeneratedRegex("[0-9]+|\\p{Lu}?\\p{Ll}+|\\p{Lu}+(?!\\p{Ll})|[\\p{L}-[\\p{Lu}\\p{Ll}]]+")]
    private static partial Regex Word();
}
