using IlgpuGan.Devices;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Tests.Devices;

/// <summary>What is said where the memory of a device does not do: of a card that others use, too, as CUDA tells it, and of one whose driver refuses.</summary>
public sealed class DeviceMemoryTests
{
    private const long MiB = 1 << 20, GiB = 1 << 30;

    [Fact]
    public void What_others_on_the_card_have_taken_is_not_there()
    {
        var memory = new DeviceMemory("cuda:0 (a card)", 8 * GiB, () => 3 * GiB);
        memory.Take(GiB / 2, () => 0);

        var fault = Assert.Throws<DeviceMemoryException>(() => memory.Take(4 * GiB, () => 0));

        Assert.Equal(
            "There is not enough memory on cuda:0 (a card): this takes at least 4.5 GiB, and there are 3.5 GiB of 8.0 GiB; free some, or take another Device.",
            fault.Message);
        Assert.Equal((9 * GiB / 2, 7 * GiB / 2), (fault.NeededBytes, fault.AvailableBytes));
        Assert.Equal(GiB / 2, memory.Taken);
    }

    [Fact]
    public void Of_a_card_whose_driver_does_not_say_what_is_left_it_is_what_this_process_has_not_taken()
    {
        var memory = new DeviceMemory("cuda:0 (a card)", 8 * GiB, () => null);
        memory.Take(6 * GiB, () => 0);
        memory.Require(2 * GiB);

        Assert.Contains("at least 9.0 GiB, and there are 8.0 GiB of 8.0 GiB;", Assert.Throws<DeviceMemoryException>(() => memory.Require(3 * GiB)).Message, StringComparison.Ordinal);
        memory.Return(6 * GiB);
        memory.Require(8 * GiB);
    }

    [Fact]
    public void What_a_driver_refuses_is_told_by_the_name_that_it_has_for_it()
    {
        var memory = new DeviceMemory("opencl:0 (a card)", 8 * GiB, null);

        var fault = Assert.Throws<DeviceMemoryException>(() => memory.Take<int>(3 * MiB, () => throw new CLException(CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE)));

        Assert.Contains("at least 3.0 MiB, and there are 8.0 GiB of 8.0 GiB (its driver refuses: CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)); free some", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("refuses", Assert.Throws<DeviceMemoryException>(() => memory.Take<int>(3 * MiB, () => throw new InsufficientMemoryException())).Message, StringComparison.Ordinal);
        Assert.Equal(0, memory.Taken);
    }
}
