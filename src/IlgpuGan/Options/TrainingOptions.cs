using System.Globalization;
using System.Text.Json.Serialization;
using IlgpuGan.Augmentation;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;

namespace IlgpuGan.Options;

/// <summary>
/// Everything that decides the course of a run besides the data and the device; written to <c>options.json</c>. By itself it is a dcgan that two processor cores train to something worth
/// looking at in two minutes, by many small updates and the relativistic loss with R1 and R2: at equal time that gave sharper faces in more hair colours than binary cross entropy with noise
/// before D. What the command line takes for images has more of it, and is <c>RunSettings.For("faces").Training</c>.
/// </summary>
public sealed partial record TrainingOptions
{
    /// <summary>Names that <see cref="Network"/> may have.</summary>
    public static IReadOnlyList<string> Networks { get; } = [.. NetworkFamily.Table.Select(family => family.Name)];

    /// <summary>Names that <see cref="Loss"/> may have.</summary>
    public static IReadOnlyList<string> Losses => Objective.Names;

    /// <summary>Names that <see cref="Penalty"/> may have.</summary>
    public static IReadOnlyList<string> Penalties => GradientPenalty.Names;

    /// <summary>Names that <see cref="Augment"/> may have.</summary>
    public static IReadOnlyList<string> Augmentations => Options.Augmentations.Names;

    /// <summary>Network family: one of <see cref="Networks"/>, or one's own (<see cref="With(NetworkFamily)"/>).</summary>
    public string Network { get; init { field = value; GiveWay(); } } = "dcgan";

    /// <summary>Channels of the widest feature map nearest the image (ngf = ndf in the DCGAN paper); hidden units of the mlp; channels of resnet, and of r3 up to 32 pixels.</summary>
    public int Width { get; init; } = 16;

    /// <summary>Hidden layers of the mlp, or residual blocks of a stage of r3.</summary>
    public int Depth { get; init; } = 2;

    /// <summary>
    /// Channels of the stages of r3 or dcgan from the smallest images on, with commas between them; null: of r3 <see cref="Width"/> up to 32 pixels, then half
    /// with each doubling; of dcgan <see cref="Width"/> nearest the image, and twice as many with each halving, at most eight times.
    /// </summary>
    public string? StageWidths { get; init; }

    /// <summary>Whether the last convolution of dcgan's G adds a learnt shift of each colour, as some write it in PyTorch.</summary>
    public bool OutputBias { get; init; }

    /// <summary>
    /// Whether dcgan's G begins with a matrix product without a shift, each of whose outputs is normalised over the batch by itself (PyTorch's Linear and BatchNorm1d), rather than with a
    /// transposed convolution, whose channels are.
    /// </summary>
    public bool LinearStart { get; init; }

    /// <summary>Which sides dcgan halves: how many stages it has.</summary>
    [JsonConverter(typeof(ChoiceJson<Halving>))]
    public Halving Halving { get; init; } = Halving.Any;

    /// <summary>How dcgan's G doubles its feature maps; of a network that translates see <see cref="TranslationOptions.Upsampling"/>.</summary>
    [JsonConverter(typeof(ChoiceJson<Upsampling>))]
    public Upsampling Upsampling { get => upsampling; init => (upsampling, open) = (value, open with { HasUpsampling = false }); }

    /// <summary>Side of the kernels by which dcgan's G doubles its feature maps; an odd one has an output padding of 1.</summary>
    public int GeneratorKernel { get; init { field = value; GiveWay(); } } = 4;

    /// <summary>Whether the convolutions of dcgan's D add a learnt shift of each filter, as PyTorch's do where nothing is said, also before a normalisation, which takes it back.</summary>
    public bool DiscriminatorBias { get; init; }

    /// <summary>Channels of a group of r3's 3 x 3 convolutions.</summary>
    public int GroupSize { get; init; } = 16;

    /// <summary>Whether D sees the standard deviation over groups of four images (Karras et al. 2018).</summary>
    public bool MinibatchDeviation { get => minibatchDeviation; init => (minibatchDeviation, open) = (value, open with { HasMinibatchDeviation = false }); }

