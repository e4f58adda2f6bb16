using IlgpuGan.Graphs;
using IlgpuGan.Objectives;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Objectives;

public sealed class CrossEntropyTests
{
    private readonly Graph graph = new();

    [Fact]
    public void Even_logits_cost_the_logarithm_of_the_number_of_classes() =>
        Assert.Equal(Math.Log(4), Value(Loss([0, 0, 0, 0, 7, 7, 7, 7])), 6);

    [Fact]
    public void It_is_minus_the_log_probability_that_softmax_gives_the_label()
    {
        double P(double of, params double[] all) => Math.Exp(of) / all.Sum(Math.Exp);

        double expected = -(Math.Log(P(1, 1, 2, -1, 0.5)) + Math.Log(P(-2, 0, 0.25, -2, 3))) / 2;

        Assert.Equal(expected, Value(Loss([1, 2, -1, 0.5f, 0, 0.25f, -2, 3])), 6);
    }

    [Fact]
    public void Logits_of_any_size_neither_overflow_nor_lose_their_difference() =>
        Assert.Equal((1000 + 0) / 2.0, Value(Loss([-500, 500, 0, 0, -900, -900, 900, -900])), 6);

    [Fact]
    public void The_gradient_is_probability_minus_label_over_the_rows()
    {
        var variable = new Variable("logits", 8);
        var logits = graph.Read(variable, 0, Shape.Of(2, 4));
        var gradient = Differentiation.Gradients(CrossEntropy.OfSoftmax(logits, Labels()), [logits])[0];
        var host = new HostReference();
        // The second row's two largest are equal.
        host.Upload(variable, [1, 2, -1, 0.5f, 3, 0, 1, 3]);

        double[] actual = host.Run(graph)[gradient];

        double[] e = [.. new[] { 1, 2, -1, 0.5, 3, 0, 1, 3 }.Select(Math.Exp)];
        double[] label = [1, 0, 0, 0, 0, 0, 1, 0];
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal((e[i] / (i < 4 ? e[..4].Sum() : e[4..].Sum()) - label[i]) / 2, actual[i], 6);
        }
    }

    [Fact]
    public void Labels_of_another_shape_are_refused() =>
        Assert.Throws<ArgumentException>(() => CrossEntropy.OfSoftmax(graph.Literal(Shape.Of(4, 2), new float[8]), Labels()));

    private Tensor Loss(float[] logits) => CrossEntropy.OfSoftmax(graph.Literal(Shape.Of(2, 4), logits), Labels());

    private Tensor Labels() => graph.Literal(Shape.Of(2, 4), 1, 0, 0, 0, 0, 0, 1, 0);

    private double Value(Tensor tensor) => new HostReference().Run(graph)[tensor][0];
}
