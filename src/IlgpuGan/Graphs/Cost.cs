namespace IlgpuGan.Graphs;

/// <summary>What a computation costs.</summary>
/// <param name="Flops">Floating-point operations that the mathematics asks for; a multiply-add is two.</param>
/// <param name="Bytes">Bytes read and written if each tensor is touched once.</param>
internal readonly record struct Cost(double Flops, double Bytes)
{
    /// <summary>A product of matrices [m, k] and [k, n].</summary>
    public static Cost OfProduct(int m, int n, int k) => new(2.0 * m * n * k, OfFloats((double)m * k + (double)k * n + (double)m * n).Bytes);

    /// <summary>Floats that are read or written.</summary>
    public static Cost OfFloats(double floats) => new(0, sizeof(float) * floats);

    /// <summary>Both.</summary>
    public static Cost operator +(Cost one, Cost other) => new(one.Flops + other.Flops, one.Bytes + other.Bytes);

    /// <summary>A part, or several times the same.</summary>
    public static Cost operator *(double factor, Cost cost) => new(factor * cost.Flops, factor * cost.Bytes);
}
