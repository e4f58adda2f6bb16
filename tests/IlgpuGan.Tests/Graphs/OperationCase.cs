using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>One entry of the table of operations: gradient checks, device tests and the check of costs all read it.</summary>
/// <param name="Name">Operation and what is particular about it; unique.</param>
/// <param name="Build">Makes the outputs from inputs that it asks for.</param>
internal sealed record OperationCase(string Name, Func<CaseInputs, Tensor[]> Build)
{
    /// <summary>How far a device may be from the host reference.</summary>
    public Tolerance Tolerance { get; init; } = Tolerance.Elementwise;

    /// <summary>Whether the outputs have gradients that the gradient checks are to test: small, smooth near its inputs, without effects.</summary>
    public bool Differentiable { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Bound of an error: Relative times the larger of Floor and the largest expected magnitude of the output.</summary>
internal sealed record Tolerance(double Relative, double Floor, string Reason)
{
    /// <summary>For values that no sum stands behind.</summary>
    public static Tolerance Elementwise { get; } =
        new(4e-6, 1e-3, "A few roundings of 2^-24 each, and device functions such as exp and tanh that err by up to 2e-6.");

    /// <summary>For sums of so many terms of magnitude about one.</summary>
    public static Tolerance Sum(int terms) =>
        new(4e-6 + 2.4e-7 * Math.Sqrt(terms), Math.Sqrt(terms),
            $"Partial sums of {terms} terms of either sign grow like the root of their number and each rounds by 2^-24 of its size; four times that.");

    /// <summary>For several operations on end.</summary>
    public Tolerance Times(double factor, string reason) => new(Relative * factor, Floor, $"{Reason} Times {factor}: {reason}");
}

/// <summary>Source of a case's inputs: variables with contents drawn from a seed, in the order in which they are asked for.</summary>
internal sealed class CaseInputs(int seed)
{
    private readonly Random random = new(seed);
    private readonly Dictionary<Variable, float[]> contents = [];
    private readonly List<Tensor> targets = [];

    /// <summary>The graph under construction.</summary>
    public Graph Graph { get; } = new();

    /// <summary>What each variable holds before the first run.</summary>
    public IReadOnlyDictionary<Variable, float[]> Contents => contents;

    /// <summary>Inputs that outputs may be differentiated by.</summary>
    public IReadOnlyList<Tensor> Targets => targets;

    /// <summary>Numbers uniform in [-1, 1].</summary>
    public Tensor Uniform(params int[] lengths) => Target(lengths, () => 2 * random.NextSingle() - 1);

    /// <summary>Numbers uniform in [0.5, 2], for roots, logarithms and divisors.</summary>
    public Tensor Positive(params int[] lengths) => Target(lengths, () => 0.5f + 1.5f * random.NextSingle());

    /// <summary>Numbers of either sign and magnitude 0.2 to 1, for functions with a kink at zero.</summary>
    public Tensor AwayFromZero(params int[] lengths) => Target(lengths, () => (0.2f + 0.8f * random.NextSingle()) * (random.Next(2) * 2 - 1));

    /// <summary>Logits of several magnitudes: where sigmoid is linear and where it saturates.</summary>
    public Tensor Logits(params int[] lengths) => Target(lengths, () => (2 * random.NextSingle() - 1) * (random.Next(4) == 0 ? 30 : 2));

    /// <summary>A variable of so many numbers uniform in [-1, 1] that is read nowhere yet.</summary>
    public Variable Variable(int size) => Fill(new Variable($"input{contents.Count}", size), () => 2 * random.NextSingle() - 1);

    /// <summary>A variable of zeros.</summary>
    public Variable Zeros(int size) => Fill(new Variable($"input{contents.Count}", size), () => 0);

    /// <summary>Gives the weights of a set their first values.</summary>
    public ParameterSet Parameters(ParameterSet set)
    {
        Fill(set.Values, () => 2 * random.NextSingle() - 1);
        Variable[] others = [set.Gradients, set.FirstMoment, set.SecondMoment, set.Average];
        foreach (var other in others)
        {
            Fill(other, () => 0);
        }
        return set;
    }

    /// <summary>Sum of an output's elements, each times a number of its own: a scalar whose gradients depend on every element.</summary>
    public Tensor Project(IEnumerable<Tensor> outputs) =>
        outputs.Select(output => (output * Uniform(output.Shape.ToArray())).Sum()).Aggregate((sum, next) => sum + next);

    private Tensor Target(int[] lengths, Func<float> draw)
    {
        var shape = Shape.Of(lengths);
        var tensor = Graph.Read(Fill(new Variable($"input{contents.Count}", shape.Size), draw), 0, shape);
        targets.Add(tensor);
        return tensor;
    }

    private Variable Fill(Variable variable, Func<float> draw)
    {
        contents[variable] = [.. Enumerable.Range(0, variable.Size).Select(_ => draw())];
        return variable;
    }
}
