using IlgpuGan.Data;
using IlgpuGan.Devices;

namespace IlgpuGan.Options;

/// <summary>All that a user decides about a run.</summary>
public sealed record RunSettings
{
    /// <summary>The images and their shape; of points in the plane only the name.</summary>
    public required ImageSetOptions Data { get; init; }

    /// <summary>Network, objective, optimiser, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Reports, pictures, checkpoints, the end.</summary>
    public RunSchedule Schedule { get; init; } = new();

    /// <summary>Whether and how the training is watched.</summary>
    public WatchdogOptions Watchdog { get; init; } = new();

    /// <summary>The device asked for: <c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>How much time goes into finding the fastest kernels; it changes no result.</summary>
    public TuningMode Tune { get; init; } = TuningMode.Quick;

    // What is not listed may differ between two sessions of one run: the device, the end, pictures and checkpoints.
    private static readonly (string Option, Func<RunSettings, object?> Value)[] Fixed =
    [
        ("--network", settings => settings.Training.Network),
        ("--width", settings => settings.Training.Width),
        ("--depth", settings => settings.Training.Depth),
        ("--stage-widths", settings => settings.Training.StageWidths),
        ("--output-bias", settings => settings.Training.OutputBias),
        ("--group-size", settings => settings.Training.GroupSize),
        ("--minibatch-stddev", settings => settings.Training.MinibatchDeviation),
        ("--condition", settings => settings.Training.Condition),
        ("--d-condition", settings => settings.Training.DiscriminatorCondition),
        ("--mismatched", settings => settings.Training.Mismatched),
        ("--latent", settings => settings.Training.LatentSize),
        ("--loss", settings => settings.Training.Loss),
        ("--penalty", settings => settings.Training.Penalty),
        ("--penalty-weight", settings => settings.Training.PenaltyWeight),
        ("--penalty-every", settings => settings.Training.PenaltyEvery),
        ("--clip", settings => settings.Training.Clip),
        ("--spectral-norm", settings => settings.Training.SpectralNorm),
        ("--lecam", settings => settings.Training.LeCam),
        ("--d-norm", settings => settings.Training.DiscriminatorNorm),
        ("--batch", settings => settings.Training.Batch),
        ("--d-steps", settings => settings.Training.DiscriminatorSteps),
        ("--optimizer", settings => settings.Training.Optimizer),
        ("--lr", settings => settings.Training.LearningRate),
        ("--d-lr", settings => settings.Training.DiscriminatorLearningRate),
        ("--g-lr", settings => settings.Training.GeneratorLearningRate),
        ("--beta1", settings => settings.Training.Beta1),
        ("--beta2", settings => settings.Training.Beta2),
        ("--epsilon", settings => settings.Training.Epsilon),
        ("--momentum", settings => settings.Training.Momentum),
        ("--weight-decay", settings => settings.Training.WeightDecay),
        ("--half-life", settings => settings.Training.AverageHalfLifeKimg),
        ("--instance-noise", settings => settings.Training.InstanceNoise),
        ("--flip", settings => settings.Training.Flip),
        ("--augment", settings => settings.Training.Augment),
        ("--augment-policy", settings => settings.Training.Augment == "ada" ? settings.Training.AdaPolicy : settings.Training.AugmentPolicy),
        ("--ada-target", settings => settings.Training.AdaTarget),
        ("--ada-kimg", settings => settings.Training.AdaKimg),
        ("--ada-p", settings => settings.Training.AdaProbability),
        ("--precision", settings => settings.Training.Precision),
        ("--seed", settings => settings.Training.Seed),
        ("--size", settings => settings.Data.Size),
        ("--channels", settings => settings.Data.Channels),
        ("--fit", settings => settings.Data.Fit),
        ("--faces", settings => settings.Data.FaceCount),
        ("--stacks", settings => settings.Data.StackCount),
        ("--report-every", settings => settings.Schedule.ReportEvery),
    ];

    // A critic that may be steep from the start drops modes; one that must stay smooth never tells the space between modes from the modes, which are
    // a fortieth of their distance wide. So the penalty is relaxed as training goes on, and the rates with it. G is narrow and deep, for the same reason.
    private static readonly TrainingOptions Points = new()
    {
        Network = "mlp",
        Width = 64,
        Depth = 6,
        LatentSize = 2,
        Loss = "rpgan",
        Penalty = "r1+r2",
        PenaltyWeight = Graphs.Schedule.Cosine(0.1f, 5e-5f, 1700),
        Batch = 256,
        Steps = 10_000,
        LearningRate = Graphs.Schedule.Cosine(3e-3f, 1e-4f, 2560),
        Beta1 = 0,
        Beta2 = 0.99f,
        AverageHalfLifeKimg = 1,
    };

    /// <summary>
    /// Settings that work for a source of data without further options: points take the mlp, images a dcgan that two processor cores
    /// train to something worth looking at in two minutes: many small updates, and
    /// the relativistic loss with R1 and R2. At equal time it gave sharper faces in more hair colours than binary cross entropy with noise before D.
    /// </summary>
    /// <param name="source">The data.</param>
    /// <param name="preset">Settings by name instead, one of <see cref="Presets.Names"/>, in the size that it is for; null for those that fit the data.</param>
    /// <exception cref="OptionException">There is no such preset, or it draws images and the data is points.</exception>
    public static RunSettings For(string source, string? preset = null) => new()
    {
        Data = new ImageSetOptions { Source = source, Size = preset is null ? null : Presets.SizeOf(preset) },
        Training = preset is not null ? Presets.Named(preset)
            : PointSet.IsName(source) ? Points : ImageDefaults,
    };

    /// <summary>What images take.</summary>
    internal static TrainingOptions ImageDefaults { get; } = new()
    {
        Width = 16,
        Batch = 16,
        Loss = "rpgan",
        Penalty = "r1+r2",
        LearningRate = 5e-4f,
        Beta1 = 0,
        Beta2 = 0.99f,
        AverageHalfLifeKimg = 4,
    };

    /// <summary>The same with the shape that a run's images have, where none was asked for.</summary>
    internal RunSettings ShapedAs(RunData data) => data.IsPoints ? this
        : this with { Data = Data with { Size = Data.Size ?? new ImageSize(data.Height, data.Width), Channels = Data.Channels ?? data.Channels } };

    /// <summary>Checks every value that needs neither data nor device.</summary>
    /// <exception cref="OptionException">The first value that is not allowed, by the name of its option.</exception>
    public void Validate()
    {
        Training.Validate();
        Schedule.Validate();
        if (PointSet.IsName(Data.Source) && Training.Condition is { } condition)
        {
            throw new OptionException($"--condition {condition} asks for labels, but {Data.Source} is points without any; leave it out.");
        }

        if (PointSet.IsName(Data.Source) && Training.Network != "mlp")
        {
            throw new OptionException($"--network {Training.Network} draws images but {Data.Source} is points; use --network mlp.");
        }

        if (PointSet.IsName(Data.Source) && Training.Augment != "none")
        {
            throw new OptionException($"--augment {Training.Augment} changes images but {Data.Source} is points; leave it out.");
        }
    }

    /// <summary>The first setting that may not change in the life of a run and would, by the name of its option; null where a run may go on so.</summary>
    internal (string Option, object? Saved, object? Wanted)? FirstContradiction(RunSettings wanted)
    {
        foreach (var (option, value) in Fixed)
        {
            var (saved, asked) = (value(this), value(wanted));
            if (!Equals(saved, asked))
            {
                return (option, saved, asked);
            }
        }

        return null;
    }
}
