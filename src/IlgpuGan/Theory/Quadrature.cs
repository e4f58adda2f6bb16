using IlgpuGan.Objectives;

namespace IlgpuGan.Theory;

/// <summary>Divergences of known densities by the trapezoid rule, which for smooth densities that vanish at the ends is exact to rounding.</summary>
internal static class Quadrature
{
    // The density of a Gaussian is e^-72 = 5e-32 of its peak there.
    private const double Reach = 12;

    private const int PointsOnLine = 4001, PointsOnAxis = 241;

    // A term that has not died down where the densities have grows without end.
    private const double Negligible = 1e-12;

    /// <summary>The f-divergence of P from Q, in one or two dimensions; infinite where the integral does not converge.</summary>
    public static double Divergence(DivergenceFunction f, GaussianMixture p, GaussianMixture q)
    {
        var (least, most) = Range(p, q);
        int points = p.Dimension == 1 ? PointsOnLine : PointsOnAxis;
        double step = (most - least) / (points - 1), sum = 0;
        Span<double> at = stackalloc double[p.Dimension];
        for (int i = 0; i < points; i++)
        {
            at[0] = least + i * step;
            for (int j = 0; j < (p.Dimension == 1 ? 1 : points); j++)
            {
                if (p.Dimension == 2)
                {
                    at[1] = least + j * step;
                }
                double term = f.At(new(p.LogDensity(at), q.LogDensity(at)));
                bool isAtEnd = i == 0 || i == points - 1 || (p.Dimension == 2 && (j == 0 || j == points - 1));
                if (!double.IsFinite(term) || (isAtEnd && Math.Abs(term) > Negligible))
                {
                    return double.PositiveInfinity;
                }
                sum += term;
            }
        }
        return sum * Math.Pow(step, p.Dimension);
    }

    /// <summary>
    /// The earth mover's distance: on the line the area between the distribution functions; in the plane only of one Gaussian shifted or scaled,
    /// where the straight way is the best one.
    /// </summary>
    public static double Wasserstein(GaussianMixture p, GaussianMixture q)
    {
        if (p.Dimension == 2)
        {
            return p.Means.Length == 1 && q.Means.Length == 1 && p.Deviation == q.Deviation
                ? Math.Sqrt(p.Means[0].Zip(q.Means[0], (a, b) => (a - b) * (a - b)).Sum())
                : throw new NotSupportedException("In the plane only shifted Gaussians have a closed form here.");
        }

        var (least, most) = Range(p, q);
        double step = (most - least) / (PointsOnLine - 1), ofP = 0, ofQ = 0, area = 0;
        Span<double> at = stackalloc double[1];
        for (int i = 0; i < PointsOnLine; i++)
        {
            at[0] = least + i * step;
            double ps = Math.Exp(p.LogDensity(at)) * step, qs = Math.Exp(q.LogDensity(at)) * step;
            // At a point half of its own cell counts.
            area += Math.Abs(ofP + ps / 2 - ofQ - qs / 2) * step;
            ofP += ps;
            ofQ += qs;
        }
        return area;
    }

    private static (double Least, double Most) Range(GaussianMixture p, GaussianMixture q)
    {
        double reach = Reach * Math.Max(p.Deviation, q.Deviation);
        var coordinates = p.Means.Concat(q.Means).SelectMany(mean => mean).ToArray();
        return (coordinates.Min() - reach, coordinates.Max() + reach);
    }
}
