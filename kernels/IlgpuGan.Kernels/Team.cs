using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace IlgpuGan.Kernels;

/// <summary>The workers of the CPU accelerator: one thread per core, all at work on the same list, meeting between two operations.</summary>
public static class Team
{
    /// <summary>Most tasks that run between two meetings.</summary>
    public const int MostTogether = 32;

    /// <summary>Ints in the gate's memory: two counters of the meetings and one of each task, each on a cache line of its own.</summary>
    public const int GateSize = NextIndex + MostTogether * Crew.CounterStride;

    /// <summary>Where the gate counts the items of the current tasks that are handed out.</summary>
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
        {
            Run(gate, program, worker, workers);
        }
    }

    [IntrinsicImplementation]
    internal static void Run(ArrayView<int> gate, long program, int worker, int workers) =>
        ((HostProgram)GCHandle.FromIntPtr((nint)program).Target!).Run(gate, worker, workers);

    /// <summary>Waits until all workers are here. gate[0] counts the meetings, gate[16] the workers that have come.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="workers">How many there are.</param>
    /// <param name="tasks">Tasks that have run since the last meeting.</param>
    internal static void Meet(ArrayView<int> gate, int workers, int tasks)
    {
        ref int meeting = ref gate[0];
        ref int present = ref gate[16];
        int current = Volatile.Read(ref meeting);
        if (Interlocked.Increment(ref present) == workers)
        {
            present = 0;
            for (int task = 0; task < tasks; task++)
            {
                gate[NextIndex + task * Crew.CounterStride] = 0;
            }
            Volatile.Write(ref meeting, current + 1);
            return;
        }
        for (var spin = new SpinWait(); Volatile.Read(ref meeting) == current;)
        {
            if (spin.Count < 2000)
            {
                Thread.SpinWait(8);
            }
            spin.SpinOnce(sleep1Threshold: -1); // yields, never sleeps: a busy machine still makes progress
        }
    }
}
