using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuGan;

/// <summary>
/// How messages name an option. They are written as for a command line, <c>--lr</c>; a program reads of the property or parameter that it sets in its place,
/// <c>LearningRate</c>.
/// </summary>
internal static partial class OptionWords
{
    // Like a culture: what begins under it goes on under it, on whatever thread.
    private static readonly AsyncLocal<bool> speaksToCommandLine = new();

    /// <summary>From now on messages that come of what the caller does name options as a command line has them.</summary>
    public static void SpeakToCommandLine() => speaksToCommandLine.Value = true;

    /// <summary>A message with the names of its options as its reader knows them.</summary>
    /// <param name="message">The message, with options as the command line has them.</param>
    /// <param name="property">The property or parameter of an option's name; null, or where it gives none, for the name itself in a program's letters: MaxBadFiles.</param>
    public static string In(string message, Func<string, string?>? property = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        return speaksToCommandLine.Value ? message
            : Option().Replace(message, option => property?.Invoke(option.Groups[1].Value) ?? InLetters(option.Groups[1].Value));
    }

    // What has a value behind a sign of equality is another program's, as of srun --mpi=pmix.
    [GeneratedRegex("(?<![\\w/-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?![\\w/=-])")]
    private static partial Regex Option();

    private static string InLetters(string name) => string.Concat(name.Split('-').Select(part => char.ToUpper(part[0], CultureInfo.InvariantCulture) + part[1..]));
}
