using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>What operations cost, counted here from their definitions: loop by loop, and tensor by tensor.</summary>
[Collection(nameof(TestDevice))]
public sealed class OperationCostTests(TestDevice under)
{
    // Beside the gradient, a weight and its average are read and written; Adam has two moments, the others one.
    private static readonly Dictionary<UpdateRule, int> FloatsPerWeight =
        new() { [UpdateRule.Adam] = 8, [UpdateRule.AdamW] = 8, [UpdateRule.RmsProp] = 6, [UpdateRule.Sgd] = 6 };

    public static TheoryData<string> Cases => OperationCases.Names;

    public static TheoryData<string> Products => [.. MatrixCases.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_operation_costs_what_its_definition_counts(string name)
    {
        var entry = OperationCases.Named(name);
        var inputs = new CaseInputs(seed: 1);
        var outputs = entry.Build(inputs);
        if (entry.Differentiable)
        {
            Differentiation.Gradients(inputs.Project(outputs), [.. inputs.Targets]);
        }
        Assert.All(inputs.Graph.Tensors, tensor =>
        {
            Assert.Equal(Flops(tensor), tensor.Flops());
            Assert.Equal(new Cost(Flops(tensor), Bytes(tensor)), tensor.Cost());
        });
    }

    [Fact]
    public void Every_kind_of_operation_is_among_the_cases_or_gathers_data()
    {
        var met = OperationCases.All.SelectMany(entry =>
        {
            var inputs = new CaseInputs(seed: 1);
            var outputs = entry.Build(inputs);
            if (entry.Differentiable)
            {
                Differentiation.Gradients(inputs.Project(outputs), [.. inputs.Targets]);
            }
            return inputs.Graph.Tensors.Select(tensor => tensor.Operation.GetType());
        });
        var missing = typeof(Operation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract).Except(met);
        Assert.Equal(["GatherImages", "GatherLabels", "GatherRows", "SegmentEnd"], missing.Select(type => type.Name).Order());
    }

    [Fact]
    public void Gathered_data_costs_the_bytes_that_are_read_and_the_floats_that_are_written()
    {
        var graph = new Graph();
        var counter = new Counter("step");
        var images = graph.GatherImages(new("images", 10, 4, 4, 3), 2, 1, 0, counter, flip: true);
        var labels = graph.GatherLabels(new("labels", 10, 3, 2), 2, 1, counter);
        var rows = graph.GatherRows(new("rows", 50), Shape.Of(2, 5), 1, counter);
        Assert.Equal(new Cost(0, 2 * 48 * (1 + 4)), images.Cost());
        // Two numbers of 4 bytes for each image, and five floats.
        Assert.Equal(new Cost(0, 2 * (2 + 5) * 4), labels.Cost());
        Assert.Equal(new Cost(0, 2 * 5 * (4 + 4)), rows.Cost());
        graph.EndSegment();
        Assert.Equal(default, graph.Effects[^1].Cost());
    }

    /// <summary>Whatever it is cut into: groups, classes, taps that are added, parts of sums.</summary>
    [Theory]
    [MemberData(nameof(Products))]
    public void The_launches_of_a_product_count_its_operations_once(string name)
    {
        foreach (string device in PlanTraits.Names.Select(row => row.Data))
        {
            var inputs = new CaseInputs(seed: 1);
            var outputs = OperationCases.Named(name).Build(inputs);
            using var variables = new VariableStore(under.Open());
            double flops = PlanTraits.Compile(device, variables, inputs.Graph, outputs).Launches.Sum(launch => launch.Cost.Flops);
            // Shares of a whole, added up in double precision.
            Assert.Equal(1, flops / outputs.Sum(output => Flops(output.Storage())), 1e-12);
        }
    }

    [Fact]
    public void A_fused_launch_costs_its_operations_and_touches_only_what_lies_in_memory()
    {
        var graph = new Graph();
        var (x, y) = (graph.Read(new Variable("x", 4096), 0, Shape.Of(64, 64)), graph.Read(new Variable("y", 64), 0, Shape.Of(64)));
        using var variables = new VariableStore(under.Open());
        using var plan = Plan.Compile(variables, graph, ((x + y) * 2).Tanh());
        Assert.Equal(new Cost(3 * 4096, 4 * (4096 + 64 + 4096)), Assert.Single(plan.AllLaunches).Cost);
        Assert.Equal((3.0 * 4096, 4.0 * (4096 + 64 + 4096)), (plan.Flops(0), plan.Bytes(0)));
    }

    [Fact]
    public void A_segment_costs_what_is_needed_of_it_and_what_crosses_its_borders()
    {
        var graph = new Graph();
        var (from, to) = (new Variable("from", 100), new Variable("to", 100));
        var x = graph.Read(from, 0, Shape.Of(10, 10));
        var before = x.Exp();
        graph.EndSegment();
        var output = (before.Reshape(100) * 2 + 1).Reshape(10, 10);
        graph.Assign(to, 0, output.Tanh());
        // Nobody asks for it.
        _ = x.Log();
        Assert.Equal(new Cost(100, 4 * 200), OperationCosts.OfSegment(graph, [output, before], 0));
        Assert.Equal(new Cost(300, 4 * 300), OperationCosts.OfSegment(graph, [output, before], 1));
    }

    private static double Flops(Tensor tensor)
    {
        int size = tensor.Shape.Size;
        return tensor.Operation switch
        {
            Unary or Binary => size,
            // A difference, two products, a sum.
            BatchNormalize => size * (1 + 2 + 1),
            SumRows or SumColumns or SumPixels or MaxColumns => tensor.Inputs[0].Shape.ToArray().Aggregate(1, (product, length) => product * length),
            MatrixProduct(var transposeLeft, _) => 2.0 * tensor.Shape[0] * tensor.Shape[1] * tensor.Inputs[0].Shape[transposeLeft ? 0 : 1],
            Convolution(var g) => MultiplyAdds(g, tensor.Shape[0]),
            ConvolutionDataGradient(var g) => MultiplyAdds(g, tensor.Shape[0]),
            ConvolutionWeightGradient(var g) => MultiplyAdds(g, tensor.Inputs[0].Shape[0]),
            // Four weights from two distances, and four products with their sum.
            AffineSample or AffineSampleTranspose => size * (4 + 4 + 3),
            MixChannels => 2.0 * size * tensor.Shape.Columns,
            // Each pixel of the padding is added to one within.
            ReflectionPadTranspose => tensor.Inputs[0].Shape.Size - size,
            BceLoss => 4.0 * tensor.Inputs[0].Shape.Size,
            BceGradient => 5.0 * size,
            MeanProbability => tensor.Inputs[0].Shape.Size,
            // A sum for each float of a leaf: over all leaves but one, that is what a tree has.
            SumLeaves sum => sum.Parameters.Gradients.Size,
            ParameterUpdate update => 16.0 * update.Updated.Sum(parameter => parameter.Shape.Size),
            _ => 0,
        };
    }

    /// <summary>Every tap of every window, those in the padding, too, for every channel that a filter sees.</summary>
    private static double MultiplyAdds(ConvolutionGeometry g, int batch)
    {
        long count = 0;
        for (int top = -g.Padding; top + g.KernelHeight <= g.Height + g.Padding; top += g.Stride)
        {
            for (int left = -g.Padding; left + g.KernelWidth <= g.Width + g.Padding; left += g.Stride)
            {
                for (int filter = 0; filter < g.Filters; filter++)
                {
                    for (int channel = 0; channel < g.Channels; channel++)
                    {
                        if (channel / (g.Channels / g.Groups) == filter / (g.Filters / g.Groups))
                        {
                            count += g.KernelHeight * g.KernelWidth;
                        }
                    }
                }
            }
        }
        return 2.0 * batch * count;
    }

    private static double Bytes(Tensor tensor)
    {
        if (tensor.Operation is Constant or Literal or Read or Reshape or Detach)
        {
            return 0;
        }
        double floats = tensor.Inputs.Where(input => input.Operation is not Constant).ToHashSet().Sum(input => (double)input.Shape.Size);
        floats += tensor.Operation switch
        {
            ParameterUpdate update => (FloatsPerWeight[update.Rule] + (update.AreSummed ? 1 : 0)) * update.Updated.Sum(parameter => parameter.Shape.Size),
            SumLeaves sum => 2 * sum.Parameters.Gradients.Size,
            PlaceLeaf place => place.Leaf.Count * tensor.Inputs[0].Shape.Size,
            CopyCounter => 2,
            Advance => 1,
            CounterValue => 2,
            _ => tensor.Shape.Size,
        };
        return 4 * floats;
    }
}