    /// <summary>Label columns that images are conditioned on, with commas between them, or <c>all</c>; null for none.</summary>
    public string? Condition { get; init; }

    /// <summary>How D takes labels.</summary>
    [JsonConverter(typeof(ChoiceJson<ConditionKind>))]
    public ConditionKind DiscriminatorCondition { get; init; } = ConditionKind.Projection;

    /// <summary>Whether D also learns that a real image with labels of another is not what was asked for (Reed et al. 2016).</summary>
    public bool Mismatched { get; init; }

    /// <summary>Length of the latent vector z.</summary>
    public int LatentSize { get; init; } = 100;

    /// <summary>Objective: one of <see cref="Losses"/>, or one's own (<see cref="With(Objective)"/>).</summary>
    public string Loss { get; init; } = "rpgan";

    /// <summary>Gradient penalty of D: one of <see cref="Penalties"/>, or one's own (<see cref="With(GradientPenalty)"/>).</summary>
    public string Penalty { get; init { field = value; GiveWay(); } } = "r1+r2";

    /// <summary>Weight of the penalty (gamma of R1 and R2, lambda of the others); null: the one of its paper.</summary>
    public Schedule? PenaltyWeight { get; init; }

    /// <summary>
    /// Updates of D from one with the penalty to the next. Above 1 the penalty is a step of its own, so many times as strong (lazy
    /// regularisation, Karras et al. 2020).
    /// </summary>
    public int PenaltyEvery { get => penaltyEvery; init => (penaltyEvery, open) = (value, open with { HasPenaltyEvery = false }); }

    /// <summary>Bound that D's weights are clipped to after each update (Arjovsky et al. 2017 used 0.01); 0 for none.</summary>
    public float Clip { get; init; }

    /// <summary>Whether D's weights are divided by their largest singular value (Miyato et al. 2018).</summary>
    public bool SpectralNorm { get; init; }

    /// <summary>Weight of LeCam's term in D's loss (Tseng et al. 2021 used 0.3 and less); 0 for none.</summary>
    public float LeCam { get; init; }

    /// <summary>Normalisation between D's layers.</summary>
    [JsonConverter(typeof(ChoiceJson<DiscriminatorNormalization>))]
    public DiscriminatorNormalization DiscriminatorNorm { get; init; }

    /// <summary>Images per update.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>
    /// Equal parts of a batch that are computed one after the other, so that memory need hold only one: 1 computes it whole. The parts draw what the whole batch would and their gradients are
    /// added as a fixed binary tree. What couples images sees those of its own part alone: batch normalisation, the deviation over groups of images, and the pairs and means of relativistic losses.
    /// </summary>
    public int Leaves { get; init; } = 1;

