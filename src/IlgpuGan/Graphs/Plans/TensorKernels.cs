using IlgpuGan.Devices;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Which tile suits a product on tensor cores, and into how many parts its sums are cut.</summary>
internal static class TensorKernels
{
    // Terms of a part at least: shorter ones are mostly prologue, and twice the memory.
    private const int LeastDepth = 256;

    private static readonly Shape[] Shapes =
    [
        Shape.Of<Tile128x128>(),
        Shape.Of<Tile128x64>(),
        Shape.Of<Tile64x64>(),
        Shape.Of<Tile128x32>(),
        Shape.Of<SmallTile64x64>(),
        Shape.Of<SmallTile128x32>(),
    ];

    /// <summary>All tiles for which a card has the memory, best guess first.</summary>
    public static IReadOnlyList<ProductKernel> Candidates(
        DeviceTraits traits, int m, int n, int splits, Type precision, Type leftWidth, Type rightWidth) =>
        [
            .. from shape in Shapes
               where shape.SharedBytes <= traits.MostSharedBytes
               orderby shape.Time(traits, m, n, splits)
               select new ProductKernel($"tensor {shape.Rows}x{shape.Columns}{shape.Suffix}", typeof(TensorGemm<,,,,,,>), shape.Tile, precision, leftWidth, rightWidth)
               {
                   MostGroups = shape.Groups * traits.Multiprocessors,
               },
        ];

    /// <summary>
    /// Parts that give each multiprocessor two groups of 128 x 64, or 128 x 32 where there are few columns. A weight gradient has small sides and a
    /// long sum; in one part it would keep a few multiprocessors busy. In pairs one group has to do where parts, which are floats and are read again, would be
    /// several times the bytes of the result, and where all is a single tile, for which the multiprocessors wait for memory anyway.
    /// </summary>
    /// <param name="traits">The card.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Terms of a sum.</param>
    /// <param name="groups">Products in one launch.</param>
    /// <param name="areInPairs">Whether factors lie in pairs.</param>
    /// <param name="isMadeInPairs">Whether the result does.</param>
    public static (int Splits, int Depth) Split(DeviceTraits traits, int m, int n, int k, int groups, bool areInPairs, bool isMadeInPairs)
    {
        int tiles = groups * Ceiling(m, 128) * Ceiling(n, n <= 32 ? 32 : 64);
        int wanted = isMadeInPairs || (areInPairs && tiles == 1) ? 1 : 2;
        int parts = Math.Clamp(wanted * traits.Multiprocessors / tiles, 1, Math.Max(1, k / LeastDepth));
        // Whole steps of the kernel.
        int step = (areInPairs ? 2 : 1) * TensorTiles.Depth;
        int depth = Ceiling(Ceiling(k, parts), step) * step;
        int splits = Ceiling(k, depth);
        return splits > 1 ? (splits, depth) : (1, k);
    }

    private static int Ceiling(int count, int size) => (count + size - 1) / size;

    /// <param name="Tile">The type.</param>
    /// <param name="Rows">Its rows.</param>
    /// <param name="Columns">Its columns.</param>
    /// <param name="Blocks">Blocks of 32 rows and of 32 columns that a warp reads.</param>
    /// <param name="Suffix">What tells its name from that of another of this size.</param>
    /// <param name="Groups">Groups that a multiprocessor holds at a time.</param>
    /// <param name="Stages">Steps of depth that its shared memory holds.</param>
    /// <param name="SharedBytes">Memory that its group shares.</param>
    private sealed record Shape(Type Tile, int Rows, int Columns, int Blocks, string Suffix, int Groups, int Stages, int SharedBytes)
    {
        // About what a copy from memory to shared memory takes; steps on their way, of this group and of others, share it.
        private const double Latency = 700;

        // A product of 16 x 8 x 8 on the four tensor cores of compute capability 9.0, of which mma.sync reaches about three fifths.
        private const double CyclesOfProduct = 1.6;

        // Passes over shared memory for the places of a step, of 32 banks of four bytes as all others.
        private const int PassesOfPlaces = 64;

        // A step of depth 32: each of four warps reads its blocks, sixteen bytes to a lane, and all that is copied is written.
        private int Passes => 4 * 32 * Blocks + Rows + Columns + PassesOfPlaces;

        public static Shape Of<TTile>()
            where TTile : struct, ITensorTile =>
            new(typeof(TTile), TTile.Rows, TTile.Columns, TTile.BlocksDown + TTile.BlocksAcross, TTile.AsksForMemory ? "" : " small", TTile.Groups, TTile.Stages, TensorTiles.SharedBytes<TTile>());

        /// <summary>Cycles for each step of the product's depth on the busiest multiprocessor. What warps issue takes less, in every tile.</summary>
        public double Time(DeviceTraits traits, int m, int n, int splits)
        {
            int groups = Ceiling(Ceiling(m, Rows) * Ceiling(n, Columns) * splits, traits.Multiprocessors);
            double products = CyclesOfProduct * Rows * Columns / 32;
            return groups * Math.Max(Math.Max(Passes, products), Latency / (Stages - 1) / Math.Min(groups, Groups));
        }
    }
}
