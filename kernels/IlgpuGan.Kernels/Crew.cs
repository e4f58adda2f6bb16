using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// The workers that share one task, as one of them sees it. Parts of the task go to whoever is free, large ones first: a core that others
/// disturb then takes fewer, where equal halves would make the whole team wait for it.
/// </summary>
public readonly unsafe struct Crew
{
    private readonly int* next;

    /// <param name="next">Items handed out so far; zero when the task begins, and shared by all its workers.</param>
    /// <param name="worker">This worker.</param>
    /// <param name="workers">How many there are.</param>
    public Crew(ArrayView<int> next, int worker, int workers)
        : this((int*)Unsafe.AsPointer(ref next[0]), worker, workers)
    {
    }

    private Crew(int* next, int worker, int workers)
    {
        this.next = next;
        (Worker, Workers) = (worker, workers);
    }

    /// <summary>This worker, from 0.</summary>
    public int Worker { get; }

    /// <summary>How many there are.</summary>
    public int Workers { get; }

    // Ints from one task's counter to the next one's: a cache line.
    internal const int CounterStride = 16;

    /// <summary>The same worker at another of the tasks that run between two meetings, each of which counts for itself.</summary>
    /// <param name="task">Which, from 0.</param>
    internal Crew At(int task) => new(next + (nint)task * CounterStride, Worker, Workers);

    /// <summary>Takes the next part [first, last) of so many items: a multiple of the grain, but for the last part. False when nothing is left.</summary>
    public bool Take(int items, int grain, out int first, out int last)
    {
        ref int handedOut = ref Unsafe.AsRef<int>(next);
        while (true)
        {
            first = Volatile.Read(ref handedOut);
            int left = items - first;
            if (left <= 0)
            {
                last = first;
                return false;
            }
            int part = Workers == 1 ? left : Math.Max(grain, left / (2 * Workers) / grain * grain);
            last = first + Math.Min(left, part);
            if (Interlocked.CompareExchange(ref handedOut, last, first) == first)
            {
                return true;
            }
        }
    }
}
