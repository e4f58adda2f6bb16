using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Training;

/// <summary>Batches of rows compared with each other, on the host: a few thousand rows at most.</summary>
internal static class BatchStatistics
{
    // Third neighbours, as the measures' papers have them: a first one is often a chance duplicate.
    private const int Neighbour = 3;

    /// <summary>Root of the sum over columns of the variance over rows.</summary>
    /// <param name="rows">[N, columns]</param>
    /// <param name="columns">Length of a row.</param>
    public static double Spread(ReadOnlySpan<float> rows, int columns)
    {
        int count = rows.Length / columns;
        var (sums, squares) = (new double[columns], new double[columns]);
        for (int row = 0; row < count; row++)
            for (int column = 0; column < columns; column++)
            {
                double value = rows[row * columns + column];
                sums[column] += value;
                squares[column] += value * value;
            }
        double total = 0;
        for (int column = 0; column < columns; column++)
            total += Math.Max(0, squares[column] / count - sums[column] / count * (sums[column] / count));
        return Math.Sqrt(total);
    }

    /// <summary>Share of reals with a fake in their ball, and of fakes in the ball of a real.</summary>
    /// <param name="reals">[N, columns]</param>
    /// <param name="fakes">[M, columns]</param>
    /// <param name="columns">Length of a row.</param>
    /// <param name="factor">Radius of a ball, in distances to the third nearest other real.</param>
    public static (double Coverage, double Fidelity) Overlap(ReadOnlySpan<float> reals, ReadOnlySpan<float> fakes, int columns, double factor)
    {
        int count = reals.Length / columns, others = fakes.Length / columns;
        var near = new double[count];
        var isGood = new bool[others];
        int covered = 0;
        for (int i = 0; i < count; i++)
        {
            var real = reals.Slice(i * columns, columns);
            for (int j = 0; j < count; j++)
                near[j] = j == i ? double.PositiveInfinity : SquaredDistance(real, reals.Slice(j * columns, columns));
            Array.Sort(near);
            double radius = near[Math.Min(Neighbour, count) - 1] * factor * factor;
            bool isCovered = false;
            for (int j = 0; j < others; j++)
                if (SquaredDistance(real, fakes.Slice(j * columns, columns)) <= radius)
                    isCovered = isGood[j] = true;
            covered += isCovered ? 1 : 0;
        }
        return (covered / (double)count, isGood.Count(good => good) / (double)others);
    }

    /// <summary>Sum of squared differences.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var a = MemoryMarshal.Cast<float, Vector<float>>(left);
        var b = MemoryMarshal.Cast<float, Vector<float>>(right);
        var sums = Vector<float>.Zero;
        for (int i = 0; i < a.Length; i++)
            sums += (a[i] - b[i]) * (a[i] - b[i]);
        double sum = Vector.Sum(sums);
        for (int i = a.Length * Vector<float>.Count; i < left.Length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return sum;
    }
}
