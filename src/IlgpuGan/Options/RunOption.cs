using IlgpuGan.Data;

namespace IlgpuGan.Options;

/// <summary>What an option decides.</summary>
public enum OptionPart
{
    /// <summary>What is learnt, and how (<see cref="RunSettings.Training"/>).</summary>
    Training,

    /// <summary>What it is learnt from (<see cref="RunSettings.Data"/>).</summary>
    Data,

    /// <summary>What is reported, drawn and saved, and when (<see cref="RunSettings.Schedule"/>).</summary>
    Schedule,

    /// <summary>Where it is learnt, and how it is watched.</summary>
    Run,
}

/// <summary>Whether an option may differ between two sessions of one run.</summary>
public enum Keeps
{
    /// <summary>A run keeps it from its first step to its last.</summary>
    ForLife,

    /// <summary>It may be changed when a run goes on.</summary>
    UntilChanged,

    /// <summary>It may be changed when a run goes on, and the log says from which step on: what is learnt, or said of it, is another from there.</summary>
    UntilLogged,
}

/// <summary>That without which an option changes nothing: others beside it, or data that it is for.</summary>
/// <param name="AreMet">Whether settings have it.</param>
/// <param name="Otherwise">
/// What is said where they do not, behind the option's name and without the full stop: why, and the remedy. <c>{option}</c> in it stands for the option,
/// <c>{data}</c> for the data, <c>{method}</c> for the method of translation.
/// </param>
public sealed record OptionNeeds(Func<RunSettings, bool> AreMet, string Otherwise)
{
    /// <summary>What must hold before that; null for nothing.</summary>
    internal OptionNeeds? First { get; init; }

    /// <summary>Other options, in the words that they are given by.</summary>
    internal static OptionNeeds Beside(string words, Func<RunSettings, bool> areGiven) =>
        new(areGiven, $"changes nothing without {words}; give that too, or leave {{option}} out");
}

/// <summary>
/// One option of a run, a row of <see cref="OptionRows.Table"/>: all that there is to know of it besides what it does. The command line, the checks of values,
/// the check of a resumed run, completion and the page of the options are made of these rows.
/// </summary>
/// <param name="Name">How the command line calls it, without the dashes before it.</param>
/// <param name="Property">The property that a program sets.</param>
/// <param name="Part">What it decides.</param>
/// <param name="Meaning">What it is, without a full stop and the default.</param>
public abstract record RunOption(string Name, string Property, OptionPart Part, string Meaning)
{
    /// <summary>Whether it may differ between two sessions of one run.</summary>
    public Keeps Keeps { get; init; }

    /// <summary>What happens without it, where there is no default to be written; null where that goes without saying.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Without what it changes nothing; null where it always counts.</summary>
    public OptionNeeds? Needs { get; init; }

    /// <summary>Whether it is but a name for values of others.</summary>
    public bool IsName { get; init; }

    /// <summary>The value of a switch that is on.</summary>
    internal const string Switched = "true";

    /// <summary>Whether points have no use for it.</summary>
    public bool IsForImages { get; init; }

    /// <summary>Its value, as text, in runs that were made before there was such an option; null where that is the default.</summary>
    public string? Before { get; init; }

    /// <summary>What a value must be, as the end of a sentence, where a text cannot be read as one.</summary>
    public abstract string FormFor(string text);

    /// <summary>Stands for a value in help.</summary>
    public abstract string Placeholder { get; }

    /// <summary>The values that are allowed, in a few words.</summary>
    public abstract string Range { get; }

    /// <summary>All values as texts, where they can be counted.</summary>
    public abstract IReadOnlyList<string> Choices { get; }

    /// <summary>Whether it is on or off, and off unless it is named.</summary>
    public abstract bool IsSwitch { get; }

    /// <summary>What it is, with its default, as a sentence.</summary>
    public string Help => $"{Meaning}{Usual()}.";

    /// <summary>The same where other settings hold by themselves.</summary>
    /// <param name="usual">Settings that hold on some data, with its name; that of the first goes without saying.</param>
    internal string HelpBeside(IReadOnlyList<(string Data, RunSettings Settings)> usual)
    {
        string? value = Text(usual[0].Settings) ?? Otherwise;
        if (IsSwitch || value is null)
        {
            return $"{Meaning}.";
        }

        var others = usual.Where(entry => Part != OptionPart.Data || !PointSet.IsName(entry.Data)).Select(entry => (entry.Data, Value: Text(entry.Settings) ?? Otherwise))
            .Where(entry => entry.Value != value).GroupBy(entry => entry.Value, entry => entry.Data);
        return $"{Meaning} (default {value}{string.Concat(others.Select(group => $"; {group.Key ?? OptionNames.None} for {string.Join(", ", group)}"))}).";
    }