    /// <summary>How processes that train together add their gradients; of no effect where one trains alone.</summary>
    [JsonConverter(typeof(ChoiceJson<RankReduction>))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RankReduction Reduce { get; init; }

    /// <summary>Generator updates to make in all.</summary>
    public long Steps { get; init; } = 10_000;

    /// <summary>Discriminator updates before each generator update (n of the course's algorithm).</summary>
    public int DiscriminatorSteps { get; init; } = 1;

    /// <summary>How D and G follow their gradients; <see cref="With(UpdateRule)"/> brings its usual numbers along.</summary>
    [JsonConverter(typeof(ChoiceJson<UpdateRule>))]
    public UpdateRule Optimizer { get; init; } = UpdateRule.Adam;

    /// <summary>Learning rate of D and G.</summary>
    public Schedule LearningRate { get; init; } = 5e-4f;

    /// <summary>Learning rate of D; null for that of both.</summary>
    public Schedule? DiscriminatorLearningRate { get; init; }

    /// <summary>Learning rate of G; null for that of both.</summary>
    public Schedule? GeneratorLearningRate { get; init; }

    /// <summary>Adam's beta1.</summary>
    public float Beta1 { get; init; }

    /// <summary>Adam's beta2, and the decay of RMSprop's mean of squares.</summary>
    public Schedule Beta2 { get; init; } = 0.99f;

    /// <summary>Epsilon of Adam and RMSprop.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Momentum of sgd.</summary>
    public float Momentum { get; init; }

    /// <summary>Weight decay: with adamw beside the step (Loshchilov and Hutter 2019), with the others the gradient of an L2 penalty.</summary>
    public float WeightDecay { get; init; }

    /// <summary>
    /// Layers of D nearest the image that learn nothing, as <c>layer0</c> and on in what is reported of them: what a trained D sees of images holds for others
    /// (Mo et al. 2020). Their gradients are not computed.
    /// </summary>
    public int FreezeDiscriminator { get; init; }

    /// <summary>Layers of G nearest the image that learn nothing, neither their weights nor the average of these.</summary>
    public int FreezeGenerator { get; init; }

    /// <summary>Half-life of the generator average, in thousand real images shown.</summary>
    public Schedule AverageHalfLifeKimg { get; init; } = 4;

    /// <summary>
    /// Standard deviation of the Gaussian noise that D sees on reals and fakes alike, where colours span [-1, 1]; 0 for none. It gives
    /// P_data and P_G a common support, without which their divergence teaches G nothing (Sonderby et al., Arjovsky and Bottou, both 2017).
    /// </summary>
    public float InstanceNoise { get; init; }

    /// <summary>Mirror real images at random.</summary>
    public bool Flip { get; init; }

    /// <summary>
    /// Random changes of all images before D, for few images: one of <see cref="Augmentations"/>, diffaugment's by <see cref="AugmentPolicy"/> and ada's by
    /// <see cref="AdaPolicy"/>, or one's own (<see cref="With(IAugmentation)"/>).
    /// </summary>
    public string Augment { get; init; } = "none";

    /// <summary>What diffaugment changes, by commas: <c>color</c>, <c>translation</c>, <c>cutout</c>.</summary>
    public string AugmentPolicy { get; init; } = "color,translation,cutout";

    /// <summary>
    /// What ada changes, by commas: the groups <c>blit</c>, <c>geom</c> and <c>color</c>, or single changes, as <see cref="AdaParts"/> names them. What the data
    /// must not teach is left out: turned pictures, or colours turned over.
    /// </summary>
    public string AdaPolicy { get; init; } = "blit,geom,color";

    /// <summary>What ada holds the mean sign of D's logits on reals at.</summary>
    public float AdaTarget { get; init; } = 0.6f;

    /// <summary>Thousand reals after which ada's probability may have gone from 0 to 1.</summary>
    public float AdaKimg { get; init; } = 500;

    /// <summary>A probability for ada that stays as it is; null to adapt it, from 0 on.</summary>
    public float? AdaProbability { get; init; }

    /// <summary>
    /// How products round their factors where the device has tensor cores; sums, weights and everything else are single precision. Devices without
    /// tensor cores compute as with <see cref="Precision.Fp32"/>.
    /// </summary>
    [JsonConverter(typeof(ChoiceJson<Precision>))]
    public Precision Precision { get; init; } = Precision.Tf32;

    /// <summary>Seed of initialisation, latents and batches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How images are translated into others; null where they are drawn from noise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TranslationOptions? Translation { get; init { field = value; GiveWay(); } }

    /// <summary>What a program gave in place of the library's own.</summary>
    internal OwnParts Own { get; init; } = new();

    /// <summary>The objective of that name.</summary>
    internal Objective Objective => HasOwnLoss ? Own.Loss! : Objective.Named(Loss);

    /// <summary>The penalty of that name; null for none, and where it is a program's that is not there.</summary>
    internal GradientPenalty? GradientPenalty => HasOwnPenalty ? Own.Penalty : GradientPenalty.Table.FirstOrDefault(penalty => penalty.Name == Penalty);

    /// <summary>The augmentation of that name; null for none.</summary>
    internal IAugmentation? Augmentation => HasOwnAugmentation ? Own.Augmentation : Options.Augmentations.Of(this);

    /// <summary>The family of that name.</summary>
    internal NetworkFamily Family => HasOwnNetwork ? Own.Network! : NetworkFamily.Table.First(family => family.Name == Network);

    internal bool HasOwnLoss => Own.Loss?.Name == Loss;

    internal bool HasOwnPenalty => Own.Penalty?.Name == Penalty;

    internal bool HasOwnAugmentation => Own.Augmentation?.Name == Augment;

    internal bool HasOwnNetwork => Own.Network?.Name == Network;

    /// <summary>
    /// Refuses names that are none of the library's where what a program gave by that name is missing: options of a run that are read from a file have nothing but names.
    /// </summary>
    /// <param name="isToDraw">Whether it is only to be drawn by, for which the networks do.</param>
    /// <exception cref="OptionException">The first that is missing, and how it is given.</exception>
    internal void CheckOwn(bool isToDraw)
    {
        (string What, string Name, bool IsKnown)[] parts =
        [
            ("network", Network, HasOwnNetwork || Networks.Contains(Network)),
            ("loss", Loss, isToDraw || HasOwnLoss || Losses.Contains(Loss)),
            ("penalty", Penalty, isToDraw || HasOwnPenalty || Penalties.Contains(Penalty)),
            ("augmentation", Augment, isToDraw || HasOwnAugmentation || Augmentations.Contains(Augment)),
        ];
        foreach (var (what, name, _) in parts.Where(part => !part.IsKnown))
        {
            throw new OptionException(
                $"the {what} \"{Excerpt.Of(name, 60)}\" is none of this program's; only one that gives it {(isToDraw ? "to Generator.Load" : "by options.With(...)")} can use this run.");
        }
    }

    /// <summary>The same without what only training needs and a file may only name.</summary>
    internal TrainingOptions ToDraw => this with
    {
        Loss = Losses.Contains(Loss) ? Loss : Losses[0],
        Penalty = Penalties.Contains(Penalty) ? Penalty : Penalties[0],
        PenaltyWeight = Penalties.Contains(Penalty) ? PenaltyWeight : null,
        PenaltyEvery = Penalties.Contains(Penalty) ? PenaltyEvery : 1,
        Augment = Augmentations.Contains(Augment) ? Augment : Augmentations[0],
    };

    /// <summary>The weight that counts.</summary>
    internal Schedule EffectivePenaltyWeight => PenaltyWeight ?? GradientPenalty?.DefaultWeight ?? 0;

    /// <summary>The normalisation that counts.</summary>
    internal Normalization EffectiveNorm => DiscriminatorNorm switch
    {
        DiscriminatorNormalization.Auto => Penalty != "none" || SpectralNorm ? Normalization.None : Translation is null ? Normalization.Batch : Normalization.Instance,
        DiscriminatorNormalization.None => Normalization.None,
        DiscriminatorNormalization.Batch => Normalization.Batch,
        DiscriminatorNormalization.Layer => Normalization.Layer,
        DiscriminatorNormalization.Instance => Normalization.Instance,
        _ => throw new InvalidOperationException($"There is no normalisation {DiscriminatorNorm}."),
    };

    /// <summary>
    /// These options with another optimiser and its usual numbers (PyTorch's): adamw decays by 0.01, rmsprop has a beta2 of 0.99, sgd a momentum of 0.9,
    /// which no other has.
    /// </summary>
    public TrainingOptions With(UpdateRule optimizer) => optimizer == Optimizer
        ? this
        : this with
        {
            Optimizer = optimizer,
            Beta2 = optimizer == UpdateRule.RmsProp ? 0.99f : Beta2,
            Momentum = optimizer == UpdateRule.Sgd ? 0.9f : 0,
            WeightDecay = optimizer == UpdateRule.AdamW ? 0.01f : WeightDecay,
        };

    /// <summary>These options with a loss of one's own.</summary>
    /// <param name="loss">What D and G minimise. Its name becomes <see cref="Loss"/>: a run goes on with what has that name.</param>
    /// <exception cref="ArgumentException">Its name is the name of another loss, or its formulas are no losses.</exception>
    public TrainingOptions With(Objective loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        OwnParts.Check(loss);
        return this with { Loss = OwnParts.Checked(loss.Name, Losses), Own = Own with { Loss = loss } };
    }

    /// <summary>These options with a penalty of one's own, by its own weight.</summary>
    /// <param name="penalty">The term of D's loss. Its name becomes <see cref="Penalty"/>: a run goes on with what has that name.</param>
    /// <exception cref="ArgumentException">Its name is the name of another penalty, or its weight is none.</exception>
    public TrainingOptions With(GradientPenalty penalty)
    {
        ArgumentNullException.ThrowIfNull(penalty);
        OwnParts.Check(penalty);
        return this with { Penalty = OwnParts.Checked(penalty.Name, Penalties), PenaltyWeight = null, Own = Own with { Penalty = penalty } };
    }

    /// <summary>These options with networks of one's own.</summary>
    /// <param name="network">How G and D are built. Its name becomes <see cref="Network"/>: a run goes on, and is drawn by, what has that name.</param>
    /// <exception cref="ArgumentException">Its name is the name of another family.</exception>
    public TrainingOptions With(NetworkFamily network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return this with { Network = OwnParts.Checked(network.Name, Networks), Own = Own with { Network = network } };
    }

    /// <summary>These options with an augmentation of one's own.</summary>
    /// <param name="augmentation">How images are changed before D. Its name becomes <see cref="Augment"/>: a run goes on with what has that name.</param>
    /// <exception cref="ArgumentException">Its name is the name of another augmentation.</exception>
    public TrainingOptions With(IAugmentation augmentation)
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        return this with { Augment = OwnParts.Checked(augmentation.Name, Augmentations), Own = Own with { Augmentation = augmentation } };
    }

