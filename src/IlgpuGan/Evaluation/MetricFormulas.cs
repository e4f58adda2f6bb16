using IlgpuGan.Evaluation.Metrics;

namespace IlgpuGan.Evaluation;

/// <summary>How each row of <see cref="Metric.Table"/> is computed, and what its numbers are called for people.</summary>
internal static class MetricFormulas
{
    public static IEnumerable<MetricReading> SlicedWasserstein(MetricSubject subject)
    {
        var distance = subject.Patches = Metrics.SlicedWasserstein.Between(
            subject.Reals, subject.Fakes, new SlicedWassersteinOptions { Seed = subject.Seed }, subject.Observer, subject.Cancellation);
        string levels = string.Join(", ", distance.Levels.Select(level => FormattableString.Invariant($"{level.Height} px {level.Value:F2}")));
        yield return new("sliced Wasserstein distance (x 1000)", distance.Mean, null, $"levels {levels}; {distance.Images} images of each");
    }

    public static IEnumerable<MetricReading> Frechet(MetricSubject subject)
    {
        var (extractor, reals, moments, fakes, _) = subject.Features!;
        double distance = FrechetDistance.Between(moments(subject.Cancellation), FeatureMoments.Of(subject.Device, fakes, subject.Cancellation), subject.Observer, subject.Cancellation);
        int fewest = Math.Min(reals.Count, fakes.Count);
        yield return new(extractor.Names?.Frechet ?? $"{extractor.Name} Frechet distance", distance, null,
            fewest <= extractor.Dimension ? $"{fewest} images do not fill {extractor.Dimension} dimensions: much too large, and only comparable at equal numbers" : null);
    }

    public static IEnumerable<MetricReading> Kernel(MetricSubject subject)
    {
        var features = subject.Features!;
        var distance = KernelDistance.Between(
            subject.Device, features.Reals, features.Fakes, subject.Seed, subject.Observer, subject.Cancellation);
        yield return new($"{features.Extractor.Names?.Kernel ?? $"{features.Extractor.Name} kernel distance"} (x 1000)", 1000 * distance.Value,
            distance.Subsets > 1 ? 1000 * distance.Spread : null, FormattableString.Invariant($"{distance.Subsets} x {distance.SubsetSize} images"));
    }

    public static IEnumerable<MetricReading> Neighbours(MetricSubject subject)
    {
        var features = subject.Features!;
        int count = Math.Min(features.Reals.Count, features.Fakes.Count);
        var shares = subject.Shares = PrecisionRecall.Between(subject.Device, features.Reals.Some(count, subject.Seed), features.Fakes,
            progress: subject.Observer, cancellation: subject.Cancellation);
        string remark = FormattableString.Invariant($"k = {shares.Neighbours}, {count} reals");
        foreach (double share in new[] { shares.Precision, shares.Recall, shares.Density, shares.Coverage })
        {
            yield return new(null, share, null, remark);
        }
    }

    public static IEnumerable<MetricReading> Score(MetricSubject subject)
    {
        if (subject.Features is not { Probabilities: { } probabilities, Extractor: var extractor })
        {
            yield break;
        }
        var score = InceptionScore.Of(probabilities);
        yield return new(extractor.Names?.Score ?? $"{extractor.Name} score", score.Value, score.Spread,
            FormattableString.Invariant($"{score.Splits} splits, {probabilities.Dimension} classes"));
    }

    public static IEnumerable<MetricReading> Faces(MetricSubject subject)
    {
        var rate = subject.Detector is { } detector ? FaceRate.By(subject.Fakes, detector, subject.Observer, subject.Cancellation) : FaceRate.ByClassifier(subject);
        yield return new("share of images with a face", rate.Share, null, rate.Remark);
    }

    public static IEnumerable<MetricReading> Copies(MetricSubject subject)
    {
        using var unseen = subject.HeldOut?.Invoke();
        var copies = subject.Copies = Memorisation.Measure(subject.Device, subject.Reals, subject.Fakes, unseen, subject.Seed, subject.Observer, subject.Cancellation);
        if (double.IsFinite(copies.Ratio))
        {
            yield return new("distance to training images over that of unseen ones", copies.Ratio, null,
                copies.IsHeldOut ? $"unseen: {subject.HeldOutName}" : "unseen: each training image left out of the others");
        }
        else
        {
            subject.Observer?.Notice($"memorisation is left out: most images of {subject.Reals.Name} are there twice.");
        }
    }
}
