namespace IlgpuGan.Graphs;

/// <summary>How parameters follow their gradients g; m and v start at zero, t counts the updates from 1.</summary>
public enum UpdateRule
{
    /// <summary>
    /// Kingma and Ba 2015: m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= a (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
    /// Its weight decay d is the gradient of an L2 penalty: g += d p.
    /// </summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019): p shrinks by a d p beside Adam's step.</summary>
    AdamW,

    /// <summary>Tieleman and Hinton 2012: v = b2 v + (1 - b2) g^2; p -= a g / (sqrt(v) + eps). Weight decay as with Adam.</summary>
    RmsProp,

    /// <summary>Gradient descent with momentum: m = b1 m + g; p -= a m. Weight decay as with Adam.</summary>
    Sgd,
}

/// <summary>A rule and its numbers. Those that a schedule may change are rates: a plain number, or a scalar that the plan computes anew in every step.</summary>
public sealed record Optimizer(UpdateRule Rule)
{
    /// <summary>Step size a.</summary>
    public required Rate LearningRate { get; init; }

    /// <summary>Decay b1 of the first moment, 0 &lt;= b1 &lt; 1; the momentum of <see cref="UpdateRule.Sgd"/>.</summary>
    public Rate Beta1 { get; init; } = 0.9f;

    /// <summary>Decay b2 of the second moment, 0 &lt;= b2 &lt; 1.</summary>
    public Rate Beta2 { get; init; } = 0.999f;

    /// <summary>Half-life in updates of the weights' moving average e += (1 - 0.5^(1 / half-life)) (p - e); 0 keeps no average.</summary>
    public Rate AverageHalfLife { get; init; } = 0;

    /// <summary>Added to the root of the second moment.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Weight decay d.</summary>
    public float WeightDecay { get; init; }
}

/// <summary>A number that stays, or a scalar tensor.</summary>
public readonly record struct Rate
{
    private readonly float number;
    private readonly Tensor? tensor;

    private Rate(float number, Tensor? tensor) => (this.number, this.tensor) = (number, tensor);

    /// <summary>A number.</summary>
    public static implicit operator Rate(float number) => new(number, null);

    /// <summary>A tensor [1].</summary>
    public static implicit operator Rate(Tensor tensor) => new(0, tensor);

    /// <summary>The rate in memory: a number is part of the program, so that no launch is spent on it.</summary>
    internal Tensor In(Graph graph) => tensor is { Operation: not Constant }
        ? tensor
        : graph.Literal(Shape.Scalar, tensor is { Operation: Constant constant } ? constant.Value : number);
}
