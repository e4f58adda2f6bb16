namespace IlgpuGan.Kernels;

/// <summary>Four 32-bit words: the state and the output of <see cref="Philox"/>.</summary>
public struct Words
{
    /// <summary>Word 0.</summary>
    public uint A;

    /// <summary>Word 1.</summary>
    public uint B;

    /// <summary>Word 2.</summary>
    public uint C;

    /// <summary>Word 3.</summary>
    public uint D;
}
