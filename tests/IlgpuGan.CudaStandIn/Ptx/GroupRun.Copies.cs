using System.Runtime.CompilerServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// Copies from global to shared memory that arrive when their thread waits for them: as late as they may. A copy writes when it starts (others must not use
/// the words any more) and when it arrives (others may use them behind a barrier).
/// </summary>
internal sealed unsafe partial class GroupRun
{
    private readonly List<PendingCopy> pending = [];
    private readonly Stack<PendingCopy> unused = [];
    private int[] commits = [];

    private void BeginCopies()
    {
        if (commits.Length == 0)
        {
            commits = new int[width];
        }
        commits.AsSpan().Clear();
        foreach (var copy in pending)
        {
            unused.Push(copy);
        }
        pending.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StartCopy(Instruction instruction)
    {
        ulong* targets = WideRow(instruction.A), sources = WideRow(instruction.B);
        uint* sizes = Row(instruction.C);
        int bytes = instruction.Bytes;
        var copy = unused.TryPop(out var old) ? old : new PendingCopy(width);
        copy.Begin(instruction);
        bool isChecked = (checks & (Checks.Uninitialised | Checks.ForeignReads)) != 0;
        var block = blockOf[at];
        for (int i = 0; i < laneCount; i++)
        {
            int lane = lanes[i];
            uint size = sizes[lane];
            if (size > bytes)
            {
                throw Fault(FaultKind.WrongLaunch, $"copies {size} of {bytes} bytes", instruction, lane);
            }
            uint word = SharedWord(instruction, targets[lane], bytes, lane);
            ulong source = sources[lane] + (ulong)(long)instruction.SourceOffset;
            if ((source & (ulong)(bytes - 1)) != 0)
            {
                throw Misaligned(instruction, source, bytes, lane);
            }
            // A copy of no bytes fills with zeroes and does not look at its source.
            if (size > 0)
            {
                if (block is null || !block.Holds(source, size))
                {
                    block = Locate(instruction, source, (int)size, lane);
                }
                if (isChecked)
                {
                    CheckLoad(instruction, block, source, (int)size, lane);
                }
            }
            copy.Add(lane, word, source, size, commits[lane]);
            if (ChecksShared)
            {
                for (uint next = word; next < word + (bytes / 4); next++)
                {
                    NoteWrite(instruction, next, lane, UnderWay);
                }
            }
        }
        blockOf[at] = block;
        pending.Add(copy);
        if (launch.Options.CountsTraffic)
        {
            CountCopy(copy, targets, instruction.Offset, bytes);
        }
    }

    private void CommitCopies()
    {
        for (int i = 0; i < laneCount; i++)
        {
            commits[lanes[i]]++;
        }
    }

    /// <summary>Lets all copies arrive but those of the last groups of each thread that takes part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WaitForCopies(Instruction instruction, int groups)
    {
        if (pending.Count > 0 && laneCount > 0 && lanes[0] == 0)
        {
            counters.CopyWaits++;
            counters.CopySteps += groups + 1;
        }
        int kept = 0;
        for (int next = 0; next < pending.Count; next++)
        {
            var copy = pending[next];
            for (int i = 0; i < laneCount; i++)
            {
                int lane = lanes[i];
                if (copy.Groups[lane] < commits[lane] - groups)
                {
                    Arrive(instruction, copy, lane);
                }
            }
            if (copy.Left > 0)
            {
                pending[kept++] = copy;
            }
            else
            {
                unused.Push(copy);
            }
        }
        pending.RemoveRange(kept, pending.Count - kept);
    }

    private void Arrive(Instruction instruction, PendingCopy copy, int lane)
    {
        uint word = copy.Words[lane];
        byte* target = shared + (word * 4);
        uint size = copy.Sizes[lane];
        int bytes = copy.Instruction.Bytes;
        if (size > 0)
        {
            ulong source = copy.Sources[lane];
            if ((checks & Checks.CopySources) != 0 && !copy.IsAsBefore(lane))
            {
                throw Fault(FaultKind.CopySourceOverwritten, $"what line {copy.Instruction.Line} copies from there changed under way", instruction, lane, source);
            }
            Unsafe.CopyBlockUnaligned(target, (void*)source, size);
        }
        Unsafe.InitBlockUnaligned(target + size, 0, (uint)bytes - size);
        copy.Remove(lane);
        if (ChecksShared)
        {
            for (uint next = word; next < word + (bytes / 4); next++)
            {
                writes[next] = interval | (uint)lane;
            }
        }
    }

    private void EndCopies()
    {
        if (pending.Count == 0 || (checks & Checks.Races) == 0)
        {
            return;
        }
        var copy = pending[0];
        int lane = Array.FindIndex(copy.Groups, count => count != int.MaxValue);
        throw Fault(FaultKind.CopyNeverAwaited, "the thread ends and has not waited for it", copy.Instruction, lane, copy.Sources[lane]);
    }
}

/// <summary>What an instruction copies for the threads that took part in it.</summary>
internal sealed unsafe class PendingCopy(int width)
{
    private readonly UInt128[] before = new UInt128[width];

    /// <summary>How many groups its thread had closed before; the largest number where nothing is under way.</summary>
    public int[] Groups { get; } = new int[width];

    public uint[] Words { get; } = new uint[width];

    public ulong[] Sources { get; } = new ulong[width];

    public uint[] Sizes { get; } = new uint[width];

    public Instruction Instruction { get; private set; } = null!;

    /// <summary>Threads for which it is under way.</summary>
    public int Left { get; private set; }

    public void Begin(Instruction instruction)
    {
        Instruction = instruction;
        Left = 0;
        Groups.AsSpan().Fill(int.MaxValue);
    }

    public void Add(int lane, uint word, ulong source, uint size, int groups)
    {
        (Words[lane], Sources[lane], Sizes[lane], Groups[lane]) = (word, source, size, groups);
        before[lane] = Read(source, size);
        Left++;
    }

    public void Remove(int lane)
    {
        Groups[lane] = int.MaxValue;
        Left--;
    }

    /// <summary>Whether the source is what it was when the copy started.</summary>
    public bool IsAsBefore(int lane) => before[lane] == Read(Sources[lane], Sizes[lane]);

    private static UInt128 Read(ulong source, uint size)
    {
        UInt128 bytes = 0;
        Unsafe.CopyBlockUnaligned(&bytes, (void*)source, size);
        return bytes;
    }
}
