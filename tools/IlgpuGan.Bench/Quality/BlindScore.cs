using System.Globalization;

namespace IlgpuGan.Bench.Quality;

/// <summary>Answers of a blind test.</summary>
/// <param name="names">The two variants.</param>
internal sealed class BlindScore(string[] names)
{
    private readonly int[] preferred = new int[2];
    private int same, open;

    /// <summary>Takes an answer: the variant preferred, empty for none of them, null where nothing was said.</summary>
    public void Count(string? name)
    {
        (open, same) = (open + (name is null ? 1 : 0), same + (name?.Length == 0 ? 1 : 0));
        if (Array.IndexOf(names, name) is >= 0 and var place)
        {
            preferred[place]++;
        }
    }

    /// <summary>How often each was preferred.</summary>
    public IReadOnlyList<(string Name, int Times)> Preferred => [(names[0], preferred[0]), (names[1], preferred[1])];

    /// <summary>
    /// The chance that an eye which sees no difference prefers one so often or more (two-sided sign test over the pairs with a preference), 1 without any.
    /// </summary>
    public double Chance
    {
        get
        {
            int pairs = preferred.Sum(), least = preferred.Min();
            double term = Math.Pow(0.5, pairs), sum = 0;
            for (int i = 0; i <= least; i++)
            {
                sum += term;
                term *= (pairs - i) / (i + 1.0);
            }
            return Math.Min(1, 2 * sum);
        }
    }

    /// <summary>In words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{names[0]} {preferred[0]}, {names[1]} {preferred[1]}, same {same}{(open > 0 ? $", without an answer {open}" : "")}; an eye that sees no difference is as sure with a chance of {Chance:G2}.");
}
