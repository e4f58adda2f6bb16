using System.Runtime.CompilerServices;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using static IlgpuGan.Options.OptionDomain;

namespace IlgpuGan.Options;

/// <summary>The options of a run. To add one, write its property and a row here.</summary>
public static class OptionRows
{
    private const string Faces = "faces";

    private static readonly OptionNeeds OfImages = new(AreImages, "is of images, and {data} is points; leave it out");

    private static readonly OptionNeeds Adam = Beside("--optimizer adam or adamw", training => training.Optimizer is UpdateRule.Adam or UpdateRule.AdamW);

    private static readonly OptionNeeds MeanOfSquares = Beside("--optimizer adam, adamw or rmsprop", training => training.Optimizer != UpdateRule.Sgd);

    private static readonly OptionNeeds Adapting = Beside(
        "an --augment ada that adapts", training => training is { Augment: "ada", AdaProbability: null });

    /// <summary>What images have where nothing is given.</summary>
    internal static RunSettings Images { get; } = RunSettings.For(Faces);

    /// <summary>What points have where nothing is given.</summary>
    internal static RunSettings Points { get; } = RunSettings.For("ring");

    /// <summary>All of them. What others bring along stands before them, so that it does not undo what is given.</summary>
    public static OptionTable Table { get; } = new(TranslationRows.Without(
    [
        Run("preset", s => s.Preset, (s, v) => v is null || v == s.Preset ? s : s.With(v), OneOf(Presets.Names).OrNone(),
            "Network, settings and size of the images by name, which further options change") with
        {
            Keeps = Keeps.ForLife,
            Otherwise = $"{Presets.Names[0]} for images",
            IsName = true,
            IsForImages = true,
        },
        new RunOption<string>("method", nameof(TranslationOptions.Method), OptionPart.Training,
            "What is learnt: gan draws from noise; pix2pix translates by pairs, cyclegan, cut and fastcut between two sets of images, stargan between the labels of --condition",
            OneOf([TranslationMethod.None, .. TranslationMethod.Names]), s => s.Training.Translation?.Method ?? TranslationMethod.None, (s, v) => s.ForMethod(v)) with
        {
            IsForImages = true,
        },
        .. TranslationRows.All,
        Training("network", o => o.Network, (o, v) => o with { Network = v }, OneOf(TrainingOptions.Networks), "Network") with { IsOwn = o => o.HasOwnNetwork },
        Training("width", o => o.Width, (o, v) => o with { Width = v }, Between(1, 8192),
            "Channels of the widest layer nearest the image, or hidden units of the mlp") with
        {
            Needs = new(
                settings => settings.Training is { StageWidths: null } or { Network: "mlp" or "resnet" },
                "changes nothing beside --stage-widths, which says all widths; leave one of them out"),
        },
        Training("depth", o => o.Depth, (o, v) => o with { Depth = v }, Between(1, 32), "Hidden layers of the mlp, or blocks of a stage of r3") with
        {
            Needs = Following("depth"),
        },
        Training("stage-widths", o => o.StageWidths, (o, v) => o with { StageWidths = v }, Widths,
            "Channels of the stages of r3 or dcgan, from the smallest images on") with
        {
            Otherwise = "those that --width gives",
            Needs = Following("stage-widths"),
        },
        Training("output-bias", o => o.OutputBias, (o, v) => o with { OutputBias = v }, Switch,
            "Let dcgan's last convolution add a learnt shift of each colour") with
        {
            Needs = Following("output-bias"),
            IsForImages = true,
        },
        Training("linear-start", o => o.LinearStart, (o, v) => o with { LinearStart = v }, Switch,
            "Let dcgan's G begin with a matrix product, each number of which is normalised by itself") with
        {
            Needs = Following("linear-start"),
            IsForImages = true,
        },
        Training("halving", o => o.Halving, (o, v) => o with { Halving = v }, OneOf<Halving>(),
            "Which sides dcgan halves on its way to its smallest feature map: any, an odd one with a row left over, or even ones alone") with
        {
            Before = Choice.Name(Halving.Even),
            Needs = Following("halving"),
            IsForImages = true,
        },
        new RunOption<Upsampling>("upsampling", nameof(TrainingOptions.Upsampling), OptionPart.Training,
            "How dcgan's G and translators double their feature maps: resize, by the nearest pixel, leaves no checkerboard, transposed is what was published", OneOf<Upsampling>(),
            s => s.Training.Translation?.Upsampling ?? s.Training.Upsampling,
            (s, v) => s with
            {
                Training = s.Training.Translation is { } translation ? s.Training with { Translation = translation with { Upsampling = v } } : s.Training with { Upsampling = v },
            })
        {
            Needs = Following("upsampling"),
            IsForImages = true,
        },
        Training("g-kernel", o => o.GeneratorKernel, (o, v) => o with { GeneratorKernel = v }, Between(2, 11),
            "Side of the kernels of transposed convolutions, which others than of 4 bring along, by which dcgan's G doubles its feature maps; an odd one has an output padding of 1") with
        {
            Needs = Beside("--upsampling transposed", training => training.Upsampling == Upsampling.Transposed),
            IsForImages = true,
        },
        Training("d-bias", o => o.DiscriminatorBias, (o, v) => o with { DiscriminatorBias = v }, Switch,
            "Let the convolutions of dcgan's D add a learnt shift of each filter") with
        {
            Needs = Following("d-bias"),
            IsForImages = true,
        },
        Training("group-size", o => o.GroupSize, (o, v) => o with { GroupSize = v }, Between(1, 1024), "Channels of a group of r3's 3 x 3 convolutions") with
        {
            Needs = Following("group-size"),
        },
        Training("minibatch-stddev", o => o.MinibatchDeviation, (o, v) => o with { MinibatchDeviation = v }, Switch,
            "Show D the standard deviation over groups of four images"),
        Training("condition", o => o.Condition, (o, v) => o with { Condition = v }, Text("a name", "LABELS|all",
            "names of label columns with commas between, or all"),
            "Labels that images are to follow: names of label columns with commas between them (faces: hair,eyes and more), or all"),
        Training("d-condition", o => o.DiscriminatorCondition, (o, v) => o with { DiscriminatorCondition = v }, OneOf<ConditionKind>(),
            "How D takes the labels") with
        {
            Needs = Beside("--condition", training => training.Condition is not null),
        },
        Training("mismatched", o => o.Mismatched, (o, v) => o with { Mismatched = v }, Switch,
            "Teach D, too, that a real image with labels of another is wrong"),
        Training("latent", o => o.LatentSize, (o, v) => o with { LatentSize = v }, Between(1, 8192), "Length of the latent vector"),
        Training("loss", o => o.Loss, (o, v) => o with { Loss = v }, OneOf(TrainingOptions.Losses), "Objective") with { IsOwn = o => o.HasOwnLoss },
        Training("penalty", o => o.Penalty, Penalised, OneOf(TrainingOptions.Penalties),
            "Gradient penalty of D") with
        {
            Before = "none",
            IsOwn = o => o.HasOwnPenalty,
        },
        Changing("penalty-weight", o => o.PenaltyWeight, (o, v) => o with { PenaltyWeight = v }, ScheduleBetween(0, 1e6f),
            "Weight of the penalty, a number or a schedule: gamma of R1 and R2, lambda of the others") with
        {
            Otherwise = string.Join("; ", GradientPenalty.Table.GroupBy(penalty => penalty.DefaultWeight)
                .Select(group => FormattableString.Invariant($"{group.Key} for {string.Join(", ", group.Select(penalty => penalty.Name))}"))),
            InEffect = settings => settings.Training.EffectivePenaltyWeight,
        },
        Training("penalty-every", o => o.PenaltyEvery, (o, v) => o with { PenaltyEvery = v }, Between(1, 1000),
            "Updates of D from one penalty to the next, which is then so many times as strong; by itself 1 with another network or penalty"),
        Training("clip", o => o.Clip, (o, v) => o with { Clip = v }, Between(0f, 100f), "Clip D's weights to this size after each update, 0 for not at all"),
        Training("spectral-norm", o => o.SpectralNorm, (o, v) => o with { SpectralNorm = v }, Switch, "Divide each weight of D by its largest singular value"),
        Training("lecam", o => o.LeCam, (o, v) => o with { LeCam = v }, Between(0f, 1000f), "Weight of LeCam's term, for small data; 0 for none"),
        Training("d-norm", o => o.DiscriminatorNorm, (o, v) => o with { DiscriminatorNorm = v }, OneOf<DiscriminatorNormalization>(),
            "Normalisation in D; auto is batch, or none with a penalty or --spectral-norm") with
        {
            Needs = new(
                settings => settings.Training is { Network: not "mlp" } or { DiscriminatorNorm: DiscriminatorNormalization.None },
                "is for dcgan, and the D of mlp has no normalisation; leave it out"),
        },
        Training("batch", o => o.Batch, (o, v) => o with { Batch = v }, Between(1, 8192), "Images per update; what draws from noise takes 2 at least") with { Keeps = Keeps.UntilLogged },
        Training("leaves", o => o.Leaves, (o, v) => o with { Leaves = v }, Between(1, 8192),
            "Equal parts of a batch that are computed one after the other, so that memory need hold only one; batch normalisation, --minibatch-stddev and the pairs of --loss see one part each") with
        {
            Keeps = Keeps.UntilLogged,
        },
        Training("reduce", o => o.Reduce, (o, v) => o with { Reduce = v }, OneOf<RankReduction>(),
            "How ranks add their gradients: strict, by one tree, with the bits of any number of ranks; or fast, as the MPI library does, with bits of the same ranks and library alone") with
        {
            Keeps = Keeps.UntilLogged,
        },
        Training("steps", o => o.Steps, (o, v) => o with { Steps = v }, Between(1L, 1_000_000_000L),
            "Generator updates in all") with
        {
            Keeps = Keeps.UntilChanged,
        },
        Schedule("minutes", o => o.Minutes, (o, v) => o with { Minutes = v }, Above0<double>(1_000_000).OrNone(),
            "Minutes after which to save and end, whatever steps are left"),
        Training("d-steps", o => o.DiscriminatorSteps, (o, v) => o with { DiscriminatorSteps = v }, Between(1, 100),
            "Discriminator updates before each generator update"),
        Training("optimizer", o => o.Optimizer, (o, v) => o.With(v), OneOf<UpdateRule>(), "How weights follow their gradients"),
        Changing("lr", o => o.LearningRate, (o, v) => o with { LearningRate = v! }, ScheduleAbove0(1),
            "Learning rate: a number, or linear:A:B:KIMG or cosine:A:B:KIMG to go from A to B while KIMG thousand images are shown") with
        {
            Needs = new(
                settings => settings.Training is { DiscriminatorLearningRate: null } or { GeneratorLearningRate: null },
                "changes nothing beside --d-lr and --g-lr; leave it or one of them out"),
        },
        Changing("d-lr", o => o.DiscriminatorLearningRate, (o, v) => o with { DiscriminatorLearningRate = v }, ScheduleAbove0(1),
            "Learning rate of the discriminator") with
        {
            Otherwise = "that of --lr",
            InEffect = settings => settings.Training.DiscriminatorLearningRate ?? settings.Training.LearningRate,
        },
        Changing("g-lr", o => o.GeneratorLearningRate, (o, v) => o with { GeneratorLearningRate = v }, ScheduleAbove0(1), "Learning rate of the generator") with
        {
            Otherwise = "that of --lr",
            InEffect = settings => settings.Training.GeneratorLearningRate ?? settings.Training.LearningRate,
        },
        Training("beta1", o => o.Beta1, (o, v) => o with { Beta1 = v }, Below1, "Beta1 of Adam") with { Needs = Adam },
        Changing("beta2", o => o.Beta2, (o, v) => o with { Beta2 = v! }, ScheduleBelow1,
            $"Beta2 of Adam, a number or a schedule, and the decay of rmsprop, which brings {Usual(UpdateRule.RmsProp).Beta2}") with { Needs = MeanOfSquares },
        Training("epsilon", o => o.Epsilon, (o, v) => o with { Epsilon = v }, Above0<float>(1),
            "Epsilon of Adam and rmsprop, added to the root of the mean of squares") with { Needs = MeanOfSquares },
        Training("momentum", o => o.Momentum, (o, v) => o with { Momentum = v }, Below1, $"Momentum of sgd, which brings {Usual(UpdateRule.Sgd).Momentum}"),
        Training("weight-decay", o => o.WeightDecay, (o, v) => o with { WeightDecay = v }, Between(0f, 1f),
            $"Weight decay: beside the step with adamw, which brings {Usual(UpdateRule.AdamW).WeightDecay}, in the gradient with the others"),
        Training("freeze-d", o => o.FreezeDiscriminator, (o, v) => o with { FreezeDiscriminator = v }, Between(0, 1000),
            "Layers of D nearest the image that learn nothing, of a run that begins with another's networks"),
        Training("freeze-g", o => o.FreezeGenerator, (o, v) => o with { FreezeGenerator = v }, Between(0, 1000), "Layers of G nearest the image that learn nothing, likewise"),
        Changing("half-life", o => o.AverageHalfLifeKimg, (o, v) => o with { AverageHalfLifeKimg = v! }, ScheduleBetween(0, 1_000_000),
            "Half-life of the generator average in thousand images, a number or a schedule"),
        Training("instance-noise", o => o.InstanceNoise, (o, v) => o with { InstanceNoise = v }, Between(0f, 10f),
            "Noise on all that D sees, of colours from -1 to 1"),
        Changing("flip", o => o.Flip, (o, v) => o with { Flip = v }, Switch, "Mirror real images at random") with
        {
            Needs = new(AreImages, "mirrors images, and {data} is points; leave it out"),
            IsForImages = true,
        },
        Changing("augment", o => o.Augment, (o, v) => o with { Augment = v }, OneOf(TrainingOptions.Augmentations),
            $"Random changes of all that D sees: diffaugment always, ada as far as D overfits; train chooses one for up to {SmallSet.Table[^1].Most} images of one's own") with
        {
            IsOwn = o => o.HasOwnAugmentation,
        },
        Changing("augment-policy", o => o.Augment == "ada" ? o.AdaPolicy : o.AugmentPolicy,
            (o, v) => o.Augment == "ada" ? o with { AdaPolicy = v! } : o with { AugmentPolicy = v! },
            Text("a name", "LIST", "names of changes with commas between"),
            $"What diffaugment changes, or ada, of which {new TrainingOptions().AdaPolicy} is all, and each of their parts has a name: xflip, rotate90 and so on") with
        {
            Needs = Beside("--augment diffaugment or ada", training => training.Augment is "diffaugment" or "ada"),
        },
        // D's mean sign lies between -1 and 1: a target there would never be passed.
        Changing("ada-target", o => o.AdaTarget, (o, v) => o with { AdaTarget = v }, Between(-0.99f, 0.99f),
            "Mean sign of D on reals that ada holds") with { Needs = Adapting },
        Changing("ada-kimg", o => o.AdaKimg, (o, v) => o with { AdaKimg = v }, Above0<float>(1_000_000),
            "Thousand images in which ada's probability may go from 0 to 1") with
        {
            Needs = Adapting,
        },
        Changing("ada-p", o => o.AdaProbability, (o, v) => o with { AdaProbability = v }, Between(0f, 1f).OrNone(),
            "Probability of ada that stays as it is") with
        {
            Otherwise = "it adapts",
            Needs = Beside("--augment ada", training => training.Augment == "ada"),
        },
        Training("precision", o => o.Precision, (o, v) => o with { Precision = v }, OneOf<Precision>(),
            "Rounding of factors on tensor cores; other devices compute in fp32"),
        Training("seed", o => o.Seed, (o, v) => o with { Seed = v }, Between(0UL, ulong.MaxValue), "Seed of weights, latents and batches"),
        Data("size", o => o.Size, (o, v) => o with { Size = v }, Size, "Size of the images: a side, or width x height") with
        {
            Otherwise = "near their own, at most about 64 x 64 where they are large",
            Needs = OfImages,
        },
        Data("channels", o => o.Channels, (o, v) => o with { Channels = v }, Between(1, 4).OrNone(), "1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha") with
        {
            Otherwise = "3, or 1 where all images are grey; what is transparent is then put on white",
            Needs = OfImages,
        },
        Data("fit", o => o.Fit, (o, v) => o with { Fit = v }, OneOf<ImageFit>(),
            "How images of another shape are brought to the size: crop cuts off what stands over, pad leaves bars, stretch distorts") with
        {
            Needs = new(AreRead, "says how pictures of another shape are brought to the size, and {data} are drawn in any; leave it out"),
        },
        Data("max-bad-files", o => o.MaxBadFiles, (o, v) => o with { MaxBadFiles = v }, Between(0, int.MaxValue), "Files that may fail to decode") with
        {
            Keeps = Keeps.UntilChanged,
            Needs = new(AreRead, "is of files, and {data} are drawn; leave it out"),
        },
        Data("faces", o => o.FaceCount, (o, v) => o with { FaceCount = v }, Between(1, int.MaxValue), "Number of drawn faces") with
        {
            Needs = OptionNeeds.Beside("drawn faces as DATA", settings => AreImages(settings) && !AreRead(settings)),
        },
        Data("stacks", o => o.StackCount, (o, v) => o with { StackCount = v }, Between(1, int.MaxValue),
            $"Number of images that {Stack3Source.Prefix} makes") with
        {
            Needs = OptionNeeds.Beside($"{Stack3Source.Prefix} before DATA", settings => settings.Data.Source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal)),
        },
        Data("no-cache", o => !o.UseCache, (o, v) => o with { UseCache = !v }, Switch, "Decode the data anew and keep no copy of it in the cache folder") with
        {
            Keeps = Keeps.UntilChanged,
            Needs = new(AreImages, "is of images, and {data} is points, of which nothing is kept; leave it out"),
        },
        Run("device", s => s.Device, (s, v) => s with { Device = v! }, Text("a name", "DEVICE", "auto, cuda[:n], opencl[:n], cpu"),
            "Device: auto, cuda[:n], opencl[:n] or cpu"),
        Run("tune", s => s.Tune, (s, v) => s with { Tune = v }, OneOf<TuningMode>(),
            "How long to look for the fastest kernels: off, quick (a moment at the first use of a shape), full"),
        Run("no-watchdog", s => !s.Watchdog.IsOn, (s, v) => s with { Watchdog = s.Watchdog with { IsOn = !v } }, Switch,
            "Do not look for collapse, vanishing gradients and the like") with { Keeps = Keeps.UntilLogged },
        Run("on-collapse", s => s.Watchdog.OnCollapse, (s, v) => s with { Watchdog = s.Watchdog with { OnCollapse = v } }, OneOf<CollapseAction>(),
            "What to do when the training is lost: warn, stop (save and end), or rollback (return to the checkpoint before with halved learning rates, at most three times)") with
        {
            Keeps = Keeps.UntilLogged,
            Needs = new(settings => settings.Watchdog.IsOn, "is done by the watchdog and changes nothing beside --no-watchdog; leave one of them out"),
        },
        Schedule("keep", o => o.Keep, (o, v) => o with { Keep = v }, Between(1, 1_000_000), "Checkpoints to keep"),
        Schedule("report-every", o => o.ReportEvery, (o, v) => o with { ReportEvery = v }, Between(1, int.MaxValue),
            "Steps between reports") with { Keeps = Keeps.UntilLogged },
        Schedule("sample-every", o => o.SampleEvery, (o, v) => o with { SampleEvery = v }, Between(1, int.MaxValue).OrNone(),
            "Steps between sample pictures") with
        {
            Keeps = Keeps.UntilLogged,
            Otherwise = "every few seconds at first, every five minutes in the end",
        },
        Schedule("metric", o => o.Metric, (o, v) => o with { Metric = v == OptionNames.None ? null : v }, Text("a name", "NAME", "a metric"),
            "Measure this now and then, and keep the best checkpoint") with
        {
            Otherwise = "none",
        },
        Schedule("metric-every", o => o.MetricEvery, (o, v) => o with { MetricEvery = v }, Between(1, int.MaxValue), "Steps between measurements") with
        {
            Needs = OptionNeeds.Beside("--metric", settings => settings.Schedule.Metric is not null),
        },
        Schedule("checkpoint-every", o => o.CheckpointEvery, (o, v) => o with { CheckpointEvery = v }, Between(1, int.MaxValue).OrNone(),
            "Steps between checkpoints") with
        {
            Otherwise = "one after the first step, soon ever more rarely, at last one a minute",
        },
    ]));

    /// <summary>An option of what is learnt, which is kept for life.</summary>
    internal static RunOption<T> Training<T>(
        string name, Func<TrainingOptions, T> get, Func<TrainingOptions, T, TrainingOptions> set, OptionDomain<T> domain, string meaning,
        [CallerArgumentExpression(nameof(get))] string reading = "") =>
        new(name, PropertyOf(reading), OptionPart.Training, meaning, domain, settings => get(settings.Training),
            (settings, value) => settings with { Training = set(settings.Training, value) });

    /// <summary>An option of what is learnt, which may be changed on the way.</summary>
    internal static RunOption<T> Changing<T>(
        string name, Func<TrainingOptions, T> get, Func<TrainingOptions, T, TrainingOptions> set, OptionDomain<T> domain, string meaning,
        [CallerArgumentExpression(nameof(get))] string reading = "") => Training(name, get, set, domain, meaning, reading) with { Keeps = Keeps.UntilLogged };

    /// <summary>An option of the data, which is kept for life.</summary>
    internal static RunOption<T> Data<T>(
        string name, Func<ImageSetOptions, T> get, Func<ImageSetOptions, T, ImageSetOptions> set, OptionDomain<T> domain, string meaning,
        [CallerArgumentExpression(nameof(get))] string reading = "") =>
        new(name, PropertyOf(reading), OptionPart.Data, meaning, domain, settings => get(settings.Data),
            (settings, value) => settings with { Data = set(settings.Data, value) });

    /// <summary>An option of reports, pictures and checkpoints, which may be changed.</summary>
    internal static RunOption<T> Schedule<T>(
        string name, Func<RunSchedule, T> get, Func<RunSchedule, T, RunSchedule> set, OptionDomain<T> domain, string meaning,
        [CallerArgumentExpression(nameof(get))] string reading = "") =>
        new(name, PropertyOf(reading), OptionPart.Schedule, meaning, domain, settings => get(settings.Schedule),
            (settings, value) => settings with { Schedule = set(settings.Schedule, value) })
        {
            Keeps = Keeps.UntilChanged,
        };

    /// <summary>An option of the device and of the watchdog, which may be changed.</summary>
    internal static RunOption<T> Run<T>(
        string name, Func<RunSettings, T> get, Func<RunSettings, T, RunSettings> set, OptionDomain<T> domain, string meaning,
        [CallerArgumentExpression(nameof(get))] string reading = "") =>
        new(name, PropertyOf(reading), OptionPart.Run, meaning, domain, get, set) { Keeps = Keeps.UntilChanged };

    // Written once, where it is read: s => !s.Watchdog.IsOn is the property IsOn.
    internal static string PropertyOf(string reading) => reading[(reading.LastIndexOf('.') + 1)..];

    // What a family of one's own makes of it only that knows.
    private static OptionNeeds Following(string option) => Beside(
        $"--network {string.Join(" or ", NetworkFamily.Table.Where(family => family.Follows.Contains(option)).Select(family => family.Name))}",
        training => training.HasOwnNetwork || training.Translation is not null || training.Family.Follows.Contains(option));

    private static OptionNeeds Beside(string words, Func<TrainingOptions, bool> areGiven) => OptionNeeds.Beside(words, settings => areGiven(settings.Training));

    private static bool AreImages(RunSettings settings) => !PointSet.IsName(settings.Data.Source);

    private static bool AreRead(RunSettings settings) => AreImages(settings) && settings.Data.Source != Faces && PairLayoutRow.BuiltIn(settings.Data.Source) is null;

    // A weight is that of one penalty, and what is not there has no interval.
    private static TrainingOptions Penalised(TrainingOptions options, string penalty)
    {
        var changed = penalty == options.Penalty ? options : options with { Penalty = penalty, PenaltyWeight = null };
        return changed == options || penalty != "none" ? changed : changed with { PenaltyEvery = 1 };
    }

    private static TrainingOptions Usual(UpdateRule optimizer) => new TrainingOptions().With(optimizer);
}
