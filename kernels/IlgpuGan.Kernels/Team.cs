using System.Diagnostics;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace IlgpuGan.Kernels;

/// <summary>One operation bound to its arguments, as CPU workers run it.</summary>
public interface IHostTask
{
    /// <summary>Does the share of one worker.</summary>
    void Share(in Crew crew);
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
                    tasks[i].Share(crew);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Failure = e;
            }
            Team.Meet(gate, workers);
            if (ticks is not null && worker == 0)
                ticks[i] += Stopwatch.GetTimestamp() - start;
        }
        if (worker == 0)
            Runs++;
    }
}

/// <summary>The workers of the CPU accelerator: one thread per core, all at work on the same list, meeting between two operations.</summary>
public static class Team
{
    /// <summary>Ints in the gate's memory: three counters, each on a cache line of its own.</summary>
    public const int GateSize = 48;

    /// <summary>Where the gate counts the items of the current task that are handed out.</summary>
    internal const int NextIndex = 32;

    /// <summary>
    /// The one kernel of the CPU accelerator; launch it with at least as many threads as there are workers. A launch costs 60 to
    /// 170 us there, a meeting 2 to 20: so a plan is one launch.
    /// </summary>
    /// <param name="gate">Zeros at first, <see cref="GateSize"/> ints.</param>
    /// <param name="program">A <see cref="GCHandle"/> of the <see cref="HostProgram"/>, as a number.</param>
    /// <param name="workers">Threads that work.</param>
    public static void Entry(ArrayView<int> gate, long program, int workers)
    {
        int worker = Grid.IdxX * Group.DimX + Group.IdxX;
        if (worker < workers)
            Run(gate, program, worker, workers);
    }

    [IntrinsicImplementation]
    internal static void Run(ArrayView<int> gate, long program, int worker, int workers) =>
        ((HostProgram)GCHandle.FromIntPtr((nint)program).Target!).Run(gate, worker, workers);

    /// <summary>Waits until all workers are here. gate[0] counts the meetings, gate[16] the workers that have come.</summary>
    internal static void Meet(ArrayView<int> gate, int workers)
    {
        ref int meeting = ref gate[0];
        ref int present = ref gate[16];
        int current = Volatile.Read(ref meeting);
        if (Interlocked.Increment(ref present) == workers)
        {
            present = 0;
            gate[NextIndex] = 0;
            Volatile.Write(ref meeting, current + 1);
            return;
        }
        for (var spin = new SpinWait(); Volatile.Read(ref meeting) == current;)
        {
            if (spin.Count < 2000)
                Thread.SpinWait(8);
            spin.SpinOnce(sleep1Threshold: -1); // yields, never sleeps: a busy machine still makes progress
        }
    }
}
