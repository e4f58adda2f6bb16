using IlgpuGan.Data;
using IlgpuGan.Export;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Writes what a run reports, and its sample pictures, into event files for TensorBoard in <see cref="RunFolder.TensorBoardFolder"/>.</summary>
/// <param name="inner">Hears everything, too.</param>
/// <param name="clock">Tells the time.</param>
public sealed class TensorBoardObserver(IRunObserver inner, TimeProvider clock) : IRunObserver, IDisposable
{
    private string folder = "";
    private TensorBoardLog? log;

    /// <inheritdoc/>
    public void Notice(string sentence) => inner.Notice(sentence);

    /// <inheritdoc/>
    public void Report(Work value) => inner.Report(value);

    /// <inheritdoc/>
    public void Loaded(ImageSetSummary data) => inner.Loaded(data);

    /// <inheritdoc/>
    /// <exception cref="RunWriteException">An event file cannot be written; so do all that follow.</exception>
    public void Started(RunStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        inner.Started(start);
        folder = RunFolder.TensorBoardOf(start.Folder);
        Begin(start.Step);
    }

    /// <inheritdoc/>
    public void Stepped(long step) => inner.Stepped(step);

    /// <inheritdoc/>
    public void Reported(TrainingReport report, TimeSpan left)
    {
        ArgumentNullException.ThrowIfNull(report);
        inner.Reported(report, left);
        Write(log => log.AddScalars(report.Step, Scalars(report)));
    }

    /// <inheritdoc/>
    public void Found(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        inner.Found(finding);
        if (finding.BackTo is { } step)
        {
            Begin(step);
        }
    }

    /// <inheritdoc/>
    public void Measured(MetricLine value)
    {
        ArgumentNullException.ThrowIfNull(value);
        inner.Measured(value);
        Write(log => log.AddScalars(value.Step, [new($"metric/{value.Metric}", value.Value)]));
    }

    /// <inheritdoc/>
    public void Moved(string folder)
    {
        inner.Moved(folder);
        this.folder = RunFolder.TensorBoardOf(folder);
    }

    /// <inheritdoc/>
    public void SampleSaved(long step, string path)
    {
        inner.SampleSaved(step, path);
        Write(log => log.AddImage(step, "samples", File.ReadAllBytes(path)));
    }

    /// <inheritdoc/>
    public void CheckpointSaved(long step, string path) => inner.CheckpointSaved(step, path);

    /// <summary>Closes the event file.</summary>
    public void Dispose() => log?.Dispose();

    // TensorBoard groups by what stands before the slash.
    private static IEnumerable<KeyValuePair<string, double>> Scalars(TrainingReport report)
    {
        (string Tag, double? Value)[] scalars =
        [
            ("loss/discriminator", report.DiscriminatorLoss),
            ("loss/generator", report.GeneratorLoss),
            .. (report.Terms ?? new Dictionary<string, double>()).Select(term => ($"loss/{term.Key}", (double?)term.Value)),
            ("loss/penalty", report.Penalty),
            ("probability/real", report.RealProbability),
            ("probability/fake", report.FakeProbability),
            ($"divergence/{report.Divergence}", report.Divergence is null ? null : report.DivergenceBound),
            ("gradient/discriminator", report.DiscriminatorGradientNorm),
            ("gradient/generator", report.GeneratorGradientNorm),
            .. (report.DiscriminatorGradientNorms ?? new Dictionary<string, double>()).Select(layer => ($"gradient_of_layers/{layer.Key}", (double?)layer.Value)),
            ("augmentation/p", report.AugmentationProbability),
            ("fakes/pixel_spread", report.PixelSpread),
            ("fakes/feature_spread", report.FeatureSpread),
            ("fakes/coverage", report.Coverage),
            ("fakes/fidelity", report.Fidelity),
            ("fakes/nearness", report.Nearness),
            ("progress/kimg", report.Kimg),
            ("progress/images_per_second", report.ImagesPerSecond),
            .. (report.RankWaits ?? new Dictionary<string, double>()).Select(wait => ($"waits_of_ranks/{wait.Key}", (double?)wait.Value)),
        ];
        return scalars.Where(scalar => scalar.Value is not null).Select(scalar => KeyValuePair.Create(scalar.Tag, scalar.Value!.Value));
    }

    private void Begin(long step)
    {
        log?.Dispose();
        RunWriteException.Guard(folder, () => log = TensorBoardLog.Begin(folder, step, clock));
    }

    private void Write(Action<TensorBoardLog> write) => RunWriteException.Guard(log!.Path, () => write(log));
}
