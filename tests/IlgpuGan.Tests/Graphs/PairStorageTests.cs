using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Intrinsics;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Which tensors of a plan in bfloat16 lie in memory as such, and on an OpenCL device, where the instructions are emulated, what becomes of the numbers.</summary>
[Collection(nameof(TestDevice))]
public sealed class PairStorageTests
{
    private static readonly DeviceTraits Card = new() { Kind = DeviceKind.Cuda, HasTensorCores = true, GroupThreads = 1024, MostSharedBytes = 48 << 10, Multiprocessors = 132 };

    /// <summary>What is asked for, added up, small, or read by something other than formulas and products of pairs lies in floats; each has its reason.</summary>
    [Fact]
    public void Activations_lie_in_pairs_and_of_all_others_is_said_why_not()
    {
        var graph = new Graph();
        var (g, wide) = (new ConvolutionGeometry(16, 16, 3, 16, 4, 4, 2, 1), new ConvolutionGeometry(8, 8, 16, 16, 4, 4, 2, 1));
        var (images, w, w2, bias) = (Read("images", g.Input(8)), Read("w", g.Weights), Read("w2", wide.Weights), Read("bias", Shape.Of(16)));
        var activation = (graph.Convolution(g, images, w) + bias).LeakyRelu(0.2f);
        var flat = activation.Reshape(8, 1024);
        var next = graph.Convolution(wide, activation, w2);
        var logits = graph.MatrixProduct(next.Reshape(8, 256), Read("last", Shape.Of(256, 2)));
        var single = graph.MatrixProduct(flat, Read("single", Shape.Of(1024, 1)));
        var (gradient, weightGradient) = Differentiation.Gradients(logits.Sum(), [activation, w2]) switch { var both => (both[0], both[1]) };
        var shifted = graph.ShiftColumns(graph.Convolution(g, images * 2, w), 1, 16);
        Tensor[] outputs = [weightGradient, gradient.Exp().Sum(), shifted, logits.Sum(), single.Sum()];
        var fusion = new Fusion(graph, outputs, isForCard: true);
        var storage = new PairStorage(fusion, _ => true, outputs.Contains);

        // The epilogue of its product, and the gradient that comes back to it.
        Assert.Null(storage.WhyNot(activation));
        Assert.Null(storage.WhyNot(gradient));
        Assert.True(storage.Contains(activation) && storage.Contains(flat));
        Assert.All(new[] { next, gradient, single }, tensor => Assert.True(storage.Multiplies(tensor)));
        Assert.False(storage.Multiplies(logits));
        // Fewer than four channels are written out; none of the images is rounded where they lie.
        Assert.True(storage.Multiplies(fusion.Absorbs(activation)!) && PairStorage.Unfolds(fusion.Absorbs(activation)!));
        Dictionary<Tensor, string> reasons = new()
        {
            [images] = "no formula and no product makes it",
            [next] = "a product reads it that is not made of pairs",
            [logits] = "it is small",
            [weightGradient] = "it is asked for, or lies in a variable",
            [shifted.Inputs[0]] = "ShiftColumns reads it",
        };
        Assert.All(reasons, pair => Assert.Equal(pair.Value, storage.WhyNot(pair.Key)));
        Assert.Equal("the formula that makes it reads what does not begin on sixteen bytes", new PairStorage(fusion, tensor => tensor != bias, outputs.Contains).WhyNot(activation));

        Tensor Read(string name, Shape shape) => graph.Read(new Variable(name, shape.Size), 0, shape);
    }

    /// <summary>Two convolutions with normalisation between them, and their gradients: images of three channels, activations, weights, statistics and sums.</summary>
    [Fact]
    public void Layers_and_their_gradients_in_bfloat16_are_near_those_in_double_precision()
    {
        using var device = OpenCl();
        using var variables = new VariableStore(device);
        var graph = new Graph();
        var host = new HostReference();
        var (first, second) = (new ConvolutionGeometry(16, 16, 3, 16, 4, 4, 2, 1), new ConvolutionGeometry(8, 8, 16, 24, 4, 4, 2, 1));
        var (images, one, other) = (Input("images", first.Input(4)), Input("one", first.Weights), Input("other", second.Weights));
        var (gamma, beta) = (Input("gamma", Shape.Of(16)), Input("beta", Shape.Of(16)));
        var x = graph.Convolution(first, images, one);
        var a = ElementwiseCases.Normalized(x, gamma, beta).LeakyRelu(0.2f);
        var y = graph.Convolution(second, a, other).LeakyRelu(0.2f);
        Tensor[] outputs = [y, .. Differentiation.Gradients((y * y).Sum(), [images, one, other, gamma, beta])];
        using var plan = Plan.Compile(variables, graph, new ProductKernels(Card, Precision.Bf16), outputs);
        string names = string.Join("\n", plan.AllLaunches.Select(launch => launch.Name));
        Assert.Single(names.Split("UnfoldWindows")[1..]);
        AssertNear(plan, host.Run(graph), outputs);

        Tensor Input(string name, Shape shape) => Upload(graph, variables, host, name, shape);
    }

