using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Training;

/// <summary>Batches of rows compared with each other, on the host: a few thousand rows at most.</summary>
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

    /// <summary>Share of reals with a fake in the ball around them, and of fakes in the ball of a real. All balls are as large, so that no outlier's holds everything.</summary>
    /// <param name="reals">[N, columns]</param>
    /// <param name="fakes">[M, columns]</param>
    /// <param name="columns">Length of a row.</param>
    /// <param name="neighbour">The radius is the median distance of reals to the so many-th nearest other one,</param>
    /// <param name="factor">times this.</param>
    public static (double Coverage, double Fidelity) Overlap(ReadOnlySpan<float> reals, ReadOnlySpan<float> fakes, int columns, int neighbour, double factor)
    {
        int count = reals.Length / columns, others = fakes.Length / columns;
        var (near, radii) = (new double[count], new double[count]);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
                near[j] = j == i ? double.PositiveInfinity : SquaredDistance(Row(reals, i), Row(reals, j));
            Array.Sort(near);
            radii[i] = near[Math.Min(neighbour, count) - 1];
        }
        Array.Sort(radii);
        double radius = radii[count / 2] * factor * factor;
        var (isCovered, isGood) = (new bool[count], new bool[others]);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < others; j++)
                if (SquaredDistance(Row(reals, i), Row(fakes, j)) <= radius)
                    isCovered[i] = isGood[j] = true;
        return (isCovered.Count(covered => covered) / (double)count, isGood.Count(good => good) / (double)others);

        ReadOnlySpan<float> Row(ReadOnlySpan<float> rows, int i) => rows.Slice(i * columns, columns);
    }

    /// <summary>Sum of squared differences.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        // Vectors of one length, which processors with shorter ones make of several: the watchdog sees the same number on all.
        var a = MemoryMarshal.Cast<float, Vector256<float>>(left);
        var b = MemoryMarshal.Cast<float, Vector256<float>>(right);
        var sums = Vector256<float>.Zero;
        for (int i = 0; i < a.Length; i++)
            sums += (a[i] - b[i]) * (a[i] - b[i]);
        double sum = 0;
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
            sum += sums[lane];
        for (int i = a.Length * Vector256<float>.Count; i < left.Length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return sum;
    }
}
