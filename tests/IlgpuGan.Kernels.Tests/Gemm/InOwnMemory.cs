using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>A tile whose stages the kernel has of its own, however large: for OpenCL on a processor, which does not mind.</summary>
public readonly struct InOwnMemory<TTile> : ITensorTile
    where TTile : struct, ITensorTile
{
    /// <inheritdoc/>
    public static int Rows => TTile.Rows;

    /// <inheritdoc/>
    public static int Columns => TTile.Columns;

    /// <inheritdoc/>
    public static int BlocksDown => TTile.BlocksDown;

    /// <inheritdoc/>
    public static int BlocksAcross => TTile.BlocksAcross;

    /// <inheritdoc/>
    public static int Stages => TTile.Stages;

    /// <inheritdoc/>
    public static int Groups => TTile.Groups;

    /// <inheritdoc/>
    public static bool AsksForMemory => false;
}
