using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// Runs groups of a launch, one after another, on one core. A register is a row of numbers, one for each thread; threads that have parted at a branch run
/// one side after the other and go on together where both sides meet. Warps matter where PTX says so: at uniform branches, products and counts.
/// </summary>
internal sealed unsafe partial class GroupRun : IDisposable
{
    private const int WarpThreads = 32;

    private readonly List<nint> taken = [];
    private readonly Launch launch;
    private readonly Instruction[] code;
    private readonly int threads;
    private readonly int warps;

    /// <summary>Threads of a row: those of whole warps.</summary>
    private readonly int width;
    private readonly nint rowBytes;
    private readonly byte* registers;
    private readonly byte* scratch;
    private readonly MemoryBlock?[] blockOf;
    private readonly bool[]?[] written;
    private Counters counters;
    private long group;
    private long issued;

    public GroupRun(Launch launch)
    {
        this.launch = launch;
        code = launch.Kernel.Code;
        threads = launch.Threads;
        warps = (threads + WarpThreads - 1) / WarpThreads;
        width = warps * WarpThreads;
        rowBytes = width * sizeof(uint);
        registers = Take(launch.Kernel.Layout.Rows * rowBytes);
        scratch = Take(4 * rowBytes);
        masks.Add((nint)Take(rowBytes));
        guard = (uint*)Take(rowBytes);
        sideMask = (uint*)Take(rowBytes);
        pathLanes = (int*)Take(rowBytes);
        guardLanes = (int*)Take(rowBytes);
        blockOf = new MemoryBlock?[code.Length];
        loadsAt = new long[code.Length];
        checks = launch.Options.Checks;
        product = (double*)Take(ProductBytes);
        written = new bool[]?[launch.Kernel.Layout.Rows];
        foreach (int place in code.SelectMany(instruction => instruction.Doubtful).Distinct())
        {
            written[place] = new bool[width];
        }
        TakeShared();
        SetConstants();
    }

