namespace IlgpuGan.Kernels.Gemm;

/// <summary>How many floats of an operand a thread moves to shared memory at once.</summary>
public interface ICopyWidth
{
    /// <summary>4 or 1.</summary>
    static abstract int Floats { get; }
}

/// <summary>Sixteen bytes at a time, for operands that lie in quads: see <see cref="Quads"/>.</summary>
public readonly struct ByQuads : ICopyWidth
{
    /// <inheritdoc/>
    public static int Floats => 4;
}

/// <summary>Four bytes at a time, for all others, such as images of three channels.</summary>
public readonly struct ByFloats : ICopyWidth
{
    /// <inheritdoc/>
    public static int Floats => 1;
}
