using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Distances;

/// <summary>Lengths of rows of numbers, to about seven digits of themselves however many numbers a row has, and the same on every processor.</summary>
internal static class Rows
{
    /// <summary>Sum of squares.</summary>
    public static double SquaredLength(ReadOnlySpan<float> row)
    {
        // Vectors of one length, which processors with shorter ones make of several.
        var sums = Vector256<float>.Zero;
        foreach (var part in MemoryMarshal.Cast<float, Vector256<float>>(row))
        {
            sums += part * part;
        }
        double sum = Total(sums);
        foreach (float value in row[(row.Length / Vector256<float>.Count * Vector256<float>.Count)..])
        {
            sum += value * value;
        }
        return sum;
    }

    /// <summary>Sum of squared differences.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var a = MemoryMarshal.Cast<float, Vector256<float>>(left);
        var b = MemoryMarshal.Cast<float, Vector256<float>>(right);
        var sums = Vector256<float>.Zero;
        for (int i = 0; i < a.Length; i++)
        {
            sums += (a[i] - b[i]) * (a[i] - b[i]);
        }
        double sum = Total(sums);
        for (int i = a.Length * Vector256<float>.Count; i < left.Length; i++)
        {
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        }
        return sum;
    }

    private static double Total(Vector256<float> sums)
    {
        double total = 0;
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
        {
            total += sums[lane];
        }
        return total;
    }
}
