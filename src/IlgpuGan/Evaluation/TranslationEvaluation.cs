using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Evaluation;

/// <summary>Measures a run that translates images: how far its translations are from the truth, where that is known, how much they look like targets, and what they keep.</summary>
internal sealed class TranslationEvaluation : IDisposable
{
    private const int AtOnce = 64;

    private static readonly (string Key, string Words) ofTruth = (TranslationMetric.OfTruth, ", of true images"), ofTranslations = ("", "");

    private readonly string run;
    private readonly ImageEvaluation evaluation;
    private readonly RunRecord record;
    private readonly IDataObserver observer;
    private readonly CancellationToken cancellation;
    private readonly Translator forth;
    private readonly Translator? back;
    private readonly TranslationSubject subject;
    private readonly ReferenceSet reference;
    private readonly string device;

    private TranslationEvaluation(string run, RunRecord record, ImageEvaluation evaluation, ISamplingEngine engine, IDataObserver observer, CancellationToken cancellation)
    {
        (this.run, this.record, this.evaluation, this.observer, this.cancellation) = (run, record, evaluation, observer, cancellation);
        device = evaluation.Device ?? record.Settings.Device;
        subject = TranslationSubject.Load(record, evaluation, observer, cancellation);
        reference = ReferenceSet.Of(subject.Targets, record.Settings.Data with { Source = subject.Source.Name }, evaluation.UseCache ? UserCacheFolder.Find("features") : null);
        try
        {
            forth = Translator.Load(run, device, false, engine, observer.Notice);
            back = Method == TranslationMethod.CycleGan && Wants(TranslationMetric.Cycle) ? Translator.Load(run, device, true, engine, observer.Notice) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Says early, before images are loaded, that a run cannot be measured as asked.</summary>
    /// <exception cref="OptionException">It cannot.</exception>
    public static void Check(string run, RunRecord record, ImageEvaluation evaluation)
    {
        EvaluatedImages.CheckShape(run, evaluation, record.Data);
        string? odd = evaluation.PerClass ? "--per-class" : evaluation.Detector is not null ? "--detector" : evaluation.HeldOut is { } other ? $"--held-out {other}" : null;
        if (odd is not null)
        {
            throw new OptionException($"{odd} is for images that are drawn from noise, and {run} translates images; leave it out{(evaluation.HeldOut is null ? "" : ", or give --data")}.");
        }
        if (evaluation.Metrics?.FirstOrDefault(name => EvaluationMetrics.Names.Contains(name) && !Metric.Named(name).IsForTraining) is { } metric)
        {
            throw new OptionException($"{metric} is of images that are drawn from noise, and {run} translates images; leave {metric} out of --metrics, or --metrics for all that apply.");
        }
        if (evaluation.Metrics?.Contains(TranslationMetric.Cycle) == true && NoWayBack(record) is { } reason)
        {
            throw Lacking(run, TranslationMetric.Cycle, reason);
        }
        string source = evaluation.Data ?? record.Settings.Data.Source;
        if (source.Length == 0)
        {
            throw new OptionException($"{run} was made of weights from elsewhere and does not say what data to measure it by; give --data.");
        }
        if (record.Settings.Training.Translation!.Method != TranslationMethod.StarGan && PairLayoutRow.BuiltIn(source) is null && !ImageSetOptions.BuiltIn.Contains(source) && !Path.Exists(source))
        {
            throw new SourceUnavailableException($"'{source}' does not exist; give a folder, zip or tar of images of two kinds, or one of {string.Join(", ", PairOptions.BuiltIn)}.");
        }
    }

    /// <summary>Measures a run.</summary>
    public static EvaluationResult Measure(string run, RunRecord record, ImageEvaluation evaluation, ISamplingEngine engine, IDataObserver observer, CancellationToken cancellation)
    {
        using var measuring = new TranslationEvaluation(run, record, evaluation, engine, observer, cancellation);
        return measuring.Measure();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        forth?.Dispose();
        back?.Dispose();
        reference.Dispose();
        subject.Dispose();
    }

    private string Method => record.Settings.Training.Translation!.Method;

    private bool Wants(string metric) => evaluation.Metrics?.Contains(metric) ?? (EvaluationMetrics.OfTranslations.Contains(metric) || Metric.Named(metric).IsForFew);

    private EvaluationResult Measure()
    {
        List<string> names = [.. EvaluationMetrics.OfTranslations.Concat(EvaluationMetrics.Names).Where(Wants)];
        var lacking = names.Select(name => (Name: name, Reason: Lack(name))).Where(lack => lack.Reason is not null).ToList();
        if (lacking.Count > 0 && evaluation.Metrics is not null)
        {
            throw Lacking(run, lacking[0].Name, lacking[0].Reason!);
        }
        names.RemoveAll(name => lacking.Exists(lack => lack.Name == name));
        if (names.Count == 0)
        {
            throw new OptionException($"There is nothing to measure of {run}: {string.Join("; ", lacking.Select(lack => $"{lack.Name}: {lack.Reason}"))}; give --data with other images.");
        }

        var asked = AskedOf();
        using ImageSet made = Translate(forth, subject.Inputs, [.. asked.Select(one => one.Input)], asked.ConvertAll(one => one.Label), forth.Output);
        var values = new List<MetricValue>();
        values.AddRange(Errors(names, made));
        if (names.Contains(TranslationMetric.Classes))
        {
            values.Add(TranslationMetric.Value(TranslationMetric.Classes, "right classes", RightClasses(made)));
        }
        if (names.Contains(TranslationMetric.Cycle))
        {
            values.Add(TranslationMetric.Value(TranslationMetric.Cycle, "cycle error (L1, of 255)", CycleError(made, asked)));
        }
        if (names.Contains(TranslationMetric.Asked) || names.Contains(TranslationMetric.Kept))
        {
            values.AddRange(Labels(names, made, asked));
        }
        var measured = Distances([.. Metric.Table.Where(metric => names.Contains(metric.Name))], made);
        values.AddRange(measured.Values);
        return new(run, forth.Step, Protocol(measured.Extractor, made), values)
        {
            Doubts = measured.Doubts.Count > 0 ? measured.Doubts : null,
            SlicedWassersteinLevels = measured.Patches?.Levels.Select(level => level.Value).ToList(),
            Pictures = evaluation.WithPictures && forth.Output.Classes is null ? ImageEvaluation.Draw(subject.Truths ?? subject.Targets, made, null) : null,
        };
    }

    private static OptionException Lacking(string run, string metric, string reason) => new($"{metric} cannot be measured of {run}: {reason}; leave {metric} out of --metrics.");

    private static string? NoWayBack(RunRecord record) => record.Settings.Training.Translation!.Method is not (TranslationMethod.CycleGan or TranslationMethod.StarGan) and var method
        ? $"--method {method} learns no way back" : null;

    // Why a metric cannot be had; null where it can.
    private string? Lack(string name)
    {
        bool isMap = forth.Output.Classes is not null;
        string truth = $"of {subject.Source.Name} no true translation is known", maps = "its translations are maps of classes", labels = $"of {subject.Source.Name} no labels are known";
        int height = subject.Inputs.Height, width = subject.Inputs.Width;
        switch (name)
        {
            case TranslationMetric.L1 or TranslationMetric.Psnr or TranslationMetric.Ssim:
                return isMap ? maps : subject.Truths is null ? truth
                    : name == TranslationMetric.Ssim && Math.Min(height, width) < StructuralSimilarity.Window
                    ? $"it needs images of at least {StructuralSimilarity.Window} x {StructuralSimilarity.Window} pixels" : null;
            case TranslationMetric.Classes:
                return !isMap ? "its translations are pictures" : subject.Truths is null ? truth : null;
            case TranslationMetric.Cycle:
                return NoWayBack(record) is { } reason ? reason : forth.Input.Classes is not null ? "its inputs are maps of classes" : null;
            case TranslationMetric.Asked or TranslationMetric.Kept:
                return subject.Labelled is null || forth.Labels?.Columns.Any(column => subject.Images!.Labels.All(other => other.Name != column.Name)) == true ? labels
                    : name == TranslationMetric.Asked && subject.OwnLabels.Count == 0 && subject.Changed is null ? "it is asked for no label"
                    : name == TranslationMetric.Kept && subject.Images is { Labels.Count: < 2 } ? $"{subject.Source.Name} has no other labels" : null;
            default:
                var metric = Metric.Named(name);
                int fewest = Math.Min(subject.Inputs.Count, subject.Targets.Count);
                return isMap ? maps : Math.Min(height, width) < metric.LeastSide ? $"it needs images of at least {metric.LeastSide} x {metric.LeastSide} pixels"
                    : fewest < metric.LeastImages ? $"it needs at least {metric.LeastImages} images, and there are {fewest}" : null;
        }
    }

    // Every translation: which input, what it is asked for and which column that changes.
    private List<(int Input, int? Column, IReadOnlyList<int> Label)> AskedOf()
    {
        if (forth.Labels is not { } labels)
        {
            return [.. Enumerable.Range(0, subject.Inputs.Count).Select(input => (input, (int?)null, (IReadOnlyList<int>)[]))];
        }
        return
        [
            .. from column in Enumerable.Range(0, labels.Columns.Count)
               from value in Enumerable.Range(0, labels.Classes[column])
               from input in Enumerable.Range(0, subject.Inputs.Count)
               let own = subject.OwnLabels[input]
               where own[column] != value
               select (input, (int?)column, (IReadOnlyList<int>)[.. own.Select((label, place) => place == column ? value : label)]),
        ];
    }

    private ImageSet Translate(Translator translator, ImageSet images, IReadOnlyList<int> which, List<IReadOnlyList<int>> labels, PairSide side)
    {
        int height = images.Height, width = images.Width;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var shape = new RunData("", which.Count, height, width, side.Channels, IsPoints: false);
        var pixels = new PixelCollector(run, shape, new(shape.BytesPerImage, which.Count), hash);
        for (int i = 0; i < which.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            observer.Report(new(WorkKind.Translating, i, which.Count));
            pixels.Add(translator.Translate(images.Image(which[i]).ToArray(), height, width, new TranslationWish { Label = translator.Labels?.Describe(labels[i]) }, cancellation));
        }
        observer.Report(new(WorkKind.Translating, which.Count, which.Count));
        return pixels.Close();
    }

    private IEnumerable<MetricValue> Errors(List<string> names, ImageSet made)
    {
        (string Name, string Words, Func<ImageErrors, double> Of)[] numbers =
        [
            (TranslationMetric.L1, "L1 from the truth (of 255)", errors => errors.L1),
            (TranslationMetric.Psnr, "PSNR against the truth (dB)", errors => errors.Psnr),
            (TranslationMetric.Ssim, "SSIM to the truth", errors => errors.Ssim!.Value),
        ];
        if (subject.Truths is not { } truths || !numbers.Any(number => names.Contains(number.Name)))
        {
            yield break;
        }
        var ofMade = ImageErrors.Mean([.. Batches(truths).Select(batch => Between(Part(made, batch), batch))]);
        var ofInputs = forth.Input.Classes is not null ? null
            : ImageErrors.Mean([.. Batches(truths).Select(batch => Between(PlainImage.WithChannels(Part(subject.Inputs, batch), subject.Inputs.Channels, truths.Channels), batch))]);
        byte[] mean = MeanTarget();
        var ofMean = ImageErrors.Mean([.. Batches(truths).Select(batch => Between([.. Enumerable.Repeat(mean, batch.Count).SelectMany(pixels => pixels)], batch))]);
        foreach (var (name, words, of) in numbers.Where(number => names.Contains(number.Name)))
        {
            yield return TranslationMetric.Value(name, words, of(ofMade));
            if (ofInputs is not null)
            {
                yield return TranslationMetric.Value(name + TranslationMetric.OfInput, $"{words}, of the inputs themselves", of(ofInputs));
            }
            yield return TranslationMetric.Value(name + TranslationMetric.OfMean, $"{words}, of the mean target", of(ofMean));
        }

        ImageErrors Between(byte[] images, (int First, int Count) batch) => ImageErrors.Between(images, Part(truths, batch), truths.Height, truths.Width, truths.Channels);
    }

    private double RightClasses(ImageSet made) =>
        Batches(made).Sum(batch => Part(made, batch).Zip(Part(subject.Truths!, batch)).LongCount(pixel => pixel.First == pixel.Second)) / (double)made.Bytes;

    private double CycleError(ImageSet made, List<(int Input, int? Column, IReadOnlyList<int> Label)> asked)
    {
        using ImageSet closed = Translate(back ?? forth, made, [.. Enumerable.Range(0, made.Count)],
            [.. asked.Select(one => subject.OwnLabels.Count > 0 ? subject.OwnLabels[one.Input] : one.Label)], forth.Input);
        return ImageErrors.Mean([.. Batches(closed).Select(batch => ImageErrors.Between(Part(closed, batch),
            [.. Enumerable.Range(batch.First, batch.Count).SelectMany(i => subject.Inputs.Image(asked[i].Input).ToArray())], closed.Height, closed.Width, closed.Channels))]).L1;
    }

    private List<MetricValue> Labels(List<string> names, ImageSet made, List<(int Input, int? Column, IReadOnlyList<int> Label)> asked)
    {
        var options = subject.Labelled!;
        ImageSet labelled = subject.Images ?? EvaluatedImages.Load(options, observer, cancellation);
        try
        {
            using var classifier = LabelClassifier.Open(reference.OpenDevice(device), labelled, ModeReader.Fresh(options, observer, cancellation),
                evaluation.UseCache ? UserCacheFolder.Find("classifiers") : null, observer, cancellation);
            var columns = LabelChoice.Of(labelled, "all", "labels").Columns;
            var (readings, truths) = subject.Images is null ? OfTruth(classifier, made) : OfLabels(classifier, columns, made, asked);
            return
            [
                .. names.Contains(TranslationMetric.Asked)
                    ? LabelsOfTranslations.Asked(columns, readings, ofTranslations).Concat(LabelsOfTranslations.Asked(columns, truths, ofTruth)) : [],
                .. names.Contains(TranslationMetric.Kept)
                    ? LabelsOfTranslations.Kept(columns, readings, ofTranslations).Concat(LabelsOfTranslations.Kept(columns, truths, ofTruth)) : [],
            ];
        }
        finally
        {
            if (labelled != subject.Images)
            {
                labelled.Dispose();
            }
        }
    }

    private (List<LabelReading> Made, List<LabelReading> Truths) OfTruth(LabelClassifier classifier, ImageSet made)
    {
        List<LabelReading> Read(ImageSet images) => [.. ReadAll(classifier, images).Select((row, i) => new LabelReading(subject.Changed, subject.TrueLabels[i], row))];
        return (Read(made), Read(subject.Truths!));
    }

    private (List<LabelReading> Made, List<LabelReading> Truths) OfLabels(
        LabelClassifier classifier, IReadOnlyList<ConditionColumn> columns, ImageSet made, List<(int Input, int? Column, IReadOnlyList<int> Label)> asked)
    {
        // The columns that the run knows are some of those that are read.
        int[] places = [.. forth.Labels!.Columns.Select(column => columns.ToList().FindIndex(other => other.Name == column.Name))];
        int[] Own(int input) => [.. subject.Images!.Labels.Select(column => column.Values[subject.Places[input]])];
        List<int[]> ofMade = ReadAll(classifier, made), ofInputs = ReadAll(classifier, subject.Inputs);
        var readings = asked.Select((one, i) =>
        {
            int[] wanted = Own(one.Input);
            for (int column = 0; column < places.Length; column++)
            {
                wanted[places[column]] = one.Label[column];
            }
            return new LabelReading(places[one.Column!.Value], wanted, ofMade[i]);
        });
        var truths = places.SelectMany(place => ofInputs.Select((row, input) => new LabelReading(place, Own(input), row)));
        return ([.. readings], [.. truths]);
    }

    private static List<int[]> ReadAll(LabelClassifier classifier, ImageSet images) =>
        [.. Batches(images).SelectMany(batch => classifier.Read(Part(images, batch)).Chunk(classifier.Columns.Count))];

    private (IReadOnlyList<MetricValue> Values, IFeatureExtractor? Extractor, IReadOnlyList<string> Doubts, SlicedWasserstein? Patches) Distances(List<Metric> metrics, ImageSet made)
    {
        if (metrics.Count == 0)
        {
            return ([], null, [], null);
        }
        FeatureSubject? features = null;
        if (metrics.Exists(metric => metric.NeedsFeatures))
        {
            reference.OpenFeatures(evaluation.Extractor, device, evaluation.UseCache ? UserCacheFolder.Find("classifiers") : null, observer, cancellation);
            features = new(reference.Extractor!, reference.Features!, token => reference.Moments(device, token), reference.Read(made, observer, cancellation).Features, null);
        }
        var measured = new MetricSubject
        {
            OpenDevice = () => reference.OpenDevice(device),
            Reals = subject.Targets,
            Fakes = made,
            Features = features,
            Seed = evaluation.Seed,
            Observer = observer,
            Cancellation = cancellation,
        };
        var values = measured.Measure(metrics);
        return (values, features?.Extractor, features is null ? [] : [.. FeatureDoubts.Of(run, features.Reals, features.Fakes, measured.Shares)], measured.Patches);
    }

    private byte[] MeanTarget()
    {
        ImageSet targets = subject.Targets;
        long[] sums = new long[targets.BytesPerImage];
        for (int i = 0; i < targets.Count; i++)
        {
            ReadOnlySpan<byte> image = targets.Image(i);
            for (int place = 0; place < sums.Length; place++)
            {
                sums[place] += image[place];
            }
        }
        return [.. sums.Select(sum => (byte)((sum + targets.Count / 2) / targets.Count))];
    }

    private static IEnumerable<(int First, int Count)> Batches(ImageSet images)
    {
        for (int first = 0; first < images.Count; first += AtOnce)
        {
            yield return (first, Math.Min(AtOnce, images.Count - first));
        }
    }

    private static byte[] Part(ImageSet images, (int First, int Count) batch)
    {
        byte[] pixels = new byte[batch.Count * images.BytesPerImage];
        images.CopyTo((long)batch.First * images.BytesPerImage, pixels);
        return pixels;
    }

    private EvaluationProtocol Protocol(IFeatureExtractor? extractor, ImageSet made) => ImageEvaluation.ProtocolOf(extractor, subject.Source, subject.Targets.Count, made, evaluation.Seed);
}
