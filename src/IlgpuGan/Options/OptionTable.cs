namespace IlgpuGan.Options;

/// <summary>Options of runs, and what can be said of all of them.</summary>
/// <param name="rows">The options, in the order in which they are listed, checked and put into settings.</param>
public sealed class OptionTable(IReadOnlyList<RunOption> rows)
{
    /// <summary>The options.</summary>
    public IReadOnlyList<RunOption> Rows => rows;

    /// <summary>Checks every value by itself.</summary>
    /// <param name="settings">The values.</param>
    /// <param name="part">What is to be checked of them; null for all.</param>
    /// <exception cref="OptionException">The first value that is not allowed.</exception>
    public void Check(RunSettings settings, OptionPart? part = null)
    {
        foreach (var row in rows.Where(row => part is null || row.Part == part))
        {
            row.Check(settings);
        }
    }

    /// <summary>
    /// Checks that no option was given for nothing. A value that holds without being given, as it is the default, a preset brings it or the run has it, is said
    /// once more and not for nothing.
    /// </summary>
    /// <param name="settings">All values.</param>
    /// <param name="without">Settings that hold without any being given.</param>
    /// <param name="isGiven">Whether somebody may have asked for an option.</param>
    /// <exception cref="OptionException">The first option that was given and changes nothing beside the others.</exception>
    public void CheckNeeds(RunSettings settings, IReadOnlyList<RunSettings> without, Func<RunOption, bool> isGiven)
    {
        // What would hold beside the network that is asked for.
        var others = without.Select(other => other with { Training = other.Training with { Network = settings.Training.Network } }).ToList();
        foreach (var row in rows.Where(row => isGiven(row) && !others.Exists(other => row.IsSame(settings, other))))
        {
            row.CheckNeeds(settings);
        }
    }

    /// <summary>The settings with what was given, whoever read it, checked by itself and beside all else.</summary>
    /// <param name="settings">What holds where nothing is given.</param>
    /// <param name="given">The options that are given, with what each puts into settings.</param>
    /// <exception cref="OptionException">A value is not allowed, or these settings have no use for an option.</exception>
    internal RunSettings Apply(RunSettings settings, IReadOnlyList<(RunOption Row, Func<RunSettings, RunSettings> Change)> given)
    {
        // Rows come after those that bring values of others along.
        var ordered = given.OrderBy(option => rows.TakeWhile(row => row != option.Row).Count());
        var all = ordered.Aggregate(settings, (changed, option) => option.Change(changed));
        // Of a run whose parts are a program's nothing else can be said here.
        settings.Training.CheckOwn(isToDraw: false);
        // A value that is none is wrong whatever stands beside it.
        Check(all);
        all.Training.Validate();
        CheckNeeds(all, [settings, RunSettings.For(all.Data.Source, all.Preset)], row => given.Any(option => option.Row == row));
        return all;
    }

    /// <summary>Reads options as a command line has them: <c>--lr 1e-3 --minibatch-stddev</c>.</summary>
    /// <param name="words">Names with two dashes, and their values behind them.</param>
    /// <exception cref="OptionException">An option is not known or given twice, or its value is missing or none.</exception>
    internal IReadOnlyList<(RunOption Row, Func<RunSettings, RunSettings> Change)> Read(IReadOnlyList<string> words)
    {
        var given = new List<(RunOption Row, Func<RunSettings, RunSettings> Change)>();
        for (int i = 0; i < words.Count; i++)
        {
            var row = rows.FirstOrDefault(row => words[i] == $"--{row.Name}") ?? throw new OptionException($"{words[i]} is no option of train; see train --help.");
            if (given.Exists(option => option.Row == row))
            {
                throw new OptionException($"{words[i]} is given twice; leave one out.");
            }

            bool isAlone = row.IsSwitch && !(i + 1 < words.Count && bool.TryParse(words[i + 1], out _));
            string text = isAlone ? RunOption.Switched : ++i < words.Count ? words[i] : throw new OptionException($"--{row.Name} has no value; it must be {row.FormFor("")}.");
            given.Add((row, row.Change(text) ?? throw new OptionException($"--{row.Name} is \"{Excerpt.Of(text)}\"; it must be {row.FormFor(text)}.")));
        }

        return given;
    }

    /// <summary>The first option that may not change in the life of a run and would; null where a run may go on so.</summary>
    public RunOption? FirstContradiction(RunSettings saved, RunSettings wanted)
    {
        var changed = rows.Where(row => row.Keeps == Keeps.ForLife && !row.IsSame(saved, wanted)).ToList();
        // Another name for the same values changes nothing, and none is asked for; to blame it must bring them.
        return changed.Find(row => !row.IsName) is { } first
            ? changed.Find(row => row.IsName && row.Text(wanted) is { } name && changed.TrueForAll(other => other.IsName || other.IsSame(row.Change(name)!(saved), wanted))) ?? first : null;
    }

    /// <summary>The values whose changes are logged, by the names of their options.</summary>
    internal IReadOnlyDictionary<string, string> Logged(RunSettings settings) =>
        rows.Where(row => row.Keeps == Keeps.UntilLogged).ToDictionary(row => row.Name, row => row.TextInEffect(settings) ?? OptionNames.None);

    /// <summary>What the settings of a run meant before there were the options that they do not mention.</summary>
    internal RunSettings BeforeTheirTime(RunSettings settings) =>
        rows.Where(row => row.Before is not null).Aggregate(settings, (changed, row) => row.Change(row.Before!)!(changed));
}
