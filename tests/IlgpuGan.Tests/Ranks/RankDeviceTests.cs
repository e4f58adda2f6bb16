using IlgpuGan.Devices;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Ranks;

/// <summary>Cards of a machine are dealt to its ranks.</summary>
public sealed class RankDeviceTests
{
    [Theory]
    [InlineData("auto", 0, "opencl:1")]
    [InlineData("auto", 1, "opencl:2")]
    [InlineData("OpenCL", 2, "opencl:1")]
    [InlineData("opencl:2", 0, "opencl:2")]
    [InlineData("cuda", 1, "cuda")]
    [InlineData("cpu", 1, "cpu")]
    public void A_rank_takes_the_card_of_its_number_among_those_that_can_be_used(string asked, int localRank, string expected) =>
        Assert.Equal(expected, RankDevice.Of(asked, localRank, kind => kind == DeviceKind.OpenCl ? ["opencl:1", "opencl:2"] : []));

    [Fact]
    public void Processors_that_fuse_have_the_same_bits_whatever_their_vectors_and_other_devices_are_told()
    {
        var wide = RankDevice.HardwareOf("cpu (EPYC 9654)", 512, isFused: true);
        var narrow = RankDevice.HardwareOf("cpu (EPYC 7763)", 256, isFused: true);
        Assert.Null(RankDevice.Difference([wide, wide]));
        Assert.Equal("Ranks compute on different devices: cpu (EPYC 9654) with vectors of 512 bits on rank 0 to 2, 4; cpu (EPYC 7763) with vectors of 256 bits on rank 3. All are processors with "
            + "fused multiply-adds, so weights and images have the same bits as on equal ones.", RankDevice.Difference([wide, wide, wide, narrow, wide]));
        string? cards = RankDevice.Difference([.. ((string[])["cuda:0 (H200)", "cuda:1 (H200)", "cuda:0 (A100)"]).Select(card => RankDevice.HardwareOf(card, 256, isFused: true))]);
        Assert.StartsWith("Ranks compute on different devices: cuda (H200) on rank 0 to 1; cuda (A100) on rank 2. Their results differ in the last digits", cards, StringComparison.Ordinal);
        Assert.Contains("Their results differ", RankDevice.Difference([wide, RankDevice.HardwareOf("cpu (old)", 128, isFused: false)]), StringComparison.Ordinal);
    }
}
