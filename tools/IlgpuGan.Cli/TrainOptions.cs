using System.CommandLine;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Cli;

/// <summary>The options of <c>train</c> that settings are made of. Only those that are given change anything, so that a resumed run keeps its own.</summary>
internal sealed class TrainOptions
{
    private static readonly RunSettings Images = RunSettings.For("faces");
    private static readonly RunSettings Points = RunSettings.For("ring");
    private static readonly string[] Tunings = [.. Enum.GetNames<TuningMode>().Select(name => name.ToLowerInvariant())];
    private static readonly string[] Fits = [.. Enum.GetNames<ImageFit>().Select(name => name.ToLowerInvariant())];

    private static readonly IReadOnlyList<string> Metrics = new RunMetrics().Names;
    private static readonly string[] Actions = [.. Enum.GetNames<CollapseAction>().Select(name => name.ToLowerInvariant())];

    private readonly List<Func<ParseResult, RunSettings, RunSettings>> bindings = [];

    private readonly List<Action<ParseResult, TrainingOptions>> conditions = [];

    private readonly bool isForPoints;

    /// <param name="command">Takes the options.</param>
    /// <param name="isForPoints">Whether it trains on points and keeps no run folder: then options of images, pictures and checkpoints are left out.</param>
    public TrainOptions(Command command, bool isForPoints = false)
    {
        this.isForPoints = isForPoints;
        var training = Images.Training;
        var schedule = Images.Schedule;
        Training(command, OptionFactory.Choice("--network", $"Network (default {training.Network}; {Points.Training.Network} for points).", TrainingOptions.Networks), (s, v) => s with { Network = v! });
        Training(command, OptionFactory.Number<int>("--width", $"Channels of the widest layer nearest the image, or hidden units of the mlp (default {training.Width}; {Points.Training.Width} for points)."), (s, v) => s with { Width = v!.Value });
        Training(command, OptionFactory.Number<int>("--depth", $"Hidden layers of the mlp, or blocks of a stage of r3 (default {training.Depth}; {Points.Training.Depth} for points)."), (s, v) => s with { Depth = v!.Value }, IsDeep, "--network mlp or r3");
        Training(command, OptionFactory.Text("--stage-widths", "Channels of the stages of r3 or dcgan, from the smallest images on (default: those that --width gives).", "N,N,..."), (s, v) => s with { StageWidths = v });
        ImageFlag(command, OptionFactory.Switch("--output-bias", "Let dcgan's last convolution add a learnt shift of each colour."), s => s with { Training = s.Training with { OutputBias = true } });
        Training(command, OptionFactory.Number<int>("--group-size", $"Channels of a group of r3's 3 x 3 convolutions (default {training.GroupSize})."), (s, v) => s with { GroupSize = v!.Value }, s => s.Network == "r3", "--network r3");
        Flag(command, OptionFactory.Switch("--minibatch-stddev", "Show D the standard deviation over groups of four images."), s => s with { Training = s.Training with { MinibatchDeviation = true } });
        Training(command, OptionFactory.Text("--condition", "Labels that images are to follow: names of label columns with commas between them (faces: hair,eyes and more), or all.", "LABELS|all"), (s, v) => s with { Condition = v });
        Training(command, OptionFactory.Choice("--d-condition", $"How D takes the labels (default {training.DiscriminatorCondition}).", TrainingOptions.Conditions), (s, v) => s with { DiscriminatorCondition = v! });
        Flag(command, OptionFactory.Switch("--mismatched", "Teach D, too, that a real image with labels of another is wrong."), s => s with { Training = s.Training with { Mismatched = true } });
        Training(command, OptionFactory.Number<int>("--latent", $"Length of the latent vector (default {training.LatentSize}; {Points.Training.LatentSize} for points)."), (s, v) => s with { LatentSize = v!.Value });
        Training(command, OptionFactory.Choice("--loss", $"Objective (default {training.Loss}; {Points.Training.Loss} for points).", TrainingOptions.Losses), (s, v) => s with { Loss = v! });
        Training(command, OptionFactory.Choice("--penalty", $"Gradient penalty of D (default {training.Penalty}; {Points.Training.Penalty} for points).", TrainingOptions.Penalties), (s, v) => s with { Penalty = v!, PenaltyWeight = v == s.Penalty ? s.PenaltyWeight : null });
        Training(command, OptionFactory.Schedule("--penalty-weight", "Weight of the penalty, a number or a schedule: gamma of R1 and R2, lambda of the others (default: 10 for wgan-gp, wgan-lp and dragan, 1 for r1 and r2)."), (s, v) => s with { PenaltyWeight = v });
        Training(command, OptionFactory.Number<int>("--penalty-every", "Updates of D from one penalty to the next, which is then so many times as strong (default 1)."), (s, v) => s with { PenaltyEvery = v!.Value });
        Training(command, OptionFactory.Number<float>("--clip", "Clip D's weights to this size after each update (default 0: not at all)."), (s, v) => s with { Clip = v!.Value });
        Flag(command, OptionFactory.Switch("--spectral-norm", "Divide each weight of D by its largest singular value."), s => s with { Training = s.Training with { SpectralNorm = true } });
        Training(command, OptionFactory.Number<float>("--lecam", "Weight of LeCam's term, for small data (default 0: none)."), (s, v) => s with { LeCam = v!.Value });
        Training(command, OptionFactory.Choice("--d-norm", "Normalisation in D (default auto: batch, or none with a penalty or --spectral-norm).", TrainingOptions.Norms), (s, v) => s with { DiscriminatorNorm = v! });
        Training(command, OptionFactory.Number<int>("--batch", $"Images per update (default {training.Batch}; {Points.Training.Batch} for points)."), (s, v) => s with { Batch = v!.Value });
        Training(command, OptionFactory.Number<long>("--steps", $"Generator updates in all (default {training.Steps}; {Points.Training.Steps} for points); may be changed on --resume."), (s, v) => s with { Steps = v!.Value });
        Schedule(command, OptionFactory.Number<double>("--minutes", "Minutes after which to save and end, whatever steps are left."), (s, v) => s with { Minutes = v });
        Training(command, OptionFactory.Number<int>("--d-steps", $"Discriminator updates before each generator update (default {training.DiscriminatorSteps})."), (s, v) => s with { DiscriminatorSteps = v!.Value });
        Training(command, OptionFactory.Choice("--optimizer", $"How weights follow their gradients (default {training.Optimizer}).", TrainingOptions.Optimizers), (s, v) => s.With(v!));
        Training(command, OptionFactory.Schedule("--lr", $"Learning rate: a number, or linear:A:B:KIMG or cosine:A:B:KIMG to go from A to B while KIMG thousand images are shown (default {training.LearningRate}; {Points.Training.LearningRate} for points)."), (s, v) => s with { LearningRate = v! });
        Training(command, OptionFactory.Schedule("--d-lr", "Learning rate of the discriminator (default: that of --lr)."), (s, v) => s with { DiscriminatorLearningRate = v });
        Training(command, OptionFactory.Schedule("--g-lr", "Learning rate of the generator (default: that of --lr)."), (s, v) => s with { GeneratorLearningRate = v });
        Training(command, OptionFactory.Number<float>("--beta1", $"Beta1 of Adam (default {training.Beta1}; {Points.Training.Beta1} for points)."), (s, v) => s with { Beta1 = v!.Value }, s => s.Optimizer is "adam" or "adamw", "--optimizer adam or adamw");
        Training(command, OptionFactory.Schedule("--beta2", $"Beta2 of Adam, a number or a schedule (default {training.Beta2}), and the decay of rmsprop (default {training.With("rmsprop").Beta2})."), (s, v) => s with { Beta2 = v! }, s => s.Optimizer != "sgd", "--optimizer adam, adamw or rmsprop");
        Training(command, OptionFactory.Number<float>("--epsilon", $"Epsilon of Adam and rmsprop, added to the root of the mean of squares (default {training.Epsilon})."), (s, v) => s with { Epsilon = v!.Value }, s => s.Optimizer != "sgd", "--optimizer adam, adamw or rmsprop");
        Training(command, OptionFactory.Number<float>("--momentum", $"Momentum of sgd (default {training.With("sgd").Momentum})."), (s, v) => s with { Momentum = v!.Value });
        Training(command, OptionFactory.Number<float>("--weight-decay", $"Weight decay: beside the step with adamw (default {training.With("adamw").WeightDecay}), in the gradient with the others (default {training.WeightDecay})."), (s, v) => s with { WeightDecay = v!.Value });
        Training(command, OptionFactory.Schedule("--half-life", $"Half-life of the generator average in thousand images, a number or a schedule (default {training.AverageHalfLifeKimg}; {Points.Training.AverageHalfLifeKimg} for points)."), (s, v) => s with { AverageHalfLifeKimg = v! });
        Training(command, OptionFactory.Number<float>("--instance-noise", $"Noise on all that D sees, of colours from -1 to 1 (default {training.InstanceNoise}; {Points.Training.InstanceNoise} for points)."), (s, v) => s with { InstanceNoise = v!.Value });
        ImageFlag(command, OptionFactory.Switch("--flip", "Mirror real images at random."), s => s with { Training = s.Training with { Flip = true } });
        Training(command, OptionFactory.Choice("--augment", $"Random changes of all that D sees, for few images: diffaugment always, ada as far as D overfits (default {training.Augment}).", TrainingOptions.Augments), (s, v) => s with { Augment = v! });
        Training(command, OptionFactory.Text("--augment-policy", $"What diffaugment changes (default {training.AugmentPolicy}), or ada (default {training.AdaPolicy}; each of their parts by its name: xflip, rotate90 and so on).", "LIST"), (s, v) => s.Augment == "ada" ? s with { AdaPolicy = v! } : s with { AugmentPolicy = v! }, s => s.Augment != "none", "--augment diffaugment or ada");
        Training(command, OptionFactory.Number<float>("--ada-target", $"Mean sign of D on reals that ada holds (default {training.AdaTarget})."), (s, v) => s with { AdaTarget = v!.Value }, IsAdaptive, "an --augment ada that adapts");
        Training(command, OptionFactory.Number<float>("--ada-kimg", $"Thousand images in which ada's probability may go from 0 to 1 (default {training.AdaKimg})."), (s, v) => s with { AdaKimg = v!.Value }, IsAdaptive, "an --augment ada that adapts");
        Training(command, OptionFactory.Number<float>("--ada-p", "Probability of ada that stays as it is (default: it adapts)."), (s, v) => s with { AdaProbability = v }, s => s.Augment == "ada", "--augment ada");
        Training(command, OptionFactory.Choice("--precision", $"Rounding of factors on tensor cores; other devices compute in fp32 (default {training.Precision}).", TrainingOptions.Precisions), (s, v) => s with { Precision = v! });
        Training(command, OptionFactory.Number<ulong>("--seed", $"Seed of weights, latents and batches (default {training.Seed})."), (s, v) => s with { Seed = v!.Value });
        Data(command, OptionFactory.Size("--size", "Size of the images: a side, or width x height (default: near their own, at most about 64 x 64 where they are large; of a preset the one it is for)."), (s, v) => s with { Size = v });
        Data(command, OptionFactory.Number<int>("--channels", "1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (default 3, or 1 where all images are grey; what is transparent is then put on white)."), (s, v) => s with { Channels = v });
        Data(command, OptionFactory.Choice("--fit", "How images of another shape are brought to the size: crop cuts off what stands over, pad leaves bars, stretch distorts (default crop).", Fits), (s, v) => s with { Fit = Enum.Parse<ImageFit>(v!, ignoreCase: true) });
        Data(command, OptionFactory.Number<int>("--max-bad-files", $"Files that may fail to decode (default {Images.Data.MaxBadFiles})."), (s, v) => s with { MaxBadFiles = v!.Value });
        Data(command, OptionFactory.Number<int>("--faces", $"Number of drawn faces (default {Images.Data.FaceCount})."), (s, v) => s with { FaceCount = v!.Value });
        Data(command, OptionFactory.Number<int>("--stacks", $"Number of images that stack3: makes (default {Images.Data.StackCount})."), (s, v) => s with { StackCount = v!.Value });
        ImageFlag(command, OptionFactory.Switch("--no-cache", "Decode the data anew and keep no copy of it in the cache folder."), s => s with { Data = s.Data with { UseCache = false } });
        Bind(command, OptionFactory.Device(), (s, v) => s with { Device = v! });
        Bind(command, OptionFactory.Choice("--tune", "How long to look for the fastest kernels: off, quick (a moment at the first use of a shape), full (default quick).", Tunings), (s, v) => s with { Tune = Enum.Parse<TuningMode>(v!, ignoreCase: true) });
        Flag(command, OptionFactory.Switch("--no-watchdog", "Do not look for collapse, vanishing gradients and the like."), s => s with { Watchdog = s.Watchdog with { IsOn = false } });
        Bind(command, OptionFactory.Choice("--on-collapse", "What to do when the training is lost: warn, stop (save and end), or rollback (return to the checkpoint before with halved learning rates, at most three times) (default warn).", Actions), (s, v) => s with { Watchdog = s.Watchdog with { OnCollapse = Enum.Parse<CollapseAction>(v!, ignoreCase: true) } });
        Schedule(command, OptionFactory.Number<int>("--keep", $"Checkpoints to keep (default {schedule.Keep})."), (s, v) => s with { Keep = v!.Value });
        Schedule(command, OptionFactory.Number<int>("--report-every", $"Steps between reports (default {schedule.ReportEvery})."), (s, v) => s with { ReportEvery = v!.Value });
        Schedule(command, OptionFactory.Number<int>("--sample-every", "Steps between sample pictures (default: every few seconds at first, every five minutes in the end)."), (s, v) => s with { SampleEvery = v });
        Schedule(command, OptionFactory.Choice("--metric", $"Measure this now and then, and keep the best checkpoint: {RunMetrics.Described} (default: none).", Metrics), (s, v) => s with { Metric = v });
        Schedule(command, OptionFactory.Number<int>("--metric-every", $"Steps between measurements (default {schedule.MetricEvery})."), (s, v) => s with { MetricEvery = v!.Value });
        Schedule(command, OptionFactory.Number<int>("--checkpoint-every", "Steps between checkpoints (default: one after the first step, soon ever more rarely, at last one a minute)."), (s, v) => s with { CheckpointEvery = v });
    }

