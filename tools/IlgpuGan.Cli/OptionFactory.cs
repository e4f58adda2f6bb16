using System.CommandLine;
using System.Globalization;
using System.Numerics;
using IlgpuGan.Data;
using IlgpuGan.Generation;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary>Makes options whose errors name the option and what is allowed.</summary>
internal static class OptionFactory
{
    /// <summary>What may be given for a trained network.</summary>
    public static readonly string RunWords = "A run folder, one of its checkpoints such as checkpoints/best.safetensors, a generator's file (safetensors, pth), or a network that comes "
        + $"with the program: {string.Join(", ", TrainedNetworks.Names)}.";

    /// <summary>Name of the argument that is a run, or what a command takes in place of one.</summary>
    public const string RunName = "RUN";

    /// <summary>The argument of a command that takes one trained network.</summary>
    public static Argument<string> Run() => new(RunName) { Description = RunWords };

    public static Option<T?> Number<T>(string name, string description)
        where T : struct, INumber<T>, IMinMaxValue<T> => Parsed<T?>(
            name, description, "N",
            text => OptionNumber.Form<T>(text, text.StartsWith('-') ? FormattableString.Invariant($"{T.MinValue} or more") : FormattableString.Invariant($"at most {T.MaxValue}")),
            text => OptionNumber.TryParse(text, out T value) ? value : null);

    public static Option<string?> Choice(string name, string description, IReadOnlyList<string> allowed) => Among(name, description, allowed, text => text);

    /// <summary>An option of a run, which changes settings.</summary>
    /// <param name="row">The option.</param>
    /// <param name="choices">Its values, where they can be counted; none for any.</param>
    /// <param name="help">What it is.</param>
    public static Option<Func<RunSettings, RunSettings>?> Row(RunOption row, IReadOnlyList<string> choices, string help) => choices.Count > 0
        ? Among($"--{row.Name}", help, choices, row.Change)
        : Parsed($"--{row.Name}", help, row.Placeholder, row.FormFor, row.Change);

    /// <summary>Some of the names allowed, separated by commas, or <c>all</c>, for which those beside are not meant.</summary>
    public static Option<IReadOnlyList<string>?> Choices(string name, string description, IReadOnlyList<string> allowed, IReadOnlyList<string>? beside = null) => Parsed(
        name, description, "NAME,...|all", $"all, or names out of {string.Join(", ", allowed.Concat(beside ?? []))}, separated by commas", text =>
        {
            string[] names = text == "all" ? [.. allowed] : text.Split(',');
            return names.All(allowed.Concat(beside ?? []).Contains) ? (IReadOnlyList<string>)[.. names.Distinct()] : null;
        });

    /// <summary>Numbers separated by commas.</summary>
    public static Option<IReadOnlyList<T>?> Numbers<T>(string name, string description)
        where T : struct, INumber<T> => Parsed<IReadOnlyList<T>?>(
        name, description, "N,...", $"{(default(T) is float or double ? "" : "whole ")}numbers separated by commas", text =>
        {
            var numbers = text.Split(',').Select(part => OptionNumber.TryParse(part, out T number) && !T.IsNaN(number) ? number : (T?)null).ToArray();
            return numbers.All(number => number is not null) ? [.. numbers.Select(number => number!.Value)] : null;
        });

    public static Option<ImageSize?> Size(string name, string description) => Parsed<ImageSize?>(
        name, description, "N|WxH", $"a side such as 64, or width x height such as 64x48, at most {ImageSize.MaxSide}",
        text => ImageSize.TryParse(text, out var size) ? size : null);

    /// <summary>Columns and rows, such as 4x3.</summary>
    public static Option<(int Columns, int Rows)?> Tiles(string name, string description) => Parsed<(int, int)?>(
        name, description, "CxR", "columns x rows such as 4x3", text => text.Split('x') is [var columns, var rows]
            && int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out int across)
            && int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out int down) && across > 0 && down > 0 ? (across, down) : null);

    public static Option<string?> Text(string name, string description, string helpName) =>
        Parsed(name, description, helpName, "a name", text => text.Length > 0 ? text : null);

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    public static Option<string?> Device() => Text("--device", "Device: auto, cuda[:n], opencl[:n] or cpu (default auto).", "DEVICE");

    private static Option<T?> Among<T>(string name, string description, IReadOnlyList<string> allowed, Func<string, T?> parse)
    {
        var option = Parsed(
            name, description, string.Join('|', allowed), $"one of {string.Join(", ", allowed)}", text => allowed.Contains(text) ? parse(text) : default);
        option.CompletionSources.Add([.. allowed]);
        return option;
    }

    private static Option<T?> Parsed<T>(string name, string description, string helpName, string allowed, Func<string, T?> parse) =>
        Parsed(name, description, helpName, _ => allowed, parse);

    private static Option<T?> Parsed<T>(string name, string description, string helpName, Func<string, string> allowed, Func<string, T?> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            var value = parse(result.Tokens[0].Value);
            if (value is null)
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\"; it must be {allowed(result.Tokens[0].Value)}");
            }

            return value;
        },
    };
}
