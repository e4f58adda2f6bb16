using System.Runtime.CompilerServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Reads and writes of global memory, each checked against its block and what is known of it.</summary>
internal sealed unsafe partial class GroupRun
{
    private readonly Checks checks;

    /// <summary>What a store of two bytes leaves in their shadow: the launch's stamp and the group's mark.</summary>
    private uint signature;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadGlobal(Instruction instruction)
    {
        ulong* addresses = WideRow(instruction.A);
        long offset = instruction.Offset;
        int element = instruction.Bytes, count = instruction.Elements.Length, size = element * count;
        bool isChecked = (checks & (Checks.Uninitialised | Checks.ForeignReads)) != 0;
        var block = blockOf[at];
        uint* d0 = Row(instruction.Elements[0]);
        uint* d1 = count > 1 ? Row(instruction.Elements[1]) : null;
        uint* d2 = count > 2 ? Row(instruction.Elements[2]) : null;
        uint* d3 = count > 2 ? Row(instruction.Elements[3]) : null;
        for (int i = 0; i < laneCount; i++)
        {
            int lane = lanes[i];
            ulong address = addresses[lane] + (ulong)offset;
            if (block is null || !block.Holds(address, size))
            {
                block = Locate(instruction, address, size, lane);
            }
            if ((address & (ulong)(size - 1)) != 0)
            {
                throw Misaligned(instruction, address, size, lane);
            }
            if (isChecked)
            {
                CheckLoad(instruction, block, address, size, lane);
            }
            byte* source = (byte*)address;
            switch (element)
            {
                case 4:
                    d0[lane] = ((uint*)source)[0];
                    if (count > 1)
                    {
                        d1[lane] = ((uint*)source)[1];
                        if (count > 2)
                        {
                            d2[lane] = ((uint*)source)[2];
                            d3[lane] = ((uint*)source)[3];
                        }
                    }
                    break;
                case 8:
                    ((ulong*)d0)[lane] = *(ulong*)source;
                    break;
                case 2:
                    d0[lane] = *(ushort*)source;
                    break;
                default:
                    d0[lane] = *source;
                    break;
            }
        }
        blockOf[at] = block;
        if (launch.Options.CountsTraffic)
        {
            CountLoad(addresses, offset, size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreGlobal(Instruction instruction)
    {
        ulong* addresses = WideRow(instruction.A);
        long offset = instruction.Offset;
        int element = instruction.Bytes, count = instruction.Elements.Length, size = element * count;
        var block = blockOf[at];
        uint* s0 = Row(instruction.Elements[0]);
        uint* s1 = count > 1 ? Row(instruction.Elements[1]) : null;
        uint* s2 = count > 2 ? Row(instruction.Elements[2]) : null;
        uint* s3 = count > 2 ? Row(instruction.Elements[3]) : null;
        for (int i = 0; i < laneCount; i++)
        {
            int lane = lanes[i];
            ulong address = addresses[lane] + (ulong)offset;
            if (block is null || !block.Holds(address, size))
            {
                block = Locate(instruction, address, size, lane);
            }
            if ((address & (ulong)(size - 1)) != 0)
            {
                throw Misaligned(instruction, address, size, lane);
            }
            if (block.Shadow is not null)
            {
                Stamp(instruction, block.Shadow + (address - block.Address), address, size, lane);
            }
            byte* target = (byte*)address;
            switch (element)
            {
                case 4:
                    ((uint*)target)[0] = s0[lane];
                    if (count > 1)
                    {
                        ((uint*)target)[1] = s1[lane];
                        if (count > 2)
                        {
                            ((uint*)target)[2] = s2[lane];
                            ((uint*)target)[3] = s3[lane];
                        }
                    }
                    break;
                case 8:
                    *(ulong*)target = ((ulong*)s0)[lane];
                    break;
                case 2:
                    *(ushort*)target = (ushort)s0[lane];
                    break;
                default:
                    *target = (byte)s0[lane];
                    break;
            }
        }
        blockOf[at] = block;
        if (launch.Options.CountsTraffic)
        {
            CountStore(addresses, offset, size);
        }
    }

    /// <summary>Notes a store of this launch; a place that has its stamp was stored before. Exchanged at once, since other cores store, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Stamp(Instruction instruction, byte* shadow, ulong address, int size, int lane)
    {
        if (size >= 4)
        {
            uint stamps = launch.Stamp * 0x01010101u, signed = signature * 0x00010001u;
            for (int byteOf = 0; byteOf < size; byteOf += 4)
            {
                uint before = Interlocked.Exchange(ref *(uint*)(shadow + byteOf), signed);
                if (HasZeroByte(before ^ stamps))
                {
                    NoteTwice(instruction, lane, address + (ulong)byteOf);
                }
            }
        }
        else if (size == 2)
        {
            ushort before = Interlocked.Exchange(ref *(ushort*)shadow, (ushort)signature);
            if ((byte)before == launch.Stamp || before >> 8 == launch.Stamp)
            {
                NoteTwice(instruction, lane, address);
            }
        }
        else
        {
            // What has a mark was stored with the byte before it, if that has the stamp; a mark of another launch says nothing any more.
            byte* first = shadow - (address & 1), second = first + 1;
            bool isMarked = *first == launch.Stamp && *second >= MemoryBlock.FirstMark;
            if (!isMarked && *second >= MemoryBlock.FirstMark)
            {
                *second = 1;
            }
            if (Interlocked.Exchange(ref *shadow, launch.Stamp) == launch.Stamp || isMarked)
            {
                NoteTwice(instruction, lane, address);
            }
        }
    }

    private void NoteTwice(Instruction instruction, int lane, ulong address)
    {
        if ((checks & Checks.StoredTwice) != 0)
        {
            throw Fault(FaultKind.StoredTwice, "this launch stored there before", instruction, lane, address);
        }
    }

    /// <summary>What is read was written, and by no other group of this launch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckLoad(Instruction instruction, MemoryBlock block, ulong address, int size, int lane)
    {
        byte* shadow = block.Shadow;
        if (shadow is null)
        {
            return;
        }
        shadow += address - block.Address;
        uint stamps = launch.Stamp * 0x01010101u;
        bool isWritten = true, isOfLaunch = false;
        if ((size & 3) == 0)
        {
            for (int byteOf = 0; byteOf < size; byteOf += 4)
            {
                uint known = *(uint*)(shadow + byteOf);
                isWritten &= !HasZeroByte(known);
                isOfLaunch |= HasZeroByte(known ^ stamps);
            }
        }
        else
        {
            for (int byteOf = 0; byteOf < size; byteOf++)
            {
                isWritten &= shadow[byteOf] != 0;
                isOfLaunch |= shadow[byteOf] == launch.Stamp;
            }
        }
        if (!isWritten && (checks & Checks.Uninitialised) != 0)
        {
            throw Fault(FaultKind.UninitialisedGlobal, $"nobody wrote what is read there, {Place(block, address)}", instruction, lane, address);
        }
        if (isOfLaunch && (checks & Checks.ForeignReads) != 0)
        {
            CheckForeign(instruction, shadow, address, size, lane);
        }
    }

    private void CheckForeign(Instruction instruction, byte* shadow, ulong address, int size, int lane)
    {
        for (int byteOf = (int)(address & 1); byteOf < size; byteOf += 2)
        {
            if (shadow[byteOf] == launch.Stamp && byteOf + 1 < size && shadow[byteOf + 1] is >= MemoryBlock.FirstMark and var mark && mark != signature >> 8)
            {
                throw Fault(FaultKind.ForeignRead, "another group of this launch stored there", instruction, lane, address + (ulong)byteOf);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasZeroByte(uint word) => ((word - 0x01010101u) & ~word & 0x80808080u) != 0;

    private MemoryBlock Locate(Instruction instruction, ulong address, int size, int lane)
    {
        var block = launch.Memory.Find(address);
        if (block is null && launch.Memory.WasFreed(address))
        {
            throw Fault(FaultKind.Freed, $"{size} bytes of memory that was freed", instruction, lane, address);
        }
        if (block is null || !block.Holds(address, size))
        {
            throw Fault(FaultKind.OutsideGlobal, $"{size} bytes outside all memory{Nearest(address)}", instruction, lane, address);
        }
        return block;
    }

    private string Nearest(ulong address)
    {
        var nearest = launch.Memory.Blocks.LastOrDefault(block => block.Address <= address);
        return nearest is null ? "" : $", {Place(nearest, address)}";
    }

    private static string Place(MemoryBlock block, ulong address) => $"byte {address - block.Address} from the start of a block of {block.Bytes}";

    private KernelFaultException Misaligned(Instruction instruction, ulong address, int size, int lane) =>
        Fault(FaultKind.Misaligned, $"{size} bytes lie on a multiple of {size}", instruction, lane, address);
}
