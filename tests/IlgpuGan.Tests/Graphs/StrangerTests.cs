using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>The graph in the hands of somebody who has no GAN in mind: what is right is short, and what is wrong is said.</summary>
[Collection(nameof(TestDevice))]
public sealed class StrangerTests(TestDevice device)
{
    [Fact]
    public void A_formula_is_differentiated_twice_and_run_on_a_device()
    {
        using var variables = new VariableStore(device.Open());
        var x = new Variable("x", 3);
        variables.Upload(x, [1, 2, 3]);
        var graph = new Graph();
        var at = graph.Read(x);
        var value = (at * at * at).Sum();
        var slope = Differentiation.Gradient(value, at);
        var bend = Differentiation.Gradient(slope.Sum(), at);
        using var plan = Plan.Compile(variables, graph, value, slope, bend);
        plan.Run();

        Assert.Equal([36f], plan.Fetch(value));
        Assert.Equal([3f, 12, 27], plan.Fetch(slope));
        Assert.Equal([6f, 12, 18], plan.Fetch(bend));
        var first = new float[2];
        plan.Fetch(bend, first);
        Assert.Equal([6f, 12], first);
    }

    [Fact]
    public void Numbers_stand_on_either_side_of_a_tensor()
    {
        using var variables = new VariableStore(device.Open());
        var x = new Variable("x", 4);
        variables.Upload(x, [1, 2, 4, 8]);
        var graph = new Graph();
        var at = graph.Read(x, Shape.Of(2, 2));
        Tensor[] outputs = [1 + at, 3 * at, at / 2, 8 / at, 1 - at, at.MatrixProduct(at)];
        using var plan = Plan.Compile(variables, graph, outputs);
        plan.Run();

        Assert.Equal([[2, 3, 5, 9], [3, 6, 12, 24], [0.5f, 1, 2, 4], [8, 4, 2, 1], [0, -1, -3, -7], [9, 18, 36, 72]], outputs.Select(plan.Fetch));
    }

    [Fact]
    public void Descent_along_a_gradient_is_a_plan_that_is_run_again_and_again()
    {
        using var variables = new VariableStore(device.Open());
        var x = new Variable("x", 2);
        variables.Upload(x, [3, -1]);
        var graph = new Graph();
        var at = graph.Read(x);
        var loss = ((at - graph.Literal(Shape.Of(2), 1, 2)).Square()).Sum();
        graph.Assign(x, 0, at - 0.25f * Differentiation.Gradient(loss, at));
        using var plan = Plan.Compile(variables, graph, loss);
        for (int i = 0; i < 24; i++)
        {
            plan.Run();
        }

        // Each run halves the distance, exactly.
        Assert.Equal([1 + 2 * MathF.ScaleB(1, -24), 2 - 3 * MathF.ScaleB(1, -24)], variables.Download(x), Near);
    }

    [Fact]
    public void What_is_no_output_is_not_read()
    {
        using var variables = new VariableStore(device.Open());
        var x = new Variable("x", 3);
        var graph = new Graph();
        var at = graph.Read(x);
        var twice = at * 2;
        using var plan = Plan.Compile(variables, graph, twice.Exp());
        plan.Run();

        Assert.Contains("is no output of this plan", Assert.Throws<ArgumentException>(() => plan.Fetch(twice)).Message, StringComparison.Ordinal);
        Assert.Contains("is no output of this plan", Assert.Throws<ArgumentException>(() => plan.Fetch(new Graph().Read(x))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_when_it_is_written_down()
    {
        using var variables = new VariableStore(device.Open());
        var x = new Variable("x", 3);
        var (graph, other) = (new Graph(), new Graph());
        var at = graph.Read(x);

        Assert.Throws<ArgumentException>(() => variables.Upload(x, new float[4]));
        Assert.Throws<ArgumentException>(() => at + other.Read(x));
        Assert.Throws<ArgumentException>(() => at + graph.Literal(Shape.Of(2), 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.Read(x, Shape.Of(2, 2)));
        Assert.Throws<ArgumentException>(() => Differentiation.Gradient(at, at));
        Assert.Throws<ArgumentException>(() => Differentiation.Gradient(at.Sum(), other.Read(x)));
        Assert.Throws<ArgumentException>(() => Plan.Compile(variables, other, at));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Variable("none", 0));
    }

    [Fact]
    public void A_plan_that_is_disposed_is_not_run()
    {
        using var variables = new VariableStore(device.Open());
        var graph = new Graph();
        var sum = graph.Read(new Variable("x", 3)).Sum();
        var plan = Plan.Compile(variables, graph, sum);
        plan.Dispose();

        Assert.Throws<ObjectDisposedException>(() => plan.Run());
        Assert.Throws<ObjectDisposedException>(() => plan.Fetch(sum));
        plan.Dispose();
    }

    // The distances are powers of two times 2 and 3, which single precision holds beside 1 and 2 to half a unit of the last place.
    private static bool Near(float expected, float actual) => MathF.Abs(expected - actual) <= 3e-7f;
}
