using System.Globalization;

namespace IlgpuGan.Ranks;

/// <summary>What the program that started this process says of its place among the processes of a job.</summary>
/// <param name="Starter">Who started it, in words.</param>
/// <param name="Rank">Its number, from 0.</param>
/// <param name="Ranks">How many there are.</param>
/// <param name="LocalRank">Its number among those of its machine.</param>
/// <param name="LocalRanks">How many there are on its machine, as far as is known.</param>
internal sealed record RankEnvironment(string Starter, int Rank, int Ranks, int LocalRank, int LocalRanks)
{
    /// <summary>The environment variable that names the MPI library to take.</summary>
    public const string LibraryVariable = "ILGPUGAN_MPI";

    private const string OpenMpi = "mpirun of Open MPI", Hydra = "mpiexec of MPICH", Slurm = "srun";

    // The number of Open MPI's library says of which line it is; 4 and 5 have the same.
    private static readonly string[] OpenMpiLibraries = ["libmpi.so.40", "libmpi.so.80"], MpichLibraries = ["libmpich.so.12", "libmpi.so.12"],
        CommonLibraries = ["libmpi_abi.so.0", "libmpi.so"];

    /// <summary>The environment of this process; null where it stands alone.</summary>
    public static RankEnvironment? Current { get; } = Read(Environment.GetEnvironmentVariable);

    /// <summary>Names of libraries to look for, the likeliest first.</summary>
    public IEnumerable<string> Libraries => Starter switch
    {
        OpenMpi => [.. OpenMpiLibraries, .. CommonLibraries],
        Hydra => [.. MpichLibraries, .. CommonLibraries],
        _ => Environment.GetEnvironmentVariable("SLURM_MPI_TYPE") is "pmi2" or "pmi1" ? [.. MpichLibraries, .. OpenMpiLibraries, .. CommonLibraries]
            : [.. OpenMpiLibraries, .. MpichLibraries, .. CommonLibraries],
    };

    /// <summary>Whether a library may belong to what started the job; one of another kind might wait for ever for those that do not speak as it does.</summary>
    /// <param name="handles">The library's kind.</param>
    public bool MayBeOf(MpiHandles handles) =>
        handles == MpiHandles.OfCommonAbi || Starter == Slurm || (Starter == Hydra) == (handles == MpiHandles.OfMpich);

    /// <summary>Reads what Open MPI, MPICH's Hydra, which Intel's is, too, and Slurm leave in the environment of the processes that they start.</summary>
    /// <param name="variable">The value of a variable; null where it is not set.</param>
    /// <returns>Null where none of them did, or the process is the only one.</returns>
    public static RankEnvironment? Read(Func<string, string?> variable)
    {
        // A job of Slurm may call mpirun, whose word then counts. The script of a batch job is one process, whatever it asked for: only a step's count.
        var found = Of(OpenMpi, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE")
            ?? (variable("SLURM_STEP_NUM_TASKS") is null || variable("MPI_LOCALNRANKS") is not null ? Of(Hydra, "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS") : null)
            ?? Of(Slurm, "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE");
        return found is { Ranks: > 1 } ? found : null;

        RankEnvironment? Of(string starter, string rank, string ranks, string localRank, string localRanks) =>
            Number(variable(rank)) is { } own && Number(variable(ranks)) is { } all ? new(starter, own, all, Number(variable(localRank)) ?? 0, Number(variable(localRanks)) ?? 1) : null;
    }

    /// <summary>Cores for each of the processes of a machine, where they are not told apart already: none may spin on a core that another works on.</summary>
    /// <param name="usable">Cores that this process may use.</param>
    /// <param name="all">Cores of all of them.</param>
    public int Workers(int usable, int all) => Math.Max(1, Math.Min(usable, all / Math.Max(1, LocalRanks)));

    // Of several machines, 2(x3),1, the first one's number.
    private static int? Number(string? text)
    {
        string digits = string.Concat((text ?? "").TakeWhile(char.IsAsciiDigit));
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