    /// <summary>Checks that the network can draw images of a shape, before anything is built.</summary>
    /// <exception cref="OptionException">It cannot; the message names the nearest size that it can draw.</exception>
    public void CheckShape(RunData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var size = new ImageSize(data.Height, data.Width);
        if (!data.IsPoints && !Sizes.Supports(data.Height, data.Width))
        {
            throw new OptionException(Translation is not null
                ? $"{TranslationNetworks.NameOf(Translation)} does not translate images of {size}: their sides must be multiples of {(Sizes == TranslationNetworks.OfUNet ? 8 : 4)}; "
                    + $"give --size {Sizes.Near(size)}{(TranslationNetworks.OfBlocks.Supports(data.Height, data.Width) ? ", or --translator resnet" : "")}."
                : $"--network {Network} cannot draw images of {size}: its sides {Family.Sides ?? "must be others"}; give --size {Sizes.Near(size)}.");
        }
    }

    /// <summary>The sizes that the network draws.</summary>
    internal SizeRule Sizes => Translation is null ? Family.Sizes : TranslationNetworks.SizesOf(Translation);

    /// <summary>What the networks for data of a shape are built by.</summary>
    /// <param name="image">Shape of an image [H, W, C], or of a point [features].</param>
    /// <param name="classes">Length of a row of labels; 0 for none.</param>
    internal NetworkDesign DesignFor(Shape image, int classes) => new(image, LatentSize, Width)
    {
        Depth = Depth,
        StageWidths = StageWidths is null ? null : Options.StageWidths.Read(StageWidths),
        HasOutputBias = OutputBias,
        HasLinearStart = LinearStart,
        Halving = Halving,
        Upsampling = Upsampling,
        GeneratorKernel = GeneratorKernel,
        HasDiscriminatorBias = DiscriminatorBias,
        GroupSize = GroupSize,
        Norm = EffectiveNorm,
        HasSpectralNorm = SpectralNorm,
        HasMinibatchDeviation = MinibatchDeviation,
        Condition = classes > 0 ? new Condition(classes, DiscriminatorCondition) : null,
    };

