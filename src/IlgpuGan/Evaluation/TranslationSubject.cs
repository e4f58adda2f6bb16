using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Evaluation;

/// <summary>What a run that translates is measured by: images that it has not been trained on, where there are such, with all that is known of them.</summary>
internal sealed class TranslationSubject : IDisposable
{
    // Enough for every distance; more would only take memory.
    private const int MostImages = 10_000;

    // Each is translated to every label that it has not.
    private const int UsualLabelled = 256;

    /// <summary>What is translated, [Count, Height, Width, channels of the input].</summary>
    public required ImageSet Inputs { get; init; }

    /// <summary>The true translations, one of each input; null where they are not known.</summary>
    public ImageSet? Truths { get; private init; }

    /// <summary>Images as translations should look like.</summary>
    public required ImageSet Targets { get; init; }

    /// <summary>Name and fingerprint of the data.</summary>
    public required (string Name, string Fingerprint) Source { get; init; }

    /// <summary>Labelled images that a classifier is made for; null where no labels are known.</summary>
    public ImageSetOptions? Labelled { get; private init; }

    /// <summary>The labels that the true translation of each input has, in the columns of <see cref="Labelled"/>; empty where they are not known, or the truth depends on what is asked.</summary>
    public IReadOnlyList<IReadOnlyList<int>> TrueLabels { get; private init; } = [];

    /// <summary>The column of those that is changed; null for none.</summary>
    public int? Changed { get; private init; }

    /// <summary>The labels that the run translates between, of each input [columns]; empty for a run without.</summary>
    public IReadOnlyList<IReadOnlyList<int>> OwnLabels { get; private init; } = [];

    /// <summary>Images with labels and all their columns; null for pairs.</summary>
    public ImageSet? Images { get; private init; }

    /// <summary>Which of <see cref="Images"/> each input is.</summary>
    public IReadOnlyList<int> Places { get; private init; } = [];

