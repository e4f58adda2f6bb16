using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.CudaStandIn.Commands;

/// <summary>What a program has left that goes on after a card had no memory for it.</summary>
public static class RefusedMemory
{
    /// <summary>The command's name.</summary>
    public const string Name = "refused-memory";

    private const string Allocation = "cuMemAlloc_v2", Calls = "calls";

    /// <summary>Takes memory that is refused, then as much again, and has all that is left behind finalised.</summary>
    /// <returns>0 where the second was given.</returns>
    public static int Run(string library, TextWriter error)
    {
        // A card that has passed its self-test is opened by the same calls each time.
        Open("").Dispose();
        File.Delete(Calls);
        Open($"calls={Calls}").Dispose();
        int before = File.ReadAllLines(Calls).Count(call => call == Allocation);
        Use($"refuse={Allocation}:{before + 1}:2");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return 0;

        ComputeDevice Open(string card)
        {
            StandIn.Restart(library, card);
            return ComputeDevice.Open("cuda");
        }

        void Use(string card)
        {
            using var device = Open(card);
            using var variables = new VariableStore(device);
            try
            {
                variables.Upload(new Variable("too much", 4), [1, 2, 3, 4]);
            }
            catch (DeviceMemoryException fault)
            {
                error.WriteLine(fault.Message);
            }

            variables.Upload(new Variable("enough", 4), [1, 2, 3, 4]);
        }
    }
}
