using IlgpuGan.Data;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Training.Transfer;

namespace IlgpuGan.Training;

/// <summary>
/// Trained networks that a new run begins with; <c>ParentFile</c> reads them. The run has weights and average of theirs, and an optimiser that knows nothing of
/// before. What does not fit other images, channels or labels is named and made anew.
/// </summary>
public sealed class Parent
{
    private readonly RunRecord record;
    private readonly IReadOnlyDictionary<string, StateTensor> state;

    /// <param name="run">Where they come from.</param>
    /// <param name="record">The run that made them.</param>
    /// <param name="state">Weights and averages as a checkpoint names them; those of D may be missing.</param>
    /// <exception cref="CheckpointException">A number is not finite.</exception>
    internal Parent(ParentRun run, RunRecord record, IReadOnlyDictionary<string, StateTensor> state)
    {
        (Run, this.record, this.state) = (run, record, state);
        if (new Checkpoint(run.Step, state).FirstNonFinite() is { } name)
        {
            throw new CheckpointException($"{run.File} is of no use: the value {name} is not a finite number; give an earlier checkpoint.");
        }
    }

    /// <summary>Where they come from.</summary>
    public ParentRun Run { get; }

    private TrainingOptions Options => record.Settings.Training;

    /// <summary>
    /// Settings of a run that begins with these networks: networks, objective and optimiser of the parent, and its images' size and channels. The data, its
    /// labels, its augmentation, the seed and the steps are the run's own.
    /// </summary>
    /// <param name="usual">What the data would be trained with by itself.</param>
    /// <exception cref="OptionException">The parent draws points and the data is images, or the other way round.</exception>
    public RunSettings SettingsFor(RunSettings usual)
    {
        ArgumentNullException.ThrowIfNull(usual);
        bool isPoints = usual.Data.Images is null && PointSet.IsName(usual.Data.Source);
        if (isPoints != record.Data.IsPoints)
        {
            throw new OptionException($"--from {Run.Name} draws {Words(record.Data.IsPoints)}, and {usual.Data.Source} is {Words(isPoints)}; give data of that kind, or leave --from out.");
        }

        var own = usual.Training;
        if (own.Translation is not null && Options.Translation is null)
        {
            throw new OptionException($"--from {Run.Name} draws images from noise, and --method {own.Translation.Method} translates some; give a run that translates, or leave --from out.");
        }

        var settings = usual with
        {
            Preset = null,
            // What the parent has of these suits its own networks and penalty.
            Training = (Options with
            {
                Translation = Options.Translation is not { } translation ? null : TranslationTransfer.Of(translation, own.Translation),
                Condition = own.Condition,
                Mismatched = own.Mismatched,
                Steps = own.Steps,
                InstanceNoise = own.InstanceNoise,
                Flip = own.Flip,
                Augment = own.Augment,
                AugmentPolicy = own.AugmentPolicy,
                AdaPolicy = own.AdaPolicy,
                AdaTarget = own.AdaTarget,
                AdaKimg = own.AdaKimg,
                AdaProbability = own.AdaProbability,
                FreezeDiscriminator = own.FreezeDiscriminator,
                FreezeGenerator = own.FreezeGenerator,
                Leaves = own.Leaves,
                Reduce = own.Reduce,
                Precision = own.Precision,
                Seed = own.Seed,
            }).GivingWay(),
        };
        return settings.ShapedAs(record.Data);

        static string Words(bool arePoints) => arePoints ? "points" : "images";
    }

    /// <summary>Checked settings of a new run, in which the stages of images of another size are those of the parent as far as both have them.</summary>
    /// <param name="parent">What it begins with; null for noise.</param>
    /// <param name="settings">The settings that are wanted.</param>
    /// <exception cref="OptionException">A value is not allowed, or the parent's networks are of another family.</exception>
    internal static RunSettings Fitted(Parent? parent, RunSettings settings)
    {
        if (parent is null && Frozen(settings.Training) is { } frozen)
        {
            throw new OptionException($"{frozen} keeps layers as they are, and those of a run that begins with nothing are random; give --from to begin with what another run has learnt, "
                + "or leave it out.");
        }

        if (parent is not null)
        {
            settings.Training.CheckOwn(isToDraw: false);
            settings = parent.Staged(settings);
        }

        settings.Validate(parent is null ? null : settings with { Training = parent.Options });
        return settings;
    }

