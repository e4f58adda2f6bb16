using IlgpuGan.Data;

namespace IlgpuGan.Theory;

/// <summary>
/// The Jensen-Shannon divergence of a known mixture of narrow Gaussians and what a generator draws, from samples of the latter alone: no D is asked. Both are compared over cells, 20 of equal
/// probability in the four standard deviations around each mode, and one for all the rest, where there are as good as no reals. That is a lower bound of the divergence, and a close one, as little
/// happens within a cell.
/// </summary>
internal static class JensenShannon
{
    // In standard deviations; beyond it are 3 of 10,000 reals.
    private const double Reach = 4;

    private const int Rings = 5, Sectors = 4;

    /// <summary>The divergence in nats, from 0 to log 2.</summary>
    /// <param name="truth">The mixture.</param>
    /// <param name="points">What is compared with it: x0, y0, x1, y1, ...; what is not finite lies in the rest.</param>
    public static double Of(PointSet truth, ReadOnlySpan<float> points)
    {
        double outside = Math.Exp(-Reach * Reach / 2);
        var hits = new int[(truth.Modes.Count * Rings * Sectors) + 1];
        int count = points.Length / 2;
        for (int i = 0; i < count; i++)
        {
            hits[CellOf(truth, points[2 * i], points[(2 * i) + 1], 1 - outside)]++;
        }

        double sum = 0, bias = 0;
        for (int cell = 0; cell < hits.Length; cell++)
        {
            double p = cell == hits.Length - 1 ? outside : (1 - outside) / (hits.Length - 1), q = hits[cell] / (double)count;
            sum += Term(p, q) + Term(q, p);
            // Chance alone parts a sample from what it is drawn from: half of the second derivative in q, p / (2 q (p + q)), times q's variance, q / count.
            bias += q > 0 ? p / (4 * (p + q) * count) : 0;
        }

        return Math.Clamp((sum / 2) - bias, 0, Math.Log(2));
    }

    private static double Term(double p, double q) => p > 0 ? p * Math.Log(2 * p / (p + q)) : 0;

    private static int CellOf(PointSet truth, float x, float y, double inside)
    {
        int nearest = 0;
        double least = double.PositiveInfinity;
        for (int mode = 0; mode < truth.Modes.Count; mode++)
        {
            double dx = x - truth.Modes[mode].X, dy = y - truth.Modes[mode].Y, square = (dx * dx) + (dy * dy);
            (nearest, least) = square < least ? (mode, square) : (nearest, least);
        }

        // The share of a Gaussian's points that lie nearer to its centre, of those within reach.
        double share = (1 - Math.Exp(-least / (2.0 * truth.Sigma * truth.Sigma))) / inside;
        if (!(share < 1))
        {
            return truth.Modes.Count * Rings * Sectors;
        }

        int sector = (x < truth.Modes[nearest].X ? 1 : 0) + (y < truth.Modes[nearest].Y ? 2 : 0);
        return (((nearest * Rings) + (int)(share * Rings)) * Sectors) + sector;
    }
}
