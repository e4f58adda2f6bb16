using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Devices;

public sealed class HostMemoryTests : IDisposable
{
    private readonly TemporaryFolder groups = new();

    public void Dispose() => groups.Dispose();

    [Fact]
    public void A_machine_has_what_is_available_and_its_free_swap()
    {
        Assert.Equal((5000L + 300) << 10, HostMemory.OfMachine(["MemTotal:       9000 kB", "MemFree:  100 kB", "MemAvailable:    5000 kB", "SwapFree:  300 kB"]));
        Assert.Null(HostMemory.OfMachine(["MemTotal:       9000 kB"]));
    }

    [Fact]
    public void Of_nested_control_groups_the_narrowest_decides()
    {
        Group("", ("memory.max", "max"));
        Group("a", ("memory.max", "1000\n"), ("memory.current", "900\n"), ("memory.stat", "anon 700\ninactive_file 150\n"));
        Group("a/b", ("memory.max", "2000\n"), ("memory.current", "500\n"));
        Assert.Equal(250, HostMemory.OfGroups(groups.Path, ["0::/a/b"]));
        Assert.Null(HostMemory.OfGroups(groups.Path, ["0::/"]));
        Assert.Null(HostMemory.OfGroups(groups.Path, ["0::/elsewhere/deeper"]));
        Assert.Null(HostMemory.OfGroups(groups.Path, ["4:memory:/a"]));
    }

    [Fact]
    public void In_a_container_the_root_is_its_own_group()
    {
        Group("", ("memory.max", "1000\n"), ("memory.current", "400\n"));
        Assert.Equal(600, HostMemory.OfGroups(groups.Path, ["0::/system.slice/of-outside"]));
    }

    [Fact]
    public void This_process_may_take_some_and_no_more_than_the_machine_has() =>
        Assert.InRange(HostMemory.Free(), 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    [Fact]
    public void Too_little_memory_is_said_with_what_is_needed_and_what_there_is_before_any_is_taken()
    {
        using var device = ComputeDevice.Open("cpu");
        using var variables = new VariableStore(device);
        var graph = new Graph();
        // Thirty variables of 4 GiB: none alone is too large for an index.
        for (var i = 0; i < 15; i++)
        {
            graph.Assign(new Variable($"large{i}", 1 << 30), 0, graph.Read(new Variable($"source{i}", 1 << 30), 0, Shape.Of(1 << 30)));
        }

        long there = device.FreeBytes;
        Assert.SkipUnless(there < 100L << 30, "this machine has more memory than the test asks for");
        var fault = Assert.Throws<DeviceMemoryException>(() => Plan.Compile(variables, graph));
        Assert.InRange(fault.NeededBytes, 120L << 30, 121L << 30);
        Assert.InRange(fault.AvailableBytes, 1, 100L << 30);
        Assert.Contains("this takes at least 120.0 GiB, and there are ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, variables.Bytes);
    }

    [Fact]
    public void What_is_given_back_is_free_again()
    {
        using var device = ComputeDevice.Open("cpu");
        var before = device.Memory.Taken;
        using (new DeviceBuffer<float>(device, 1 << 20))
        {
            Assert.Equal(before + (4 << 20), device.Memory.Taken);
        }

        Assert.Equal(before, device.Memory.Taken);
    }

    private void Group(string name, params (string File, string Text)[] files)
    {
        Directory.CreateDirectory(Path.Combine(groups.Path, name));
        foreach (var (file, text) in files)
        {
            File.WriteAllText(Path.Combine(groups.Path, name, file), text);
        }
    }
}