    /// <summary>Gives a trainer that has made no step what fits of the networks, and says what does not.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="options">What it was made by.</param>
    /// <param name="data">What it trains on.</param>
    /// <param name="notice">Hears what was taken and what begins anew.</param>
    /// <exception cref="OptionException">Nothing fits.</exception>
    internal void Give(ITrainer trainer, TrainingOptions options, TrainingData data, Action<string> notice)
    {
        if (options.Translation is not null)
        {
            TranslationTransfer.Give(Run, record, state, trainer, options, data, notice);
            return;
        }

        var (oldGenerator, oldDiscriminator) = NetworkSide.Of(Options, record.Data.ImageShape, record.Labels);
        var (generator, discriminator) = NetworkSide.Of(options, data.Describe().ImageShape, data.Labels);
        var made = trainer.SaveState().ToDictionary();
        var drawing = Taken(oldGenerator, generator, made, options);
        var judging = HasDiscriminator(oldDiscriminator.Network) ? Taken(oldDiscriminator, discriminator, made, options) : null;
        CheckFrozen("--freeze-g", options.FreezeGenerator, generator.Network, drawing, areLast: true);
        CheckFrozen("--freeze-d", options.FreezeDiscriminator, discriminator.Network, judging, areLast: false);
        if (drawing.IsWhole && state.TryGetValue(LoadedSampler.Moments, out var moments) && moments.Shape.SequenceEqual([generator.Network.Moments.Size]))
        {
            made[LoadedSampler.Moments] = moments;
        }

        foreach (var (variable, _) in judging is null ? [] : discriminator.Network.State)
        {
            TakeVectors(oldDiscriminator.Network, discriminator.Network, judging!, variable, made);
        }

        trainer.LoadState(made);
        foreach (string sentence in Sentences(generator, drawing, judging, data))
        {
            notice(sentence);
        }

        if (drawing.Anew.Count > 0 && judging?.Anew.Count == 0 && Causes(options) is { Length: > 0 } causes)
        {
            notice($"The discriminator knows real images from what the new layers of the generator draw, and may win at once; leave out what makes these others{causes}, to take both whole.");
        }
    }

    private static string? Frozen(TrainingOptions options) =>
        options.FreezeDiscriminator > 0 ? FormattableString.Invariant($"--freeze-d {options.FreezeDiscriminator}")
        : options.FreezeGenerator > 0 ? FormattableString.Invariant($"--freeze-g {options.FreezeGenerator}") : null;

    // What begins anew is random, and would be so to the end.
    private void CheckFrozen(string option, int count, Network network, NetworkTransfer? transfer, bool areLast)
    {
        var learning = network.Without(count, areLast).ToHashSet();
        string[] anew = [.. network.Parameters.Parameters.Where(parameter => !learning.Contains(parameter) && transfer?.Anew.Contains(parameter.Name) != false)
            .Select(parameter => parameter.Name.Split('.')[0]).Distinct()];
        if (anew.Length > 0)
        {
            throw new OptionException(FormattableString.Invariant($"{option} {count} would keep {string.Join(", ", anew)} of the {network.Parameters.Name} as it is, ")
                + $"and {(transfer is null ? $"{Run.Name} holds none" : $"that begins anew beside {Run.Name}")}: it would stay random; leave {option} out, or "
                + $"{(transfer is null ? "give a parent that has one" : "what makes it another, such as --size")}.");
        }
    }

