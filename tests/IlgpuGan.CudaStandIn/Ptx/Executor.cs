namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Executes kernels: a group at a time on each core, all its threads as one vector.</summary>
public static class Executor
{
    private const int MaximumThreads = 1024;

    /// <summary>What a group of any card may have after asking for it.</summary>
    private const int MaximumSharedBytes = 227 * 1024;

    /// <summary>Runs a kernel to its end.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="grid">Its groups.</param>
    /// <param name="block">The threads of a group.</param>
    /// <param name="dynamicSharedBytes">Shared memory beyond the kernel's own.</param>
    /// <param name="parameters">The parameters, as the kernel lays them out.</param>
    /// <param name="memory">The card's memory.</param>
    /// <param name="options">How it is executed.</param>
    /// <exception cref="KernelFaultException">
    /// The kernel did what no kernel may do; what it stored before stays. Of several groups the first is named.
    /// </exception>
    public static LaunchCounts Launch(PtxKernel kernel, Dim3 grid, Dim3 block, int dynamicSharedBytes, ReadOnlySpan<byte> parameters, MemoryMap memory, ExecutorOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(options);
        Check(kernel, grid, block, dynamicSharedBytes, parameters.Length);
        var launch = new Launch(kernel, grid, block, kernel.StaticSharedBytes + dynamicSharedBytes, parameters.ToArray(), memory, options, memory.NextStamp());
        var total = Run(launch);
        return new()
        {
            Groups = grid.Count,
            WarpsOfGroup = (launch.Threads + 31) / 32,
            GroupsRun = total.Groups,
            Instructions = total.Instructions,
            Moves = total.Moves,
            Products = total.Products,
            Barriers = total.Barriers,
            CopyWaits = total.CopyWaits,
            CopySteps = total.CopySteps,
            LoadRounds = total.LoadRounds,
            LoadedBytes = total.LoadedBytes,
            LoadedSectors = total.LoadedSectors,
            IdealLoadedSectors = total.IdealLoadedSectors,
            StoredBytes = total.StoredBytes,
            StoredSectors = total.StoredSectors,
            IdealStoredSectors = total.IdealStoredSectors,
            BankPasses = total.BankPasses,
            IdealBankPasses = total.IdealBankPasses,
        };
    }

    private static void Check(PtxKernel kernel, Dim3 grid, Dim3 block, int dynamicSharedBytes, int parameterBytes)
    {
        string? wrong = null;
        if (Math.Min(grid.X, Math.Min(grid.Y, grid.Z)) < 1 || grid.Y > ushort.MaxValue || grid.Z > ushort.MaxValue)
        {
            wrong = $"{grid.X} x {grid.Y} x {grid.Z} groups cannot be launched";
        }
        else if (Math.Min(block.X, Math.Min(block.Y, block.Z)) < 1 || block.Count > MaximumThreads)
        {
            wrong = $"a group of {block.X} x {block.Y} x {block.Z} threads cannot be launched";
        }
        else if (kernel.MaximumThreads > 0 && block.Count > kernel.MaximumThreads)
        {
            wrong = $"a group of {block.Count} threads is larger than the {kernel.MaximumThreads} that the kernel promises";
        }
        else if (dynamicSharedBytes < 0 || kernel.StaticSharedBytes + (long)dynamicSharedBytes > MaximumSharedBytes)
        {
            wrong = $"{kernel.StaticSharedBytes} and {dynamicSharedBytes} bytes of shared memory are no group's";
        }
        else if (parameterBytes != kernel.ParameterBytes)
        {
            wrong = $"{parameterBytes} bytes of parameters instead of {kernel.ParameterBytes}";
        }
        if (wrong is not null)
        {
            throw new KernelFaultException(FaultKind.WrongLaunch, wrong, kernel.Name);
        }
    }

    private static Counters Run(Launch launch)
    {
        long count = launch.Options.Groups?.Count ?? launch.Grid.Count;
        long next = -1, firstFault = long.MaxValue;
        int cores = launch.Options.Cores > 0 ? launch.Options.Cores : Environment.ProcessorCount;
        var gate = new Lock();
        var total = new Counters();
        KernelFaultException? fault = null;

        void Work()
        {
            var mine = new Counters();
            using var run = new GroupRun(launch);
            // Groups are taken in their order, so that when one faults all before it are under way: the first fault is always the one that is told.
            for (long i = Interlocked.Increment(ref next); i < count && i < Volatile.Read(ref firstFault); i = Interlocked.Increment(ref next))
            {
                var share = launch.Options.Groups?[(int)i] ?? new GroupShare(i, 1);
                try
                {
                    mine.Add(run.Run(share.Group), share.StandsFor);
                }
                catch (KernelFaultException found)
                {
                    lock (gate)
                    {
                        if (i < firstFault)
                        {
                            (firstFault, fault) = (i, found);
                        }
                    }
                }
            }
            lock (gate)
            {
                total.Add(mine, 1);
            }
        }

        int workers = (int)Math.Min(cores, count);
        if (workers == 1)
        {
            Work();
        }
        else
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ => Work());
        }
        return fault is null ? total : throw fault;
    }
}
