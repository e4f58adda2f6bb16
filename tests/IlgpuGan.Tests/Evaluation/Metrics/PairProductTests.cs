using System.Runtime.InteropServices;
using IlgpuGan.Evaluation.Metrics;

namespace IlgpuGan.Tests.Evaluation.Metrics;

public sealed class PairProductTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(74)]
    public void Sums_are_those_of_plain_loops_to_the_last_bit(int pairs)
    {
        var random = new Random(pairs);
        var (left, right) = (Rows(random, PairProduct.Width, 2 * pairs), Rows(random, PairProduct.Group, 2 * pairs));
        var result = new int[PairProduct.Group * PairProduct.Width];

        PairProduct.Multiply(Interleaved(left), Interleaved(right), result);

        for (int j = 0; j < right.Length; j++)
        {
            for (int i = 0; i < left.Length; i++)
            {
                Assert.Equal(left[i].Zip(right[j], (x, y) => x * y).Sum(), result[j * left.Length + i]);
            }
        }
    }

    [Fact]
    public void A_projection_is_in_the_step_that_doubles_say()
    {
        const int size = 147, count = 9;
        var random = new Random(1);
        float[] Vector(double length)
        {
            var values = Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5).ToArray();
            return [.. values.Select(value => (float)(value * length / Math.Sqrt(values.Sum(v => v * v))))];
        }
        var directions = Enumerable.Range(0, count).Select(_ => Vector(1)).ToArray();
        var patches = Enumerable.Range(0, PairProduct.Width - 1).Select(i => Vector(20)).ToArray();
        // The longest along a direction, and against it.
        patches[0] = [.. directions[3].Select(value => 20 * value)];
        patches[1] = [.. directions[3].Select(value => -20 * value)];
        var projection = new PatchProjection([.. directions.SelectMany(values => values)], size, 20);
        var panel = projection.NewPanel();
        for (int i = 0; i < patches.Length; i++)
        {
            for (int k = 0; k < size; k++)
            {
                panel.Patch[k] = (short)Math.Round(patches[i][k] * projection.Scale);
            }
            panel.SetPatch(i);
        }
        var bins = new ushort[count * patches.Length];

        projection.Project(panel, patches.Length, bins, patches.Length);

        for (int d = 0; d < count; d++)
        {
            for (int i = 0; i < patches.Length; i++)
            {
                double expected = directions[d].Zip(patches[i], (x, y) => (double)x * y).Sum();
                double found = (bins[d * patches.Length + i] + 0.5 - PatchProjection.Bins / 2) * projection.BinWidth;
                Assert.True(Math.Abs(expected - found) < 4 * projection.BinWidth, $"{expected} and {found}");
            }
        }
    }

    private static short[][] Rows(Random random, int count, int length) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => (short)random.Next(-3000, 3001)).ToArray())];

    private static int[] Interleaved(short[][] rows)
    {
        var pairs = rows.Select(row => MemoryMarshal.Cast<short, int>(row).ToArray()).ToArray();
        return [.. Enumerable.Range(0, pairs[0].Length).SelectMany(p => pairs.Select(row => row[p]))];
    }
}
