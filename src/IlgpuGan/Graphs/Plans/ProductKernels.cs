using IlgpuGan.Devices;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Graphs.Plans;

/// <summary>One kernel that can make a product: a generic type that is still open in left operand, right operand and epilogue.</summary>
/// <param name="Name">What the tuner's file calls it.</param>
/// <param name="Definition">The generic type definition; its last three parameters are operands and epilogue.</param>
/// <param name="Shapes">The types before them.</param>
internal sealed record ProductKernel(string Name, Type Definition, params Type[] Shapes)
{
    /// <summary>The tile that a right operand is packed for, on the CPU; null elsewhere.</summary>
    public Type? Tile => Definition == typeof(HostGemm<,,,>) ? Shapes[0] : null;
    /// <summary>Most groups of a launch, for a kernel that loops over its tiles; 0 for as many as there are tiles.</summary>
    public int MostGroups { get; init; }

    /// <summary>The kernel for operands and an epilogue.</summary>
    public Type Close(Type left, Type right, Type epilogue) => Definition.MakeGenericType([.. Shapes, left, right, epilogue]);
}

/// <summary>M x N sums of K terms each.</summary>
internal readonly record struct ProductSize(int M, int N, int K)
{
    /// <inheritdoc/>
    public override string ToString() => $"{M}x{N}x{K}";
}

/// <summary>
/// Which kernels can make a product on a device, best guess first. All of them add the terms of a sum in the same order, so that it is
/// the device and the precision that decide the bits, never the choice among them.
/// </summary>
internal sealed class ProductKernels(DeviceTraits traits, Precision precision)
{
    /// <summary>What the kernels are chosen by.</summary>
    public DeviceTraits Traits { get; } = traits;

    /// <summary>How factors are rounded.</summary>
    public Precision Precision { get; } = traits.Supported(precision);

    /// <summary>Whether products can read and store bfloat16 numbers.</summary>
    public bool StoresPairs => IsForTensorCores && Precision == Precision.Bf16;

    private bool IsForTensorCores => Precision != Precision.Fp32 && Traits.Kind != DeviceKind.Cpu && !Traits.IsOpenClProcessor;

    /// <summary>Picks one of several kernels for an operation: the first, unless a tuner knows better.</summary>
    public Func<Tensor, ProductSize, IReadOnlyList<ProductKernel>, ProductKernel> Choose { get; init; } = (_, _, candidates) => candidates[0];

    /// <summary>The kernels that can make a product of m x n sums of k terms, each in so many parts.</summary>
    public IReadOnlyList<ProductKernel> Candidates<TLeft, TRight>(int m, int n, int k, TLeft left, TRight right, int splits = 1)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand =>
        Candidates<TLeft, TRight>(m, n, k, Quads.Hold(left), Quads.Hold(right), splits);

    /// <summary>The same for operands that have no memory yet.</summary>
    public IReadOnlyList<ProductKernel> Candidates<TLeft, TRight>(int m, int n, int k, ProductSide<TLeft> left, ProductSide<TRight> right, int splits = 1)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand =>
        left.Region.IsInPairs != right.Region.IsInPairs || (left.Region.IsInPairs && !(left.IsInQuads && right.IsInQuads))
            ? throw new InvalidOperationException("A product of pairs has both its factors in quads of them.")
            : left.Region.IsInPairs ? TensorKernels.Candidates(Traits, m, n, splits, typeof(Bf16Pairs), typeof(ByPairs), typeof(ByPairs))
            : Candidates<TLeft, TRight>(m, n, k, left.IsInQuads, right.IsInQuads, splits);

    private IReadOnlyList<ProductKernel> Candidates<TLeft, TRight>(int m, int n, int k, bool isLeftInQuads, bool isRightInQuads, int splits)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand =>
        Traits.Kind == DeviceKind.Cpu ? HostCandidates(n)
        : Traits.IsOpenClProcessor ? VectorCandidates
        : IsForTensorCores ? TensorKernels.Candidates(
            Traits, m, n, splits, Precision == Precision.Bf16 ? typeof(Bf16Factors) : typeof(Tf32Factors), Width(isLeftInQuads), Width(isRightInQuads))
        : TiledCandidates(m, n, isLeftInQuads && Quads.End<TLeft>(m, k), isRightInQuads && Quads.End<TRight>(n, k));

    private IReadOnlyList<ProductKernel> TiledCandidates(int m, int n, bool isLeftByQuads, bool isRightByQuads) =>
    [
        .. from shape in TileShapes.All
           where shape.Threads <= Traits.GroupThreads && shape.SharedBytes <= Traits.SharedBytes
           orderby shape.Cost(m, n, Traits.Multiprocessors)
           select new ProductKernel($"tiled {shape.Rows}x{shape.Columns}", typeof(TiledGemm<,,,,,>), shape.Type, Width(isLeftByQuads), Width(isRightByQuads)),
    ];

    /// <summary>How an operand is moved.</summary>
    public static Type Width(bool isInQuads) => isInQuads ? typeof(ByQuads) : typeof(ByFloats);

    private ProductKernel[] VectorCandidates
    {
        get
        {
            var tile = Traits.VectorBits >= 512 ? typeof(VectorTile512) : typeof(VectorTile256);
            ProductKernel[] blocks = [new("vector, large blocks", typeof(VectorGemm<,,,,>), tile, typeof(LargeBlock)), new("vector, small blocks", typeof(VectorGemm<,,,,>), tile, typeof(SmallBlock))];
            return Traits.SharedBytes >= LargeBlock.LocalBytes ? blocks : blocks[1..];
        }
    }

    /// <summary>Into how many parts the sums of a product are cut, and the terms of a part: by shape and device alone, for it decides bits.</summary>
    public (int Splits, int Depth) Split(int m, int n, int k, int groups = 1, bool areInPairs = false, bool isMadeInPairs = false) =>
        Traits.Kind == DeviceKind.Cpu ? HostBlocking.Split(m, k) : Precision == Precision.Fp32 ? (1, k)
            : TensorKernels.Split(Traits, m, n, k, groups, areInPairs, isMadeInPairs);

    private ProductKernel[] HostCandidates(int n) => Traits.VectorBits switch
    {
        512 => Ordered(n, 32, Host("avx512 12x32", typeof(Tile512)), Host("avx512 24x16", typeof(Tile512Narrow))),
        256 => Ordered(n, 16, Host("avx2 6x16", typeof(Tile256)), Host("avx2 12x8", typeof(Tile256Narrow))),
        _ => [Host("portable 6x2 vectors", typeof(TilePortable))],
    };

    // A narrow tile has half the columns of the wide one and is a little slower, unless half of the last wide one were wasted.
    private static ProductKernel[] Ordered(int n, int width, ProductKernel wide, ProductKernel narrow) =>
        n >= 4 * width ? [wide] : (n + width / 2 - 1) / (width / 2) % 2 == 1 ? [narrow, wide] : [wide, narrow];

    private static ProductKernel Host(string name, Type tile) => new(name, typeof(HostGemm<,,,>), tile);
}
