using IlgpuGan.Data;
using IlgpuGan.Networks;

namespace IlgpuGan.Tests.Data;

public sealed class SizeRuleTests
{
    [Theory]
    [InlineData("64", 64, 64)]
    [InlineData("64x48", 64, 48)]
    [InlineData("64x28", 64, 28)]
    [InlineData("4096X1", 4096, 1)]
    public void A_size_is_a_side_or_width_by_height(string text, int width, int height)
    {
        Assert.True(ImageSize.TryParse(text, out ImageSize size));
        Assert.Equal(new ImageSize(Height: height, Width: width), size);
        Assert.True(ImageSize.TryParse(size.ToString(), out ImageSize again));
        Assert.Equal(size, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("4097")]
    [InlineData("64x")]
    [InlineData("1x2x3")]
    [InlineData("64px")]
    [InlineData("99999999999")]
    public void Anything_else_is_no_size(string? text) => Assert.False(ImageSize.TryParse(text, out _));

    [Theory]
    [InlineData("72x72", "72x72")]
    [InlineData("75x75", "72x72")]
    [InlineData("28x28", "28x28")]
    [InlineData("96x96", "96x96")]
    [InlineData("64x28", "64x28")]
    [InlineData("128x64", "128x64")]
    [InlineData("128x128", "64x64")]
    [InlineData("256x256", "64x64")]
    [InlineData("178x218", "52x64")]
    [InlineData("1920x1080", "64x36")]
    [InlineData("1080x1920", "36x64")]
    [InlineData("355x32", "176x16")]
    [InlineData("4000x100", "256x16")]
    public void Unasked_images_are_kept_or_reduced_in_their_proportions_to_sides_the_network_draws(string images, string size) =>
        Assert.Equal(Size(size), SizeRule.MultiplesOf4.For(Size(images)));

    [Theory]
    [InlineData("64x64", "64x64")]
    [InlineData("72x72", "64x64")]
    [InlineData("178x218", "48x64")]
    [InlineData("32x32", "32x32")]
    [InlineData("8x8", "8x8")]
    public void Another_network_gets_sides_that_it_draws(string images, string size) =>
        Assert.Equal(Size(size), new SizeRule("r3", R3.Supports).For(Size(images)));

    [Theory]
    [InlineData("8x8", "8x8")]
    [InlineData("33x17", "33x17")]
    [InlineData("256x256", "64x64")]
    public void A_network_that_draws_any_size_takes_small_ones_too(string images, string size) =>
        Assert.Equal(Size(size), SizeRule.Any.For(Size(images)));

    [Theory]
    [InlineData("64x15")]
    [InlineData("15x64")]
    [InlineData("1x1")]
    [InlineData("2000x10")]
    public void Unasked_nothing_is_enlarged(string images) => Assert.Null(SizeRule.MultiplesOf4.For(Size(images)));

    [Theory]
    [InlineData("17x17", "20x20")]
    [InlineData("30x9", "32x16")]
    [InlineData("1x1", "16x16")]
    [InlineData("4095x4095", "4096x4096")]
    public void Of_a_size_that_cannot_be_drawn_the_next_larger_is_named(string asked, string near) =>
        Assert.Equal(Size(near), SizeRule.MultiplesOf4.Near(Size(asked)));

    [Fact]
    public void One_strip_among_thirty_photographs_changes_nothing()
    {
        // Width and height of each differ, so that no size is common.
        List<ImageSize> photographs = [.. Enumerable.Range(0, 30).Select(i => new ImageSize(180 + (i * 7), 212 + (i * 8)))];
        ImageSize without = SizeRule.Typical(photographs);
        Assert.Equal(Size("64x64"), SizeRule.MultiplesOf4.For(without));
        Assert.Equal(Size("64x64"), SizeRule.MultiplesOf4.For(SizeRule.Typical([Size("1600x200"), .. photographs])));
        Assert.Equal(Size("64x64"), SizeRule.MultiplesOf4.For(SizeRule.Typical([.. photographs, Size("1x1")])));
    }

    [Fact]
    public void The_size_of_more_than_half_the_images_is_that_of_all() =>
        Assert.Equal(Size("24x20"), SizeRule.Typical([Size("300x75"), Size("24x20"), Size("24x20"), Size("500x500"), Size("24x20")]));

    [Fact]
    public void Of_two_sizes_that_are_as_frequent_neither_is_that_of_all() =>
        Assert.Equal(Size("300x300"), SizeRule.Typical([Size("1600x300"), Size("300x300")]));

    [Fact]
    public void Images_of_one_shape_and_many_sizes_keep_their_shape()
    {
        ImageSize typical = SizeRule.Typical([.. Enumerable.Range(10, 21).Select(i => new ImageSize(Height: i * 3, Width: i * 2))]);
        Assert.Equal(Size("40x60"), typical);
    }

    [Fact]
    public void Pictures_that_lie_and_pictures_that_stand_become_square()
    {
        ImageSize typical = SizeRule.Typical([.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? new ImageSize(Height: 120 + i, Width: 160 + i) : new ImageSize(Height: 160 + i, Width: 120 + i))]);
        Assert.Equal(typical.Width, typical.Height);
    }

    private static ImageSize Size(string text) => ImageSize.TryParse(text, out ImageSize size) ? size : throw new ArgumentException(text, nameof(text));
}
