using System.Globalization;
using System.Text.Json.Serialization;
using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>A line of the log that says that the user let the run go on with other options.</summary>
/// <param name="Changed">The step that it went on from: what is after it was made with the new values.</param>
/// <param name="Sentence">What changed, for people.</param>
/// <param name="Options">What changed, by the names of the options.</param>
public sealed record ChangedLine(long Changed, string Sentence, IReadOnlyDictionary<string, OptionChange> Options)
{
    /// <summary>The name of the option of steps between reports.</summary>
    private const string Interval = "report-every";

    /// <summary>Whether nothing is missing, as it may be in what somebody else wrote.</summary>
    [JsonIgnore]
    internal bool IsWhole => Sentence is not null && Options is not null && Options.Values.All(change => change is { From: not null, To: not null });

    /// <summary>Steps between the reports before it, where that changed; else null.</summary>
    [JsonIgnore]
    internal int? ReportEveryBefore =>
        Options.TryGetValue(Interval, out var change) && int.TryParse(change.From, NumberStyles.None, CultureInfo.InvariantCulture, out int every) && every > 0 ? every : null;

    /// <summary>The line of a run that goes on.</summary>
    /// <param name="step">The step that it goes on from.</param>
    /// <param name="saved">Its settings at last.</param>
    /// <param name="lines">The changes that its log tells of.</param>
    /// <param name="wanted">Its settings from now on.</param>
    /// <returns>Null where nothing changes.</returns>
    internal static ChangedLine? Of(long step, RunSettings saved, IReadOnlyList<ChangedLine> lines, RunSettings wanted)
    {
        // A value that follows another's is no change of its own.
        var (before, now) = (OptionRows.Table.Logged(saved).ToDictionary(), OptionRows.Table.Logged(wanted).ToDictionary());
        var own = OptionRows.Table.Rows.Where(row => row.Text(saved) != row.Text(wanted)).Select(row => row.Name).ToHashSet();
        // A run that goes back had other values at that step than it has now.
        foreach (var (name, change) in lines.Where(line => line.Changed > step).Reverse().SelectMany(line => line.Options))
        {
            before[name] = change.From;
            own.Add(name);
        }

        var changes = now.Where(pair => own.Contains(pair.Key) && before[pair.Key] != pair.Value)
            .ToDictionary(pair => pair.Key, pair => new OptionChange(before[pair.Key], pair.Value));
        return changes.Count == 0 ? null : new(step, OptionNames.In(
            $"From step {step.ToString(CultureInfo.InvariantCulture)} on: {string.Join(", ", changes.Select(pair => $"--{pair.Key} {pair.Value.To} (was {pair.Value.From})"))}."), changes);
    }
}

/// <summary>The values of an option before and after a change, as they are typed.</summary>
/// <param name="From">The value before; <c>none</c> for none.</param>
/// <param name="To">The value after.</param>
public sealed record OptionChange(string From, string To);
