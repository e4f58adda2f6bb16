using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

/// <summary>Leaves of a batch draw what the batch draws, and are added in one order whatever their number.</summary>
public class LeafTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Theory]
    [InlineData(1, 96, 4)]
    [InlineData(1, 93, 3)]
    [InlineData(1, 6, 6)]
    [InlineData(7, 12, 3)]
    [InlineData(5, 9, 3)]
    [InlineData(3, 1600, 2)]
    public void Leaves_draw_the_numbers_of_the_whole_batch(int runs, int length, int leaves)
    {
        foreach (bool isNormal in new[] { false, true })
        {
            var whole = Draw(isNormal, runs * length, runs, leaves: 1, leaf: 0);
            int part = length / leaves;
            for (int leaf = 0; leaf < leaves; leaf++)
            {
                var drawn = Draw(isNormal, runs * part, runs, leaves, leaf);
                for (int run = 0; run < runs; run++)
                {
                    int from = run * length + leaf * part;
                    Assert.Equal(whole[from..(from + part)], drawn[(run * part)..((run + 1) * part)]);
                }
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(64)]
    public void Leaves_are_added_as_the_first_power_of_two_of_them_and_the_rest(int leaves)
    {
        const int count = 48, means = 32;
        var random = new Random(leaves);
        float[][] all = [.. Enumerable.Range(0, leaves).Select(_ => Enumerable.Range(0, count).Select(_ => random.NextSingle() * MathF.Pow(10, random.Next(-6, 6))).ToArray())];
        using var bench = new Workbench(under.Device);
        var (partials, values) = (bench.Upload(new float[count * (int.Log2(leaves - 1) + 1)]), bench.Upload(new float[count]));
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            values = bench.Upload(all[leaf]);
            bench.Run<SumLeaves, SumLeavesParameters>(new()
            {
                Values = values, Partials = partials, Counters = bench.Upload(0, leaf), LeafIndex = 1, Leaves = leaves, Count = count, Means = means, Share = 1f / leaves,
            });
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => i < means ? Tree(i, 0, leaves) * (1f / leaves) : Tree(i, 0, leaves)), bench.Download(values));

        float Tree(int i, int first, int many)
        {
            int left = many > 1 ? 1 << int.Log2(many - 1) : 0;
            return many == 1 ? all[first][i] : Tree(i, first, left) + Tree(i, first + left, many - left);
        }
    }

    [Fact]
    public void A_leaf_takes_its_place_among_zeros_and_a_counter_the_value_of_another()
    {
        using var bench = new Workbench(under.Device);
        var output = bench.Upload([9f, 9, 9, 9, 9, 9]);
        bench.Run<PlaceLeaf, PlaceLeafParameters>(new() { Output = output, Input = bench.Upload([1f, 2]), Counters = bench.Upload(1), Leaves = 3, Size = 2 });
        Assert.Equal([0, 0, 1, 2, 0, 0], bench.Download(output));
        var counters = bench.Upload(5, 7);
        bench.Run<CopyCounter, CopyCounterParameters>(new() { Counters = counters, From = 1, To = 0 });
        Assert.Equal([7, 7], bench.Download(counters));
    }

    private float[] Draw(bool isNormal, int count, int runs, int leaves, int leaf)
    {
        using var bench = new Workbench(under.Device);
        var output = bench.Upload(new float[count]);
        var parameters = new RandomParameters
        {
            Output = output, Count = count, Runs = runs,
            Draws = new() { Counters = bench.Upload(3, leaf), Stream = 2, SeedLow = 5, SeedHigh = 6, LeafIndex = 1, Leaves = leaves },
        };
        if (isNormal)
        {
            bench.Run<RandomNormal, RandomParameters>(parameters);
        }
        else
        {
            bench.Run<RandomUniform, RandomParameters>(parameters);
        }
        return bench.Download(output);
    }
}
