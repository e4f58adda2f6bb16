using CsCheck;
using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>
/// Products on tensor cores: on a card the instructions themselves, on OpenCL their emulation number by number, over the same shared memory, tables,
/// copies and places.
/// </summary>
public class TensorGemmTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>, IDisposable
{
    private const int Threads = 128;

    private static readonly Type[] Tiles = [typeof(Tile64x64), typeof(Tile128x32), typeof(Tile128x64), typeof(Tile128x128), typeof(SmallTile64x64), typeof(SmallTile128x32)];

    private static readonly Gen<int> Sizes = Gen.Frequency(
        (1, Gen.Const(1)), (2, Gen.Int[0, 7].Select(i => ((int[])[7, 31, 61, 127, 16, 32, 64, 128])[i])), (3, Gen.Int[1, 170]));

    private static readonly Gen<(int, int, int)> Shapes = Gen.Select(Sizes, Sizes, Sizes);

    private readonly ComputeDevice processor = ComputeDevice.Open("cpu");

    /// <summary>One row, one column, prime numbers and whole tiles; depths of less than a step, of one part of the table of places and of several.</summary>
    [Fact]
    public void Every_way_of_copying_gives_the_product_of_any_shape()
    {
        SkipWithoutDevice();
        foreach (bool left in (bool[])[true, false])
        {
            foreach (bool right in (bool[])[true, false])
            {
                foreach (bool quads in (bool[])[true, false])
                {
                    Shapes.Sample((m, n, k) => Check(Product.Matrices(m, n, k, left, right, quads), typeof(Tf32Factors), typeof(Tile64x64)), iter: 8, threads: 1);
                }
            }
        }
    }

    [Theory]
    [InlineData(typeof(Tf32Factors))]
    [InlineData(typeof(Bf16Factors))]
    public void Every_tile_gives_the_same_bits(Type precision)
    {
        SkipWithoutDevice();
        Shapes.Sample((m, n, k) => Check(Product.Matrices(m, n, k, false, true, true), precision, Tiles), iter: 10, threads: 1);
    }

    [Fact]
    public void Convolutions_and_their_gradients_are_right_for_few_channels_and_many()
    {
        foreach (var (channels, filters) in ((int, int)[])[(1, 1), (3, 36), (20, 5), (4, 8), (36, 68)])
        {
            foreach (var product in Convolutions(channels, filters))
            {
                Check(product, typeof(Tf32Factors), typeof(Tile128x32));
            }
        }
    }

    [Fact]
    public void Parts_of_a_sum_and_few_groups_give_the_same_product()
    {
        foreach (int splits in (int[])[2, 3])
        {
            var product = Product.Matrices(70, 140, 150, false, false, true);
            using var bench = new Workbench(under.DeviceWithGroups(Threads));
            using var host = new Workbench(processor);
            foreach (var tile in (Type[])[typeof(Tile64x64), typeof(Tile128x32)])
            {
                Close(product, product.Naive(host, hasBias: false), product.Run(bench, Kernel(product, host, tile, typeof(Tf32Factors), mostGroups: 3), splits: splits), typeof(Tf32Factors));
            }
        }
    }

    /// <summary>Parts of M N floats, which are no whole quads: all but the first begin between two.</summary>
    [Theory]
    [InlineData(27, 30, 240)]
    [InlineData(33, 33, 1024)]
    [InlineData(2, 33, 1024)]
    [InlineData(5, 7, 37)]
    [InlineData(130, 67, 96)]
    public void Parts_that_begin_between_quads_are_stored_where_they_belong(int m, int n, int k)
    {
        foreach (int splits in (int[])[2, 3, 4])
        {
            var product = Product.Matrices(m, n, k, false, false, true);
            using var bench = new Workbench(under.DeviceWithGroups(Threads));
            using var host = new Workbench(processor);
            foreach (var tile in Tiles[..4])
            {
                Close(product, product.Naive(host, hasBias: false), product.Run(bench, Kernel(product, host, tile, typeof(Tf32Factors)), splits: splits), typeof(Tf32Factors));
            }
        }
    }

