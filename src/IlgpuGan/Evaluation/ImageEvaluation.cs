using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Detection;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Evaluation;

/// <summary>Measures how near runs, folders and zips of images come to a data set, and how well runs translate.</summary>
public sealed record ImageEvaluation
{
    // What a glance takes in.
    private const int Shown = 64;

    private const int MostShownBytes = 1 << 24;

    /// <summary>The data to compare with; null for the data that each run was trained on. Where there is none what a <see cref="Detector"/> finds is measured, which needs none.</summary>
    public string? Data { get; init; }

    /// <summary>Images of the same kind that no run was trained on, for <c>memorisation</c>; null compares training images with each other.</summary>
    public string? HeldOut { get; init; }

    /// <summary>Number of images to judge; null: 10,000 of a run, all of a folder or zip.</summary>
    public int? Count { get; init; }

    /// <summary>Chooses generated images, patches, directions and subsets.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Size that folders and zips are brought to; null: what a <see cref="SizeRule"/> makes of their own.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>Channels that all images are read with; null: those of the data, and of that its own.</summary>
    public int? Channels { get; init; }

    /// <summary>Whether the metrics of features are measured of each class by itself, too.</summary>
    public bool PerClass { get; init; }

    /// <summary>What to measure, of <see cref="EvaluationMetrics.Names"/> and <see cref="EvaluationMetrics.OfTranslations"/>; null for all that apply.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>The selector of a device; null: the one that each run asked for, or <c>auto</c>.</summary>
    public string? Device { get; init; }

    /// <summary>Opens the extractor of features; null: a classifier of the data's labels, or a random convolution where there are none.</summary>
    public OpenExtractor? Extractor { get; init; }

    /// <summary>Finds faces, for <c>face-rate</c>; null: a classifier that is trained on the data does, where that metric is asked for by its name. It stays open.</summary>
    public IFaceDetector? Detector { get; init; }

    /// <summary>Whether pictures are made.</summary>
    public bool WithPictures { get; init; }

    /// <summary>Whether decoded images, classifiers and features are kept in, and taken from, the user's cache folder.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Measures each subject.</summary>
    /// <param name="subjects">Run folders, generator files, folders and zips of images.</param>
    /// <param name="engine">Opens the device that generators draw on.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed, there are too few images, or their shapes differ.</exception>
    /// <exception cref="RunFolderException">A run folder is damaged.</exception>
    /// <exception cref="CheckpointException">A run has no usable checkpoint.</exception>
    /// <exception cref="DataException">Images cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IReadOnlyList<string> subjects, ISamplingEngine engine, IDataObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(observer);
        // What is misspelt is said before minutes of work, not after.
        var sources = new List<ImageSetOptions>();
        var translating = new Dictionary<string, RunRecord>();
        foreach (string subject in subjects)
        {
            if (Translating(subject) is { } record)
            {
                translating[subject] = record;
                TranslationEvaluation.Check(subject, record, this);
            }
            else
            {
                CheckSubject(subject, sources.Add);
            }
        }
        CheckOptions(sources.Add, isImages: subjects.Any(subject => !translating.ContainsKey(subject)));
        foreach (var source in sources)
        {
            ImageSetLoader.Probe(source, cancellation);
        }
        var results = new List<EvaluationResult>();
        ReferenceSet? reference = null;
        try
        {
            foreach (string subject in subjects)
            {
                if (translating.TryGetValue(subject, out var record))
                {
                    results.Add(TranslationEvaluation.Measure(subject, record, this, engine, observer, cancellation));
                    continue;
                }
                // Images are read as the data is; data is brought to what a run draws.
                bool isRead = !EvaluatedImages.IsGenerator(subject);
                if (isRead && Data is not null)
                {
                    Refer(DataOptions);
                }
                using var judged = EvaluatedImages.Open(subject, this, engine, Channels ?? (Data is null ? null : reference?.Images.Channels), observer, cancellation);
                if (Data is null && (string.IsNullOrEmpty(judged.OwnData?.Source) || !Asked.Any(NeedsData)))
                {
                    results.Add(JudgeAlone(subject, judged, observer, cancellation));
                    continue;
                }
                // A generator's file says what it draws, and nothing of data.
                var own = judged.OwnData ?? (judged.Step is null ? DataOptions
                    : DataOptions with { Size = new(judged.Images.Height, judged.Images.Width), Channels = judged.Images.Channels });
                Refer(own with { Source = Data ?? own.Source, UseCache = UseCache });
                CheckShapes(subject, judged.Images, reference!.Images);
                results.Add(Judge(subject, judged, reference, observer, cancellation));
            }
        }
        finally
        {
            reference?.Dispose();
        }
        return results;

