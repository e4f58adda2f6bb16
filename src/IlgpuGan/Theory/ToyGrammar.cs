namespace IlgpuGan.Theory;

/// <summary>
/// A grammar of 72 sentences of five words, such as <c>two cats see a dog</c>: subject, verb and object, where each noun agrees with the word before it and the verb with its subject. Of all
/// sequences of five of its twelve words one in 3456 is a sentence, so that chance finds none.
/// </summary>
internal static class ToyGrammar
{
    // A noun or a verb of one comes before that of several, as "a" comes before "two".
    private static readonly string[] Numbers = ["a", "two"], Nouns = ["cat", "dog", "bird", "cats", "dogs", "birds"], Verbs = ["sees", "hears", "see", "hear"];

    /// <summary>Words of a sentence.</summary>
    public const int Length = 5;

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Numbers, .. Nouns, .. Verbs];

    /// <summary>All sentences, as numbers of words.</summary>
    public static IReadOnlyList<int[]> Sentences { get; } = [.. All()];

    private static readonly HashSet<string> Known = [.. Sentences.Select(Text)];

    /// <summary>Whether words make a sentence.</summary>
    /// <param name="words">Numbers of <see cref="Length"/> words.</param>
    public static bool IsSentence(IReadOnlyList<int> words) => Known.Contains(Text(words));

    /// <summary>The words, with spaces between them.</summary>
    public static string Text(IReadOnlyList<int> words) => string.Join(' ', words.Select(word => Words[word]));

    private static IEnumerable<int[]> All() =>
        from subject in Phrases()
        from verb in Enumerable.Range(0, Verbs.Length / 2)
        from thing in Phrases()
        select (int[])[subject.Number, subject.Noun, Numbers.Length + Nouns.Length + verb + (subject.Number * Verbs.Length / 2), thing.Number, thing.Noun];

    private static IEnumerable<(int Number, int Noun)> Phrases() =>
        from number in Enumerable.Range(0, Numbers.Length)
        from noun in Enumerable.Range(0, Nouns.Length / 2)
        select (number, Numbers.Length + noun + (number * Nouns.Length / 2));
}
