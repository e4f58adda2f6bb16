using System.Text.Json.Serialization;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;

namespace IlgpuGan.Options;

/// <summary>All that a user decides about a run.</summary>
public sealed record RunSettings
{
    /// <summary>The preset that it began with, one of <see cref="Presets.Names"/>; null where none was asked for. It changes nothing: what it brings stands in the other properties.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Preset { get; init; }

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

    // A critic that may be steep from the start drops modes; one that must stay smooth never tells the space between modes from the modes, which are
    // a fortieth of their distance wide. So the penalty is relaxed as training goes on, and the rates with it. G is narrow and deep, for the same reason.
    private static TrainingOptions Points => new()
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
    /// Settings that work for a source of data without further options: points take an mlp, images the first of <see cref="Presets.Names"/>.
    /// </summary>
    /// <param name="source">The data.</param>
    /// <param name="preset">Settings by name instead, one of <see cref="Presets.Names"/>, in the size that it is for; null for those that fit the data.</param>
    /// <exception cref="OptionException">There is no such preset, or it draws images and the data is points.</exception>
    public static RunSettings For(string source, string? preset = null)
    {
        var settings = new RunSettings { Data = new ImageSetOptions { Source = source }, Training = PointSet.IsName(source) ? Points : Presets.Usual };
        settings = PairLayoutRow.BuiltIn(source) is { } layout ? settings.ForMethod(layout.Layout == PairLayout.FaceHair ? TranslationMethod.CycleGan : TranslationMethod.Pix2Pix) : settings;
        return preset is null ? settings : settings.With(preset);
    }

    /// <summary>
    /// Settings that work for a source by what is seen of it: images of two kinds, which the names of their folders tell, are translated into each other, by pix2pix where each has its
    /// partner, else by cyclegan; all else is as <see cref="For"/> has it.
    /// </summary>
    /// <param name="source">The data.</param>
    /// <param name="seen">What looks like images of two kinds; null where nothing does.</param>
    /// <exception cref="DataException">One of two kinds is missing.</exception>
    public static RunSettings ForWhatIsSeen(string source, out PairsSeen? seen)
    {
        var settings = For(source);
        seen = PointSet.IsName(source) || settings.Training.Translation is not null ? null : PairLoader.Look(source);
        return seen is not { IsCertain: true } ? settings : settings.ForMethod(seen.IsPaired ? TranslationMethod.Pix2Pix : TranslationMethod.CycleGan);
    }

    /// <summary>The same with the usual settings of a method of translation, or with those of images that are drawn from noise; as they are where they are of that method.</summary>
    internal RunSettings ForMethod(string method) => method == (Training.Translation?.Method ?? TranslationMethod.None) ? this
        : this with { Preset = null, Training = TranslationMethod.Table.FirstOrDefault(row => row.Name == method)?.Usual ?? Presets.Usual };

    /// <summary>The same data with the network, the settings and the size of images of a preset, where it was published for one.</summary>
    /// <exception cref="OptionException">There is no such preset.</exception>
    internal RunSettings With(string preset) => this with { Preset = preset, Training = Presets.Named(preset), Data = Data with { Size = Presets.SizeOf(preset) ?? Data.Size } };

    /// <summary>The preset that counts: that of images holds without asking, as long as another network is not asked for.</summary>
    internal string? EffectivePreset => Preset ?? (Training.Network == Presets.Usual.Network && Training.Translation is null ? Presets.Names[0] : null);

    /// <summary>The same with the shape that a run's images have, where none was asked for.</summary>
    internal RunSettings ShapedAs(RunData data) => data.IsPoints ? this
        : this with { Data = Data with { Size = Data.Size ?? new ImageSize(data.Height, data.Width), Channels = Data.Channels ?? data.Channels } };

    /// <summary>Checks every value that needs neither data nor device.</summary>
    /// <param name="saved">What the run was made with, if it goes on: an option that it has and that counts for nothing is none that was given now.</param>
    /// <exception cref="OptionException">The first value that is not allowed, by the name of its option, or that changes nothing beside the others.</exception>
    public void Validate(RunSettings? saved = null)
    {
        OptionRows.Table.Check(this);
        Training.CheckTogether();
        if (PointSet.IsName(Data.Source) && Training.Condition is { } condition)
        {
            throw new OptionException($"--condition {condition} asks for labels, but {Data.Source} is points without any; leave it out.");
        }

        if (PointSet.IsName(Data.Source) && !Training.Family.DrawsPoints)
        {
            throw new OptionException($"--network {Training.Network} draws images but {Data.Source} is points; use --network mlp.");
        }

        if (PointSet.IsName(Data.Source) && Training.Augment != "none")
        {
            throw new OptionException($"--augment {Training.Augment} changes images but {Data.Source} is points; leave it out.");
        }

        // A program's settings do not tell by which preset they were made, if by any; and of options of data it is written where they are which data ignores them.
        var usual = this with { Training = Training.Translation is { } translation ? translation.Row.Usual : Presets.Usual };
        OptionRows.Table.CheckNeeds(this, [usual, saved ?? usual], row => row.Part == OptionPart.Training && !Presets.Bring(row, this));
    }
}
