using IlgpuGan.Distances;

namespace IlgpuGan.Training;

/// <summary>Batches of rows compared with each other.</summary>
internal static class BatchStatistics
{
    /// <summary>Root of the sum over columns of the variance over rows.</summary>
    /// <param name="rows">[N, columns]</param>
    /// <param name="columns">Length of a row.</param>
    public static double Spread(ReadOnlySpan<float> rows, int columns)
    {
        int count = rows.Length / columns;
        var (sums, squares) = (new double[columns], new double[columns]);
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double value = rows[row * columns + column];
                sums[column] += value;
                squares[column] += value * value;
            }
        }
        double total = 0;
        for (int column = 0; column < columns; column++)
        {
            total += Math.Max(0, squares[column] / count - sums[column] / count * (sums[column] / count));
        }
        return Math.Sqrt(total);
    }

    /// <summary>Share of reals with a fake in the ball around them, and of fakes in the ball of a real. All balls are as large, so that no outlier's holds everything.</summary>
    /// <param name="comparison">Compares rows as long as these.</param>
    /// <param name="reals">[N, columns]</param>
    /// <param name="fakes">[M, columns]</param>
    /// <param name="neighbour">The radius is the median distance of reals to the so many-th nearest other one,</param>
    /// <param name="factor">times this.</param>
    public static (double Coverage, double Fidelity) Overlap(RowComparison comparison, float[] reals, float[] fakes, int neighbour, double factor)
    {
        double[] radii = comparison.Radii(reals, neighbour);
        double radius = radii.Order().ElementAt(radii.Length / 2) * factor * factor;
        var (balls, isCovered) = comparison.Count(fakes, reals, Enumerable.Repeat(radius, radii.Length).ToArray());
        return (isCovered.Count(covered => covered) / (double)isCovered.Length, balls.Count(inside => inside > 0) / (double)balls.Length);
    }
}
