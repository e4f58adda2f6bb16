using System.Numerics;

namespace IlgpuGan.Graphs;

/// <summary>Lengths of a tensor's axes, outermost first; images are [N, H, W, C], scalars [1].</summary>
public sealed class Shape : IEquatable<Shape>
{
    /// <summary>Most elements of a tensor: kernels count in 32 bits, and what rounds up to whole vectors, tiles or groups must not leave them.</summary>
    public const int MostElements = int.MaxValue - (1 << 20);

    private readonly int[] lengths;

    private Shape(int[] lengths)
    {
        if (lengths.Length == 0 || lengths.Any(length => length <= 0))
        {
            throw new ArgumentException($"A shape needs one or more positive lengths, not [{string.Join(", ", lengths)}].");
        }
        var size = lengths.Aggregate(BigInteger.One, (product, length) => product * length);
        if (size > MostElements)
        {
            throw new TensorSizeException(
                $"A tensor of [{string.Join(", ", lengths)}] has {size:N0} elements where at most {MostElements:N0} fit; use a smaller batch, network or image.");
        }
        (this.lengths, Size) = (lengths, (int)size);
    }

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar { get; } = new([1]);

    /// <summary>The shape with these lengths.</summary>
    public static Shape Of(params int[] lengths) => new([.. lengths]);

    /// <summary>Number of axes.</summary>
    public int Rank => lengths.Length;

    /// <summary>Number of elements.</summary>
    public int Size { get; }

    /// <summary>Length of the last axis: the channels of an image.</summary>
    public int Columns => lengths[^1];

    /// <summary>Product of all lengths but the last.</summary>
    public int Rows => Size / Columns;

    /// <summary>Length of one axis.</summary>
    public int this[int axis] => lengths[axis];

    /// <summary>The lengths as an array of their own.</summary>
    public int[] ToArray() => [.. lengths];

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && lengths.AsSpan().SequenceEqual(other.lengths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => lengths.Aggregate(17, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", lengths)}]";
}
