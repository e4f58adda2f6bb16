using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Graphs.Plans;

/// <summary>What the choice of a tile's shape goes by.</summary>
/// <param name="Type">The <see cref="ITileShape"/>.</param>
/// <param name="Rows">Rows of the tile.</param>
/// <param name="Columns">Columns of the tile.</param>
/// <param name="Depth">Terms in shared memory at a time.</param>
/// <param name="Threads">Threads of a group.</param>
/// <param name="Efficiency">Multiply-adds per cycle, as a part of the most that any shape reaches.</param>
internal sealed record TileShape(Type Type, int Rows, int Columns, int Depth, int Threads, double Efficiency)
{
    /// <summary>Shared memory of a group: both blocks, with four spare floats to a line.</summary>
    public int SharedBytes => 4 * Depth * (Rows + Columns + 8);

    /// <summary>Time for a product, in any unit: whole tiles, dealt out evenly to the multiprocessors.</summary>
    public double Cost(int m, int n, int multiprocessors)
    {
        double tiles = Math.Ceiling((double)m / Rows) * Math.Ceiling((double)n / Columns);
        return Math.Ceiling(tiles / multiprocessors) * Rows * Columns / Efficiency;
    }
}

/// <summary>The shapes of <see cref="TiledGemm{TShape, TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue}"/>.</summary>
internal static class TileShapes
{
    // A thread with 8 x 8 sums reads a quarter of a float of shared memory for each multiply-add, one with 4 x 4 half a float.
    public static IReadOnlyList<TileShape> All { get; } =
        [Of<WideShape>(1), Of<MiddleShape>(0.6), Of<NarrowShape>(0.75), Of<SmallShape>(0.5)];

    private static TileShape Of<TShape>(double efficiency)
        where TShape : struct, ITileShape =>
        new(typeof(TShape), TShape.Rows, TShape.Columns, TShape.Depth, TShape.Threads, efficiency);
}
