namespace IlgpuGan.Evaluation;

/// <summary>How labels that were read off images spread over the combinations that are possible.</summary>
/// <remarks>All divergences are in nats, with shares of the images for probabilities.</remarks>
public sealed record ModeCount
{
    private ModeCount()
    {
    }

    /// <summary>Images.</summary>
    public required int Samples { get; init; }

    /// <summary>Combinations that there could be: the product of the class counts.</summary>
    public required long Possible { get; init; }

    /// <summary>Shares of the combinations that were found, largest first.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>KL(images || uniform) over all possible combinations: sum of p log(p Possible), at least 0 and at most log(Possible).</summary>
    public required double KlToUniform { get; init; }

    /// <summary>KL(images || data) over the combinations: sum of p log(p / q); infinite when some image has a combination that the data never has.</summary>
    public required double KlToData { get; init; }

    /// <summary>Share of the images whose combination the data never has.</summary>
    public required double OutsideData { get; init; }

    /// <summary>Combinations that were found at least once.</summary>
    public int Found => Shares.Count;

    /// <summary>
    /// What <see cref="KlToUniform"/> is on average for as many draws from even modes, K E[X/N log(X K/N)] with X binomial of N draws with chance
    /// 1/K: what nobody gets below but by luck. About (K - 1) / 2N where there are many more draws than modes.
    /// </summary>
    public double KlOfChance
    {
        get
        {
            if (Possible == 1)
            {
                return 0;
            }
            double odds = Math.Log(1.0 / (Possible - 1)), sum = 0;
            // The logarithm of the chance to meet a mode x times, from x - 1 to x.
            double chance = Samples * Math.Log(1 - 1.0 / Possible);
            for (int x = 1; x <= Samples; x++)
            {
                chance += Math.Log((Samples - x + 1.0) / x) + odds;
                double share = x / (double)Samples;
                sum += Math.Exp(chance) * share * Math.Log(share * Possible);
            }
            return sum * Possible;
        }
    }

    /// <summary>Counts combinations.</summary>
    /// <param name="labels">[N, columns], N at least 1.</param>
    /// <param name="data">Labels of the training data, [M, columns], M at least 1.</param>
    /// <param name="classes">Class count of each column.</param>
    public static ModeCount Of(ReadOnlySpan<int> labels, ReadOnlySpan<int> data, IReadOnlyList<int> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var (found, real) = (Count(labels, classes), Count(data, classes));
        int samples = labels.Length / classes.Count, images = data.Length / classes.Count;
        long possible = classes.Aggregate(1L, (product, count) => checked(product * count));
        double Share(int count) => count / (double)samples;
        return new ModeCount
        {
            Samples = samples,
            Possible = possible,
            Shares = [.. found.Values.Select(Share).OrderDescending()],
            KlToUniform = found.Values.Sum(count => Share(count) * Math.Log(Share(count) * possible)),
            KlToData = found.Sum(mode => Share(mode.Value) * Math.Log(Share(mode.Value) / (real.GetValueOrDefault(mode.Key) / (double)images))),
            OutsideData = found.Where(mode => !real.ContainsKey(mode.Key)).Sum(mode => Share(mode.Value)),
        };
    }

    /// <summary>Share of the images of each value of one column.</summary>
    /// <param name="labels">[N, columns]</param>
    /// <param name="column">Which column.</param>
    /// <param name="classes">Class count of each column.</param>
    public static double[] SharesOf(ReadOnlySpan<int> labels, int column, IReadOnlyList<int> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var shares = new double[classes[column]];
        for (int i = column; i < labels.Length; i += classes.Count)
        {
            shares[labels[i]] += classes.Count / (double)labels.Length;
        }
        return shares;
    }

    // A combination as a number whose digits are the labels.
    private static Dictionary<long, int> Count(ReadOnlySpan<int> labels, IReadOnlyList<int> classes)
    {
        var counts = new Dictionary<long, int>();
        for (int first = 0; first < labels.Length; first += classes.Count)
        {
            long mode = 0;
            for (int column = 0; column < classes.Count; column++)
            {
                mode = mode * classes[column] + labels[first + column];
            }
            counts[mode] = counts.GetValueOrDefault(mode) + 1;
        }
        return counts;
    }
}
