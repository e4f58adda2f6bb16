namespace IlgpuGan.Evaluation.Metrics;

/// <summary>exp of the mean divergence of p(class | image) from p(class), KL in nats (Salimans et al. 2016), over splits of the images.</summary>
/// <param name="Value">Mean over the splits, from 1 to the number of classes.</param>
/// <param name="Spread">Standard deviation over the splits.</param>
/// <param name="Splits">Number of splits.</param>
internal sealed record InceptionScore(double Value, double Spread, int Splits)
{
    /// <summary>Splits that published values use.</summary>
    public const int DefaultSplits = 10;

    /// <summary>The score of class probabilities [N, classes], each row of which sums to 1.</summary>
    /// <exception cref="ArgumentException">There are fewer images than splits.</exception>
    public static InceptionScore Of(FeatureMatrix probabilities, int splits = DefaultSplits)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Count < splits)
        {
            throw new ArgumentException($"{probabilities.Count} images do not make {splits} splits.", nameof(probabilities));
        }
        double[] scores = [.. Enumerable.Range(0, splits).Select(split => OfPart(
            probabilities, (int)((long)split * probabilities.Count / splits), (int)((split + 1L) * probabilities.Count / splits)))];
        double mean = scores.Average();
        return new(mean, Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / splits), splits);
    }

    private static double OfPart(FeatureMatrix probabilities, int first, int end)
    {
        var marginal = new double[probabilities.Dimension];
        for (int i = first; i < end; i++)
        {
            for (int c = 0; c < marginal.Length; c++)
            {
                marginal[c] += probabilities.Row(i)[c] / (double)(end - first);
            }
        }
        double divergence = 0;
        for (int i = first; i < end; i++)
        {
            for (int c = 0; c < marginal.Length; c++)
            {
                if (probabilities.Row(i)[c] is > 0 and var p)
                {
                    divergence += p * Math.Log(p / marginal[c]);
                }
            }
        }
        return Math.Exp(divergence / (end - first));
    }
}
