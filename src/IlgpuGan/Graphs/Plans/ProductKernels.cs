using IlgpuGan.Devices;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Graphs.Plans;

/// <summary>One kernel that can make a product: a generic type that is still open in left operand, right operand and epilogue.</summary>
/// <param name="Name">What the tuner's file calls it.</param>
/// <param name="Definition">The generic type definition; its last three parameters are operands and epilogue.</param>
/// <param name="Shapes">The types before them.</param>
internal sealed record ProductKernel(string Name, Type Definition, params Type[] Shapes)
{
    /// <summary>Most groups of a launch, for a kernel that loops over its tiles; 0 for as many as there are tiles.</summary>
    public int MostGroups { get; init; }

    /// <summary>The kernel for operands and an epilogue.</summary>
    public Type Close(Type left, Type right, Type epilogue) => Definition.MakeGenericType([.. Shapes, left, right, epilogue]);
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
    public Precision Precision { get; } = traits.HasTensorCores ? precision : Precision.Fp32;

    /// <summary>
    /// The kernels that can make a product of m x n sums of k terms, cut in so many parts. Whether the operands lie in quads is
    /// <see cref="IOperand.IsInQuads"/>.
    /// </summary>
    public IReadOnlyList<ProductKernel> Candidates(
        int m, int n, int k, Type left, Type right, bool isLeftInQuads = false, bool isRightInQuads = false, int splits = 1) =>
        Traits.Kind == DeviceKind.Cpu ? HostCandidates(n)
        : Precision != Precision.Fp32 ? TensorKernels.Candidates(Traits, Precision, m, n, splits, isLeftInQuads, isRightInQuads)
        : [new("tiled 64x64", typeof(TiledGemm<,,>))];

    /// <summary>Into how many parts the sums of a product are cut, and the terms of a part: by shape and device alone, for it decides bits.</summary>
    public (int Splits, int Depth) Split(int m, int n, int k) => Precision == Precision.Fp32 ? (1, k) : TensorKernels.Split(Traits, m, n, k);

    private ProductKernel[] HostCandidates(int n) => Traits.VectorBits switch
    {
        512 => Ordered(n, 32, Host("avx512 12x32", typeof(Tile512)), Host("avx512 24x16", typeof(Tile512Narrow))),
        256 => Ordered(n, 16, Host("avx2 6x16", typeof(Tile256)), Host("avx2 12x8", typeof(Tile256Narrow))),
        _ => [Host("portable", typeof(Tile128))],
    };

    // A narrow tile has half the columns of the wide one and is a little slower, unless half of the last wide one were wasted.
    private static ProductKernel[] Ordered(int n, int width, ProductKernel wide, ProductKernel narrow) =>
        (n + width / 2 - 1) / (width / 2) % 2 == 1 && n < 4 * width ? [narrow, wide] : [wide, narrow];

    private static ProductKernel Host(string name, Type tile) => new(name, typeof(HostGemm<,,,>), tile);
}
