namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>A text that is no PTX, or holds a form that the executor does not know.</summary>
/// <param name="what">What is wrong with it.</param>
/// <param name="line">Where, counted from 1.</param>
public sealed class PtxException(string what, int line) : Exception($"line {line}: {what}")
{
    /// <summary>The line of the text, counted from 1.</summary>
    public int Line { get; } = line;
}
