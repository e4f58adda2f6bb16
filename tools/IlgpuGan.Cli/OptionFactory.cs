using System.CommandLine;
using System.Globalization;
using System.Numerics;
using IlgpuGan.Data;
using IlgpuGan.Graphs;

namespace IlgpuGan.Cli;

/// <summary>Makes options whose errors name the option and what is allowed.</summary>
internal static class OptionFactory
{
    public static Option<T?> Number<T>(string name, string description)
        where T : struct, INumber<T>
    {
        var kind = default(T) is float or double ? "a finite number" : "a whole number";
        return Parsed<T?>(name, description, "N", kind, text => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !T.IsInfinity(value) ? value : null);
    }

    public static Option<string?> Choice(string name, string description, IReadOnlyList<string> allowed)
    {
        var option = Parsed(name, description, string.Join('|', allowed), $"one of {string.Join(", ", allowed)}", text => allowed.Contains(text) ? text : null);
        option.CompletionSources.Add([.. allowed]);
        return option;
    }

    /// <summary>Some of the names allowed, separated by commas, or <c>all</c>.</summary>
    public static Option<IReadOnlyList<string>?> Choices(string name, string description, IReadOnlyList<string> allowed) => Parsed(
        name, description, "NAME,...|all", $"all, or names out of {string.Join(", ", allowed)}, separated by commas", text =>
        {
            string[] names = text == "all" ? [.. allowed] : text.Split(',');
            return names.All(allowed.Contains) ? (IReadOnlyList<string>)[.. names.Distinct()] : null;
        });

    /// <summary>Numbers separated by commas.</summary>
    public static Option<IReadOnlyList<double>?> Numbers(string name, string description) => Parsed<IReadOnlyList<double>?>(
        name, description, "N,...", "numbers separated by commas", text =>
        {
            var numbers = text.Split(',').Select(part =>
                double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
            return numbers.All(double.IsFinite) ? numbers : null;
        });

    public static Option<ImageSize?> Size(string name, string description) => Parsed<ImageSize?>(
        name, description, "N|WxH", $"a side such as 64, or width x height such as 64x48, at most {ImageSize.MaxSide}",
        text => ImageSize.TryParse(text, out var size) ? size : null);

    /// <summary>Columns and rows, such as 4x3.</summary>
    public static Option<(int Columns, int Rows)?> Tiles(string name, string description) => Parsed<(int, int)?>(
        name, description, "CxR", "columns x rows such as 4x3", text => text.Split('x') is [var columns, var rows]
            && int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out int across)
            && int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out int down) && across > 0 && down > 0 ? (across, down) : null);

    public static Option<Schedule?> Schedule(string name, string description) => Parsed(
        name, description, "N|SHAPE:A:B:KIMG", Graphs.Schedule.Forms, text => Graphs.Schedule.TryParse(text, out var schedule) ? schedule : null);

    public static Option<string?> Text(string name, string description, string helpName) =>
        Parsed(name, description, helpName, "a name", text => text.Length > 0 ? text : null);

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    public static Option<string?> Device() => Text("--device", "Device: auto, cuda[:n], opencl[:n] or cpu (default auto).", "DEVICE");

    private static Option<T?> Parsed<T>(string name, string description, string helpName, string allowed, Func<string, T?> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            var value = parse(result.Tokens[0].Value);
            if (value is null)
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\"; it must be {allowed}");
            }

            return value;
        },
    };
}
