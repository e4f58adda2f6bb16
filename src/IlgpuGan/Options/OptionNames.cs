namespace IlgpuGan.Options;

/// <summary>What the options that messages name are called in a program.</summary>
internal static class OptionNames
{
    /// <summary>Options of other commands than train: no part of a run's settings but parameters and wishes, where they have other names there.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["archive"] = "path",
        ["attributes"] = "attributes",
        ["bind"] = "Address",
        ["compare"] = "path",
        ["features"] = "Extractor",
        ["force"] = "ExistingRun.Replace",
        ["from"] = "Parent",
        ["fps"] = "FramesPerSecond",
        ["gamma-sweep"] = "GammaSweep.Run",
        ["inception"] = "Extractor",
        ["like"] = "like",
        ["out"] = "path",
        ["resume"] = "ExistingRun.Resume",
        ["rows"] = "rows",
    };

    /// <summary>How no value is written, where one was given before and is to be taken back.</summary>
    public const string None = "none";

    /// <summary>A message with the names of its options as its reader knows them: those of <see cref="OptionRows.Table"/> by their properties.</summary>
    /// <param name="message">The message, with options as the command line has them.</param>
    public static string In(string message) => OptionWords.In(message, PropertyOf);

    private static string? PropertyOf(string name) => OptionRows.Table.Rows.FirstOrDefault(row => row.Name == name)?.Property ?? Others.GetValueOrDefault(name);
}
