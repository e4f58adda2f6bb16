using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using CsCheck;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests.Gemm;

public class GemmTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>, IDisposable
{
    private const int Threads = 256;

    private readonly ComputeDevice processor = ComputeDevice.Open("cpu");

    /// <summary>Odd sizes of every kind of operands; the depth makes two rounds of the shared tiles and ends within the second.</summary>
    private static IEnumerable<Product> Tiny =>
    [
        .. from left in (bool[])[true, false] from right in (bool[])[true, false] select Product.Matrices(5, 7, 19, left, right),
        Product.Convolution(Product.Small(channels: 3, filters: 5), batch: 2),
        Product.WeightGradient(Product.Small(channels: 3, filters: 5), batch: 2),
        Product.DataGradient(Product.Small(channels: 3, filters: 5), batch: 2, h: 1, w: 0),
    ];

    [Fact]
    public void Threads_compute_what_three_loops_compute_for_every_kind_of_operands()
    {
        foreach (var product in Tiny)
        {
            using var bench = new Workbench(under.DeviceWithGroups(Threads));
            using var host = new Workbench(processor);
            Close(product, product.Naive(host), product.Run(bench));
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Products_of_several_groups_are_right_to_the_last_element(bool left, bool right)
    {
        var product = Product.Matrices(130, 67, 33, left, right);
        using var bench = new Workbench(under.Device);
        using var host = new Workbench(processor);
        Close(product, product.Naive(host), product.Run(bench));
    }

    [Fact]
    public void The_number_of_workers_changes_no_bit()
    {
        foreach (var product in Tiny.Append(Product.Matrices(131, 77, 601, true, false)).Append(Product.Matrices(77, 131, 300, false, true)))
        {
            using var bench = new Workbench(processor);
            foreach (var kernel in HostKernels(product, bench))
            {
                var one = product.Run(bench, kernel, workers: 1);
                foreach (int workers in (int[])[2, 3, 5])
                {
                    AssertSameBits(product, one, product.Run(bench, kernel, workers), kernel);
                }
            }
        }
    }

    /// <summary>Sides that no tile divides, depths that end within the first, at the end and within the third of the blocks of 256 terms.</summary>
    [Theory]
    [InlineData(13, 5, 256)]
    [InlineData(49, 33, 257)]
    [InlineData(31, 67, 511)]
    [InlineData(101, 3, 513)]
    [InlineData(25, 545, 300)]
    [InlineData(97, 47, 1025)]
    public void Every_tile_of_every_instruction_set_adds_the_same_terms_in_the_same_order(int m, int n, int k)
    {
        foreach (bool left in (bool[])[true, false])
        {
            foreach (bool right in (bool[])[true, false])
            {
                CheckTiles(m, n, k, workers: 3, left, right, hasBias: left);
            }
        }
    }

    [Fact]
    public void Every_tile_gives_the_product_of_any_shape()
    {
        // Depths beyond 256 and rows beyond 96 are cut into several blocks, columns beyond 512 into several panels.
        Gen.Select(Gen.Int[1, 200], Gen.Int[1, 70], Gen.Int[1, 600], Gen.Int[1, 3], Gen.Bool, Gen.Bool, Gen.Bool)
            .Sample(CheckTiles, iter: 12, threads: 1);
        CheckTiles(7, 1030, 5, 2, true, false, true);
        CheckTiles(97, 530, 257, 3, false, true, false);
    }

    [Fact]
    public void Every_tile_gives_a_convolution_and_its_gradients()
    {
        foreach (var product in Tiny)
        {
            CheckTiles(product, workers: 2, hasBias: true);
        }
    }

    [Fact]
    public void Every_tile_gives_convolutions_and_gradients_of_any_geometry()
    {
        int[] channels = [1, 3, 7, 16], filters = [1, 3, 17, 32];
        Gen.Select(Gen.Int[4, 13], Gen.Int[4, 13], Gen.Int[0, 3].Select(i => channels[i]), Gen.Int[0, 3].Select(i => filters[i]), Gen.Int[1, 3], Gen.Int[0, 1], Gen.Int[1, 3])
            .Sample((height, width, c, k, stride, padding, batch) =>
            {
                var g = new ConvolutionGeometry(height, width, c, k, 3, 4, stride, padding);
                CheckTiles(Product.Convolution(g, batch), workers: 2, hasBias: true);
                CheckTiles(Product.WeightGradient(g, batch), workers: 2, hasBias: true);
                for (int h = 0; h < stride; h++)
                {
                    CheckTiles(Product.DataGradient(g, batch, h, (h + 1) % stride), workers: 2, hasBias: true);
                }
            }, iter: 10, threads: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_tile_gives_the_parts_of_long_sums(bool isLeftAlongDepth)
    {
        var product = Product.Matrices(48, 21, 3001, isLeftAlongDepth, false);
        foreach (int splits in (int[])[2, 3, 7])
        {
            CheckTiles(product, workers: 3, hasBias: false, splits);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        processor.Dispose();
        GC.SuppressFinalize(this);
    }

    private void CheckTiles(int m, int n, int k, int workers, bool left, bool right, bool hasBias) =>
        CheckTiles(Product.Matrices(m, n, k, left, right), workers, hasBias);

    private void CheckTiles(Product product, int workers, bool hasBias, int splits = 1)
    {
        using var bench = new Workbench(processor);
        var expected = product.Naive(bench, hasBias);
        float[] fused = product.Fused(bench, MathF.FusedMultiplyAdd, hasBias, splits);
        foreach (var kernel in HostKernels(product, bench))
        {
            var actual = product.Run(bench, kernel, workers, hasBias, splits);
            Close(product, expected, actual);
            // Where a processor cannot fuse, the portable tile rounds twice: a product would take ten times as long.
            bool isFused = kernel.Tile != typeof(TilePortable) || Fma.IsSupported || AdvSimd.IsSupported;
            AssertSameBits(product, isFused ? fused : product.Fused(bench, float.MultiplyAddEstimate, hasBias, splits), actual, kernel);
        }
    }

    private static IEnumerable<ProductKernel> HostKernels(Product product, Workbench bench) =>
        ((int[])[0, 256, 512]).SelectMany(bits => product.Candidates(bench, new(new DeviceTraits { Kind = DeviceKind.Cpu, VectorBits = bits }, Precision.Fp32)));

    private static void AssertSameBits(Product product, float[] expected, float[] actual, ProductKernel kernel)
    {
        int wrong = expected.Zip(actual).Count(pair => BitConverter.SingleToInt32Bits(pair.First) != BitConverter.SingleToInt32Bits(pair.Second));
        Assert.True(wrong == 0, $"{kernel.Name}: {wrong} of {expected.Length} sums of {product} have other bits");
    }

    /// <summary>The sum of k numbers in [-1, 1] strays like its root, and each of k roundings by 2^-24 of that.</summary>
    private static void Close(Product product, double[] expected, float[] actual)
    {
        double bound = 1e-6 + 2.4e-7 * product.K;
        Assert.Equal(expected.Length, actual.Length);
        // Where there are few sums one may vanish by chance: then what it is made of is the measure.
        double norm = Math.Sqrt(Math.Max(expected.Sum(sum => sum * sum), expected.Length * product.K / 9.0));
        Assert.InRange(Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum()), 0, 1e-5 * norm);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound,
                $"{product}: [{i / product.N}, {i % product.N}] is {actual[i]}, expected {expected[i]} within {bound}");
        }
    }
}
