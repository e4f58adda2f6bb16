using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Writes bare pixels and steps under the names of the pictures: encoding and plotting would take most of a test's time.</summary>
internal sealed class FakePictures(RunFolder folder) : IRunPictures
{
    public void SaveReals() => File.WriteAllText(folder.RealsFile, "reals");

    public string SaveSample(ITrainer trainer)
    {
        var path = folder.SampleFile(trainer.Step);
        File.WriteAllBytes(path, folder.Record.Data.IsPoints ? [] : trainer.Sample(1, 0, 2));
        return path;
    }

    public void SaveLosses(IReadOnlyList<TrainingReport> reports) => File.WriteAllText(folder.LossesFile, $"{reports.Count}");

    public void SaveGradients(IReadOnlyList<TrainingReport> reports) =>
        File.WriteAllText(folder.GradientsFile, $"{reports.Count(report => report.DiscriminatorGradientNorms is not null)}");
}
