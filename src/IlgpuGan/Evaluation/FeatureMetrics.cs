using IlgpuGan.Evaluation.Metrics;

namespace IlgpuGan.Evaluation;

/// <summary>The metrics of features, under the names that their extractor allows.</summary>
internal static class FeatureMetrics
{
    /// <summary>Values of those metrics of a list that are of features, in the order of <see cref="EvaluationMetrics.Names"/>.</summary>
    /// <param name="metrics">What to measure.</param>
    /// <param name="extractor">What the features are of.</param>
    /// <param name="reals">Features of the real images.</param>
    /// <param name="moments">Gives their moments.</param>
    /// <param name="fakes">Features of the images that are judged.</param>
    /// <param name="probabilities">Their probabilities of classes; null for none.</param>
    /// <param name="seed">Chooses subsets.</param>
    /// <param name="progress">Hears of the share that is done.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The values, and what precision and its kin were made of, where they were measured.</returns>
    public static (IReadOnlyList<MetricValue> Values, PrecisionRecall? Shares) Measure(
        IReadOnlyList<string> metrics,
        IFeatureExtractor extractor,
        FeatureMatrix reals,
        Func<CancellationToken, FeatureMoments> moments,
        FeatureMatrix fakes,
        FeatureMatrix? probabilities,
        ulong seed,
        Action<double> progress,
        CancellationToken cancellation)
    {
        var values = new List<MetricValue>();
        PrecisionRecall? shares = null;
        int wanted = metrics.Count(EvaluationMetrics.NeedsFeatures);
        // Each its share of the bar.
        Action<double> Part(string metric)
        {
            int place = metrics.Where(EvaluationMetrics.NeedsFeatures).TakeWhile(name => name != metric).Count();
            return share => progress((place + share) / wanted);
        }

        if (metrics.Contains("fd"))
        {
            Part("fd")(0);
            double distance = FrechetDistance.Between(moments(cancellation), FeatureMoments.Of(fakes, cancellation), Part("fd"), cancellation);
            int fewest = Math.Min(reals.Count, fakes.Count);
            values.Add(new("fd", extractor.IsInception ? "FID" : $"{extractor.Name} Frechet distance", distance, null, true,
                fewest <= extractor.Dimension ? $"{fewest} images do not fill {extractor.Dimension} dimensions: much too large, and only comparable at equal numbers" : null));
        }
        if (metrics.Contains("kd"))
        {
            var distance = KernelDistance.Between(reals, fakes, seed, Part("kd"), cancellation);
            values.Add(new("kd", $"{(extractor.IsInception ? "KID" : $"{extractor.Name} kernel distance")} (x 1000)", 1000 * distance.Value,
                distance.Subsets > 1 ? 1000 * distance.Spread : null, true, FormattableString.Invariant($"{distance.Subsets} x {distance.SubsetSize} images")));
        }
        if (metrics.Contains("pr"))
        {
            int count = Math.Min(reals.Count, fakes.Count);
            shares = PrecisionRecall.Between(reals.Some(count, seed), fakes, progress: Part("pr"), cancellation: cancellation);
            string remark = FormattableString.Invariant($"k = {shares.Neighbours}, {count} reals");
            values.Add(new("precision", "precision", shares.Precision, null, false, remark));
            values.Add(new("recall", "recall", shares.Recall, null, false, remark));
            values.Add(new("density", "density", shares.Density, null, false, remark));
            values.Add(new("coverage", "coverage", shares.Coverage, null, false, remark));
        }
        if (metrics.Contains("score") && probabilities is not null)
        {
            var score = InceptionScore.Of(probabilities);
            values.Add(new("score", extractor.IsInception ? "IS" : $"{extractor.Name} score", score.Value, score.Spread, false, FormattableString.Invariant($"{score.Splits} splits, {probabilities.Dimension} classes")));
        }
        progress(1);
        return (values, shares);
    }
}
