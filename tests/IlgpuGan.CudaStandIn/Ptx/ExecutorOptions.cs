namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What the executor looks for beyond what would stop a card, too; outside, misaligned and divergent accesses always stop a launch.</summary>
[Flags]
public enum Checks
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>Reads of what nobody has written.</summary>
    Uninitialised = 1,

    /// <summary>Places of global memory that are stored twice in a launch.</summary>
    StoredTwice = 2,

    /// <summary>Races in shared memory, and copies that are used before they have arrived.</summary>
    Races = 4,

    /// <summary>Sources of copies that change under way.</summary>
    CopySources = 8,

    /// <summary>Reads of what another group has stored in the same launch.</summary>
    ForeignReads = 16,

    /// <summary>All of them.</summary>
    All = Uninitialised | StoredTwice | Races | CopySources | ForeignReads,
}

/// <summary>What <c>ex2</c>, <c>lg2</c>, <c>sin</c> and <c>cos</c> give, which cards only approximate.</summary>
public enum ApproximateFunctions
{
    /// <summary>The float next to the exact result.</summary>
    Exact,

    /// <summary>The highest result that the documented error allows.</summary>
    Highest,

    /// <summary>The lowest result that the documented error allows.</summary>
    Lowest,
}

/// <summary>A group that is run for others like it.</summary>
/// <param name="Group">Which one.</param>
/// <param name="StandsFor">For how many, with itself.</param>
public readonly record struct GroupShare(long Group, long StandsFor)
{
    // Its multiples are the least regular.
    private const double GoldenRatio = 0.6180339887;

    /// <summary>
    /// So many groups at most, spread over a launch, each for those of its stretch. The last group, which may have a tail, stands for itself. Where in its
    /// stretch a group lies changes from one to the next: groups at equal distances might all be at the same edge of what a launch computes.
    /// </summary>
    /// <param name="groups">Groups of the launch.</param>
    /// <param name="most">Groups to run.</param>
    public static IReadOnlyList<GroupShare> Spread(long groups, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        if (most == 1)
        {
            return [new(groups - 1, groups)];
        }
        var shares = new GroupShare[Math.Min(groups, most)];
        long first = 0;
        for (int i = 0; i < shares.Length - 1; i++)
        {
            long next = (groups - 1) * (i + 1) / (shares.Length - 1);
            double place = (i + 1) * GoldenRatio % 1;
            shares[i] = new(first + (long)(place * (next - first)), next - first);
            first = next;
        }
        shares[^1] = new(groups - 1, 1);
        return shares;
    }
}

/// <summary>How a launch is executed.</summary>
public sealed record ExecutorOptions
{
    /// <summary>What is looked for.</summary>
    public Checks Checks { get; init; } = Checks.All;

    /// <summary>What approximate functions give.</summary>
    public ApproximateFunctions Functions { get; init; } = ApproximateFunctions.Exact;

    /// <summary>The groups to run; null for all of them. What is counted is multiplied by what each of them stands for.</summary>
    public IReadOnlyList<GroupShare>? Groups { get; init; }

    /// <summary>Whether sectors of global memory and banks of shared memory are counted, which takes its time.</summary>
    public bool CountsTraffic { get; init; }

    /// <summary>How many instructions a warp may issue at most on average before its group is taken to be endless.</summary>
    public long MaximumInstructions { get; init; } = 200_000_000;

    /// <summary>How many cores to use; 0 for all.</summary>
    public int Cores { get; init; }
}
