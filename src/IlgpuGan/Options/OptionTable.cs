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
        foreach (var row in rows.Where(row => isGiven(row) && !without.Any(other => row.IsSame(settings, other))))
        {
            row.CheckNeeds(settings);
        }
    }

    /// <summary>The first option that may not change in the life of a run and would; null where a run may go on so.</summary>
    public RunOption? FirstContradiction(RunSettings saved, RunSettings wanted)
    {
        var changed = rows.Where(row => row.Keeps == Keeps.ForLife && !row.IsSame(saved, wanted)).ToList();
        // Another name for the same values changes nothing, and none is asked for.
        return changed.Find(row => !row.IsName) is { } first ? changed.Find(row => row.IsName && row.Text(wanted) is not null) ?? first : null;
    }

    /// <summary>The values whose changes are logged, by the names of their options.</summary>
    internal IReadOnlyDictionary<string, string> Logged(RunSettings settings) =>
        rows.Where(row => row.Keeps == Keeps.UntilLogged).ToDictionary(row => row.Name, row => row.TextInEffect(settings) ?? OptionNames.None);

    /// <summary>What the settings of a run meant before there were the options that they do not mention.</summary>
    internal RunSettings BeforeTheirTime(RunSettings settings) =>
        rows.Where(row => row.Before is not null).Aggregate(settings, (changed, row) => row.Change(row.Before!)!(changed));
}