    /// <summary>
    /// A discriminator's gradients by two batches are one product for each of its layers, over the rows of both; the slope of its rectifier is that of what was normalised. A later segment
    /// takes the windows and the weights that an earlier one has rounded.
    /// </summary>
    [Fact]
    public void Gradients_by_two_batches_are_one_product_and_what_was_rounded_is_not_rounded_again()
    {
        using var device = OpenCl();
        using var variables = new VariableStore(device);
        var graph = new Graph();
        var host = new HostReference();
        var (first, second) = (new ConvolutionGeometry(16, 16, 3, 16, 4, 4, 2, 1), new ConvolutionGeometry(8, 8, 16, 24, 4, 4, 2, 1));
        var (one, other, last) = (Input("one", first.Weights), Input("other", second.Weights), Input("last", Shape.Of(384, 1)));
        var (gamma, beta) = (Input("gamma", Shape.Of(16)), Input("beta", Shape.Of(16)));
        // Tensors of the plan, as a generator's images are.
        var (real, fake) = (Input("real", first.Input(4)).Tanh(), Input("fakes", first.Input(4)).Tanh());
        Tensor Judge(Tensor images, Tensor weights)
        {
            var hidden = ElementwiseCases.Normalized(graph.Convolution(first, images, weights), gamma, beta).LeakyRelu(0.2f);
            return graph.MatrixProduct(graph.Convolution(second, hidden, other).Reshape(4, 384), last);
        }
        var (judged, misjudged) = (Judge(real, one), Judge(fake, one));
        Tensor[] gradients = Differentiation.Gradients(judged.Square().Sum() + misjudged.Square().Sum(), [one, other, last, gamma, beta]);
        graph.EndSegment();
        var again = Judge(fake, Input("another", first.Weights));
        Tensor[] outputs = [judged, misjudged, again, .. gradients];
        using var plan = Plan.Compile(variables, graph, new ProductKernels(Card, Precision.Bf16), outputs);
        string[] names = [.. plan.AllLaunches.SelectMany(launch => launch.Name.Split(" | "))];
        Assert.Equal(2, names.Count(name => name.StartsWith("ConvolutionWeightGradient", StringComparison.Ordinal)));
        Assert.Equal(6, names.Count(name => name.StartsWith("Convolution ", StringComparison.Ordinal)));
        Assert.Equal(2, names.Count(name => name.StartsWith("UnfoldWindows", StringComparison.Ordinal)));
        // Four variables, and the logits' gradients of two batches.
        Assert.Equal(6, names.Count(name => name.StartsWith("Round", StringComparison.Ordinal)));
        var expected = host.Run(graph);
        AssertNear(plan, expected, [.. outputs.Except([gradients[0]])]);
        // Where rounding takes a number near zero to the rectifier's other side, what comes back is multiplied by 1 instead of 0.2 or the other way round. Among the fakes one such element has a large
        // gradient: the first layer's is off by 5.2e-2, by the definition too if it rounds what the plan rounds, but not if it keeps the slopes of exact numbers.
        var ofFirst = gradients[0];
        host.Seen = Rounding(graph, outputs);
        var rounded = host.Run(graph);
        AssertNear(plan, rounded, [ofFirst]);
        Assert.InRange(Error(rounded[ofFirst], expected[ofFirst]), 4e-2, 6e-2);
        var rounds = host.Seen;
        host.Seen = (reader, input, values) => rounds(reader, input, input.Operation is Binary { Function: BinaryFunction.LeakySlope } ? expected[input] : values);
        Assert.InRange(Error(host.Run(graph)[ofFirst], expected[ofFirst]), 0, 2e-2);

        Tensor Input(string name, Shape shape) => Upload(graph, variables, host, name, shape);
    }

    // What lies in pairs, and what products of pairs read, to eight bits.
    private static Func<Tensor, Tensor, double[], double[]> Rounding(Graph graph, Tensor[] outputs)
    {
        var fusion = new Fusion(graph, outputs, isForCard: true, isForPairs: true);
        var storage = new PairStorage(fusion, _ => true, outputs.Contains);
        return (reader, input, values) => storage.Contains(input) || (reader.Operation.Kind() == OperationKind.Product && storage.Multiplies(reader))
            ? [.. values.Select(value => (double)BitConverter.UInt32BitsToSingle(Scalar.RoundToPair((float)value, 0) << 16))]
            : values;
    }

    private static double Error(IEnumerable<double> actual, double[] expected) =>
        Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum() / expected.Sum(e => e * e));

    private static void AssertNear(Plan plan, IReadOnlyDictionary<Tensor, double[]> expected, IReadOnlyList<Tensor> outputs)
    {
        var faults = new List<string>();
        for (int run = 0; run < 2; run++)
        {
            plan.Run();
            foreach (var output in outputs)
            {
                double error = Error(plan.Fetch(output).Select(value => (double)value), expected[output]);
                TestContext.Current.TestOutputHelper?.WriteLine($"{output.Shape}: {error:E2}");
                // Each of five layers of products and formulas rounds to 8 bits, off by 2^-9.5 of the norm on average; steps of a rectifier are met on the wrong side here and there.
                if (!(error <= 2e-2))
                {
                    faults.Add($"{output}, run {run}: error {error:E2} of the norm");
                }
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static Tensor Upload(Graph graph, VariableStore variables, HostReference host, string name, Shape shape)
    {
        var variable = new Variable(name, shape.Size);
        var values = new float[shape.Size];
        Initialization.Normal(values, seed: 1, stream: name[0] + name.Length);
        variables.Upload(variable, values);
        host.Upload(variable, values);
        return graph.Read(variable, 0, shape);
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
