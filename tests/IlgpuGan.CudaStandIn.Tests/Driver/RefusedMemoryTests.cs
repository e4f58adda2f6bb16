using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Tests;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>What a program has left that goes on after a card had no memory for it.</summary>
[Collection(nameof(StandInLibrary))]
public sealed class RefusedMemoryTests(StandInLibrary library) : IDisposable
{
    private const string Allocation = "cuMemAlloc_v2";

    private readonly TemporaryFolder folder = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        library.Restart("");
        folder.Dispose();
    }

    [Fact]
    public void Memory_that_a_card_refuses_leaves_nothing_behind_that_ends_the_program_later()
    {
        // A card that has passed its self-test is opened by the same calls each time.
        Open("").Dispose();
        Open($"calls={folder["calls"]}").Dispose();
        int before = File.ReadAllLines(folder["calls"]).Count(call => call == Allocation);

        using (var device = Open($"refuse={Allocation}:{before + 1}:2"))
        using (var variables = new VariableStore(device))
        {
            var fault = Assert.Throws<DeviceMemoryException>(() => variables.Upload(new Variable("too much", 4), [1, 2, 3, 4]));
            Assert.Contains("not enough memory on cuda:0", fault.Message, StringComparison.Ordinal);
            variables.Upload(new Variable("enough", 4), [1, 2, 3, 4]);
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private ComputeDevice Open(string card)
    {
        library.Restart(card);
        return ComputeDevice.Open("cuda");
    }
}
