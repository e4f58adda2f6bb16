using System.Globalization;

namespace IlgpuGan;

/// <summary>Numbers with their nouns in sentences.</summary>
internal static class Amount
{
    /// <summary><c>1 image</c>, <c>2 images</c>, <c>1 class</c>, <c>0 classes</c>, <c>3 entries</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">Of what, in the singular.</param>
    public static string Of(long count, string noun)
    {
        ArgumentException.ThrowIfNullOrEmpty(noun);
        string words = count == 1 ? noun
            : noun.EndsWith("ry", StringComparison.Ordinal) ? $"{noun[..^1]}ies"
            : noun + (noun.EndsWith('s') || noun.EndsWith("ch", StringComparison.Ordinal) ? "es" : "s");
        return string.Create(CultureInfo.InvariantCulture, $"{count} {words}");
    }
}
