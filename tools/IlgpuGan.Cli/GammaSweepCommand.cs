using IlgpuGan.Evaluation;

namespace IlgpuGan.Cli;

/// <summary>What <c>ilgpugan train --gamma-sweep</c> says in the end.</summary>
internal static class GammaSweepCommand
{
    /// <summary>The switch that asks for it.</summary>
    public const string Switch = "--gamma-sweep";

    /// <summary>Prints what came of the runs, which is best, and how it goes on.</summary>
    /// <param name="context">Takes the lines.</param>
    /// <param name="result">What came of them.</param>
    /// <param name="steps">Steps that the best may be given in all.</param>
    /// <param name="json">Whether to print a JSON object instead of a table.</param>
    public static int Report(CliContext context, GammaSweepResult result, long steps, bool json)
    {
        var best = result.Best;
        string? goOn = best is null ? null : $"{CliContext.Invocation} train --out {Shell.Quote(best.Folder)} --resume --steps {steps}";
        if (json)
        {
            context.Output.WriteJson(new
            {
                Event = "sweep",
                Runs = result.Runs.Select(run => new
                {
                    Weight = run.Weight.ToString(),
                    run.Factor,
                    run.Step,
                    run.Folder,
                    run.Fault,
                    Metrics = run.Values.ToDictionary(value => value.Metric, value => double.IsFinite(value.Value) ? value.Value : (double?)null),
                }),
                Best = best?.Folder,
                result.Sheet,
                Resume = goOn,
            });
        }
        else if (result.IsComplete)
        {
            PrintTable(context.Output, result.Runs);
        }

        context.Error.WriteLine(!result.IsComplete ? $"Stopped in run {result.Runs.Count} of {GammaSweep.Factors.Count} at step {result.Runs[^1].Step}; everything is saved. The same command goes on."
            : best is null ? "No run can be judged: each met a number that is not finite; try a lower --lr."
            : $"Best by SWD: the weight {best.Weight} (x {Figures.Factor(best.Factor)}); see whether the eye agrees: {result.Sheet}. Go on with it: {goOn}");
        return result.IsComplete && best is null ? 1 : 0;
    }

    private static void PrintTable(TextWriter output, IReadOnlyList<SweptRun> runs)
    {
        string[] metrics = [.. runs.SelectMany(run => run.Values).Select(value => value.Metric).Distinct()];
        List<string[]> lines = [["weight", "factor", "steps", .. metrics]];
        lines.AddRange(runs.Select(run => (string[])
        [
            run.Weight.ToString(), Figures.Factor(run.Factor), FormattableString.Invariant($"{run.Step}"),
            .. metrics.Select(metric => run.Values.FirstOrDefault(value => value.Metric == metric) is { } value ? EvaluationReport.Number(value.Value) : "-"),
        ]));
        int[] widths = [.. lines[0].Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (var line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadLeft(widths[column]))));
        }

        output.Flush();
    }
}
