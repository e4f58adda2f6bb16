using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>What plans for a card do in one pass or in one launch, and on an OpenCL device, which runs them all the same, that they compute what the host does.</summary>
[Collection(nameof(TestDevice))]
public sealed class CardPlanTests
{
    private static readonly DeviceTraits Card = new() { Kind = DeviceKind.Cuda, HasTensorCores = true, GroupThreads = 1024, Multiprocessors = 132 };

    [Fact]
    public void Batch_normalisation_reads_its_input_once_for_its_moments_and_once_for_both_sums_on_its_way_back()
    {
        using var trial = new Trial();
        var (x, gamma, beta) = (trial.Input("x", Shape.Of(60, 8, 8, 20)), trial.Input("gamma", Shape.Of(20)), trial.Input("beta", Shape.Of(20)));
        var y = ElementwiseCases.Normalized(x, gamma, beta);
        // A sum of y alone would not depend on x.
        Tensor[] outputs = [y, .. Differentiation.Gradients((y * y * y).Sum(), [x, gamma, beta])];
        var names = trial.Run(new(Card, Precision.Fp32), outputs, 1e-4);
        // Each with a launch for its parts.
        Assert.Equal(["Moments [60, 8, 8, 20] of 0 operations", "Moments ["], [Named(names, "Moments")[0], Named(names, "Moments")[1][..9]]);
        Assert.Equal(2, Named(names, "Two SumRows").Count);
        Assert.DoesNotContain(names, name => name.StartsWith("ReciprocalSqrt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Precision.Tf32, 3e-3)]
    [InlineData(Precision.Bf16, 3e-2)]
    public void Gradients_of_weights_that_see_two_batches_are_cut_into_parts_that_one_launch_adds(Precision precision, double bound)
    {
        using var trial = new Trial();
        var (weights, one, other) = (trial.Input("weights", Shape.Of(4, 4, 3, 10)), trial.Input("one", Shape.Of(9, 16, 16, 3)), trial.Input("other", Shape.Of(9, 16, 16, 3)));
        var g = new ConvolutionGeometry(16, 16, 3, 10, 4, 4, 2, 1);
        Tensor Loss(Tensor images)
        {
            var y = images.Graph.Convolution(g, images, weights);
            return (y * y).Sum();
        }
        var names = trial.Run(new(Card, precision), [Differentiation.Gradient(Loss(one) + Loss(other), weights)], bound);
        // 576 terms of each sum, in parts of at least 256.
        Assert.Contains($"SumRows [4, {4 * 4 * 3 * 10}]", names);
        Assert.Equal(2, Named(names, "ConvolutionWeightGradient 48x10x576").Count);
    }

    [Fact]
    public void The_formula_behind_a_sum_that_is_cut_is_applied_where_its_parts_are_added()
    {
        using var trial = new Trial();
        var product = trial.Graph.MatrixProduct(trial.Input("a", Shape.Of(2000, 12)), trial.Input("b", Shape.Of(2000, 7)), transposeLeft: true);
        var names = trial.Run(new(Card, Precision.Tf32), [(product + trial.Input("bias", Shape.Of(7))).LeakyRelu(0.2f)], 3e-3);
        Assert.Equal(["MatrixProduct 12x7x2000", "SumRows [7, 84]"], names);
    }

    [Fact]
    public void Small_steps_that_do_not_depend_on_one_another_are_one_launch_and_others_keep_their_order()
    {
        using var trial = new Trial();
        var (x, y) = (trial.Input("x", Shape.Of(5)), trial.Input("y", Shape.Of(3, 2)));
        var (sums, more) = (new Variable("sums", 16), new Variable("more", 16));
        trial.Upload(sums);
        trial.Upload(more);
        for (int i = 0; i < 4; i++)
        {
            trial.Graph.Assign(sums, i, trial.Graph.Read(sums, i, Shape.Scalar) + x.Sum());
        }
        // Reads what was just assigned, and then assigns it anew.
        trial.Graph.Assign(more, 3, trial.Graph.Read(sums, 0, Shape.Of(4)) * 2);
        trial.Graph.Assign(sums, 1, y.Exp().Reshape(6));
        var names = trial.Run(new(Card, Precision.Fp32), [trial.Graph.Read(sums), trial.Graph.Read(more)], 1e-5);
        Assert.True(names.Count <= 5, string.Join("\n", names));
    }

    private static List<string> Named(IReadOnlyList<string> names, string part) => [.. names.SelectMany(name => name.Split(" | ")).Where(name => name.StartsWith(part, StringComparison.Ordinal))];

    /// <summary>A program whose inputs are random, run on the device and on the host.</summary>
    private sealed class Trial : IDisposable
    {
        private readonly ComputeDevice device;
        private readonly VariableStore variables;
        private readonly HostReference host = new();

        public Trial()
        {
            try
            {
                device = ComputeDevice.Open("opencl");
            }
            catch (DeviceException missing)
            {
                Assert.Skip(missing.Message);
                throw;
            }
            variables = new(device);
        }

        public Graph Graph { get; } = new();

        public Tensor Input(string name, Shape shape)
        {
            var variable = new Variable(name, shape.Size);
            Upload(variable);
            return Graph.Read(variable, 0, shape);
        }

        public void Upload(Variable variable)
        {
            var values = new float[variable.Size];
            Initialization.Normal(values, seed: 1, stream: variable.Name[0] + variable.Name.Length);
            variables.Upload(variable, values);
            host.Upload(variable, values);
        }

        /// <summary>Compares three runs with the host's, by the norm, and gives the names of the launches.</summary>
        public IReadOnlyList<string> Run(ProductKernels products, Tensor[] outputs, double bound)
        {
            using var plan = Plan.Compile(variables, Graph, products, outputs);
            for (int run = 0; run < 3; run++)
            {
                var expected = host.Run(Graph);
                plan.Run();
                foreach (var output in outputs)
                {
                    double[] e = expected[output];
                    double error = Math.Sqrt(e.Zip(plan.Fetch(output), (x, a) => (x - a) * (x - a)).Sum()), norm = Math.Sqrt(e.Sum(x => x * x));
                    Assert.True(error <= bound * norm, $"{output}, run {run}: error {error / norm:E2} of the norm, at most {bound}");
                }
            }
            return [.. plan.AllLaunches.Select(launch => launch.Name)];
        }

        public void Dispose()
        {
            variables.Dispose();
            device.Dispose();
        }
    }
}
