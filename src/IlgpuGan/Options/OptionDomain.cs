using System.Globalization;
using System.Numerics;
using IlgpuGan.Data;
using IlgpuGan.Graphs;

namespace IlgpuGan.Options;

/// <summary>The values that an option takes: how they are written, read and checked.</summary>
/// <param name="Form">What a text must be to be read, as the end of a sentence.</param>
/// <param name="Placeholder">Stands for a value in help.</param>
/// <param name="Range">The values that are allowed, in a few words.</param>
/// <param name="Read">The value of a text, and whether it is one.</param>
/// <param name="Write">A value as text; null for none.</param>
/// <param name="Check">Refuses a value that is not allowed, with the option's name.</param>
internal sealed record OptionDomain<T>(
    string Form, string Placeholder, string Range, Func<string, (bool IsRead, T Value)> Read, Func<T, string?> Write, Action<string, T> Check)
{
    /// <summary>What a text must be that could have been read, were it not too large or too small; null, or where it gives none, for <see cref="Form"/>.</summary>
    public Func<string, string?>? FormFor { get; init; }

    /// <summary>All values as texts, where they can be counted.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether it is on or off, and off unless it is named.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Some of the values that can be counted.</summary>
    public OptionDomain<T> Among(IReadOnlyList<string> names) => this with
    {
        Form = OptionDomain.Among(names),
        Placeholder = string.Join('|', names),
        Range = string.Join(", ", names),
        Choices = names,
        Read = text => names.Contains(text) ? Read(text) : (false, default!),
    };
}

/// <summary>The kinds of values that options take.</summary>
internal static class OptionDomain
{
    /// <summary>On or off.</summary>
    public static OptionDomain<bool> Switch { get; } = new(
        "true or false", "", "given or not", text => (bool.TryParse(text, out bool value), value), value => value ? "true" : "false", (_, _) => { })
    {
        IsSwitch = true,
    };

    /// <summary>A side, or width x height.</summary>
    public static OptionDomain<ImageSize?> Size { get; } = new(
        $"a side such as 64, or width x height such as 64x48, at most {ImageSize.MaxSide}", "N|WxH", $"sides of 1 to {ImageSize.MaxSide}",
        text => (ImageSize.TryParse(text, out var size), size), size => size?.ToString(), (_, _) => { });

    /// <summary>Channels of stages.</summary>
    public static OptionDomain<string?> Widths { get; } = Text(
        "whole numbers with commas between them", "N,N,...", "whole numbers of 1 to 8192 with commas between") with
    {
        Check = (name, text) => _ = text is null || StageWidths.Read(text) is not null ? 0 : throw new OptionException(
            $"{name} is \"{text}\"; it must be whole numbers from 1 to 8192 with commas between them, from the smallest images on."),
    };

    /// <summary>Any text that is not empty.</summary>
    public static OptionDomain<string?> Text(string form, string placeholder, string range) =>
        new(form, placeholder, range, text => (text.Length > 0, text), text => text, (_, _) => { });

    /// <summary>A number from one bound to the other, both allowed.</summary>
    public static OptionDomain<T> Between<T>(T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T> => Number<T>(
            most == T.MaxValue ? Invariant($"{least} or more") : Invariant($"{least} to {most}"),
            (name, value) => OptionCheck.Between(name, value, least, most), Invariant($"{least} to {most}"));

    /// <summary>A number above 0.</summary>
    public static OptionDomain<T> Above0<T>(double most)
        where T : struct, INumber<T> =>
        Number<T>(Invariant($"above 0, at most {most}"), (name, value) => OptionCheck.Above0(name, value, most));

    /// <summary>A number from 0 to below 1.</summary>
    public static OptionDomain<float> Below1 { get; } = Number<float>("0 to below 1", (name, value) => OptionCheck.Below1(name, value));

    /// <summary>A schedule between bounds, both allowed.</summary>
    public static OptionDomain<Schedule?> ScheduleBetween(float least, float most) =>
        Schedule(Invariant($"{least} to {most}"), (name, value) => OptionCheck.AllBetween(name, value, least, most));

    /// <summary>A schedule above 0.</summary>
    public static OptionDomain<Schedule?> ScheduleAbove0(float most) =>
        Schedule(Invariant($"above 0, at most {most}"), (name, value) => OptionCheck.AllAbove0(name, value, most));

    /// <summary>A schedule from 0 to below 1.</summary>
    public static OptionDomain<Schedule?> ScheduleBelow1 { get; } = Schedule("0 to below 1", OptionCheck.AllBelow1);

    /// <summary>A member of an enumeration, by its name in small letters.</summary>
    public static OptionDomain<TEnum> OneOf<TEnum>()
        where TEnum : struct, Enum
    {
        var names = Choice.Names<TEnum>();
        return new(
            Among(names), string.Join('|', names), string.Join(", ", names), text => Choice.Read<TEnum>(text) is { } value ? (true, value) : (false, default),
            Choice.Name, (name, value) => OptionCheck.OneOf(name, Choice.Name(value), names))
        {
            Choices = names,
        };
    }

    /// <summary>The name of an entry of a table.</summary>
    public static OptionDomain<string> OneOf(IReadOnlyList<string> names, string? range = null) => new(
        Among(names), string.Join('|', names), range ?? string.Join(", ", names), text => (names.Contains(text), text),
        text => text, (name, value) => OptionCheck.OneOf(name, value, names))
    {
        Choices = names,
    };

    /// <summary>A value or none.</summary>
    public static OptionDomain<T?> OrNone<T>(this OptionDomain<T> domain)
        where T : struct => new(
            domain.Form, domain.Placeholder, domain.Range, text => text == OptionNames.None ? (true, null) : domain.Read(text) is (true, var value) ? (true, value) : (false, null),
            value => value is { } some ? domain.Write(some) : null, (name, value) => Check(domain, name, value))
        {
            FormFor = domain.FormFor,
            Choices = domain.Choices,
        };

    /// <summary>A name or none.</summary>
    public static OptionDomain<string?> OrNone(this OptionDomain<string> domain) => new(
        domain.Form, domain.Placeholder, domain.Range, text => domain.Read(text), text => text, (name, value) => CheckSome(domain, name, value))
    {
        Choices = domain.Choices,
    };

    private static void CheckSome(OptionDomain<string> domain, string name, string? value)
    {
        if (value is not null)
        {
            domain.Check(name, value);
        }
    }

    private static void Check<T>(OptionDomain<T> domain, string name, T? value)
        where T : struct
    {
        if (value is { } some)
        {
            domain.Check(name, some);
        }
    }

    private static OptionDomain<T> Number<T>(string range, Action<string, T> check, string? bounds = null)
        where T : struct, INumber<T> => new(
            OptionNumber.Form<T>(), "N", range, text => (OptionNumber.TryParse(text, out T value), value), value => value.ToString(null, CultureInfo.InvariantCulture), check)
        {
            FormFor = text => OptionNumber.Form<T>(text, bounds ?? range),
        };

    private static OptionDomain<Schedule?> Schedule(string range, Action<string, Schedule> check) => new(
        Graphs.Schedule.Forms, "N|SHAPE:A:B:KIMG", $"{range}; a number or a schedule",
        text => (Graphs.Schedule.TryParse(text, out var schedule), schedule), schedule => schedule?.ToString(), (name, value) => Check(check, name, value));

    private static void Check(Action<string, Schedule> check, string name, Schedule? value)
    {
        if (value is not null)
        {
            check(name, value);
        }
    }

    internal static string Among(IEnumerable<string> names) => $"one of {string.Join(", ", names)}";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
