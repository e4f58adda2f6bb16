using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>
/// How many launches a plan takes, how much memory, and what a step may touch. The numbers are those of a compiler that bound in both of its passes;
/// a change of either is meant or a fault.
/// </summary>
[Collection(nameof(TestDevice))]
public sealed class PlanLayoutTests(TestDevice under)
{
    [Theory]
    [InlineData(16, 3, 4, 8, 2, "processor, AVX2", 84192, 72)]
    [InlineData(16, 3, 4, 8, 2, "processor, AVX-512", 86112, 72)]
    [InlineData(16, 3, 4, 8, 2, "OpenCL card", 11008, 63)]
    [InlineData(16, 3, 4, 8, 2, "OpenCL on a processor", 10880, 110)]
    [InlineData(16, 3, 4, 8, 2, "tensor cores", 11008, 63)]
    [InlineData(32, 3, 8, 16, 4, "processor, AVX2", 213264, 105)]
    [InlineData(32, 3, 8, 16, 4, "processor, AVX-512", 217744, 105)]
    [InlineData(32, 3, 8, 16, 4, "OpenCL card", 102816, 84)]
    [InlineData(32, 3, 8, 16, 4, "OpenCL on a processor", 110816, 171)]
    [InlineData(32, 3, 8, 16, 4, "tensor cores", 103008, 82)]
    [InlineData(64, 1, 16, 100, 8, "processor, AVX2", 1770256, 174)]
    [InlineData(64, 1, 16, 100, 8, "OpenCL card", 1413088, 117)]
    [InlineData(64, 1, 16, 100, 8, "OpenCL on a processor", 1444896, 288)]
    [InlineData(64, 1, 16, 100, 8, "tensor cores", 1397152, 119)]
    public void A_training_step_takes_so_many_floats_and_launches(
        int side, int channels, int width, int latent, int batch, string device, long floats, int launches)
    {
        var step = new DcganStep(new(side, channels, width, latent, batch));
        using var variables = new VariableStore(under.Open());
        var plan = PlanTraits.Compile(device, variables, step.Graph, [step.LossD, step.LossG, .. step.Probabilities]);
        Assert.Equal((floats, launches), (plan.ArenaFloats, plan.Launches.Count));
    }

    [Theory]
    [InlineData("processor, AVX2", 1)]
    [InlineData("processor, AVX-512", 1)]
    [InlineData("OpenCL card", 0)]
    [InlineData("OpenCL on a processor", 0)]
    [InlineData("tensor cores", 0)]
    public void A_convolution_in_groups_is_one_product_with_its_bias_and_activation_and_so_are_its_gradients(string device, int packings)
    {
        var graph = new Graph();
        using var variables = new VariableStore(under.Open());
        ConvolutionGeometry g = new(12, 10, 48, 96, 4, 4, 2, 1, Groups: 3);
        Tensor Given(string name, Shape shape) => graph.Read(Speedometer.Random(variables, name, shape.Size), 0, shape);
        var (x, w, bias, y) = (Given("x", g.Input(2)), Given("w", g.Weights), Given("bias", Shape.Of(96)), Given("y", g.Output(2)));
        Tensor[] products =
        [
            (graph.Convolution(g, x, w) + bias).LeakyRelu(0.2f), graph.ConvolutionDataGradient(g, y, w) * x, graph.ConvolutionWeightGradient(g, x, y) * w,
        ];
        foreach (var product in products)
        {
            Assert.Equal(1 + packings, PlanTraits.Compile(device, variables, graph, [product]).Launches.Count);
        }
    }

    [Fact]
    public void A_step_binds_no_buffer_that_it_does_not_say_it_touches()
    {
        using var memory = new DeviceBuffer<float>(under.Open(), 64);
        var (said, other) = (new ArenaLayout.Block(16), new ArenaLayout.Block(16));
        var step = new PlanStep<int>(true, typeof(int), "Example", default, new([Region.Of(said, 16)], [], []), 0, (p, _) => p);
        var bound = new StepMemory(step, memory.View);
        Assert.Equal(16, bound[Region.Of(said, 16)].Length);
        Assert.Contains("Example binds a buffer", Assert.Throws<InvalidOperationException>(() => bound[Region.Of(other, 16)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_that_live_at_the_same_time_lie_apart_and_others_share()
    {
        var layout = new ArenaLayout();
        var (first, second, third) = (new ArenaLayout.Block(20), new ArenaLayout.Block(16), new ArenaLayout.Block(32));
        layout.Touch(first, 0);
        layout.Touch(second, 1);
        layout.Touch(first, 1);
        layout.Touch(third, 2);
        layout.Place();
        Assert.Equal((0, 32, 0), (first.Offset, second.Offset, third.Offset));
        Assert.Equal(64, layout.Size);
    }

    [Fact]
    public void Only_what_was_named_as_output_or_lies_in_a_variable_is_fetched()
    {
        var graph = new Graph();
        var variable = new Variable("x", 6);
        var x = graph.Read(variable, 0, Shape.Of(2, 3));
        var (between, output) = (x.SumRows(), x.SumRows().Exp());
        using var variables = new VariableStore(under.Open());
        variables.Upload(variable, [1, 2, 3, 4, 5, 6]);
        using var plan = Plan.Compile(variables, graph, output);
        plan.Run();
        Assert.Equal(3, plan.Fetch(output).Length);
        Assert.Equal([1, 2, 3, 4, 5, 6], plan.Fetch(x));
        // Others lie where it lay by now.
        Assert.Contains("no output of this plan", Assert.Throws<ArgumentException>(() => plan.Fetch(between)).Message, StringComparison.Ordinal);
    }
}