        void Refer(ImageSetOptions options)
        {
            if (reference?.Options == options)
            {
                return;
            }
            reference?.Dispose();
            reference = null;
            reference = ReferenceSet.Open(options, UseCache ? UserCacheFolder.Find("features") : null, observer, cancellation);
            if (PerClass)
            {
                ClassSplit.CheckReals(reference.Images);
            }
        }
    }

    private ImageSetOptions DataOptions => new() { Source = Data ?? "", Size = Size, Channels = Channels, UseCache = UseCache };

    // What a detector finds is of the judged images alone.
    private bool NeedsData(Metric metric) => !metric.TakesDetector || Detector is null;

    // Of what is compared with nothing that is measured which needs no data, if anything else was not asked for by its name.
    private bool CanDoWithoutData => Asked.Any(metric => !NeedsData(metric)) && !(Metrics is not null && Asked.Any(NeedsData));

    private IEnumerable<Metric> Asked => Metric.Table.Where(metric => Metrics?.Contains(metric.Name) ?? (!metric.TakesDetector || Detector is not null));

    // The record of a run that translates; null for all else.
    private static RunRecord? Translating(string subject) => EvaluatedImages.IsGenerator(subject)
        && (File.Exists(subject) ? GeneratorSource.Read(subject, _ => { }).Record : RunFolder.ReadRecord(subject)) is { Settings.Training.Translation: not null } record ? record : null;

    private void CheckOptions(Action<ImageSetOptions> probe, bool isImages)
    {
        OptionCheck.Between("--count", Count ?? 2, 2, 10_000_000);
        OptionCheck.Between("--channels", Channels ?? 1, 1, 4);
        foreach (string metric in Metrics ?? [])
        {
            OptionCheck.OneOf("--metrics", metric, [.. EvaluationMetrics.Names, .. EvaluationMetrics.OfTranslations]);
            if (EvaluationMetrics.Names.Contains(metric) && Count < EvaluationMetrics.LeastImages(metric))
            {
                throw new OptionException($"{metric} needs at least {EvaluationMetrics.LeastImages(metric)} images, and --count is {Count}; give more, or leave {metric} out of --metrics.");
            }
        }
        if (HeldOut is not null && !Asked.Any(metric => metric.TakesHeldOut))
        {
            throw new OptionException($"--held-out {HeldOut} is for {Metric.Names(Metric.Table.Where(metric => metric.TakesHeldOut))}, which is not among --metrics; add it, or leave --held-out out.");
        }
        if (Detector is not null && !Asked.Any(metric => metric.TakesDetector))
        {
            throw new OptionException($"--detector is for {Metric.Names(Metric.Table.Where(metric => metric.TakesDetector))}, which is not among --metrics; add it, or leave --detector out.");
        }
        if (PerClass && !Asked.Any(metric => metric.NeedsFeatures))
        {
            throw new OptionException($"--per-class is for metrics of features, and --metrics has none; add {Metric.Names(Metric.Table.Where(metric => metric.NeedsFeatures), " or ")}, "
                + "or leave it out.");
        }
        if (Data is not null && isImages)
        {
            CheckSource(DataOptions, probe);
        }
        if (HeldOut is not null)
        {
            CheckSource(DataOptions with { Source = HeldOut }, probe);
        }
        if (Device is not (null or "auto" or "cpu"))
        {
            ComputeDevice.Open(Device).Dispose();
        }
    }

    private void CheckSubject(string subject, Action<ImageSetOptions> probe)
    {
        if (Metrics?.FirstOrDefault(EvaluationMetrics.OfTranslations.Contains) is { } metric)
        {
            throw new OptionException($"{metric} is of runs that translate images, and {subject} is none; leave {metric} out of --metrics.");
        }
        bool isGenerator = EvaluatedImages.IsGenerator(subject);
        if (!isGenerator)
        {
            CheckSource(DataOptions with { Source = subject }, probe);
        }
        if (!isGenerator || (File.Exists(subject) ? RunFolder.RunOf(subject) : subject) is not { } run)
        {
            if (Data is null && !CanDoWithoutData)
            {
                string without = Asked.Any(metric => metric.TakesDetector) && Detector is null ? ", or --detector, which finds faces without" : "";
                throw new OptionException($"{subject} does not say what data to compare it with; give --data{without}.");
            }
            return;
        }
        var record = RunFolder.ReadRecord(run);
        EvaluatedImages.CheckShape(subject, this, record.Data);
        if (Data is null && record.Settings.Data.Source.Length == 0 && !CanDoWithoutData)
        {
            throw new OptionException($"{subject} was made of weights from elsewhere and does not say what data to compare it with; give --data.");
        }
        if (Data is null && record.Settings.Data.Source.Length > 0 && Asked.Any(NeedsData))
        {
            CheckSource(record.Settings.Data, probe);
        }
        if (Directory.Exists(subject))
        {
            GeneratorSource.Read(subject, _ => { });
        }
        if (PerClass && record.Labels is null)
        {
            throw new OptionException($"--per-class needs to know the class of each image of {subject}; give a run that was trained with --condition, or leave it out.");
        }
    }

    private static void CheckSource(ImageSetOptions options, Action<ImageSetOptions> probe)
    {
        string source = options.Source;
        if (PointSet.IsName(source))
        {
            throw EvaluatedImages.PointsOf(source);
        }
        if (RunFolder.HasOptions(source))
        {
            throw new OptionException($"{source} is a run folder, whose pictures are no data; give the images that it was trained on.");
        }
        ImageSequence.CheckIsElsewhere(source);
        string path = source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal) ? source[Stack3Source.Prefix.Length..] : source;
        if (!ImageSetOptions.BuiltIn.Contains(source) && !Path.Exists(path))
        {
            throw new SourceUnavailableException($"'{source}' does not exist; give a run, a generator's file, a folder, zip or file of images, or 'faces'.");
        }
        probe(options);
    }

    // A run's data is brought to the shape that it was trained in. Of two folders nobody knows which is right.
    private void CheckShapes(string subject, ImageSet judged, ImageSet reals)
    {
        if (Shape(judged) != Shape(reals))
        {
            throw new OptionException($"The images of {subject} are {Shape(judged)} and those of {Data} {Shape(reals)}; give "
                + $"--size{(judged.Channels == reals.Channels ? "" : " or --channels")} to bring both to one, or images of one shape.");
        }
    }

    private static string Shape(ImageSet set) => $"{set.Width} x {set.Height} x {set.Channels}";

    private EvaluationResult Judge(string subject, EvaluatedImages judged, ReferenceSet reference, IDataObserver observer, CancellationToken cancellation)
    {
        var (reals, fakes) = (reference.Images, judged.Images);
        var metrics = Asked.ToList();
        var lacking = metrics.Select(metric => (Metric: metric, Sentence: TooFew(metric, subject, reals, fakes))).Where(lack => lack.Sentence is not null).ToList();
        if (lacking.Count > 0 && Metrics is not null)
        {
            throw new OptionException($"{lacking[0].Sentence}; give more, or leave {lacking[0].Metric.Name} out of --metrics.");
        }
        if (lacking.Count > 0 && lacking.Count == metrics.Count)
        {
            throw new OptionException($"There is nothing to measure of {subject}, which has {Amount.Of(fakes.Count, "image")} to compare with {Amount.Of(reals.Count, "image")}: "
                + $"{string.Join("; ", lacking.Select(lack => lack.Sentence))}; give more.");
        }
        foreach (var (metric, sentence) in lacking)
        {
            observer.Notice($"{sentence}, so it is left out.");
            metrics.Remove(metric);
        }
        if (Metrics is not null && Extractor is null && reals.Labels.Count == 0)
        {
            RequireClasses(metrics, RandomConvolution.Title);
        }
        // Also before the features are read.
        var classes = PerClass ? ClassSplit.Of(subject, fakes.Labels, reals) : null;
        string device = Device ?? "auto";
        FeatureSubject? features = null;
        if (metrics.Exists(metric => metric.NeedsFeatures))
        {
            reference.OpenFeatures(Extractor, device, UseCache ? UserCacheFolder.Find("classifiers") : null, observer, cancellation);
            var (seen, probabilities) = reference.Read(fakes, observer, cancellation);
            features = new(reference.Extractor!, reference.Features!, token => reference.Moments(device, token), seen, probabilities);
            if (probabilities is null)
            {
                if (Metrics is not null)
                {
                    RequireClasses(metrics, features.Extractor.Name);
                }
                metrics.RemoveAll(metric => metric.NeedsClasses);
            }
        }
        var measured = new MetricSubject
        {
            OpenDevice = () => reference.OpenDevice(device),
            Reals = reals,
            Fakes = fakes,
            Features = features,
            HeldOut = HeldOut is null ? null : () => EvaluatedImages.Load(
                reference.Options with { Source = HeldOut, Size = new(reals.Height, reals.Width), Channels = reals.Channels, UseCache = UseCache }, observer, cancellation),
            HeldOutName = HeldOut,
            Detector = Detector,
            ClassifierFolder = UseCache ? UserCacheFolder.Find("classifiers") : null,
            Seed = Seed,
            Observer = observer,
            Cancellation = cancellation,
        };
        var values = measured.Measure(metrics).ToList();
        if (values.Count == 0)
        {
            throw new OptionException($"There is nothing to measure of {subject}: memorisation needs different training images, and most of {reals.Name} are there twice; give other "
                + "data or other --metrics.");
        }
        if (features is not null && classes is not null)
        {
            values.AddRange(classes.Measure(metrics, measured, observer.Notice));
        }
        List<string> doubts = features is null ? [] : [.. FeatureDoubts.Of(subject, features.Reals, features.Fakes, measured.Shares)];
        var protocol = Protocol(reference, features?.Extractor, fakes) with { Detector = DetectorWords };
        return new(subject, judged.Step, protocol, values)
        {
            Doubts = doubts.Count > 0 ? doubts : null,
            SlicedWassersteinLevels = measured.Patches?.Levels.Select(level => level.Value).ToList(),
            Pictures = WithPictures ? Draw(reals, fakes, measured.Copies) : null,
        };
    }

    /// <summary>Measures what is of the judged images alone.</summary>
    private EvaluationResult JudgeAlone(string subject, EvaluatedImages judged, IDataObserver observer, CancellationToken cancellation)
    {
        var images = judged.Images;
        var (left, taken) = (Asked.Where(NeedsData).ToList(), Asked.Where(metric => !NeedsData(metric)).ToList());
        if (taken.Select(metric => TooFew(metric, subject, reals: null, images)).FirstOrDefault(sentence => sentence is not null) is { } lacking)
        {
            throw new OptionException($"{lacking}; give more.");
        }
        if (left.Count > 0)
        {
            observer.Notice($"{subject} does not say what data to compare it with, so {Metric.Names(left, " and ")} are left out; give --data for them.");
        }
        var measured = new MetricSubject
        {
            OpenDevice = () => throw new InvalidOperationException("A detector finds faces on the processor."),
            Fakes = images,
            Detector = Detector,
            Seed = Seed,
            Observer = observer,
            Cancellation = cancellation,
        };
        return new(subject, judged.Step, ProtocolOf(null, null, 0, images, Seed) with { Detector = DetectorWords }, measured.Measure(taken))
        {
            Pictures = WithPictures ? Draw(null, images, null) : null,
        };
    }

    private string? DetectorWords => Detector is { } detector ? $"{detector.Name} ({detector.Hash})" : null;

    private static void RequireClasses(List<Metric> metrics, string extractor)
    {
        if (metrics.Find(metric => metric.NeedsClasses) is { Name: var name })
        {
            throw new OptionException($"{name} needs probabilities of classes, and {extractor} features have none; give data with labels or --inception, or leave {name} out of --metrics.");
        }
    }

    private string? TooFew(Metric metric, string subject, ImageSet? reals, ImageSet fakes)
    {
        var compared = reals ?? fakes;
        if (Math.Min(compared.Height, compared.Width) < metric.LeastSide)
        {
            return $"{metric.Name} needs images of at least {metric.LeastSide} x {metric.LeastSide} pixels, and those of {subject} are {Shape(compared)}";
        }
        return fakes.Count < metric.LeastImages ? $"{metric.Name} needs at least {metric.LeastImages} images, and {subject} has {fakes.Count}"
            : metric.NeedsReals && reals?.Count < metric.LeastImages ? $"{metric.Name} needs at least {metric.LeastImages} images, and {Data ?? reals.Name} has {reals.Count}" : null;
    }

    private EvaluationProtocol Protocol(ReferenceSet reference, IFeatureExtractor? extractor, ImageSet fakes) =>
        ProtocolOf(extractor, (reference.Options.Source, reference.Images.Fingerprint), reference.Images.Count, fakes, Seed);

    /// <summary>How numbers came about.</summary>
    internal static EvaluationProtocol ProtocolOf(IFeatureExtractor? extractor, (string Name, string Fingerprint)? reference, int reals, ImageSet fakes, ulong seed) => new()
    {
        Extractor = extractor?.Name,
        ExtractorHash = extractor?.Hash,
        Resize = extractor?.Resize,
        FeatureScale = extractor is null ? null : extractor.Names is not null ? "1" : "root mean square of the reals",
        Shape = Shape(fakes),
        Reference = reference?.Name,
        ReferenceHash = reference?.Fingerprint,
        Reals = reals,
        Fakes = fakes.Count,
        Seed = seed,
        Engine = RunVersions.Current().Engine,
    };

    /// <summary>Some real and some judged images, and the nearest of both.</summary>
    internal static EvaluationPictures Draw(ImageSet? reals, ImageSet fakes, Memorisation? copies)
    {
        int most = Math.Clamp(MostShownBytes / fakes.BytesPerImage, 1, Shown);
        byte[] Grid(ImageSet set)
        {
            int count = Math.Min(most, set.Count);
            // Evenly from the whole set, as many sets are sorted.
            byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(i => set.Image((int)((long)i * set.Count / count)).ToArray())];
            return ImageGrid.Encode(pixels, count, set.Height, set.Width, set.Channels);
        }

        byte[]? pairs = copies is null ? null : RowGrid.Encode(
            ["generated", "training"],
            [.. copies.NearestFakes.SelectMany(i => fakes.Image(i).ToArray()), .. copies.NearestTraining.SelectMany(i => reals!.Image(i).ToArray())],
            copies.NearestFakes.Length, fakes.Height, fakes.Width, fakes.Channels);
        return new(reals is null ? null : Grid(reals), Grid(fakes), pairs);
    }
}
