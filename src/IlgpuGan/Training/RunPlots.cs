using IlgpuGan.Imaging;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>The plots of a run folder, which all kinds of runs have.</summary>
internal sealed class RunPlots(RunFolder folder)
{
    /// <inheritdoc cref="IRunPictures.SaveLosses"/>
    public void SaveLosses(IReadOnlyList<TrainingReport> reports)
    {
        if (reports.Count > 1)
        {
            Save(folder.LossesFile, path => LossPlot.Save(path, [.. reports.Select(PointOf)], reports[^1].Divergence));
        }
    }

    /// <inheritdoc cref="IRunPictures.SaveGradients"/>
    public void SaveGradients(IReadOnlyList<TrainingReport> reports)
    {
        var known = reports.Where(report => report.DiscriminatorGradientNorms is not null).ToArray();
        if (known.Length > 1)
        {
            Save(folder.GradientsFile, path => GradientPlot.Save(path, [.. known.Select(report => new GradientPoint(report.Step, report.DiscriminatorGradientNorms!))]));
        }
    }

    /// <summary>Saves a picture, in a folder that is made for it.</summary>
    public static void Save(string path, Action<string> save) => RunWriteException.Guard(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        save(path);
    });

    private static LossPoint PointOf(TrainingReport report) => new(
        report.Step,
        report.DiscriminatorLoss,
        report.GeneratorLoss,
        report.RealProbability,
        report.FakeProbability,
        report.DivergenceBound ?? double.NaN);
}
