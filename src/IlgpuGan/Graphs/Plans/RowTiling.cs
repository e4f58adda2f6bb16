using System.Numerics;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Graphs.Plans;

/// <summary>How a card's groups share the sums over the rows of a space.</summary>
/// <param name="Across">Threads of a group that take columns beside one another, a power of two.</param>
/// <param name="Parts">Parts that the rows are cut into.</param>
internal readonly record struct RowTiling(int Across, int Parts)
{
    // With two rows of quads of each thread on their way a multiprocessor of these asks for its share of the memory's rate.
    private const int GroupsOfMultiprocessor = 4;

    // Bytes that neighbouring threads read at least where a row has them: whole lines of a card's cache.
    private const int LineBytes = 128;

    // Up to so many rows to a thread one launch is sooner done than two.
    private const int MostRowsOfThread = 16;

    // Fewer to a thread, and adding up the threads costs more than reading the rows.
    private const int LeastRowsOfThread = 4;

    /// <summary>A tiling for a space, in as many parts as fill a card.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="width">Columns of a thread: the type of an <see cref="ICopyWidth"/>.</param>
    /// <param name="multiprocessors">The card's.</param>
    public static RowTiling Of(int rows, int columns, Type width, int multiprocessors)
    {
        var (across, units) = Beside(rows, columns, width);
        int down = GridSize.GroupThreads / across;
        if (rows <= MostRowsOfThread * down)
        {
            return new(across, 1);
        }
        int groups = (units + across - 1) / across;
        return new(across, Math.Clamp(GroupsOfMultiprocessor * multiprocessors / groups, 1, rows / (LeastRowsOfThread * down)));
    }

    /// <summary>A tiling for parts, which are added in one launch.</summary>
    public static RowTiling OfParts(int parts, int columns, Type width) => new(Beside(parts, columns, width).Across, 1);

    /// <summary>Threads that share the sum of a row, a power of two.</summary>
    public static int Along(int columns, Type width) => Math.Clamp(PowerAbove(columns / Floats(width) / LeastRowsOfThread), 1, GridSize.GroupThreads);

    /// <summary>The numbers that kernels take.</summary>
    public RowSumParameters Parameters(int rows, int columns) => new() { Rows = rows, Columns = columns, Parts = Parts, Across = Across, EndColumns = columns };

    private static (int Across, int Units) Beside(int rows, int columns, Type width)
    {
        int floats = Floats(width);
        int units = columns / floats;
        int below = Math.Min(PowerAbove((rows + LeastRowsOfThread - 1) / LeastRowsOfThread), GridSize.GroupThreads);
        int across = Math.Max(GridSize.GroupThreads / below, LineBytes / sizeof(float) / floats);
        return (Math.Min(across, PowerAbove(units)), units);
    }

    private static int Floats(Type width) => width == typeof(ByFloats) ? 1 : 4;

    private static int PowerAbove(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)count);
}
