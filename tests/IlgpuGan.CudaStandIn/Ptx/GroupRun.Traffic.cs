namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Counts how a warp's accesses fall on sectors of global memory and on banks of shared memory.</summary>
internal sealed unsafe partial class GroupRun
{
    private const int SectorBytes = 32;
    private const int Banks = 32;

    /// <summary>How many warps have loaded by each instruction.</summary>
    private readonly long[] loadsAt;

    private void CountLoad(ulong* addresses, long offset, int size)
    {
        counters.LoadedBytes += (long)laneCount * size;
        loadsAt[at] += CountSectors(addresses, offset, size, ref counters.LoadedSectors, ref counters.IdealLoadedSectors);
    }

    private void CountStore(ulong* addresses, long offset, int size)
    {
        counters.StoredBytes += (long)laneCount * size;
        CountSectors(addresses, offset, size, ref counters.StoredSectors, ref counters.IdealStoredSectors);
    }

    private void CountCopy(PendingCopy copy, ulong* targets, int offset, int bytes)
    {
        Span<ulong> sectors = stackalloc ulong[WarpThreads];
        Span<ulong> places = stackalloc ulong[WarpThreads];
        for (int start = 0; start < laneCount;)
        {
            int warp = lanes[start] / WarpThreads, found = 0, distinct = 0;
            long needed = 0;
            for (; start < laneCount && lanes[start] / WarpThreads == warp; start++)
            {
                uint size = copy.Sizes[lanes[start]];
                ulong source = copy.Sources[lanes[start]];
                counters.LoadedBytes += size;
                if (size == 0)
                {
                    continue;
                }
                found = AddDistinct(sectors, found, source / SectorBytes);
                int before = distinct;
                distinct = AddDistinct(places, distinct, source);
                needed += distinct > before ? size : 0;
            }
            counters.LoadedSectors += found;
            counters.IdealLoadedSectors += (needed + SectorBytes - 1) / SectorBytes;
        }
        CountBanks(targets, offset, bytes);
    }

    /// <summary>Counts the sectors of each warp; gives the number of warps.</summary>
    private int CountSectors(ulong* addresses, long offset, int size, ref long sectorCount, ref long idealCount)
    {
        int warpCount = 0;
        Span<ulong> sectors = stackalloc ulong[WarpThreads];
        Span<ulong> places = stackalloc ulong[WarpThreads];
        for (int start = 0; start < laneCount;)
        {
            int warp = lanes[start] / WarpThreads, found = 0, distinct = 0;
            for (; start < laneCount && lanes[start] / WarpThreads == warp; start++)
            {
                ulong address = addresses[lanes[start]] + (ulong)offset;
                found = AddDistinct(sectors, found, address / SectorBytes);
                distinct = AddDistinct(places, distinct, address);
            }
            sectorCount += found;
            idealCount += ((distinct * size) + SectorBytes - 1) / SectorBytes;
            warpCount++;
        }
        return warpCount;
    }

    /// <summary>Adds a number to a list if it is not there; neighbours tend to come one after another.</summary>
    private static int AddDistinct(Span<ulong> list, int count, ulong number)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            if (list[i] == number)
            {
                return count;
            }
        }
        list[count] = number;
        return count + 1;
    }

    /// <summary>
    /// A pass serves 32 threads that ask for a word, 16 for two, 8 for four: as many more passes as there are different words in the fullest bank.
    /// </summary>
    private void CountBanks(ulong* addresses, long offset, int size)
    {
        int together = WarpThreads * 4 / Math.Max(size, 4);
        int words = Math.Max(size / 4, 1);
        Span<byte> full = stackalloc byte[Banks];
        Span<ulong> seen = stackalloc ulong[Banks * WarpThreads];
        for (int start = 0; start < laneCount;)
        {
            int party = lanes[start] / together;
            full.Clear();
            for (; start < laneCount && lanes[start] / together == party; start++)
            {
                ulong first = (addresses[lanes[start]] + (ulong)offset) / 4;
                for (ulong word = first; word < first + (ulong)words; word++)
                {
                    int bank = (int)(word % Banks);
                    full[bank] = (byte)AddDistinct(seen.Slice(bank * WarpThreads, WarpThreads), full[bank], word);
                }
            }
            int passes = 0;
            foreach (byte count in full)
            {
                passes = Math.Max(passes, count);
            }
            counters.BankPasses += passes;
            counters.IdealBankPasses++;
        }
    }
}
