using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>What a product of a warp does to its numbers.</summary>
public sealed class TensorCoreTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private const string Tf32 = "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32";
    private const string Bf16 = "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32";

    [Theory]
    // The lower 13 bits of a factor are not read.
    [InlineData(Tf32, 0x3F801FFFu, 0x3F800000u, 0f, 8f)]
    [InlineData(Tf32, 0x3F802000u, 0x3F800000u, 0f, 8 * (1 + (1f / 1024)))]
    // 1.5 more by each of two blocks is less than the sum's unit of 2 and is cut, towards zero on both sides.
    [InlineData(Tf32, 0x3EC00000u, 0x3F800000u, 16777216f, 16777216f)]
    [InlineData(Tf32, 0x3EC00000u, 0xBF800000u, -16777216f, -16777216f)]
    // A block adds 2.
    [InlineData(Tf32, 0x3F000000u, 0x3F800000u, 16777216f, 16777220f)]
    [InlineData(Tf32, 0x7F800000u, 0x3F800000u, 1f, float.PositiveInfinity)]
    // Both halves of a register are factors; a block of eight adds 1.5 and is cut.
    [InlineData(Bf16, 0x3F803F80u, 0x3F803F80u, 1f, 17f)]
    [InlineData(Bf16, 0x3F800000u, 0x3F803F80u, 1f, 9f)]
    [InlineData(Bf16, 0x3E403E40u, 0x3F803F80u, 16777216f, 16777216f)]
    public void Sums_are_exact_in_a_block_and_cut_behind_it(string form, uint left, uint right, float sum, float expected)
    {
        foreach (float result in Run(form, left, right, sum))
        {
            Assert.Equal(expected, result);
        }
    }

    [Fact]
    public void What_is_no_number_comes_out_as_the_one_that_cards_make() =>
        Assert.All(Run(Tf32, 0x7F800000, 0x3F800000, float.NegativeInfinity), result => Assert.Equal(0x7FFFFFFFu, BitConverter.SingleToUInt32Bits(result)));

    [Theory]
    [InlineData("{%f3, %f4, %f1, %f2}", new[] { 3f, 4f, 1f, 2f })]
    [InlineData("{%f2, %f1, %f4, %f3}", new[] { 2f, 1f, 4f, 3f })]
    [InlineData("{%f1, %f2, %f3, %f4}", new[] { 1f, 2f, 3f, 4f })]
    [InlineData("{%f1, %f1, %f1, %f1}", new[] { 1f, 1f, 1f, 1f })]
    public void Results_may_go_where_sums_are_read_from(string sums, float[] expected)
    {
        using var card = new Card(texts);
        var output = card.Empty(128);
        string body = $$"""
            mov.b32 %r2, 0;
            mov.f32 %f1, 0f3F800000;
            mov.f32 %f2, 0f40000000;
            mov.f32 %f3, 0f40400000;
            mov.f32 %f4, 0f40800000;
            {{Tf32}} {%f1, %f2, %f3, %f4}, {%r2, %r2, %r2, %r2}, {%r2, %r2}, {{sums}};
            st.global.v4.f32 [%rd4], {%f1, %f2, %f3, %f4};
            """;
        Assembly.Run(card, Assembly.Kernel(body), output, output, 32);
        Assert.Equal(expected, Card.Download<float>(output)[..4]);
        Assert.Equal(expected, Card.Download<float>(output)[^4..]);
    }

    private float[] Run(string form, uint left, uint right, float sum)
    {
        using var card = new Card(texts);
        var output = card.Empty(128);
        string body = $$"""
            mov.b32 %r2, 0x{{left:X}};
            mov.b32 %r3, 0x{{right:X}};
            mov.b32 %r4, 0x{{BitConverter.SingleToUInt32Bits(sum):X}};
            {{form}} {%f1, %f2, %f3, %f4}, {%r2, %r2, %r2, %r2}, {%r3, %r3}, {%r4, %r4, %r4, %r4};
            st.global.v4.f32 [%rd4], {%f1, %f2, %f3, %f4};
            """;
        Assert.Equal(1, Assembly.Run(card, Assembly.Kernel(body), output, output, 32).Products);
        return Card.Download<float>(output);
    }
}