    /// <summary>Builds G and D for data of a shape.</summary>
    /// <exception cref="OptionException">The network cannot draw such data.</exception>
    internal (Network Generator, Network Discriminator) Build(Shape image, int classes)
    {
        if (image.Rank == 1 && Augment != "none")
        {
            throw new OptionException($"--augment {Augment} changes images, but this data is points; leave it out.");
        }

        if (image.Rank == 1 && !Family.DrawsPoints)
        {
            throw new OptionException($"--network {Network} draws images, but this data is points; give --network mlp.");
        }

        var networks = Assemble(DesignFor(image, classes));
        CheckFrozen("--freeze-d", FreezeDiscriminator, networks.Discriminator);
        CheckFrozen("--freeze-g", FreezeGenerator, networks.Generator);
        int most = Math.Min(networks.Generator.MostBatch, networks.Discriminator.MostBatch);
        if (Batch / Leaves <= most)
        {
            return networks;
        }

        string lack = string.Create(CultureInfo.InvariantCulture,
            $"--batch is {Batch}, but a layer of this network has {Math.Max(networks.Generator.LargestLayer, networks.Discriminator.LargestLayer):N0} numbers for each image, and at most "
                + $"{Shape.MostElements:N0} can be counted");
        throw new OptionException($"{lack}; give {(LeavesFor(most) is { } parts ? $"--leaves {parts}, --batch {most} or less, or " : "")}a smaller --width or --size.") { TooLargeBatch = lack };
    }

