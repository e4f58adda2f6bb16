using IlgpuGan.Sampling;

namespace IlgpuGan.Tests.Sampling;

public sealed class TileAxisTests
{
    [Fact]
    public void Tiles_cover_a_side_overlap_enough_begin_at_multiples_and_have_shares_that_add_up_to_one()
    {
        foreach (var (tile, overlap, factor) in new[] { (64, 28, 4), (64, 32, 8), (512, 256, 256), (128, 0, 4), (40, 36, 4) })
        {
            for (int length = factor; length <= 6 * tile; length += factor)
            {
                var axis = new TileAxis(length, tile, overlap, factor);
                float[] sums = new float[length];
                for (int i = 0; i < axis.Count; i++)
                {
                    Assert.Equal(0, axis.Start(i) % factor);
                    if (i > 0)
                    {
                        Assert.InRange(axis.Start(i), axis.Start(i - 1) + factor, axis.Start(i - 1) + axis.Tile - overlap);
                    }
                    for (int x = 0; x < axis.Tile; x++)
                    {
                        Assert.InRange(axis.Shares(i)[x], 0, 1);
                        sums[axis.Start(i) + x] += axis.Shares(i)[x];
                    }
                }

                Assert.Equal((0, length), (axis.Start(0), axis.Start(axis.Count)));
                Assert.All(sums, sum => Assert.Equal(1, sum, 1e-6));
                Assert.Equal(length <= tile ? 1 : (int)Math.Ceiling((length - tile) / (double)(tile - overlap)) + 1, axis.Count);
            }
        }
    }

    [Fact]
    public void Two_tiles_fade_into_each_other_in_a_straight_line_and_their_ends_count_nothing()
    {
        var axis = new TileAxis(96, 64, 32, 4);

        Assert.Equal(2, axis.Count);
        for (int x = 0; x < 32; x++)
        {
            Assert.Equal(1, axis.Shares(0)[x], 1e-6);
            float share = Math.Clamp((x + 0.5f - 8) / 16, 0, 1);
            Assert.Equal(share, axis.Shares(1)[x], 1e-6);
            Assert.Equal(1 - share, axis.Shares(0)[32 + x], 1e-6);
        }
    }

    [Fact]
    public void What_cannot_be_divided_so_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new TileAxis(66, 64, 32, 4));
        Assert.Throws<ArgumentException>(() => new TileAxis(96, 62, 32, 4));
        Assert.Throws<ArgumentException>(() => new TileAxis(96, 64, 64, 4));
    }

    [Theory]
    [InlineData(1, 4, "0000")]
    [InlineData(2, 6, "010101")]
    [InlineData(3, 8, "21012101")]
    [InlineData(4, 4, "0123")]
    [InlineData(5, 8, "10123432")]
    public void A_side_is_mirrored_beyond_its_ends_again_and_again(int length, int padded, string expected)
    {
        var (sources, first) = MirroredSide.Of(length, padded);

        Assert.Equal(expected, string.Concat(sources));
        Assert.Equal((padded - length) / 2, first);
        Assert.Equal(Enumerable.Range(0, length), sources.Skip(first).Take(length));
    }
}
