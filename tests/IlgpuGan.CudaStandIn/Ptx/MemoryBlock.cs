using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// An allocation of the card's memory, which is memory of this process. A byte of shadow for each byte says what is known of it: 0 for never written,
/// 1 for written, anything else for stored in the launch of that stamp. Where two bytes were stored at once the second of them has the mark of the group
/// instead, one of as many as are left.
/// </summary>
public sealed unsafe class MemoryBlock
{
    internal const int Alignment = 256;

    /// <summary>The first mark of groups; stamps of launches lie below.</summary>
    internal const int FirstMark = 128;

    /// <summary>What fresh memory holds: a NaN, and as an integer no index of anything.</summary>
    internal const uint Poison = 0x7FC0DEAD;

    private void* memory;
    private byte* shadow;

    internal MemoryBlock(long bytes, bool isShadowed)
    {
        Bytes = bytes;
        nuint held = (nuint)((bytes + Alignment - 1) / Alignment * Alignment);
        // A fence on each side belongs to no block: what runs over an end is outside, not in a neighbour.
        if (isShadowed)
        {
            memory = NativeMemory.AlignedAlloc(held + (2 * Alignment), Alignment);
            NativeSpans.Fill((byte*)memory + Alignment, held / 4, Poison);
            shadow = (byte*)NativeMemory.AllocZeroed(held);
            Address = (ulong)memory + Alignment;
        }
        else
        {
            // Pages that nobody touches are not held: what is only counted may be larger than this machine.
            memory = NativeMemory.AllocZeroed(held + (3 * Alignment));
            Address = ((ulong)memory + (2 * Alignment) - 1) / Alignment * Alignment;
        }
    }

    /// <summary>The address of its first byte, on the card and in this process.</summary>
    public ulong Address { get; }

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>Whether it is known what was written.</summary>
    public bool IsShadowed => shadow is not null;

    internal byte* Shadow => shadow;

    /// <summary>Whether a range lies inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(ulong address, long bytes) => address >= Address && address - Address <= (ulong)Bytes && (ulong)bytes <= (ulong)Bytes - (address - Address);

    /// <summary>Says that a range was written from outside a kernel: copied to or set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside.</exception>
    public void MarkWritten(ulong address, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Holds(address, bytes), true);
        if (shadow is not null)
        {
            NativeSpans.Fill(shadow + (address - Address), bytes, (byte)1);
        }
    }

    /// <summary>The first address of a range that nobody has written; null if all of it was, or is not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside.</exception>
    public ulong? FirstUnwritten(ulong address, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Holds(address, bytes), true);
        if (shadow is null)
        {
            return null;
        }
        long first = NativeSpans.IndexOf(shadow + (address - Address), bytes, 0);
        return first < 0 ? null : address + (ulong)first;
    }

    /// <summary>Makes what launches stored to what was written, so that their stamps can be given again.</summary>
    internal void ForgetStamps()
    {
        if (shadow is not null)
        {
            NativeSpans.LowerTo(shadow, Bytes, 1);
        }
    }

    internal void Release()
    {
        if (shadow is null)
        {
            NativeMemory.Free(memory);
        }
        else
        {
            NativeMemory.AlignedFree(memory);
        }
        NativeMemory.Free(shadow);
        memory = null;
        shadow = null;
    }
}
