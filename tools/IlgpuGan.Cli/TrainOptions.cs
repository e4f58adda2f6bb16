using System.CommandLine;
using IlgpuGan.Evaluation;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary>The options of a run, as the table has them. Only those that are given change anything, so that a resumed run keeps its own.</summary>
internal sealed class TrainOptions
{
    private static readonly IReadOnlyList<string> Metrics = new RunMetrics().Names;

    private readonly OptionTable table;

    private readonly List<Binding> bindings = [];

    /// <param name="command">Takes the options.</param>
    /// <param name="table">The options; null for those of a run.</param>
    /// <param name="usual">What holds where nothing is given, for help, on which data; null for what does of a run.</param>
    public TrainOptions(Command command, OptionTable? table = null, IReadOnlyList<(string Data, RunSettings Settings)>? usual = null)
    {
        this.table = table ?? OptionRows.Table;
        foreach (var row in this.table.Rows)
        {
            // The engine measures by names that it is given.
            bool isMetric = row.Property == nameof(RunSchedule.Metric);
            string help = (isMetric ? row with { Meaning = $"{row.Meaning}: {RunMetrics.Described}" } : row).Help;
            var binding = Bind(row, isMetric ? [.. Metrics, OptionNames.None] : row.Choices, usual is null ? help : row.HelpBeside(usual));
            bindings.Add(binding);
            command.Add(binding.Option);
        }
    }

    /// <summary>The settings with what the command line says.</summary>
    /// <exception cref="OptionException">A value is not allowed, or these settings have no use for an option.</exception>
    public RunSettings Apply(ParseResult parsed, RunSettings settings) => table.Apply(
        settings, [.. bindings.Where(binding => parsed.GetResult(binding.Option) is { Implicit: false }).Select(binding => (binding.Row, binding.Change(parsed)))]);

    /// <summary>The names of the options that the command line gives.</summary>
    public IEnumerable<string> Given(ParseResult parsed) =>
        bindings.Where(binding => parsed.GetResult(binding.Option) is { Implicit: false }).Select(binding => binding.Row.Name);

    private static Binding Bind(RunOption row, IReadOnlyList<string> choices, string help)
    {
        if (row.IsSwitch)
        {
            var onOff = OptionFactory.Switch($"--{row.Name}", help);
            return new(row, onOff, parsed => row.Change(parsed.GetValue(onOff) ? "true" : "false")!);
        }

        var option = OptionFactory.Row(row, choices, help);
        return new(row, option, parsed => parsed.GetValue(option)!);
    }

    private sealed record Binding(RunOption Row, Option Option, Func<ParseResult, Func<RunSettings, RunSettings>> Change);
}
