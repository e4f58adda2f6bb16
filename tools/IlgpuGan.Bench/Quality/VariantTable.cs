using IlgpuGan.Options;

namespace IlgpuGan.Bench.Quality;

/// <summary>
/// Variants as lines <c>name: options of train</c>; empty lines and those that begin with # say nothing. The first is what the others are compared with: its step time is the measure of
/// theirs.
/// </summary>
internal static class VariantTable
{
    private const string BuiltIn = "variants.txt";

    /// <summary>Reads the table that comes with the program, or another.</summary>
    /// <param name="path">The file; empty for that of the program.</param>
    /// <exception cref="OptionException">It cannot be read, or a line is no variant; the line is named.</exception>
    public static IReadOnlyList<QualityVariant> Read(string path)
    {
        if (path.Length == 0)
        {
            using var reader = new StreamReader(typeof(VariantTable).Assembly.GetManifestResourceStream(BuiltIn)!);
            return Parse(BuiltIn, reader.ReadToEnd());
        }
        try
        {
            return Parse(path, RegularFile.ReadText(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--variants {path} cannot be read: {Excerpt.Of(fault, path)}; give a file of lines such as \"fast: --lr 1e-3\".");
        }
    }

    /// <summary>Reads the lines of a table.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="text">The lines.</param>
    /// <exception cref="OptionException">A line is no variant.</exception>
    public static IReadOnlyList<QualityVariant> Parse(string name, string text)
    {
        var variants = new List<QualityVariant>();
        foreach (var (i, line) in text.Split('\n', StringSplitOptions.TrimEntries).Index())
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string called = colon < 0 ? "" : line[..colon].Trim();
            OptionException Wrong(string what) => new($"Line {i + 1} of {name}, \"{Excerpt.Of(line, 60)}\", {what}.");
            if (called.Length == 0 || !called.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '+'))
            {
                throw Wrong("is no variant; write a name of letters, digits, dashes and dots, a colon, and options of train");
            }
            if (variants.Exists(other => other.Name.Equals(called, StringComparison.OrdinalIgnoreCase)))
            {
                throw Wrong($"is the second with the name {called}; give it another");
            }
            var variant = new QualityVariant(called, line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            try
            {
                _ = variant.Given.Count();
            }
            catch (OptionException fault)
            {
                throw new OptionException($"Line {i + 1} of {name}, {fault.Message}");
            }
            variants.Add(variant);
        }
        return variants.Count > 0 ? variants : throw new OptionException($"{name} has no variants; write lines such as \"fast: --lr 1e-3\".");
    }

    /// <summary>The variants of some names, in the order of the table, behind the first, which is always among them.</summary>
    /// <param name="all">The table.</param>
    /// <param name="names">The names; none for all.</param>
    /// <exception cref="OptionException">There is none of a name.</exception>
    public static IReadOnlyList<QualityVariant> Chosen(IReadOnlyList<QualityVariant> all, IReadOnlyList<string> names)
    {
        var unknown = names.FirstOrDefault(name => all.All(variant => variant.Name != name));
        return unknown is not null ? throw new OptionException($"{Excerpt.Of(unknown, 60)} is no variant; give some of {string.Join(", ", all.Select(variant => variant.Name))}.")
            : names.Count == 0 ? all : [.. all.Where((variant, i) => i == 0 || names.Contains(variant.Name))];
    }
}