    /// <summary>Loads the data of a run, or other data of its shape.</summary>
    /// <param name="record">The run.</param>
    /// <param name="evaluation">Which data, and how many images.</param>
    /// <param name="observer">Hears what is taken.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">The data is of another kind than the run's.</exception>
    /// <exception cref="DataException">The data cannot be loaded.</exception>
    public static TranslationSubject Load(RunRecord record, ImageEvaluation evaluation, IDataObserver observer, CancellationToken cancellation)
    {
        var settings = record.Settings.ShapedAs(record.Data);
        settings = settings with { Data = settings.Data with { Source = evaluation.Data ?? settings.Data.Source, UseCache = evaluation.UseCache && settings.Data.UseCache } };
        return settings.Training.Translation!.Method == TranslationMethod.StarGan
            ? OfLabels(settings.Data, record, evaluation, observer, cancellation)
            : OfPairs(settings, record.Data, evaluation, observer, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Inputs.Dispose();
        Truths?.Dispose();
        if (Targets != Images)
        {
            Targets.Dispose();
        }
        Images?.Dispose();
    }

    private static TranslationSubject OfPairs(RunSettings settings, RunData made, ImageEvaluation evaluation, IDataObserver observer, CancellationToken cancellation)
    {
        var translation = settings.Training.Translation!;
        translation = evaluation.Data is null ? translation : translation with { InputChannels = made.Input?.Channels ?? translation.InputChannels };
        using var pairs = TranslationPairs.Load(settings, translation, observer, _ => { }, cancellation);
        var (set, window) = (pairs.Set, pairs.Window);
        RequireLike(settings.Data.Source, set, made);
        bool isOwn = evaluation.Data is null || set.Fingerprint == made.Fingerprint;
        if (evaluation.Data is null && set.Fingerprint != made.Fingerprint)
        {
            observer.Notice($"{settings.Data.Source} has changed since the run was trained: it is measured by the images that are there now.");
        }

        // Of other data nothing has been trained on.
        var truths = set.IsPaired ? isOwn ? [set.HeldOut ?? set.Training] : [set.Training, set.HeldOut] : new[] { set.HeldOut };
        var inputs = set.IsPaired || set.HeldOut is not null ? truths : isOwn ? [set.HeldOutInputs ?? set.Inputs] : [set.Inputs, set.HeldOutInputs];
        var targets = set.IsPaired ? isOwn ? [set.Training] : truths : isOwn ? [set.Targets] : new[] { set.Targets, set.HeldOutTargets };
        if (isOwn && (set.HeldOut ?? set.HeldOutInputs) is null)
        {
            observer.Notice($"None of {set.Name} is held out, so the run is measured by what it was trained on; give --data with other images to know more.");
        }

        var judged = Some(inputs, evaluation.Count ?? MostImages);
        bool knowsTruth = truths[0] is not null;
        int behind = set.IsPaired ? set.Input.Channels : 0;
        // Known by their numbers, which are those of the faces as long as all are taken from one set.
        var layout = set.Layout.Layout;
        var known = knowsTruth && set.Layout.IsBuiltIn && window == new ImageSize(set.Height, set.Width)
            ? judged.Where(one => one.Set == set.HeldOut).Select(one => PairFaces.HeldOutTarget(layout, translation.Direction, settings.Data, one.Index)).OfType<Faces.FaceAttributes>().ToList() : [];
        bool knowsLabels = known.Count == judged.Count;
        int columns = Faces.FacePainter.Schema.Count;
        return new()
        {
            Inputs = Collect(set.Input.Name, judged, window, 0, set.Input.Channels),
            Truths = knowsTruth ? Collect(set.Target.Name, judged, window, set.Input.Channels, set.Target.Channels) : null,
            Targets = Collect(set.Target.Name, Some(targets, MostImages), window, behind, set.Target.Channels),
            Source = (settings.Data.Source, set.Fingerprint),
            Labelled = knowsLabels ? new ImageSetOptions { Source = "faces", Size = window, Channels = set.Target.Channels, FaceCount = 1000, UseCache = settings.Data.UseCache } : null,
            TrueLabels = knowsLabels ? [.. known.Select(face => (IReadOnlyList<int>)[.. Enumerable.Range(0, columns).Select(column => face[column])])] : [],
            Changed = layout == PairLayout.FaceHair ? 0 : null,
        };
    }

    private static TranslationSubject OfLabels(ImageSetOptions data, RunRecord record, ImageEvaluation evaluation, IDataObserver observer, CancellationToken cancellation)
    {
        // Of drawn faces there are others at no cost.
        bool isDrawn = data.Source == "faces" && evaluation.Data is null;
        data = isDrawn ? data with { FaceSeed = PairFaces.HeldOutSeed(data.FaceSeed) } : data;
        ImageSet images = EvaluatedImages.Load(data, observer, cancellation);
        try
        {
            if (!isDrawn && (evaluation.Data is null || images.Fingerprint == record.Data.Fingerprint))
            {
                observer.Notice($"None of {images.Name} is held out, so the run is measured by what it was trained on; give --data with other images to know more.");
            }
            int[] labels = LabelsOf(record.Labels!, images);
            int columns = record.Labels!.Columns.Count;
            var judged = Some([images], evaluation.Count ?? UsualLabelled);
            return new()
            {
                Inputs = Collect(images.Name, judged, new(images.Height, images.Width), 0, images.Channels),
                Targets = images,
                Source = (data.Source, images.Fingerprint),
                Labelled = data,
                OwnLabels = [.. judged.Select(one => (IReadOnlyList<int>)labels[(one.Index * columns)..((one.Index + 1) * columns)])],
                Images = images,
                Places = [.. judged.Select(one => one.Index)],
            };
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    private static int[] LabelsOf(LabelChoice labels, ImageSet images)
    {
        try
        {
            return labels.ValuesOf(images);
        }
        catch (ArgumentException)
        {
            throw new OptionException($"The run translates between {string.Join(", ", labels.Columns.Select(column => column.Name))}, and the images of {images.Name} have not these labels with the "
                + "same values; give --data with images that are labelled as those that it was trained on.");
        }
    }

    private static void RequireLike(string source, PairSet set, RunData made)
    {
        Require(made.Input, set.Input, "inputs");
        Require(made.Target, set.Target, "targets");

        void Require(PairSide? ofRun, PairSide found, string what)
        {
            if (ofRun is not null && (ofRun.Channels != found.Channels || !(ofRun.Classes ?? []).SequenceEqual(found.Classes ?? [])))
            {
                throw new OptionException($"The {what} of {source} are {Kind(found)}, and those of the run {Kind(ofRun)}; give --data with images of the same kind.");
            }
        }

        static string Kind(PairSide side) => side.Classes is { } classes ? $"{side.Kind} ({string.Join(", ", classes)})" : side.Kind;
    }

    // Evenly from all, as many sets are sorted.
    private static List<(ImageSet Set, int Index)> Some(IEnumerable<ImageSet?> sets, int most)
    {
        List<(ImageSet Set, int Index)> all = [.. sets.OfType<ImageSet>().SelectMany(set => Enumerable.Range(0, set.Count).Select(index => (set, index)))];
        int count = Math.Min(most, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }

    private static ImageSet Collect(string name, List<(ImageSet Set, int Index)> images, ImageSize window, int first, int channels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] image = new byte[window.Pixels * channels];
        var pixels = new PixelCollector(name, new("", images.Count, window.Height, window.Width, channels, IsPoints: false), new(image.Length, images.Count), hash);
        foreach (var (set, index) in images)
        {
            TranslationPairs.CopyMiddle(set, index, window, first, channels, image);
            pixels.Add(image);
        }
        return pixels.Close();
    }
}
