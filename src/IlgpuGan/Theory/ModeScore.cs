using IlgpuGan.Data;

namespace IlgpuGan.Theory;

/// <summary>How much of a mixture of Gaussians a generator has found, and how well it hits it (Srivastava et al. 2017, VEEGAN, section 4.1).</summary>
/// <param name="Modes">Modes that were found: those with at least <see cref="FewestPoints"/> points of high quality.</param>
/// <param name="HighQuality">Share of the points that lie within three standard deviations of a mode; of real points 0.989.</param>
/// <param name="Imbalance">
/// Kullback-Leibler divergence, in nats, of how points of high quality fall on modes from equal shares: 0 for equal shares, log(number of modes)
/// where all fall on one. Infinite where there are none.
/// </param>
public readonly record struct ModeScore(int Modes, double HighQuality, double Imbalance)
{
    /// <summary>Points that a score is made from.</summary>
    public const int Points = 10_000;

    /// <summary>
    /// Points of high quality that make a mode found. One, as often counted, could be a stray of a neighbouring mode; a fair share is 400 of the
    /// 10,000 on the grid and 1,250 on the ring.
    /// </summary>
    public const int FewestPoints = 20;

    private const double Reach = 3;

    /// <summary>Scores generated points x0, y0, x1, y1, ...</summary>
    public static ModeScore Of(PointSet truth, ReadOnlySpan<float> points)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var hits = new int[truth.Modes.Count];
        double reach = Reach * truth.Sigma;
        for (int i = 0; i + 1 < points.Length; i += 2)
        {
            for (int mode = 0; mode < hits.Length; mode++)
            {
                double dx = points[i] - truth.Modes[mode].X, dy = points[i + 1] - truth.Modes[mode].Y;
                if ((dx * dx) + (dy * dy) <= reach * reach)
                {
                    hits[mode]++;
                }
            }
        }

        double all = hits.Sum();
        return new(
            hits.Count(hit => hit >= FewestPoints),
            all / Math.Max(1, points.Length / 2),
            all == 0 ? double.PositiveInfinity : hits.Where(hit => hit > 0).Sum(hit => hit / all * Math.Log(hit / all * hits.Length)));
    }
}
