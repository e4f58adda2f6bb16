namespace IlgpuGan.Export;

/// <summary>
/// A tensor outside the device, of a training's state or of a file of weights, row-major: 32-bit floats, or 64-bit integers such as counters. Numbers
/// of other formats were brought to these.
/// </summary>
internal sealed class StateTensor
{
    /// <summary>A tensor of floats.</summary>
    /// <exception cref="ArgumentException">The shape does not have as many elements as there are values.</exception>
    public StateTensor(IReadOnlyList<int> shape, float[] floats)
        : this(shape, floats.Length) => Floats = floats;

    /// <summary>A tensor of integers.</summary>
    /// <exception cref="ArgumentException">The shape does not have as many elements as there are values.</exception>
    public StateTensor(IReadOnlyList<int> shape, long[] integers)
        : this(shape, integers.Length) => Integers = integers;

    private StateTensor(IReadOnlyList<int> shape, int length)
    {
        if (shape.Any(axis => axis < 0) || shape.Aggregate(1L, (product, axis) => checked(product * axis)) != length)
        {
            throw new ArgumentException($"Shape [{string.Join(", ", shape)}] does not hold {length} values.", nameof(shape));
        }

        Shape = shape;
    }

    /// <summary>Lengths of the axes, outermost first; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values of a tensor of fractions, otherwise null.</summary>
    public float[]? Floats { get; }

    /// <summary>The values of a tensor of integers, otherwise null.</summary>
    public long[]? Integers { get; }
}
