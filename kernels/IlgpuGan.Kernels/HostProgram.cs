using System.Diagnostics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>One operation bound to its arguments, as CPU workers run it.</summary>
public interface IHostTask
{
    /// <summary>Operations between two meetings of the workers.</summary>
    int Count => 1;

    /// <summary>Does the share of one worker.</summary>
    void Share(in Crew crew);
}

/// <summary>
/// Operations that do not depend on one another, between two meetings of the workers: whoever finds nothing left to do of one goes on to the next, so that small ones do not make
/// all but one worker wait.
/// </summary>
/// <param name="tasks">The operations, at most <see cref="Team.MostTogether"/>.</param>
public sealed class HostTasks(IReadOnlyList<IHostTask> tasks) : IHostTask
{
    private readonly IHostTask[] tasks = tasks.Count <= Team.MostTogether ? [.. tasks]
        : throw new ArgumentException($"{tasks.Count} operations are more than the {Team.MostTogether} that workers can count between two meetings.");

    /// <inheritdoc/>
    public int Count => tasks.Length;

    /// <inheritdoc/>
    public void Share(in Crew crew)
    {
        for (int i = 0; i < tasks.Length; i++)
        {
            tasks[i].Share(crew.At(i));
        }
    }
}

/// <summary>A list of operations that the CPU accelerator runs in one launch.</summary>
public sealed class HostProgram(IReadOnlyList<IHostTask> tasks)
{
    private readonly IHostTask[] tasks = [.. tasks];
    private long[]? ticks;

    /// <summary>What a worker threw; ILGPU itself would lose it.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Stopwatch ticks spent in each task so far, if <see cref="Trace"/> was called.</summary>
    public IReadOnlyList<long>? Ticks => ticks;

    /// <summary>Runs so far.</summary>
    public int Runs { get; private set; }

    /// <summary>Takes the time of every task from now on.</summary>
    public void Trace() => ticks ??= new long[tasks.Length];

    /// <summary>Runs all operations on the thread at hand, without other workers: a few that are small are over before those would be awake.</summary>
    /// <param name="gate">Zeros at first, <see cref="Team.GateSize"/> ints.</param>
    public void RunAlone(ArrayView<int> gate) => Run(gate, worker: 0, workers: 1);

    internal void Run(ArrayView<int> gate, int worker, int workers)
    {
        var crew = new Crew(gate.SubView(Team.NextIndex, 1), worker, workers);
        for (int i = 0; i < tasks.Length; i++)
        {
            long start = ticks is null ? 0 : Stopwatch.GetTimestamp();
            try
            {
                // After a failure the work stops, the meetings do not: a worker may already be on its way to the next.
                if (Failure is null)
                {
                    tasks[i].Share(crew);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Failure = e;
            }
            Team.Meet(gate, workers, tasks[i].Count);
            if (ticks is not null && worker == 0)
            {
                ticks[i] += Stopwatch.GetTimestamp() - start;
            }
        }
        if (worker == 0)
        {
            Runs++;
        }
    }
}
