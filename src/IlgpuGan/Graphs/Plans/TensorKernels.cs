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
        Shape.Of<Tile128x128>(cycles: 500),
        Shape.Of<Tile128x64>(cycles: 390),
        Shape.Of<Tile64x64>(cycles: 310),
        Shape.Of<Tile128x32>(cycles: 310),
    ];

    /// <summary>All tiles, best guess first.</summary>
    public static IReadOnlyList<ProductKernel> Candidates(
        DeviceTraits traits, Precision precision, int m, int n, int splits, bool isLeftInQuads, bool isRightInQuads) =>
        [
            .. from shape in Shapes
               orderby shape.Time(traits, m, n, splits)
               select new ProductKernel($"tensor {shape.Rows}x{shape.Columns}", typeof(TensorGemm<,,,,,,>), shape.Tile,
                   precision == Precision.Bf16 ? typeof(Bf16Factors) : typeof(Tf32Factors), ProductKernels.Width(isLeftInQuads), ProductKernels.Width(isRightInQuads))
               {
                   MostGroups = shape.Groups * traits.Multiprocessors,
               },
        ];

    /// <summary>
    /// Parts that give each multiprocessor two groups of 128 x 64, or 128 x 32 where there are few columns. A weight gradient has small sides and a
    /// long sum; in one part it would keep a few multiprocessors busy.
    /// </summary>
    public static (int Splits, int Depth) Split(DeviceTraits traits, int m, int n, int k)
    {
        int tiles = Ceiling(m, 128) * Ceiling(n, n <= 32 ? 32 : 64);
        int wanted = Math.Clamp(2 * traits.Multiprocessors / tiles, 1, Math.Max(1, k / LeastDepth));
        // Whole steps of the kernel.
        int depth = Ceiling(Ceiling(k, wanted), 16) * 16;
        int splits = Ceiling(k, depth);
        return splits > 1 ? (splits, depth) : (1, k);
    }

    private static int Ceiling(int count, int size) => (count + size - 1) / size;

    /// <param name="Tile">The type.</param>
    /// <param name="Rows">Its rows.</param>
    /// <param name="Columns">Its columns.</param>
    /// <param name="Groups">Groups that a multiprocessor holds at a time.</param>
    /// <param name="Cycles">Instructions that a scheduler issues for a step of depth 16 of a convolution, counted in the machine code for compute capability 8.0.</param>
    /// <param name="Stages">Steps of depth that its shared memory holds.</param>
    private sealed record Shape(Type Tile, int Rows, int Columns, int Groups, int Cycles, int Stages)
    {
        // About what a copy from memory to shared memory takes; steps on their way, of this group and of others, share it.
        private const double Latency = 700;

        public static Shape Of<TTile>(int cycles)
            where TTile : struct, ITensorTile => new(typeof(TTile), TTile.Rows, TTile.Columns, TTile.Groups, cycles, TTile.Stages);

        /// <summary>Cycles for each step of the product's depth on the busiest multiprocessor.</summary>
        public double Time(DeviceTraits traits, int m, int n, int splits)
        {
            int groups = Ceiling(Ceiling(m, Rows) * Ceiling(n, Columns) * splits, traits.Multiprocessors);
            return groups * Math.Max(Cycles, Latency / (Stages - 1) / Math.Min(groups, Groups));
        }
    }
}