    private static void CheckFrozen(string option, int frozen, Network network)
    {
        int layers = network.Blocks.Count;
        if (frozen > 0 && frozen >= layers)
        {
            throw new OptionException($"{option} is {frozen}, but the {network.Parameters.Name} has {Amount.Of(layers, "layer")}, of which one at least must learn; "
                + (layers > 1 ? $"give at most {layers - 1}." : "leave it out."));
        }
    }

    /// <summary>The fewest leaves that have at most so many images each; null where even single images are more.</summary>
    private int? LeavesFor(int images) => images < 1 ? null : Enumerable.Range(1, Batch).First(count => Batch % count == 0 && Batch / count <= images);

    private (Network Generator, Network Discriminator) Assemble(NetworkDesign design)
    {
        try
        {
            var (generator, discriminator) = (Family.Generator(design), Family.Discriminator(design));
            NetworkRules.Check(this, generator, discriminator, design);
            return (generator, discriminator);
        }
        catch (DesignException fault)
        {
            throw new OptionException(fault.Message);
        }
        catch (TensorSizeException fault)
        {
            throw new OptionException($"--width is {Width}: {fault.Message}");
        }
        catch (ArgumentException fault)
        {
            throw new OptionException($"--network: {fault.Message}");
        }
    }

    /// <summary>Checks every value against what is allowed, by itself and beside the others.</summary>
    /// <exception cref="OptionException">The first value that is not, by the name of its option.</exception>
    public void Validate()
    {
        OptionRows.Table.Check(new RunSettings { Data = new() { Source = "" }, Training = this }, OptionPart.Training);
        CheckTogether();
    }

    /// <summary>Checks values, each of which is allowed by itself, beside each other.</summary>
    /// <exception cref="OptionException">Which options, why, and what to give instead.</exception>
    internal void CheckTogether()
    {
        // Counters have 32 bits; that of the batches counts most: D's updates, those of a penalty that has its own, and G's.
        double perStep = DiscriminatorSteps * (PenaltyEvery > 1 ? 1 + 1.0 / PenaltyEvery : 1) + 1;
        if (Steps * perStep > int.MaxValue)
        {
            throw new OptionException(FormattableString.Invariant(
                $"--steps is {Steps}; with --d-steps {DiscriminatorSteps} at most {(long)(int.MaxValue / perStep)} can be counted."));
        }
        if (Translation is null)
        {
            // Batch normalisation has no variance over a single image.
            OptionCheck.Between("--batch", Batch, 2, 8192);
        }
        if (Batch % Leaves != 0)
        {
            int[] parts = [.. Enumerable.Range(1, Batch).Where(parts => Batch % parts == 0)];
            string larger = parts.FirstOrDefault(count => count > Leaves) is > 0 and var more ? FormattableString.Invariant($" or {more}") : "";
            throw new OptionException(FormattableString.Invariant(
                $"--leaves is {Leaves}, which does not divide --batch {Batch} into equal parts; give {parts.Last(count => count < Leaves)}{larger}."));
        }
        if (Momentum != 0 && Optimizer != UpdateRule.Sgd)
        {
            throw new OptionException(FormattableString.Invariant(
                $"--momentum {Momentum} goes with --optimizer sgd, not with {Choice.Name(Optimizer)}; leave one of them out."));
        }
        ObjectiveRules.Check(this);
        Options.Augmentations.Policy<DiffAugmentPolicy>(AugmentPolicy);
        Options.Augmentations.Policy<AdaParts>(AdaPolicy);
    }
}
