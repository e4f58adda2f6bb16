using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// The group's shared memory. Each word has two stamps, of its last write and of its last read: the interval between barriers and the thread. A word that is
/// read by several threads of an interval has the stamp of no thread, one that a copy is on its way to has a stamp that nothing passes.
/// </summary>
internal sealed unsafe partial class GroupRun
{
    private const int ThreadBits = 11;
    private const uint SeveralThreads = (1u << ThreadBits) - 1;
    private const uint UnderWay = uint.MaxValue;
    private const uint LastInterval = (1u << (32 - ThreadBits)) - 2;

    private byte* shared;
    private uint* writes;
    private uint* reads;
    private int sharedWords;

    /// <summary>The stamp of the interval, without a thread.</summary>
    private uint interval;

    private bool ChecksShared => (checks & (Checks.Races | Checks.Uninitialised)) != 0;

    private void TakeShared()
    {
        sharedWords = (launch.SharedBytes + 3) / 4;
        shared = Take(sharedWords * 4);
        writes = (uint*)Take(sharedWords * 4);
        reads = (uint*)Take(sharedWords * 4);
    }

    private void BeginShared()
    {
        new Span<uint>(shared, sharedWords).Fill(MemoryBlock.Poison);
        NativeMemory.Clear(writes, (nuint)sharedWords * 4);
        NativeMemory.Clear(reads, (nuint)sharedWords * 4);
        interval = 1 << ThreadBits;
    }

    private void NextInterval()
    {
        if (interval >> ThreadBits == LastInterval)
        {
            // All that is long ago is the same: the count begins anew.
            for (int word = 0; word < sharedWords; word++)
            {
                reads[word] = 0;
                writes[word] = writes[word] is 0 or UnderWay ? writes[word] : 1;
            }
            interval = 0;
        }
        interval += 1 << ThreadBits;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadShared(Instruction instruction)
    {
        ulong* addresses = WideRow(instruction.A);
        int count = instruction.Elements.Length;
        bool isChecked = ChecksShared;
        for (int i = 0; i < laneCount; i++)
        {
            int lane = lanes[i];
            uint word = SharedWord(instruction, addresses[lane], count * 4, lane);
            if (isChecked)
            {
                for (uint next = word; next < word + count; next++)
                {
                    NoteRead(instruction, next, lane);
                }
            }
        }
        uint* loaded = (uint*)scratch;
        for (int element = 0; element < count; element++)
        {
            uint* d = Row(instruction.Elements[element]);
            byte* from = shared + instruction.Offset + (element * 4);
            for (int i = 0; i < laneCount; i++)
            {
                loaded[i] = *(uint*)(from + addresses[lanes[i]]);
            }
            for (int i = 0; i < laneCount; i++)
            {
                d[lanes[i]] = loaded[i];
            }
        }
        if (launch.Options.CountsTraffic)
        {
            CountBanks(addresses, instruction.Offset, count * 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreShared(Instruction instruction)
    {
        ulong* addresses = WideRow(instruction.A);
        int count = instruction.Elements.Length;
        bool isChecked = ChecksShared;
        for (int i = 0; i < laneCount; i++)
        {
            int lane = lanes[i];
            uint word = SharedWord(instruction, addresses[lane], count * 4, lane);
            if (isChecked)
            {
                for (uint next = word; next < word + count; next++)
                {
                    NoteWrite(instruction, next, lane, interval | (uint)lane);
                }
            }
        }
        for (int element = 0; element < count; element++)
        {
            uint* s = Row(instruction.Elements[element]);
            byte* to = shared + instruction.Offset + (element * 4);
            for (int i = 0; i < laneCount; i++)
            {
                *(uint*)(to + addresses[lanes[i]]) = s[lanes[i]];
            }
        }
        if (launch.Options.CountsTraffic)
        {
            CountBanks(addresses, instruction.Offset, count * 4);
        }
    }

    /// <summary>The word that an address is of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint SharedWord(Instruction instruction, ulong address, int size, int lane)
    {
        address += (ulong)(long)instruction.Offset;
        if (address > (ulong)launch.SharedBytes || (ulong)size > (ulong)launch.SharedBytes - address)
        {
            throw Fault(FaultKind.OutsideShared, $"{size} bytes outside the group's {launch.SharedBytes}", instruction, lane, address);
        }
        if ((address & (ulong)(size - 1)) != 0)
        {
            throw Misaligned(instruction, address, size, lane);
        }
        return (uint)(address / 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteRead(Instruction instruction, uint word, int lane)
    {
        uint mine = interval | (uint)lane, write = writes[word], read = reads[word];
        // Written in an interval before this one, or by this thread.
        if (write - 1 >= interval - 1 && write != mine)
        {
            CheckRead(instruction, word, lane);
        }
        if (read != mine)
        {
            reads[word] = read >= interval ? interval | SeveralThreads : mine;
        }
    }

    private void CheckRead(Instruction instruction, uint word, int lane)
    {
        uint write = writes[word];
        if (write == 0 && (checks & Checks.Uninitialised) != 0)
        {
            throw Fault(FaultKind.UninitialisedShared, "nobody wrote what is read there", instruction, lane, word * 4);
        }
        if (write == UnderWay && (checks & Checks.Races) != 0)
        {
            throw Fault(FaultKind.CopyUnderWay, "a copy is on its way there, for which its thread has not waited", instruction, lane, word * 4);
        }
        if (write != 0 && (checks & Checks.Races) != 0)
        {
            throw Fault(FaultKind.SharedRace, $"thread {write & SeveralThreads} wrote there since the last barrier", instruction, lane, word * 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteWrite(Instruction instruction, uint word, int lane, uint stamp)
    {
        uint mine = interval | (uint)lane, write = writes[word], read = reads[word];
        if ((write >= interval && write != mine) || (read >= interval && read != mine))
        {
            CheckWrite(instruction, word, lane);
        }
        writes[word] = stamp;
    }

    private void CheckWrite(Instruction instruction, uint word, int lane)
    {
        if ((checks & Checks.Races) == 0)
        {
            return;
        }
        uint write = writes[word], read = reads[word], mine = interval | (uint)lane;
        if (write == UnderWay)
        {
            throw Fault(FaultKind.CopyUnderWay, "a copy is on its way there, for which its thread has not waited", instruction, lane, word * 4);
        }
        if (write >= interval && write != mine)
        {
            throw Fault(FaultKind.SharedRace, $"thread {write & SeveralThreads} wrote there since the last barrier", instruction, lane, word * 4);
        }
        string who = (read & SeveralThreads) == SeveralThreads ? "several threads" : $"thread {read & SeveralThreads}";
        throw Fault(FaultKind.SharedRace, $"{who} read there since the last barrier", instruction, lane, word * 4);
    }
}
