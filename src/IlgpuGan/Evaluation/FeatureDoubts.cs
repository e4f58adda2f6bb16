using System.Globalization;
using IlgpuGan.Evaluation.Metrics;

namespace IlgpuGan.Evaluation;

/// <summary>Says when numbers of features cannot mean what they say.</summary>
internal static class FeatureDoubts
{
    // Of images like the reals about 2 in N + 1 values lie beyond the extremes of N reals.
    private const double MostOutside = 0.1;

    // Good images lie within the balls of most reals and reals within theirs; those of a training that has just begun in some.
    private const double LeastCoverage = 0.05, LeastRecall = 0.02, LargePrecision = 0.5;

    // Of images like the reals, balls that hold one are as wide as the others, and they spread as far.
    private const double WideBall = 1.5, NarrowSpread = 0.5;

    /// <summary>Sentences for people, none where nothing is amiss.</summary>
    /// <param name="subject">What was judged.</param>
    /// <param name="reals">Features of real images.</param>
    /// <param name="fakes">Features of the images that were judged.</param>
    /// <param name="shares">Precision and the others, where they were measured.</param>
    public static IEnumerable<string> Of(string subject, FeatureMatrix reals, FeatureMatrix fakes, PrecisionRecall? shares)
    {
        double outside = Outside(reals, fakes);
        // Few reals do not show how far they may lie.
        if (outside > Math.Max(MostOutside, 10.0 / reals.Count))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{outside:P0} of the features of {subject} lie beyond those of every real image: they are unlike any, which the extractor was not made to judge; take the distances for "
                    + $"\"far\" and precision and density for nothing.");
        }
        if (shares is not { Precision: > LargePrecision } || (shares.Recall >= LeastRecall && shares.Coverage >= LeastCoverage))
        {
            yield break;
        }
        double spread = Spread(fakes) / Math.Max(Spread(reals), double.Epsilon);
        string cause = shares.Coverage < LeastCoverage && shares.CoveredWidth > WideBall
            ? string.Create(CultureInfo.InvariantCulture, $"they lie about a few outliers, whose neighbours are {shares.CoveredWidth:F1} times as far away as others'")
            : spread < NarrowSpread ? string.Create(CultureInfo.InvariantCulture, $"they spread over {spread:P0} of the width of the reals, so that where one lies in the ball of a real image all do")
            : "hardly any real image lies among them";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"precision {shares.Precision:F2} and density {shares.Density:F2} of {subject} do not speak of quality, as recall is {shares.Recall:F2} and coverage {shares.Coverage:F2}: "
                + $"{cause}; look at the pictures.");
    }

    /// <summary>Root of the sum of the variances.</summary>
    private static double Spread(FeatureMatrix features)
    {
        var centred = features.Minus(features.Mean());
        return Math.Sqrt(centred.Values.Sum(value => (double)value * value) / centred.Count);
    }

    /// <summary>The share of the fakes' numbers that no real image reaches.</summary>
    private static double Outside(FeatureMatrix reals, FeatureMatrix fakes)
    {
        float[] least = [.. reals.Row(0)], most = [.. reals.Row(0)];
        for (int row = 1; row < reals.Count; row++)
        {
            for (int k = 0; k < reals.Dimension; k++)
            {
                (least[k], most[k]) = (Math.Min(least[k], reals.Row(row)[k]), Math.Max(most[k], reals.Row(row)[k]));
            }
        }
        long outside = 0;
        for (int row = 0; row < fakes.Count; row++)
        {
            for (int k = 0; k < fakes.Dimension; k++)
            {
                outside += fakes.Row(row)[k] < least[k] || fakes.Row(row)[k] > most[k] ? 1 : 0;
            }
        }
        return outside / ((double)fakes.Count * fakes.Dimension);
    }
}
