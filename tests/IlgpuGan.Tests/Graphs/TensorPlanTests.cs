using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Plans for tensor cores: which kernels they hold, and on an OpenCL device, where the instructions are emulated, what they compute.</summary>
[Collection(nameof(TestDevice))]
public sealed class TensorPlanTests
{
    private static readonly DeviceTraits Card = new() { Kind = DeviceKind.Cuda, HasTensorCores = true, GroupThreads = 1024, MostSharedBytes = 227 << 10, Multiprocessors = 132 };

    [Fact]
    public void A_device_without_tensor_cores_computes_in_single_precision()
    {
        var kernels = new ProductKernels(Card with { HasTensorCores = false }, Precision.Bf16);
        Assert.Equal(Precision.Fp32, kernels.Precision);
        Assert.All(kernels.Candidates(128, 128, 128, new DepthMajor { Stride = 128 }, new DepthMajor { Stride = 128 }), kernel => Assert.Equal(typeof(TiledGemm<,,,,,>), kernel.Definition));
        Assert.Equal((1, 131072), kernels.Split(64, 48, 131072));
    }

    /// <summary>The layers of a DCGAN of 64 x 64 pixels at batch 128 on a card of 132 multiprocessors.</summary>
    [Theory]
    [InlineData(32768, 128, 1024, "tensor 128x128")]
    [InlineData(131072, 64, 48, "tensor 128x64")]
    [InlineData(131072, 3, 256, "tensor 128x32")]
    [InlineData(16, 128, 256, "tensor 64x64")]
    public void A_product_gets_the_tile_that_suits_its_shape(int m, int n, int k, string expected)
    {
        var candidates = new ProductKernels(Card, Precision.Tf32).Candidates(m, n, k, new DepthMajor { Stride = 4 }, new DepthMajor { Stride = 4 });
        Assert.Equal(6, candidates.Select(kernel => kernel.Name).Distinct().Count());
        Assert.Equal(expected, candidates[0].Name);
    }

    /// <summary>What a group may share: of any card, of one of compute capability 8.6, 8.9 or 12.0, of 8.0, of 9.0.</summary>
    [Theory]
    [InlineData(48, "tensor 128x32 small", "tensor 64x64 small")]
    [InlineData(99, "tensor 128x32", "tensor 128x32 small", "tensor 128x64", "tensor 64x64", "tensor 64x64 small")]
    [InlineData(163, "tensor 128x128", "tensor 128x32", "tensor 128x32 small", "tensor 128x64", "tensor 64x64", "tensor 64x64 small")]
    public void A_card_gets_the_tiles_for_which_it_has_the_memory(int kilobytes, params string[] expected)
    {
        var kernels = new ProductKernels(Card with { MostSharedBytes = kilobytes << 10 }, Precision.Tf32);
        var candidates = kernels.Candidates(4096, 256, 1024, new DepthMajor { Stride = 4 }, new DepthMajor { Stride = 4 });
        Assert.Equal(expected, candidates.Select(kernel => kernel.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1024, 128, 32768)]
    [InlineData(48, 64, 131072)]
    [InlineData(128, 1, 8192)]
    [InlineData(64, 64, 517)]
    public void Parts_of_a_sum_are_whole_steps_and_none_is_empty(int m, int n, int k)
    {
        var (splits, depth) = new ProductKernels(Card, Precision.Tf32).Split(m, n, k);
        Assert.True(splits > 1);
        Assert.Equal(0, depth % 32);
        Assert.InRange(k, (splits - 1) * depth + 1, splits * depth);
    }

    [Fact]
    public void A_product_that_fills_the_card_is_not_cut() =>
        Assert.Equal((1, 1024), new ProductKernels(Card, Precision.Tf32).Split(32768, 128, 1024));

    /// <summary>A long sum, cut in parts that a second pass adds; one with an epilogue; a convolution with the gradients of both its inputs.</summary>
    [Theory]
    [InlineData(Precision.Tf32, 2e-3)]
    [InlineData(Precision.Bf16, 2e-2)]
    public void A_plan_for_tensor_cores_gives_what_the_host_reference_gives(Precision precision, double bound)
    {
        using var device = OpenCl();
        using var variables = new VariableStore(device);
        var graph = new Graph();
        var host = new HostReference();
        var image = Input("image", Shape.Of(2, 8, 8, 4));
        var weights = Input("weights", Shape.Of(4, 4, 4, 8));
        var g = new ConvolutionGeometry(8, 8, 4, 8, 4, 4, 2, 1);
        var y = graph.Convolution(g, image, weights);
        var gradients = Differentiation.Gradients((y * y).Sum(), [image, weights]);
        var product = graph.MatrixProduct(Input("a", Shape.Of(600, 20)), Input("b", Shape.Of(600, 12)), transposeLeft: true);
        var biased = graph.MatrixProduct(Input("c", Shape.Of(9, 40)), Input("d", Shape.Of(40, 10))) + Input("bias", Shape.Of(10));
        // Sides that no stride divides: classes of four sizes.
        var odd = new ConvolutionGeometry(7, 9, 8, 12, 3, 3, 2, 1);
        var transposed = graph.ConvolutionDataGradient(odd, Input("y", odd.Output(2)), Input("w", odd.Weights));
        Tensor[] outputs = [y, .. gradients, product, biased, transposed];

        using var plan = Plan.Compile(variables, graph, new ProductKernels(Card with { MostSharedBytes = 48 << 10 }, precision), outputs);
        Assert.Contains(plan.AllLaunches, launch => launch.Name == "SumRows [2, 240]");
        Assert.Single(plan.AllLaunches, launch => launch.Name == "ConvolutionDataGradient 4 x 40x8x48");
        var expected = host.Run(graph);
        for (int run = 0; run < 3; run++)
        {
            plan.Run();
            foreach (var output in outputs)
            {
                double[] e = expected[output];
                double error = Math.Sqrt(e.Zip(plan.Fetch(output), (x, a) => (x - a) * (x - a)).Sum()), norm = Math.Sqrt(e.Sum(x => x * x));
                Assert.True(error <= bound * norm, $"{output}, run {run}: error {error / norm:E2} of the norm, at most {bound}");
            }
        }

        Tensor Input(string name, Shape shape)
        {
            var variable = new Variable(name, shape.Size);
            var values = new float[shape.Size];
            Initialization.Normal(values, seed: 1, stream: name[0] + name.Length);
            variables.Upload(variable, values);
            host.Upload(variable, values);
            return graph.Read(variable, 0, shape);
        }
    }

    private static ComputeDevice OpenCl()
    {
        try
        {
            return ComputeDevice.Open("opencl");
        }
        catch (DeviceException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
