namespace IlgpuGan.Options;

/// <summary>How processes that train together add their gradients.</summary>
public enum RankReduction
{
    /// <summary>By one fixed tree: the same bits whatever number of processes there is.</summary>
    Strict,

    /// <summary>As the library does that carries the messages: MPI_Allreduce. The same bits only for the same processes on the same machines with the same library.</summary>
    Fast,
}