    /// <summary>The settings with what the command line says.</summary>
    /// <exception cref="OptionException">It gives an option that these settings have no use for.</exception>
    public RunSettings Apply(ParseResult parsed, RunSettings settings)
    {
        var all = bindings.Aggregate(settings, (changed, binding) => binding(parsed, changed));
        // A value that is none is wrong whatever stands beside it.
        all.Training.Validate();
        foreach (var condition in conditions)
        {
            condition(parsed, all.Training);
        }

        return all;
    }

    private static bool IsDeep(TrainingOptions options) => options.Network is "mlp" or "r3";

    private static bool IsAdaptive(TrainingOptions options) => options is { Augment: "ada", AdaProbability: null };

    /// <summary>An option that counts only beside others: given without them it is refused, not ignored.</summary>
    private void Training<T>(
        Command command, Option<T> option, Func<TrainingOptions, T, TrainingOptions> change, Func<TrainingOptions, bool> counts, string beside)
    {
        Training(command, option, change);
        conditions.Add((parsed, options) =>
        {
            if (parsed.GetResult(option) is not null && !counts(options))
            {
                throw new OptionException($"{option.Name} changes nothing without {beside}; give that too, or leave {option.Name} out.");
            }
        });
    }

    private void Training<T>(Command command, Option<T> option, Func<TrainingOptions, T, TrainingOptions> change) =>
        Bind(command, option, (settings, value) => settings with { Training = change(settings.Training, value) });

    private void Data<T>(Command command, Option<T> option, Func<ImageSetOptions, T, ImageSetOptions> change)
    {
        if (!isForPoints)
        {
            Bind(command, option, (settings, value) => settings with { Data = change(settings.Data, value) });
        }
    }

    private void Schedule<T>(Command command, Option<T> option, Func<RunSchedule, T, RunSchedule> change)
    {
        if (!isForPoints)
        {
            Bind(command, option, (settings, value) => settings with { Schedule = change(settings.Schedule, value) });
        }
    }

    private void ImageFlag(Command command, Option<bool> option, Func<RunSettings, RunSettings> change)
    {
        if (!isForPoints)
        {
            Flag(command, option, change);
        }
    }

    private void Flag(Command command, Option<bool> option, Func<RunSettings, RunSettings> change) =>
        Bind(command, option, (settings, value) => value ? change(settings) : settings);

    private void Bind<T>(Command command, Option<T> option, Func<RunSettings, T, RunSettings> change)
    {
        command.Add(option);
        bindings.Add((parsed, settings) => parsed.GetResult(option) is null ? settings : change(settings, parsed.GetValue(option)!));
    }
}
