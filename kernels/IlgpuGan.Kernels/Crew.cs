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
    // Items that are done, where they are done in order: beside those handed out, and zero when a task begins.
    private const int Turn = 1;

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

    /// <summary>Takes the next item of so many. False when none is left.</summary>
    internal bool TakeOne(int items, out int item)
    {
        item = Interlocked.Increment(ref Unsafe.AsRef<int>(next)) - 1;
        return item < items;
    }

    /// <summary>Waits until all items before this one, which <see cref="TakeOne"/> gave, are done: for what has the same bits in one order only.</summary>
    internal void AwaitTurn(int item)
    {
        for (var spin = new SpinWait(); Volatile.Read(ref Unsafe.AsRef<int>(next + Turn)) != item;)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Lets the worker go on that has the item after this one. After the last one all is as it was when the task began.</summary>
    internal void EndTurn(int item, int items) => Volatile.Write(ref Unsafe.AsRef<int>(next + Turn), item == items - 1 ? 0 : item + 1);
}
