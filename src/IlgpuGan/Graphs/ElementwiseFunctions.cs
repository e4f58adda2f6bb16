namespace IlgpuGan.Graphs;

/// <summary>Functions of one number.</summary>
public enum UnaryFunction
{
    /// <summary>e^x</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>Square root.</summary>
    Sqrt,

    /// <summary>1 / sqrt(x)</summary>
    ReciprocalSqrt,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e^-x)</summary>
    Sigmoid,

    /// <summary>log(1 + e^x), as max(x, 0) + log1p(e^-|x|).</summary>
    Softplus,

    /// <summary>Sine of an angle in radians.</summary>
    Sin,

    /// <summary>Cosine of an angle in radians.</summary>
    Cos,

    /// <summary>Absolute value.</summary>
    Abs,

    /// <summary>1 where x is positive, else 0; its own gradient is zero.</summary>
    Step,

    /// <summary>The largest whole number that is not above x; its own gradient is zero.</summary>
    Floor,
}

/// <summary>Functions of two numbers.</summary>
public enum BinaryFunction
{
    /// <summary>a + b</summary>
    Add,

    /// <summary>a - b</summary>
    Subtract,

    /// <summary>a b</summary>
    Multiply,

    /// <summary>a / b</summary>
    Divide,

    /// <summary>The larger.</summary>
    Maximum,

    /// <summary>a where a is positive, else a b: leaky ReLU with slope b (a constant between 0 and 1).</summary>
    LeakyRelu,

    /// <summary>1 where a is positive, else b: the slope of leaky ReLU, read off its input or its output alike.</summary>
    LeakySlope,
}
