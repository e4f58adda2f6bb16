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
}
