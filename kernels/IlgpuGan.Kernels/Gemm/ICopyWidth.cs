namespace IlgpuGan.Kernels.Gemm;

/// <summary>How many floats of an operand a thread moves to shared memory at once.</summary>
public interface ICopyWidth
{
    /// <summary>4 or 1.</summary>
    static abstract int Floats { get; }

    /// <summary>Whether the numbers are bfloat16, two in the place of a float: see <see cref="Pairs"/>.</summary>
    static abstract bool IsInPairs { get; }
}

/// <summary>Sixteen bytes at a time, for operands that lie in quads: see <see cref="Quads"/>.</summary>
public readonly struct ByQuads : ICopyWidth
{
    /// <inheritdoc/>
    public static int Floats => 4;

    /// <inheritdoc/>
    public static bool IsInPairs => false;
}

/// <summary>Four bytes at a time, for all others, such as images of three channels.</summary>
public readonly struct ByFloats : ICopyWidth
{
    /// <inheritdoc/>
    public static int Floats => 1;

    /// <inheritdoc/>
    public static bool IsInPairs => false;
}

/// <summary>
/// Four words at a time that hold two bfloat16 numbers each. An operand of such counts words along its contiguous direction: half the channels, half the
/// stride. A formula that is stored so has four columns to a thread, which become two words.
/// </summary>
public readonly struct ByPairs : ICopyWidth
{
    /// <inheritdoc/>
    public static int Floats => 4;

    /// <inheritdoc/>
    public static bool IsInPairs => true;
}
