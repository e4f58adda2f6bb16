using System.Numerics;
using IlgpuGan.Graphs;

namespace IlgpuGan.Options;

/// <summary>Checks of option values, with messages that name the option and what is allowed.</summary>
internal static class OptionCheck
{
    public static void OneOf(string option, string value, IReadOnlyList<string> allowed)
    {
        if (!allowed.Contains(value))
        {
            throw new OptionException($"{option} is \"{value}\"; it must be one of {string.Join(", ", allowed)}.");
        }
    }

    // Written so that NaN fails each of them.
    public static void Between<T>(string option, T value, T least, T most)
        where T : INumber<T> =>
        Require(value >= least && value <= most, $"{option} is {value}; it must be between {least} and {most}.");

    public static void Above0<T>(string option, T value, double most)
        where T : INumber<T> =>
        Require(value > T.Zero && double.CreateChecked(value) <= most,
            FormattableString.Invariant($"{option} is {value}; it must be above 0{(double.IsFinite(most) ? FormattableString.Invariant($" and at most {most}") : "")}."));

    public static void Below1<T>(string option, T value)
        where T : INumber<T> =>
        Require(value >= T.Zero && value < T.One, FormattableString.Invariant($"{option} is {value}; it must be at least 0 and below 1."));

    public static void AllBetween(string option, Schedule value, float least, float most) =>
        Require(value.From >= least && value.From <= most && value.To >= least && value.To <= most,
            FormattableString.Invariant($"{option} is {value}; it must be between {least} and {most}."));

    // A schedule may begin or end at 0.
    public static void AllAbove0(string option, Schedule value, double most) =>
        Require(value.From >= 0 && value.To >= 0 && Math.Max(value.From, value.To) is var top && top > 0 && top <= most,
            FormattableString.Invariant($"{option} is {value}; it must be above 0 and at most {most}."));

    public static void AllBelow1(string option, Schedule value) =>
        Require(value.From >= 0 && value.From < 1 && value.To >= 0 && value.To < 1,
            $"{option} is {value}; it must be at least 0 and below 1.");

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new OptionException(message);
        }
    }
}