    /// <summary>The same option with some of the values that can be counted.</summary>
    internal abstract RunOption Among(IReadOnlyList<string> names);

    /// <summary>The value that settings have, as text; null for none.</summary>
    public abstract string? Text(RunSettings settings);

    /// <summary>The value that counts in settings, as text, where theirs is none, too; null for none.</summary>
    public abstract string? TextInEffect(RunSettings settings);

    /// <summary>Puts the value of a text into settings; null where the text is none (<see cref="FormFor"/>).</summary>
    public abstract Func<RunSettings, RunSettings>? Change(string text);

    /// <summary>Whether two settings agree about it.</summary>
    public abstract bool IsSame(RunSettings one, RunSettings other);

    /// <summary>Refuses a value that is not allowed.</summary>
    /// <exception cref="OptionException">It names the option and what is allowed.</exception>
    public abstract void Check(RunSettings settings);

    /// <summary>Refuses a value that changes nothing beside the others.</summary>
    /// <exception cref="OptionException">It names the option and what is missing.</exception>
    public void CheckNeeds(RunSettings settings)
    {
        foreach (var needs in new[] { Needs?.First, Needs }.OfType<OptionNeeds>().Where(needs => !needs.AreMet(settings)))
        {
            string why = needs.Otherwise.Replace("{option}", $"--{Name}", StringComparison.Ordinal).Replace("{data}", settings.Data.Source, StringComparison.Ordinal)
                .Replace("{method}", settings.Training.Translation?.Method, StringComparison.Ordinal);
            throw new OptionException($"--{Name} {why}.");
        }
    }

    private string Usual()
    {
        string? images = Text(OptionRows.Images), points = Text(OptionRows.Points);
        if (IsSwitch)
        {
            return images != Switched ? "" : $" (default for images; --{Name} false leaves it out)";
        }

        if ((images ?? Otherwise) is not { } usual)
        {
            return "";
        }

        string others = points == images || IsForImages ? "" : $"; {points ?? Otherwise} for points";
        return images is null ? $" (default: {usual}{others})" : $" (default {usual}{others})";
    }
}

/// <inheritdoc/>
/// <param name="Name"><inheritdoc/></param>
/// <param name="Property"><inheritdoc/></param>
/// <param name="Part"><inheritdoc/></param>
/// <param name="Meaning"><inheritdoc/></param>
/// <param name="Domain">The values that it takes.</param>
/// <param name="Get">Reads its value.</param>
/// <param name="Set">Makes settings with another value, and with what that brings along.</param>
internal sealed record RunOption<T>(
    string Name, string Property, OptionPart Part, string Meaning, OptionDomain<T> Domain, Func<RunSettings, T> Get, Func<RunSettings, T, RunSettings> Set)
    : RunOption(Name, Property, Part, Meaning)
{
    public override string FormFor(string text) => Domain.FormFor?.Invoke(text) ?? Domain.Form;

    public override string Placeholder => Domain.Placeholder;

    public override string Range => Domain.Range;

    public override IReadOnlyList<string> Choices => Domain.Choices;

    public override bool IsSwitch => Domain.IsSwitch;

    public override string? Text(RunSettings settings) => Domain.Write(Get(settings));

    public override string? TextInEffect(RunSettings settings) => Domain.Write((InEffect ?? Get)(settings));

    public override Func<RunSettings, RunSettings>? Change(string text) =>
        Domain.Read(text) is (true, var value) ? settings => Set(settings, value) : null;

    internal override RunOption Among(IReadOnlyList<string> names) => this with { Domain = Domain.Among(names) };

    /// <summary>What counts where the value is none: another's, or that of a paper; null for the value itself.</summary>
    public Func<RunSettings, T>? InEffect { get; init; }

    /// <summary>Whether the value is the name of what a program gave: then it is none of the domain's. Null where a program can give nothing.</summary>
    public Func<TrainingOptions, bool>? IsOwn { get; init; }

    public override bool IsSame(RunSettings one, RunSettings other)
    {
        var value = InEffect ?? Get;
        return EqualityComparer<T>.Default.Equals(value(one), value(other));
    }

    public override void Check(RunSettings settings)
    {
        if (IsOwn?.Invoke(settings.Training) != true)
        {
            Domain.Check($"--{Name}", Get(settings));
        }
    }
}
