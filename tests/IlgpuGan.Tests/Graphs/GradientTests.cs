using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Gradients of every operation against central differences in double precision.</summary>
public sealed class GradientTests
{
    private const int Seed = 1406_2661;

    // Truncation is h^2/6 times a third derivative, rounding 2^-53 |f| / h: both below 1e-9 here.
    private const double Step = 1e-5;

    // Relative to the largest entry: what remains is that constants in a graph, such as 1/m, are floats (6e-8 each).
    private const double Bound = 1e-6;

    // Every element of a small input, a sample of a larger one.
    private const int Probes = 40;

    public static TheoryData<string> Cases => OperationCases.Differentiable;

    [Theory]
    [MemberData(nameof(Cases))]
    public void First_order_gradients_equal_differences_of_a_projection(string name)
    {
        var inputs = new CaseInputs(Seed);
        var outputs = OperationCases.Named(name).Build(inputs);
        Tensor[] targets = [.. inputs.Targets];
        Check(inputs, inputs.Project(outputs), targets);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Second_order_gradients_equal_differences_of_a_projection_of_the_first(string name)
    {
        var inputs = new CaseInputs(Seed);
        var outputs = OperationCases.Named(name).Build(inputs);
        var scalar = inputs.Project(outputs);
        // The projection's own factors are among the targets: they stand for what flows in from above.
        Tensor[] targets = [.. inputs.Targets];
        Check(inputs, inputs.Project(Differentiation.Gradients(scalar, targets)), targets);
    }

    // Uniform numbers stand for normal ones too: here they are any constants.
    private static double[] Draw(Tensor tensor)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, tensor.Shape.Size).Select(_ => random.NextDouble())];
    }

    private static void Check(CaseInputs inputs, Tensor scalar, Tensor[] targets)
    {
        var gradients = Differentiation.Gradients(scalar, targets);
        var drawn = new Dictionary<Tensor, double[]>();
        var host = new HostReference { Source = tensor => drawn.TryGetValue(tensor, out double[]? numbers) ? numbers : drawn[tensor] = Draw(tensor) };
        foreach (var (variable, values) in inputs.Contents)
        {
            host.Upload(variable, values);
        }
        var values0 = host.Run(inputs.Graph);
        var random = new Random(Seed);
        foreach (var (target, gradient) in targets.Zip(gradients))
        {
            Assert.Equal(target.Shape, gradient.Shape);
            double[] expected = values0[gradient], variable = host[((Read)target.Operation).Variable];
            double bound = Bound * Math.Max(1e-2, expected.Max(Math.Abs));
            int[] probes = expected.Length <= Probes
                ? [.. Enumerable.Range(0, expected.Length)]
                : [.. Enumerable.Range(0, Probes).Select(_ => random.Next(expected.Length))];
            foreach (int i in probes)
            {
                double at = variable[i];
                variable[i] = at + Step;
                double above = host.Run(inputs.Graph, scalar)[scalar][0];
                variable[i] = at - Step;
                double below = host.Run(inputs.Graph, scalar)[scalar][0];
                variable[i] = at;
                double difference = (above - below) / (2 * Step);
                Assert.True(Math.Abs(difference - expected[i]) <= bound,
                    $"d/d{target}[{i}]: the gradient is {expected[i]:R}, the difference {difference:R} (bound {bound:E1}, seed {Seed}).");
            }
        }
    }
}
