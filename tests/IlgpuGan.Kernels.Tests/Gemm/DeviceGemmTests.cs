using CsCheck;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>
/// The product kernels of OpenCL and CUDA devices, on the first device that runs threads in groups: OpenCL runs those for graphics cards and
/// those for processors on either, CUDA only the former.
/// </summary>
public class DeviceGemmTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>, IDisposable
{
    private const int Threads = 256, SmallestSharedMemory = 32 * 1024;

    private static readonly DeviceTraits Card =
        new() { Kind = DeviceKind.OpenCl, GroupThreads = Threads, SharedBytes = SmallestSharedMemory, Multiprocessors = 2 };

    private readonly ComputeDevice processor = ComputeDevice.Open("cpu");
    private Workbench? bench;

    private ComputeDevice Device => under.DeviceWithGroups(Threads);

    private Workbench Bench => bench ??= new(Device);

    private bool IsOpenCl => Device.Kind == DeviceKind.OpenCl;

    /// <summary>Every kernel on every kind of operands, on the simulator, which has little shared memory.</summary>
    [Fact, Trait("Category", "Races")]
    public void Kernels_share_memory_without_races()
    {
        Oclgrind.SkipElsewhere();
        foreach (var product in (Product[])
            [
                Product.Matrices(5, 7, 19, true, false),
                Product.Matrices(4, 8, 20, false, true),
                Product.Convolution(new(2, 3, 3, 5, 3, 4, Stride: 2, Padding: 1), batch: 1),
            ])
        {
            foreach (var traits in IsOpenCl ? [Card, Processor(256, SmallestSharedMemory)] : (DeviceTraits[])[Card])
            {
                Check(product, traits);
            }
        }
    }

    // Each side is loaded by itself: two of the four pairs show all there is.
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Tiles_of_a_card_give_the_product_of_any_shape(bool left, bool right) => CheckMatrices(Card, left, right, iterations: 8);

    [Fact]
    public void Tiles_of_a_card_give_a_convolution_and_its_gradients() => CheckConvolutions(Card, iterations: 6, kernels: 1);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Tiles_of_a_processor_give_the_product_of_any_shape(bool left, bool right) => CheckMatrices(Processor(256), left, right, iterations: 25);

    [Fact]
    public void Tiles_of_a_processor_give_a_convolution_and_its_gradients() => CheckConvolutions(Processor(256), iterations: 20, kernels: 2);

    [Fact]
    public void Tiles_of_a_processor_with_longer_vectors_give_the_product_of_any_shape() => CheckMatrices(Processor(512), true, false, iterations: 25);

    [Fact]
    public void The_choice_of_a_kernel_changes_no_bit()
    {
        // Of the operands that the tests above load: a kernel of another pair takes seconds to compile, and adds in the same order.
        foreach (var product in (Product[])[Product.Matrices(131, 67, 601, false, false), Product.Matrices(36, 140, 300, true, true)])
        {
            float[][] results =
            [
                .. from traits in IsOpenCl ? [Card, Processor(256), Processor(512)] : (DeviceTraits[])[Card]
                   from kernel in product.Candidates(Bench, new(traits, Precision.Fp32))
                   select product.Run(Bench, kernel),
            ];
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bench?.Dispose();
        processor.Dispose();
        GC.SuppressFinalize(this);
    }

    private DeviceTraits Processor(int vectorBits, int? sharedBytes = null)
    {
        Assert.SkipUnless(IsOpenCl, "Kernels for processors are written in OpenCL C.");
        return Card with { IsProcessor = true, VectorBits = vectorBits, SharedBytes = sharedBytes ?? Device.Traits.SharedBytes };
    }

    private void CheckMatrices(DeviceTraits traits, bool left, bool right, int iterations)
    {
        _ = Bench; // skips where there is no device, which a random case could not
        // Sizes that can be read by fours, or odd ones; a processor's blocks end at 128 columns, 96 rows and 256 terms.
        Gen.Select(Gen.Bool, Gen.Int[1, 36], Gen.Int[1, 36], Gen.Int[1, 88])
            .Sample((isByFours, m, n, k) => Check(isByFours
                ? Product.Matrices(4 * m, 4 * n, 4 * k, left, right)
                : Product.Matrices(4 * m - 1, 4 * n - 3, 4 * k - 1, left, right), traits), iter: iterations, threads: 1);
        Check(Product.Matrices(1, 1, 1, left, right), traits);
        Check(Product.Matrices(1, 131, 257, left, right), traits);
        Check(Product.Matrices(211, 1, 13, left, right), traits);
        Check(Product.Matrices(97, 193, 521, left, right), traits);
        Check(Product.Matrices(200, 132, 260, left, right), traits);
    }

    // All shapes of a card's tiles load their operands by the same code, and each kernel takes seconds to compile.
    private void CheckConvolutions(DeviceTraits traits, int iterations, int kernels)
    {
        _ = Bench;
        int[] channels = [1, 3, 4, 8], filters = [1, 3, 4, 20];
        Gen.Select(Gen.Int[4, 9], Gen.Int[4, 9], Gen.Int[0, 3].Select(i => channels[i]), Gen.Int[0, 3].Select(i => filters[i]), Gen.Int[1, 3], Gen.Int[0, 1], Gen.Int[1, 3])
            .Sample((height, width, c, k, stride, padding, batch) => CheckConvolution(new(height, width, c, k, 3, 4, stride, padding), batch, traits, kernels),
                iter: iterations, threads: 1);
        // Pixels that no tap reaches: sums of nothing.
        Check(Product.DataGradient(new(5, 4, 3, 4, 1, 1, Stride: 2, Padding: 0), batch: 1, h: 1, w: 0), traits, kernels);
    }

    private void CheckConvolution(ConvolutionGeometry g, int batch, DeviceTraits traits, int kernels)
    {
        Check(Product.Convolution(g, batch), traits, kernels);
        Check(Product.WeightGradient(g, batch), traits, kernels);
        for (int h = 0; h < g.Stride; h++)
        {
            Check(Product.DataGradient(g, batch, h, (h + 1) % g.Stride), traits, kernels);
        }
    }

    private void Check(Product product, DeviceTraits traits, int kernels = int.MaxValue)
    {
        using var host = new Workbench(processor);
        var expected = product.Naive(host);
        foreach (var kernel in product.Candidates(Bench, new(traits, Precision.Fp32)).Take(kernels))
        {
            var actual = product.Run(Bench, kernel);
            Assert.Equal(expected.Length, actual.Length);
            double error = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum());
            double norm = Math.Sqrt(expected.Sum(e => e * e));
            // Single precision sums a few hundred terms to a few 10^-7; a wrong element shows at once.
            Assert.True(error <= 1e-5 * norm, $"{kernel.Name}: {product} is wrong by {error / norm:e2} of its norm");
        }
    }
}
