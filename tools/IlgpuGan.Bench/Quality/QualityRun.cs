using IlgpuGan.Data;
using IlgpuGan.Evaluation;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Bench.Quality;

/// <summary>One training and what is measured of it.</summary>
/// <param name="task">What all have alike.</param>
/// <param name="variant">What is trained.</param>
/// <param name="folder">Takes the generator, a picture of what it draws, and while it trains the run.</param>
internal sealed class QualityRun(QualityTask task, QualityVariant variant, string folder)
{
    // Of what an evaluation has to say that which tells good from varied.
    private static readonly string[] Metrics = ["swd", "fd", "kd", "pr"];

    // What a glance takes in.
    private const int Shown = 64;

    // The images that are judged are none that a training was shown, nor those of its own pictures.
    private const ulong JudgedSeed = 1;

    /// <summary>The generator's weights, as PyTorch reads them, and all that loads generators here.</summary>
    public static string WeightsIn(string folder, string variant, ulong seed) => Path.Combine(folder, FormattableString.Invariant($"{variant}-{seed}.safetensors"));

    /// <summary>Trains, draws and measures. A run that is there goes on from its newest checkpoint.</summary>
    /// <param name="steps">Steps in all.</param>
    /// <param name="seed">Seed of the training.</param>
    /// <param name="progress">Shows how far it is.</param>
    /// <param name="stop">Stops it; the run is saved.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public QualityResult Make(long steps, ulong seed, Progress progress, CancellationToken stop)
    {
        var observer = new QualityObserver(progress, FormattableString.Invariant($"{variant.Name}, seed {seed}"));
        var result = new QualityResult(
            variant.Name, variant.Options, task.Data, task.Size?.ToString(), task.Minutes, task.Count, seed, steps, task.Command(variant, steps, seed), new Dictionary<string, double?>())
        {
            Engine = RunVersions.Current().Engine,
        };
        string run = Path.Combine(folder, FormattableString.Invariant($"{variant.Name}-{seed}.run"));
        try
        {
            using var session = RunFolder.HasOptions(run)
                ? TrainingSession.Resume(run, saved => saved, new TrainingEngine(), observer, TimeProvider.System, stop)
                : TrainingSession.Start(
                    run, task.SettingsOf(variant, steps, seed), force: false, new TrainingEngine(), observer, TimeProvider.System, stop, parent: null, variant.Choose);
            if (session.Run(stop).Step < steps)
            {
                throw new OperationCanceledException(stop);
            }
        }
        catch (TrainingDivergedException fault)
        {
            // That it cannot be trained so is an answer, too.
            result = result with { Fault = fault.Message };
        }
        if (observer.Start is { } start)
        {
            result = result with
            {
                Device = start.DeviceName,
                GeneratorParameters = start.Cost.GeneratorParameters,
                DiscriminatorParameters = start.Cost.DiscriminatorParameters,
            };
        }
        if (result.Fault is null)
        {
            result = result with { Values = Measured(run, WeightsIn(folder, variant.Name, seed), observer, stop) };
        }
        Directory.Delete(run, recursive: true);
        return result;
    }

    private Dictionary<string, double?> Measured(string run, string weights, QualityObserver observer, CancellationToken stop)
    {
        RunExport.Open(run, observer.Notice).SaveOneFile(weights);
        Draw(weights);
        // The weights do not say how many faces were drawn for them: all are compared with the same.
        var evaluation = new ImageEvaluation { Data = task.Data, Count = task.Count, Seed = JudgedSeed, Metrics = Metrics, Device = task.Device };
        var values = evaluation.Evaluate([weights], new TrainingEngine(), observer, stop)[0].Values.ToDictionary(value => value.Metric, value => (double?)value.Value);
        if (HasLabels(run, observer, stop))
        {
            var modes = new ModeEvaluation { Count = task.Count, Seed = JudgedSeed, Device = task.Device }.Evaluate(run, new TrainingEngine(), observer, stop);
            values["unseen"] = modes.Modes.OutsideData;
            // That of even draws is what nobody gets below.
            values["modes_kl"] = modes.Modes.KlToUniform - modes.Modes.KlOfChance;
            if (modes.Wrong is { } wrong)
            {
                values["wrong"] = wrong;
            }
        }
        return values.ToDictionary(value => value.Key, value => value.Value is { } number && double.IsFinite(number) ? value.Value : null);
    }

    private void Draw(string weights)
    {
        using var generator = Generator.Load(weights, task.Device);
        var data = generator.Data;
        ImageGrid.Save(Path.ChangeExtension(weights, ".png"), generator.Sample(Shown, JudgedSeed), Shown, data.Height, data.Width, data.Channels);
    }

    private static bool HasLabels(string run, QualityObserver observer, CancellationToken stop)
    {
        var record = RunFolder.ReadRecord(run);
        using var images = DataImages.Load(record.Settings.Data with { Size = new(record.Data.Height, record.Data.Width), Channels = record.Data.Channels }, observer, stop);
        return images.Labels.Count > 0;
    }
}
