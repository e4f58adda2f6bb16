using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// The workers that share one task, as one of them sees it. Parts of the task go to whoever is free, large ones first: a core that others
/// disturb then takes fewer, where equal halves would make the whole team wait for it.
/// </summary>
/// <param name="next">Items handed out so far; zero when the task begins, and shared by all its workers.</param>
/// <param name="worker">This worker.</param>
/// <param name="workers">How many there are.</param>
public readonly unsafe struct Crew(ArrayView<int> next, int worker, int workers)
{
    private readonly int* next = (int*)Unsafe.AsPointer(ref next[0]);

    /// <summary>This worker, from 0.</summary>
    public int Worker { get; } = worker;

    /// <summary>How many there are.</summary>
    public int Workers { get; } = workers;

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