    /// <summary>Runs one group; what it counted.</summary>
    /// <exception cref="KernelFaultException">The kernel did what no kernel may do.</exception>
    public Counters Run(long which)
    {
        (group, counters, issued) = (which, new Counters { Groups = 1 }, 0);
        signature = launch.Stamp | (uint)(MemoryBlock.FirstMark + (which % (256 - MemoryBlock.FirstMark))) << 8;
        SetGroup();
        BeginShared();
        BeginCopies();
        BeginPath();
        foreach (bool[]? row in written)
        {
            row?.AsSpan().Clear();
        }
        Execute();
        EndCopies();
        counters.Instructions = issued;
        counters.LoadRounds = loadsAt.Max();
        loadsAt.AsSpan().Clear();
        return counters;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint memory in taken)
        {
            NativeMemory.AlignedFree((void*)memory);
        }
        taken.Clear();
    }

    private byte* Take(nint bytes)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 64), 64);
        NativeMemory.Clear(memory, (nuint)Math.Max(bytes, 64));
        taken.Add((nint)memory);
        return memory;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint* Row(int place) => (uint*)(registers + (place * rowBytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* WideRow(int place) => (ulong*)(registers + (place * rowBytes));

    private void SetConstants()
    {
        foreach (var constant in launch.Kernel.Layout.Constants)
        {
            if (constant.IsWide)
            {
                new Span<ulong>(WideRow(constant.Place), width).Fill(constant.Bits);
            }
            else
            {
                new Span<uint>(Row(constant.Place), width).Fill((uint)constant.Bits);
            }
        }
        var (x, y, z) = launch.Block;
        foreach (var (special, place) in launch.Kernel.Layout.SpecialPlaces)
        {
            uint* row = Row(place);
            for (int lane = 0; lane < width; lane++)
            {
                row[lane] = (uint)(special switch
                {
                    Special.ThreadX => lane % x,
                    Special.ThreadY => lane / x % y,
                    Special.ThreadZ => lane / x / y,
                    Special.ThreadsX => x,
                    Special.ThreadsY => y,
                    Special.ThreadsZ => z,
                    Special.GroupsX => launch.Grid.X,
                    Special.GroupsY => launch.Grid.Y,
                    Special.GroupsZ => launch.Grid.Z,
                    Special.DynamicSharedBytes => launch.SharedBytes - launch.Kernel.StaticSharedBytes,
                    _ => 0,
                });
            }
        }
    }

    private void SetGroup()
    {
        var grid = launch.Grid;
        foreach (var (special, place) in launch.Kernel.Layout.SpecialPlaces)
        {
            long? number = special switch
            {
                Special.GroupX => group % grid.X,
                Special.GroupY => group / grid.X % grid.Y,
                Special.GroupZ => group / grid.X / grid.Y,
                _ => null,
            };
            if (number is { } known)
            {
                new Span<uint>(Row(place), width).Fill((uint)known);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Execute()
    {
        long most = launch.Options.MaximumInstructions * warps;
        while (true)
        {
            while (at == meeting)
            {
                Meet();
            }
            var instruction = code[at];
            issued += pathWarps;
            if (issued > most)
            {
                throw Fault(FaultKind.Endless, $"more than {launch.Options.MaximumInstructions} instructions of a warp", instruction);
            }
            if (instruction.Doubtful.Length > 0)
            {
                CheckPredicate(instruction);
            }
            if (instruction.Operation == Operation.Branch)
            {
                Branch(instruction);
                continue;
            }
            if (instruction.Predicate >= 0)
            {
                Guard(instruction);
            }
            if (instruction.Doubtful.Length > 0)
            {
                CheckOperands(instruction);
            }
            switch (instruction.Operation)
            {
                case Operation.Return:
                    if (!Return(instruction))
                    {
                        return;
                    }
                    continue;
                case Operation.Barrier:
                    Barrier(instruction);
                    break;
                case Operation.LoadParameter:
                    LoadParameter(instruction);
                    break;
                case Operation.LoadGlobal:
                    LoadGlobal(instruction);
                    break;
                case Operation.StoreGlobal:
                    StoreGlobal(instruction);
                    break;
                case Operation.LoadShared:
                    LoadShared(instruction);
                    break;
                case Operation.StoreShared:
                    StoreShared(instruction);
                    break;
                case Operation.CopyStart:
                    StartCopy(instruction);
                    break;
                case Operation.CopyCommit:
                    CommitCopies();
                    break;
                case Operation.CopyWait:
                    WaitForCopies(instruction, instruction.Number);
                    break;
                case Operation.CopyWaitAll:
                    CommitCopies();
                    WaitForCopies(instruction, 0);
                    break;
                case Operation.MmaTf32 or Operation.MmaBf16:
                    Product(instruction);
                    break;
                default:
                    Compute(instruction);
                    break;
            }
            if (instruction.Doubted.Length > 0)
            {
                NoteWritten(instruction);
            }
            if (instruction.Predicate >= 0)
            {
                Unguard();
            }
            at++;
        }
    }

    private void LoadParameter(Instruction instruction)
    {
        if ((uint)instruction.Offset + (uint)instruction.Bytes > (uint)launch.Parameters.Length)
        {
            throw Fault(FaultKind.WrongLaunch, $"reads byte {instruction.Offset} of {launch.Parameters.Length} bytes of parameters", instruction);
        }
        fixed (byte* parameters = launch.Parameters)
        {
            byte* source = parameters + instruction.Offset;
            if (instruction.IsWide)
            {
                new Span<ulong>(Result(instruction), width).Fill(Unsafe.ReadUnaligned<ulong>(source));
            }
            else
            {
                new Span<uint>(Result(instruction), width).Fill(Unsafe.ReadUnaligned<uint>(source));
            }
        }
        Keep(instruction);
    }

    /// <summary>Where all threads' results go: into the register, or aside if only some threads take part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void* Result(Instruction instruction) => isWhole ? registers + (instruction.D * rowBytes) : scratch;

    /// <summary>Takes over the results of the threads that take part.</summary>
    private void Keep(Instruction instruction)
    {
        if (isWhole)
        {
            return;
        }
        if (instruction.IsWide)
        {
            Lanes.Keep(WideRow(instruction.D), (ulong*)scratch, mask, width);
        }
        else
        {
            Lanes.Keep(Row(instruction.D), (uint*)scratch, mask, width);
        }
    }

    /// <summary>All threads of the path read the predicate.</summary>
    private void CheckPredicate(Instruction instruction)
    {
        if (instruction.Doubtful.Contains(instruction.Predicate))
        {
            CheckWritten(instruction, instruction.Predicate);
        }
    }

    /// <summary>Only the threads that take part read the operands.</summary>
    private void CheckOperands(Instruction instruction)
    {
        foreach (int place in instruction.Doubtful)
        {
            if (place != instruction.Predicate)
            {
                CheckWritten(instruction, place);
            }
        }
    }

    private void CheckWritten(Instruction instruction, int place)
    {
        if ((checks & Checks.Uninitialised) == 0)
        {
            return;
        }
        for (int i = 0; i < laneCount; i++)
        {
            if (!written[place]![lanes[i]])
            {
                throw Fault(FaultKind.UninitialisedRegister, $"{launch.Kernel.Layout.Names[place]} was not written", instruction, lanes[i]);
            }
        }
    }

    private void NoteWritten(Instruction instruction)
    {
        foreach (int place in instruction.Doubted)
        {
            for (int i = 0; i < laneCount; i++)
            {
                written[place]![lanes[i]] = true;
            }
        }
    }

    private KernelFaultException Fault(FaultKind fault, string what, Instruction instruction, int thread = -1, ulong? address = null) =>
        launch.Fault(fault, what, instruction, group, thread, address);
}
