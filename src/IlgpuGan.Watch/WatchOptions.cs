namespace IlgpuGan.Watch;

/// <summary>Which runs a page shows, and where it is served.</summary>
public sealed record WatchOptions : PageOptions
{
    private const int MostRuns = 16;

    /// <summary>The run folders, at least one; one that is not there yet is waited for.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    /// <summary>The device that draws images of finished runs; null: <c>auto</c>.</summary>
    public string? Device { get; init; }

    /// <summary>Whether the server is that of a process that trains, and ends with the training; the page says so.</summary>
    public bool IsOfTraining { get; init; }

    /// <summary>What a user types to look at the runs when this server has ended; the page shows it.</summary>
    public string? Again { get; init; }

    /// <summary>Checks what can be checked before anything is served.</summary>
    /// <exception cref="WatchException">There are no runs or too many, or the port is none.</exception>
    public override void Validate()
    {
        if (Runs.Count is 0 or > MostRuns)
        {
            throw new WatchException($"RUN is given {Runs.Count} times; a page shows 1 to {MostRuns} runs.");
        }

        base.Validate();
    }
}