    private NetworkTransfer Taken(NetworkSide old, NetworkSide made, Dictionary<string, StateTensor> tensors, TrainingOptions options)
    {
        var transfer = new NetworkTransfer(old, made);
        var (from, to) = (old.Network.Parameters, made.Network.Parameters);
        try
        {
            // Of both, every tensor that the parent must have is asked for before any is used.
            foreach (var variable in new[] { from.Values, from.Average })
            {
                var reader = new StateReader(state);
                foreach (var parameter in from.Parameters)
                {
                    reader.Floats($"{variable.Name}.{parameter.Name}", parameter.Shape.ToArray());
                }
            }
        }
        catch (StateMismatchException fault)
        {
            throw new CheckpointException($"{Run.File} is of other networks than its options say ({fault.Message}); give a checkpoint as the run wrote it.", fault);
        }

        transfer.Give(state, from.Values, tensors, to.Values);
        transfer.Give(state, from.Average, tensors, to.Average);
        return transfer.IsAnythingTaken ? transfer : throw new OptionException(
            $"--from {Run.Name}: no layer of its {from.Name} has the shape of one of this network; leave out what makes it another{Causes(options)}, or leave --from out.");
    }

    // The options by which the networks are others, in the words that they are given by.
    private string Causes(TrainingOptions options)
    {
        var (before, now) = (record.Settings, record.Settings with { Training = options });
        string[] causes = [.. OptionRows.Table.Rows.Where(row => row.Part == OptionPart.Training && !row.IsSame(before, now) && row.Text(now) is { } text
            && IsOther(row.Change(text)!(before).Training)).Select(row => $"--{row.Name} {row.Text(now)}")];
        return causes.Length == 0 ? "" : $": {string.Join(", ", causes)}";

        // Lists are not compared by what is in them.
        bool IsOther(TrainingOptions changed) => changed.StageWidths != Options.StageWidths || Drawn(changed) != Drawn(Options);
        NetworkDesign Drawn(TrainingOptions drawing) => drawing.DesignFor(record.Data.ImageShape, 0) with { StageWidths = null };
    }

    /// <summary>The vectors of spectral normalisation belong to the weights: others would take these for larger than they are.</summary>
    private void TakeVectors(Network old, Network made, NetworkTransfer transfer, Variable variable, Dictionary<string, StateTensor> tensors)
    {
        if (!state.TryGetValue(variable.Name, out var vectors))
        {
            return;
        }

        var places = old.SpectralPlaces.ToDictionary(pair => pair.Parameter.Name, pair => (pair.Place, pair.Parameter.Shape.Columns));
        foreach (var (layer, olds) in LayerPairs.Of(old, made))
        {
            foreach (var (parameter, before) in LayerPairs.Of(olds, layer))
            {
                if (before is null || !transfer.IsTaken(parameter) || !places.TryGetValue(before.Name, out var from) || from.Columns != parameter.Shape.Columns)
                {
                    continue;
                }

                int place = made.SpectralPlaces.First(pair => pair.Parameter == parameter).Place;
                vectors.Floats.AsSpan(from.Place, from.Columns).CopyTo(tensors[variable.Name].Floats.AsSpan(place));
            }
        }
    }

    private bool HasDiscriminator(Network network) => state.ContainsKey($"{network.Parameters.Values.Name}.{network.Parameters.Parameters[0].Name}");

