using IlgpuGan.Imaging;

namespace IlgpuGan.Evaluation;

/// <summary>What the modes of a run's generated images look like.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Step">The step that the generator was trained to.</param>
/// <param name="Seed">Seed of the images.</param>
/// <param name="Combined">Names of the columns whose combinations are the modes.</param>
/// <param name="Modes">The modes of the generated images.</param>
/// <param name="DataModes">The modes of the run's data.</param>
/// <param name="Attributes">Every label column of the data.</param>
/// <param name="Wrong">Of a conditional run: the share of images that do not look as asked; otherwise null.</param>
public sealed record ModeReport(
    string Run,
    long Step,
    ulong Seed,
    IReadOnlyList<string> Combined,
    ModeCount Modes,
    ModeCount DataModes,
    IReadOnlyList<AttributeReport> Attributes,
    double? Wrong)
{
    /// <summary>Draws reports side by side into a PNG file.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="reports">One of each run, at least one.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void SavePlot(string path, IReadOnlyList<ModeReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var names = Shortest([.. reports.Select(report => report.Run)]);
        ModePlot.Save(path,
        [
            .. reports.Select((report, i) => new ModeSeries(
                names[i], report.Modes.Possible, report.Modes.Shares, report.Modes.KlToUniform, report.Modes.Samples,
                [.. report.Attributes.Select(attribute => new ValueShares(attribute.Name, attribute.Values, attribute.Shares, attribute.DataShares))])),
        ]);
    }

    // The last part of a folder is what people call a run; the whole where that does not tell two apart.
    private static string[] Shortest(string[] runs)
    {
        string[] last = [.. runs.Select(run => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run))))];
        return last.Distinct().Count() == runs.Length ? last : runs;
    }
}

/// <summary>One label column of generated images.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Values">Names of its values.</param>
/// <param name="Shares">Share of the generated images that have each value.</param>
/// <param name="DataShares">Share of the run's data that has each value.</param>
/// <param name="Accuracy">Share of held-out images whose label the classifier reads rightly.</param>
/// <param name="Wrong">Of a run conditioned on it: share of the images that do not have the value asked for; otherwise null.</param>
public sealed record AttributeReport(
    string Name, IReadOnlyList<string> Values, IReadOnlyList<double> Shares, IReadOnlyList<double> DataShares, double Accuracy, double? Wrong);
