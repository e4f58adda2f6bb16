using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Theory;

/// <summary>What the averaged generator drew at one step.</summary>
/// <param name="Step">Generator updates made.</param>
/// <param name="Points">x0, y0, x1, y1, ...</param>
/// <param name="Score">Their score.</param>
public sealed record ModeSnapshot(long Step, float[] Points, ModeScore Score);

/// <summary>One training from one seed.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Score">The score in the end.</param>
/// <param name="Seconds">Time of building the trainer, all steps and the snapshots.</param>
/// <param name="Snapshots">The course, the last step included.</param>
/// <param name="Findings">What the watchdog found wrong with it.</param>
public sealed record ModeTrial(ulong Seed, ModeScore Score, double Seconds, IReadOnlyList<ModeSnapshot> Snapshots, IReadOnlyList<Finding> Findings);

/// <summary>Trains on points of the plane from several seeds and counts modes: whether a generator collapses can be seen, and counted, here.</summary>
public static class ModeStudy
{
    /// <summary>Options that change what is trained on points by a network of theirs, and how it is watched.</summary>
    internal static IReadOnlyList<string> Options { get; } =
    [
        "width", "depth", "latent", "loss", "penalty", "penalty-weight", "penalty-every", "clip", "spectral-norm", "lecam", "batch", "steps", "d-steps", "optimizer", "lr", "d-lr", "g-lr", "beta1",
        "beta2", "epsilon", "momentum", "weight-decay", "half-life", "instance-noise", "precision", "seed", "device", "tune", "no-watchdog",
    ];

    // The course is quick at first: each snapshot comes after about three times as many steps as the one before.
    private static readonly double[] Moments = [0.01, 0.03, 0.1, 0.3, 1];

    /// <summary>The point set that a study of these settings is about, and that its scores refer to.</summary>
    public static PointSet TruthOf(RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return PointSet.IsName(settings.Data.Source)
            ? PointSet.Create(settings.Data.Source, TrainingData.PointCount, TrainingData.PointSeed)
            : throw new OptionException($"'{settings.Data.Source}' has no known modes; give ring (8 modes) or grid (25 modes).");
    }

    /// <summary>Trains from consecutive seeds, the first being that of the settings.</summary>
    /// <param name="settings">Data (<c>ring</c> or <c>grid</c>), network, objective, optimiser, steps, device.</param>
    /// <param name="seeds">Number of trainings.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="notice">Takes sentences that the user should see.</param>
    /// <param name="progress">Hears of each step.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancellation">Ends the study between two steps.</param>
    /// <returns>The trainings, each as it ends.</returns>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    public static IEnumerable<ModeTrial> Run(
        RunSettings settings, int seeds, ITrainingEngine engine, Action<string> notice, IProgress<Work>? progress, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(clock);
        OptionCheck.Between("--seeds", seeds, 1, 100);
        var truth = TruthOf(settings);
        settings.Validate();
        return Trials();

        IEnumerable<ModeTrial> Trials()
        {
            using var data = TrainingData.Of(truth);
            using var device = engine.Open(settings.Device, settings.Tune, notice);
            for (int i = 0; i < seeds; i++)
            {
                var options = settings.Training with { Seed = settings.Training.Seed + (ulong)i };
                long start = clock.GetTimestamp();
                using var trainer = device.CreateTrainer(options, data);
                var (snapshots, findings) = Train(trainer, truth, settings with { Training = options }, progress,
                    new(WorkKind.TrainingSeeds, i * options.Steps, seeds * options.Steps, $"seed {options.Seed}"), cancellation);
                yield return new(options.Seed, snapshots[^1].Score, clock.GetElapsedTime(start).TotalSeconds, snapshots, findings);
            }
        }
    }

    private static (List<ModeSnapshot> Snapshots, IReadOnlyList<Finding> Findings) Train(
        ITrainer trainer, PointSet truth, RunSettings settings, IProgress<Work>? progress, Work before, CancellationToken cancellation)
    {
        var moments = Moments.Select(moment => Math.Max(1, (long)Math.Round(moment * settings.Training.Steps))).ToHashSet();
        var snapshots = new List<ModeSnapshot>();
        var course = Course.Of(trainer, settings, progress, before, cancellation, () =>
        {
            if (moments.Contains(trainer.Step))
            {
                var points = trainer.SamplePoints(settings.Training.Seed, 0, ModeScore.Points);
                snapshots.Add(new(trainer.Step, points, ModeScore.Of(truth, points)));
            }
        });
        return (snapshots, course.Findings);
    }
}