    private IEnumerable<string> Sentences(NetworkSide generator, NetworkTransfer drawing, NetworkTransfer? judging, TrainingData data)
    {
        string from = $"From {Run} (SHA-256 {Run.Sha256[..12]})";
        string[] anew = [.. Layers("generator", drawing.Anew), .. judging is null ? ["the whole discriminator, which it does not hold"] : Layers("discriminator", judging.Anew)];
        yield return anew.Length == 0 ? $"{from}: {(drawing.IsWhole && judging!.IsWhole ? "weights and average are taken whole" : "no layer is made anew")}; the optimiser begins anew."
            : $"{from}: made anew {(anew.Length == 1 ? "is" : "are")} {string.Join("; ", anew)}. All else is taken; the optimiser begins anew.";
        if (drawing.PassesOn)
        {
            yield return "The new stages hand the picture on as it is at first.";
        }

        var shape = data.Describe();
        if (shape.Channels != record.Data.Channels && !shape.IsPoints)
        {
            yield return $"The parent's images have {Amount.Of(record.Data.Channels, "channel")} and these {shape.Channels}: {ChannelWords(record.Data.Channels, shape.Channels)}.";
        }

        if (data.Labels is { } labels && record.Labels is { } olds)
        {
            var news = AxisMaps.NewLabels(olds, labels);
            yield return news.Count == 0 ? "Its labels keep what they were by their names."
                : $"New labels begin at the mean of the parent's: {Excerpt.Of(string.Join(", ", news), 200)}; "
                    + (news.Count < labels.Width ? "the others keep what they were." : "none is one of the parent's.");
        }
        else if (record.Labels is not null)
        {
            yield return "The parent followed labels, and this run has none: what they added is left out; --condition takes them up.";
        }

        if (generator.Latent != Options.LatentSize)
        {
            yield return FormattableString.Invariant($"The latent has {generator.Latent} numbers where the parent's had {Options.LatentSize}: those that both have keep their weights.");
        }
    }

    // AxisMaps makes them so.
    private static string ChannelWords(int before, int now)
    {
        bool wereColours = before > 2, areColours = now > 2, hadAlpha = before % 2 == 0, hasAlpha = now % 2 == 0;
        string colours = wereColours == areColours ? "" : areColours ? "each of the colours begins as the grey" : "weights of grey are sums of those of the colours";
        string alpha = hadAlpha == hasAlpha ? "" : hasAlpha ? "alpha begins anew" : "what belonged to alpha is left out";
        return string.Join(", ", new[] { colours, alpha }.Where(words => words.Length > 0));
    }

    private static IEnumerable<string> Layers(string network, IReadOnlyList<string> names) => names.Count == 0 ? []
        : [$"{network} {string.Join(", ", names.Select(name => name.Split('.')[0]).Distinct())}"];

    private RunSettings Staged(RunSettings settings)
    {
        var (wanted, size) = (settings.Training, settings.Data.Size);
        if (wanted.Translation?.Row.IsLike(Options.Translation) == false || (wanted.Translation is null && Options.Translation is not null))
        {
            throw new OptionException($"--method {wanted.Translation?.Method ?? TranslationMethod.None} has other networks than "
                + $"--method {Options.Translation?.Method ?? TranslationMethod.None}, of which "
                + $"{Run.Name} is; leave --method out, or leave --from out.");
        }

        if (wanted.Translation is not null)
        {
            return settings;
        }

        if (wanted.Network != Options.Network)
        {
            throw new OptionException($"{(settings.Preset is { } preset ? $"--preset {preset} brings network {wanted.Network}, which" : $"--network {wanted.Network}")} is another family than "
                + $"{Options.Network}, of which {Run.Name} is; leave it out, or leave --from out.");
        }

        if (record.Data.IsPoints || size is not { } images || (images.Height, images.Width) == (record.Data.Height, record.Data.Width)
            || wanted.Width != Options.Width || wanted.StageWidths != Options.StageWidths || !wanted.Sizes.Supports(images.Height, images.Width))
        {
            return settings;
        }

        Func<NetworkDesign, IReadOnlyList<int>>? widthsOf = (wanted.Network, wanted.StageWidths) switch
        {
            ("dcgan", _) => Dcgan.Widths,
            // Its stages have widths by their size, whatever stages there are.
            ("r3", not null) => R3.Widths,
            _ => null,
        };
        if (widthsOf is null)
        {
            return settings;
        }

        var shape = Shape.Of(images.Height, images.Width, settings.Data.Channels ?? record.Data.Channels);
        var before = widthsOf(Options.DesignFor(record.Data.ImageShape, 0));
        int stages = widthsOf(wanted.DesignFor(shape, 0) with { StageWidths = null }).Count;
        // A new stage is as wide as the one before it.
        var widths = Enumerable.Range(0, stages).Select(stage => before[Math.Min(stage, before.Count - 1)]);
        return settings with { Training = wanted with { StageWidths = string.Join(',', widths) } };
    }
}
