using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Training;

namespace IlgpuGan.Cli;

/// <summary>This process among those of a job that mpirun, srun or their like started: one of several that train together.</summary>
internal sealed class JobRanks : IDisposable
{
    // Any number of ranks up to this has the same bits where nobody says how many leaves a batch is to have.
    private const int UsualLeaves = 8;

    private const int MostNamed = 64;

    private readonly TextWriter error;

    private JobRanks(MpiLink link, TextWriter error)
    {
        this.error = error;
        Team = new(link, $"process {Environment.ProcessId} on {link.Host}");
    }

    /// <summary>The ranks.</summary>
    public RankTeam Team { get; }

    /// <summary>Joins the job.</summary>
    /// <param name="job">What the environment says of it.</param>
    /// <param name="error">Hears of ranks that are waited for.</param>
    /// <returns>Null where another rank of this machine says what is wrong.</returns>
    /// <exception cref="RanksException">There is no MPI library, or not the one that belongs to the job; or a rank is lost.</exception>
    public static JobRanks? Join(RankEnvironment job, TextWriter error)
    {
        MpiLink link;
        try
        {
            link = MpiLink.Open(job, Cores.OfRanks, error.WriteLine);
        }
        catch (RanksException fault) when (fault.IsOfMachine && job.LocalRank > 0)
        {
            return null;
        }
        return new(link, error);
    }

    /// <summary>Trains as rank 0 says, to the end of the job.</summary>
    public void Follow(CliContext context)
    {
        using var signals = new StopSignals(context.Clock, () => { }, context.Stop, ofJob: true);
        RankFollower.Run(Team, context.Engine, new PlainObserver(TextWriter.Null, context.Clock, []), signals.Token);
    }

    /// <summary>Says of rank 0 what a user should know of the ranks.</summary>
    public void Introduce()
    {
        if (Team.Ranks <= MostNamed)
        {
            // MPICH says of a process that died its number alone.
            error.WriteLine($"{Team.Ranks} ranks: {string.Join(", ", Team.Status.Index().Select(rank => $"{rank.Index} is {rank.Item.Name}"))}.");
        }
    }

    /// <summary>What is trained where nobody said how many leaves a batch has: by the batch alone, so that it is the same on any number of ranks up to that of the leaves.</summary>
    /// <exception cref="OptionException">The batch cannot be spread over so many ranks.</exception>
    public static RunSettings InLeaves(RunSettings settings, int ranks)
    {
        int batch = settings.Training.Batch;
        int[] divisors = [.. Enumerable.Range(1, batch).Where(count => batch % count == 0)];
        // A leaf of one image cannot be normalised.
        int usual = divisors.LastOrDefault(count => count <= UsualLeaves && count < batch, 1);
        int leaves = usual >= ranks ? usual : divisors.FirstOrDefault(count => count >= ranks);
        var spread = settings with { Training = settings.Training with { Leaves = leaves } };
        if (leaves == 0 || (leaves == batch && !AreSingleImagesAllowed(spread.Training)))
        {
            int larger = 2 * ranks * ((batch + (2 * ranks) - 1) / (2 * ranks));
            throw new OptionException($"--batch {batch} has no equal parts for {ranks} ranks{(leaves == 0 ? "" : " but single images, which this training cannot take apart")}; "
                + $"give --batch {larger}, or fewer ranks.");
        }

        return spread;
    }

    private static bool AreSingleImagesAllowed(TrainingOptions inLeaves)
    {
        try
        {
            inLeaves.Validate();
            return true;
        }
        catch (OptionException)
        {
            return false;
        }
    }

    /// <summary>Leaves the job, in order where the others wait for orders; else all its processes end.</summary>
    public void Dispose() => Team.Dispose();
}
