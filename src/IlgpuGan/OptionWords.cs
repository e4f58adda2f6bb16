using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuGan;

/// <summary>
/// How messages name an option. A program reads of the property or parameter that it sets, such as <c>LearningRate</c>; somebody who types at a command line,
/// of what is typed there, <c>--lr</c>.
/// </summary>
public static partial class OptionWords
{
    /// <summary>Names that are not those of the command line in other letters.</summary>
    private static readonly Dictionary<string, string> Properties = new()
    {
        ["ada-p"] = "AdaProbability",
        ["attributes"] = "attributes",
        ["bind"] = "Address",
        ["compare"] = "path",
        ["d-condition"] = "DiscriminatorCondition",
        ["d-lr"] = "DiscriminatorLearningRate",
        ["d-norm"] = "DiscriminatorNorm",
        ["d-steps"] = "DiscriminatorSteps",
        ["faces"] = "FaceCount",
        ["force"] = "force",
        ["fps"] = "FramesPerSecond",
        ["g-lr"] = "GeneratorLearningRate",
        ["half-life"] = "AverageHalfLifeKimg",
        ["inception"] = "Extractor",
        ["latent"] = "LatentSize",
        ["lecam"] = "LeCam",
        ["like"] = "like",
        ["lr"] = "LearningRate",
        ["minibatch-stddev"] = "MinibatchDeviation",
        ["out"] = "path",
        ["preset"] = "preset",
        ["resume"] = "TrainingSession.Resume",
        ["rows"] = "rows",
        ["stacks"] = "StackCount",
    };

    // Like a culture: what begins under it goes on under it, on whatever thread.
    private static readonly AsyncLocal<bool> speaksToCommandLine = new();

    /// <summary>From now on messages that come of what the caller does name options as a command line has them.</summary>
    public static void SpeakToCommandLine() => speaksToCommandLine.Value = true;

    /// <summary>A message with the names of its options as its reader knows them.</summary>
    /// <param name="message">The message, with options as the command line has them.</param>
    public static string In(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return speaksToCommandLine.Value ? message : Option().Replace(message, option => Property(option.Groups[1].Value));
    }

    [GeneratedRegex("(?<![\\w/-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?![\\w/])")]
    private static partial Regex Option();

    private static string Property(string name) => Properties.GetValueOrDefault(name)
        ?? string.Concat(name.Split('-').Select(part => char.ToUpper(part[0], CultureInfo.InvariantCulture) + part[1..]));
}
