using System.Text;
using IlgpuGan.Options;

namespace IlgpuGan.Tests.Options;

/// <summary>Writes the section of the options in the README of the trainings. Set ILGPUGAN_WRITE_SOURCES=1 when running its test to write it anew.</summary>
internal static class OptionPage
{
    public const string Heading = "## Options\n";

    public static string Of(OptionTable table)
    {
        var page = new StringBuilder(Heading).Append('\n').Append("A run keeps for life what decides what it learns; the rest may be given anew with "
            + "`--resume`, and `log.jsonl` and the page say from which step on what "
            + "changes the training or its reports. A default that is "
            + "written out, or a value that the run has already, is never refused. `train --help` says what each means.\n\n")
            .Append("| option | takes | default | for points | on resume |\n").Append("|---|---|---|---|---|\n");
        foreach (var row in table.Rows)
        {
            string points = Default(row, RunSettings.For("ring"));
            page.Append($"| `--{row.Name}` | {row.Range} | {Default(row, RunSettings.For("faces"))} | ")
                .Append(row.IsForImages || row.Part == OptionPart.Data ? "" : points)
                .Append(row.Keeps switch { Keeps.ForLife => " | kept |\n", Keeps.UntilLogged => " | free, logged |\n", _ => " | free |\n" });
        }

        return page.ToString();
    }

    private static string Default(RunOption row, RunSettings settings) => row.IsSwitch ? row.Text(settings) == "true" ? "given" : "" : row.Text(settings) ?? row.Otherwise ?? "none";
}
