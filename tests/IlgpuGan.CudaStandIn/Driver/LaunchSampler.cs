using System.Runtime.InteropServices;
using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>
/// Executes a few groups of a launch for all, and of launches that are alike only the first: what they count is that of all. Alike are launches of one
/// kernel on one grid whose parameters are the same but for where memory lies. Small launches are executed whole, every time.
/// </summary>
/// <param name="memory">The card's memory; it must not be shadowed, for most of it is never written.</param>
/// <param name="options">How groups are executed.</param>
public sealed class LaunchSampler(MemoryMap memory, ExecutorOptions options)
{
    /// <summary>Groups of a large launch that are executed.</summary>
    public const int MostGroups = 8;

    /// <summary>Groups of a launch that is executed whole: as many as those have by which a program tests a card before it uses it.</summary>
    public const int FewGroups = 32;

    private readonly Dictionary<(PtxKernel Kernel, Dim3 Grid, Dim3 Block, int SharedBytes, string Parameters), LaunchCounts> known = [];

    /// <summary>What a launch counts.</summary>
    /// <exception cref="KernelFaultException">A group did what no kernel may do.</exception>
    public LaunchCounts Run(PtxKernel kernel, Dim3 grid, Dim3 block, int sharedBytes, byte[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (grid.Count <= FewGroups)
        {
            return Executor.Launch(kernel, grid, block, sharedBytes, parameters, memory, options);
        }

        var key = (kernel, grid, block, sharedBytes, WithoutPlaces(parameters));
        if (!known.TryGetValue(key, out var counts))
        {
            counts = Executor.Launch(kernel, grid, block, sharedBytes, parameters, memory, options with { Groups = GroupShare.Spread(grid.Count, MostGroups) });
            known.Add(key, counts);
        }

        return counts;
    }

    // Of an address what is left is where it lies between two multiples of what blocks lie on, which sectors depend on.
    private string WithoutPlaces(byte[] parameters)
    {
        var copy = parameters.ToArray();
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(copy.AsSpan()))
        {
            word = memory.Find(word) is null ? word : word % MemoryBlock.Alignment;
        }

        return Convert.ToHexString(copy);
    }
}