    /// <summary>What is not a number in an operand must not be lost: it is how a diverged network is noticed.</summary>
    [Theory]
    [InlineData(typeof(Tf32Factors))]
    [InlineData(typeof(Bf16Factors))]
    public void A_factor_that_is_not_a_number_spoils_its_sums_and_no_others(Type precision)
    {
        // The NaN of arithmetic on a GPU has all bits of the mantissa set, that of an x86 processor the highest and the sign.
        foreach (uint bits in (uint[])[0x7fffffff, 0xffc00000])
        {
            var product = Product.Poisoned(3, 5, 8, BitConverter.UInt32BitsToSingle(bits));
            using var bench = new Workbench(under.DeviceWithGroups(Threads));
            using var host = new Workbench(processor);
            var output = product.Run(bench, Kernel(product, host, typeof(Tile64x64), precision), hasBias: false);
            Assert.All(output[..5], value => Assert.True(float.IsNaN(value)));
            Assert.All(output[5..], value => Assert.True(float.IsFinite(value)));
        }
    }

    /// <summary>Tiny shapes for the simulator, every way of copying once; the depth makes three steps.</summary>
    [Fact, Trait("Category", "Races")]
    public void Threads_share_memory_without_races()
    {
        Oclgrind.SkipElsewhere();
        Product[] products =
        [
            Product.Matrices(5, 7, 37, true, false, true),
            Product.Matrices(5, 7, 37, false, true, true),
            Product.Matrices(5, 7, 37, true, false),
            Product.Matrices(5, 7, 37, false, true),
            .. Convolutions(channels: 4, filters: 4),
        ];
        foreach (var product in products)
        {
            using var bench = new Workbench(under.DeviceWithGroups(Threads));
            using var host = new Workbench(processor);
            Close(product, product.Naive(host), product.Run(bench, Kernel(product, host, typeof(Tile64x64), typeof(Tf32Factors))), typeof(Tf32Factors));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        processor.Dispose();
        GC.SuppressFinalize(this);
    }

    private static IEnumerable<Product> Convolutions(int channels, int filters) =>
        
    [
        Product.Convolution(Product.Small(channels, filters), batch: 2),
        Product.WeightGradient(Product.Small(channels, filters), batch: 2),
        Product.DataGradient(Product.Small(channels, filters), batch: 2, h: 1, w: 0),
    ];

    // A random case cannot skip.
    private void SkipWithoutDevice() => _ = under.DeviceWithGroups(Threads);

    private void Check(Product product, Type precision, params Type[] tiles)
    {
        using var bench = new Workbench(under.DeviceWithGroups(Threads));
        using var host = new Workbench(processor);
        var expected = product.Naive(host);
        float[]? first = null;
        foreach (var tile in tiles)
        {
            var output = product.Run(bench, Kernel(product, host, tile, precision));
            Close(product, expected, output, precision);
            // The choice of a tile must not change a bit.
            Assert.Equal(first ??= output, output);
        }
    }

    private ProductKernel Kernel(Product product, Workbench host, Type tile, Type precision, int mostGroups = 0)
    {
        var (left, right) = product.InQuads(host);
        // OpenCL has no memory that is asked for.
        var memory = under.DeviceWithGroups(Threads).Kind == DeviceKind.Cuda ? tile : typeof(InOwnMemory<>).MakeGenericType(tile);
        return new(tile.Name, typeof(TensorGemm<,,,,,,>), memory, precision, Width(left), Width(right)) { MostGroups = mostGroups };

        static Type Width(bool isInQuads) => isInQuads ? typeof(ByQuads) : typeof(ByFloats);
    }

    /// <summary>The bounds that the engine promises, relative by norm: a few times half a unit in the last of 11 or 8 bits.</summary>
    private static void Close(Product product, double[] expected, float[] actual, Type precision)
    {
        double bound = precision == typeof(Bf16Factors) ? 2e-2 : 2e-3;
        Assert.Equal(expected.Length, actual.Length);
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum()), norm = Math.Sqrt(expected.Sum(e => e * e));
        // A few sums can all but vanish by chance, not so what they are made of: K products of numbers in [-1, 1], each with a mean square of 1/9.
        if (expected.Length < 32)
        {
            norm = Math.Max(norm, Math.Sqrt((double)expected.Length * product.K) / 3);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{product}, {precision.Name}: error {error / norm:E2} of the norm");
        Assert.True(error <= bound * norm, $"{product}: error {error / norm:E2} of the norm, at most {bound}");
    }
}
