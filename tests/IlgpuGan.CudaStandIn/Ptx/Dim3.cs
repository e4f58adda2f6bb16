namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>How many groups or threads there are along three axes; x runs fastest.</summary>
/// <param name="X">Along x.</param>
/// <param name="Y">Along y.</param>
/// <param name="Z">Along z.</param>
public readonly record struct Dim3(int X, int Y = 1, int Z = 1)
{
    /// <summary>All of them.</summary>
    public long Count => (long)X * Y * Z;
}
