namespace IlgpuGan.Graphs;

/// <summary>A symbol in a graph: the value that an operation will have each time the plan runs.</summary>
public sealed class Tensor
{
    internal Tensor(Graph graph, int id, Operation operation, Shape shape, Tensor[] inputs) =>
        (Graph, Id, Operation, Shape, Inputs) = (graph, id, operation, shape, inputs);

    /// <summary>The graph it belongs to.</summary>
    public Graph Graph { get; }

    /// <summary>Position in the order of making, which is an order of evaluation.</summary>
    public int Id { get; }

    /// <summary>What makes it.</summary>
    internal Operation Operation { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>What it is made of.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>Element-wise sum.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => left.Graph.Binary(BinaryFunction.Add, left, right);

    /// <summary>Element-wise difference.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => left.Graph.Binary(BinaryFunction.Subtract, left, right);

    /// <summary>Element-wise product.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => left.Graph.Binary(BinaryFunction.Multiply, left, right);

    /// <summary>Element-wise quotient.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => left.Graph.Binary(BinaryFunction.Divide, left, right);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(Tensor left, float right) => left + left.Graph.Constant(right);

    /// <summary>Difference to a number.</summary>
    public static Tensor operator -(Tensor left, float right) => left - left.Graph.Constant(right);

    /// <summary>Difference from a number.</summary>
    public static Tensor operator -(float left, Tensor right) => right.Graph.Constant(left) - right;

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(Tensor left, float right) => left * left.Graph.Constant(right);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(float left, Tensor right) => right + left;

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(float left, Tensor right) => right * left;

    /// <summary>Quotient by a number.</summary>
    public static Tensor operator /(Tensor left, float right) => left / left.Graph.Constant(right);

    /// <summary>Quotient of a number.</summary>
    public static Tensor operator /(float left, Tensor right) => right.Graph.Constant(left) / right;

    /// <summary>The negative.</summary>
    public static Tensor operator -(Tensor operand) => operand * -1f;

    /// <summary>e^x</summary>
    public Tensor Exp() => Graph.Unary(UnaryFunction.Exp, this);

    /// <summary>Natural logarithm.</summary>
    public Tensor Log() => Graph.Unary(UnaryFunction.Log, this);

    /// <summary>Square root.</summary>
    public Tensor Sqrt() => Graph.Unary(UnaryFunction.Sqrt, this);

    /// <summary>1 / sqrt(x)</summary>
    public Tensor ReciprocalSqrt() => Graph.Unary(UnaryFunction.ReciprocalSqrt, this);

    /// <summary>Hyperbolic tangent.</summary>
    public Tensor Tanh() => Graph.Unary(UnaryFunction.Tanh, this);

    /// <summary>1 / (1 + e^-x)</summary>
    public Tensor Sigmoid() => Graph.Unary(UnaryFunction.Sigmoid, this);

    /// <summary>log(1 + e^x)</summary>
    public Tensor Softplus() => Graph.Unary(UnaryFunction.Softplus, this);

    /// <summary>Sine, of radians.</summary>
    public Tensor Sin() => Graph.Unary(UnaryFunction.Sin, this);

    /// <summary>Cosine, of radians.</summary>
    public Tensor Cos() => Graph.Unary(UnaryFunction.Cos, this);

    /// <summary>Absolute value.</summary>
    public Tensor Abs() => Graph.Unary(UnaryFunction.Abs, this);

    /// <summary>1 where positive, else 0.</summary>
    public Tensor Step() => Graph.Unary(UnaryFunction.Step, this);

    /// <summary>The largest whole number that is not above.</summary>
    public Tensor Floor() => Graph.Unary(UnaryFunction.Floor, this);

    /// <summary>The larger of two.</summary>
    public Tensor Maximum(Tensor other) => Graph.Binary(BinaryFunction.Maximum, this, other);

    /// <summary>The nearest number between two; its gradient is zero outside of them.</summary>
    public Tensor Clamp(float least, float most) => -(-Maximum(Graph.Constant(least))).Maximum(Graph.Constant(-most));

    /// <summary>x where positive, else slope x (Maas et al. 2013); slope 0 is ReLU.</summary>
    public Tensor LeakyRelu(float slope) => Graph.Binary(BinaryFunction.LeakyRelu, this, Graph.Constant(slope));

    /// <summary>x^2</summary>
    public Tensor Square() => this * this;

    /// <summary>The product of two matrices: [N, K] and [K, M] to [N, M].</summary>
    /// <exception cref="ArgumentException">The inner lengths differ, or one is no matrix.</exception>
    public Tensor MatrixProduct(Tensor right) => Graph.MatrixProduct(this, right);

    /// <summary>Sum over all axes but the last: [..., C] to [C].</summary>
    public Tensor SumRows() => Graph.SumRows(this);

    /// <summary>Sum over the last axis: [..., C] to [..., 1].</summary>
    public Tensor SumColumns() => Graph.SumColumns(this);

    /// <summary>The largest over the last axis: [..., C] to [..., 1].</summary>
    public Tensor MaxColumns() => Graph.MaxColumns(this);

    /// <summary>log(sum of e^x) over the last axis, [..., C] to [..., 1], shifted by the largest so that nothing overflows.</summary>
    public Tensor LogSumExp()
    {
        var largest = MaxColumns();
        return (this - largest).Exp().SumColumns().Log() + largest;
    }

    /// <summary>Sum of all elements: [1].</summary>
    public Tensor Sum() => SumRows().Reshape(1, Shape.Columns).SumColumns().Reshape(1);

    /// <summary>Mean of all elements: [1].</summary>
    public Tensor Mean() => Sum() * (1f / Shape.Size);

    /// <summary>The same elements under another shape of equal size.</summary>
    public Tensor Reshape(params int[] lengths) => Graph.Reshape(this, Shape.Of(lengths));

    /// <summary>The same elements, taken for given: no gradient flows through.</summary>
    public Tensor Detach() => Graph.Detach(this);

    /// <summary>Repeats to a larger shape: from [1], from one row [columns] or from one column [..., 1].</summary>
    public Tensor BroadcastTo(Shape shape) => Graph.Broadcast(this, shape);

    /// <inheritdoc/>
    public override string ToString() => $"%{Id} = {Operation} {Shape}";
}
