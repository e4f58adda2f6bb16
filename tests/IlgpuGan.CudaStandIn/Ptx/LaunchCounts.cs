namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What a launch did. A warp of 32 threads issues an instruction once, also where only some of its threads take part.</summary>
public sealed record LaunchCounts
{
    /// <summary>Groups of the launch.</summary>
    public long Groups { get; init; }

    /// <summary>Warps of a group.</summary>
    public int WarpsOfGroup { get; init; }

    /// <summary>Groups that were run; the others were counted by them.</summary>
    public long GroupsRun { get; init; }

    /// <summary>Instructions that warps issued.</summary>
    public long Instructions { get; init; }

    /// <summary>Those of them that only copy a register or set it to a number: an assembler leaves them out wherever it can.</summary>
    public long Moves { get; init; }

    /// <summary>Those of them that are <c>mma</c>.</summary>
    public long Products { get; init; }

    /// <summary>Barriers that groups met at.</summary>
    public long Barriers { get; init; }

    /// <summary>Waits for copies from global to shared memory, of a group's first thread.</summary>
    public long CopyWaits { get; init; }

    /// <summary>Steps that the copies had had by then, in all: n + 1 where a wait leaves n groups of copies under way.</summary>
    public long CopySteps { get; init; }

    /// <summary>
    /// How often warps load from global memory into registers by one and the same instruction: that of a group which does so most often. Loads of different
    /// instructions may be under way together.
    /// </summary>
    public long LoadRounds { get; init; }

    /// <summary>Bytes of global memory that threads asked for.</summary>
    public long LoadedBytes { get; init; }

    /// <summary>Sectors of 32 bytes that those lay in, warp by warp and instruction by instruction.</summary>
    public long LoadedSectors { get; init; }

    /// <summary>The fewest sectors that could hold them.</summary>
    public long IdealLoadedSectors { get; init; }

    /// <summary>Bytes of global memory that threads stored.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Sectors of 32 bytes that those lay in, warp by warp and instruction by instruction.</summary>
    public long StoredSectors { get; init; }

    /// <summary>The fewest sectors that could hold them.</summary>
    public long IdealStoredSectors { get; init; }

    /// <summary>Passes over the 32 banks of shared memory.</summary>
    public long BankPasses { get; init; }

    /// <summary>The passes that would do if no two words of a pass lay in one bank.</summary>
    public long IdealBankPasses { get; init; }

    /// <summary>Passes that conflicts between banks cost.</summary>
    public long BankConflicts => BankPasses - IdealBankPasses;

    /// <summary>How many times a card fills up with groups until the launch is done.</summary>
    /// <param name="multiprocessors">The card's multiprocessors.</param>
    /// <param name="groupsAtOnce">Groups that one of them holds at once.</param>
    public long Waves(int multiprocessors, int groupsAtOnce) => (Groups + ((long)multiprocessors * groupsAtOnce) - 1) / ((long)multiprocessors * groupsAtOnce);
}
