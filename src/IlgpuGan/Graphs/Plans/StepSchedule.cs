using IlgpuGan.Kernels;

namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// Orders the steps of a segment so that some run side by side, as one launch: a card waits about as long between two launches as many a small step takes. Steps
/// that have as many steps between them and the segment's end do not depend on one another; such are, of a discriminator that sees reals and fakes, those of the
/// same layer, and the last sums of all its gradients.
/// </summary>
internal static class StepSchedule
{
    // Parameters of a launch may have 4 KiB, of which sums take a tenth and others half as much.
    private const int MostTogether = 18, WeightOfSums = 2;

    // Floats written beside what the largest step writes. Workers write as much in the time of several meetings; more together only keeps memory that would be free for the next.
    private const int MostFloatsTogether = 1 << 17;

    /// <summary>The steps in an order that gives the same results, in as few launches as that finds.</summary>
    /// <param name="steps">The steps, which say all that they touch.</param>
    /// <param name="sharedBytes">Bytes that the threads of a group can share.</param>
    public static IEnumerable<PlanStep> Arrange(IReadOnlyList<PlanStep> steps, int sharedBytes)
    {
        int count = steps.Count;
        var followers = Followers(steps);
        int[] levels = Levels(followers);
        // Levels fall along every dependence, so bundles of one level each cannot wait for one another.
        List<int>[] bundles = [.. Bundles(steps, levels, sharedBytes)];
        var bundleOf = new int[count];
        foreach (var (number, bundle) in bundles.Index())
        {
            foreach (int step in bundle)
            {
                bundleOf[step] = number;
            }
        }
        var waits = new int[bundles.Length];
        foreach (int later in followers.SelectMany(list => list))
        {
            waits[bundleOf[later]]++;
        }
        // The earliest first, as they were written down.
        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, bundles.Length).Where(bundle => waits[bundle] == 0).Select(bundle => (bundle, bundles[bundle][0])));
        while (ready.TryDequeue(out int bundle, out _))
        {
            yield return bundles[bundle].Select(step => steps[step]).Aggregate((one, other) => one.Beside(other));
            foreach (int later in bundles[bundle].SelectMany(step => followers[step]))
            {
                waits[bundleOf[later]]--;
                if (waits[bundleOf[later]] == 0)
                {
                    ready.Enqueue(bundleOf[later], bundles[bundleOf[later]][0]);
                }
            }
        }
    }

    /// <summary>
    /// The steps in an order that gives the same results, those that may run at the same time together: workers meet once behind all of them, and whoever is done with one goes on
    /// to the next. A step that leaves less memory in use than before takes its turn as soon as what it reads is there, such as the gradient of weights; any other just before it is
    /// needed, such as the packing of a factor: so that what sees reals and fakes is in step, and takes no more memory than one step after the other.
    /// </summary>
    /// <param name="steps">The steps, which say all that they touch.</param>
    /// <param name="freesMemory">For each of them whether it leaves less memory in use than before; see <see cref="FreesMemory"/>.</param>
    public static IEnumerable<PlanStep> ArrangeForWorkers(IReadOnlyList<PlanStep> steps, ReadOnlyMemory<bool> freesMemory)
    {
        var followers = Followers(steps);
        var turns = new int[steps.Count];
        for (int i = 0; i < turns.Length; i++)
        {
            foreach (int later in followers[i])
            {
                turns[later] = Math.Max(turns[later], turns[i] + 1);
            }
        }
        for (int i = turns.Length - 1; i >= 0; i--)
        {
            if (!freesMemory.Span[i] && followers[i].Count > 0)
            {
                turns[i] = followers[i].Min(later => turns[later]) - 1;
            }
        }
        foreach (var turn in Enumerable.Range(0, steps.Count).GroupBy(step => turns[step]).OrderBy(turn => turn.Key))
        {
            var together = new List<PlanStep>();
            long floats = 0, most = 0;
            foreach (var step in turn.Select(step => steps[step]))
            {
                long own = Blocks(step.Touched.Writes).Sum(block => block.Size);
                if (together.Count > 0 && (together.Count == Team.MostTogether || floats + own - Math.Max(most, own) > MostFloatsTogether))
                {
                    yield return Together(together);
                    (together, floats, most) = ([], 0, 0);
                }
                together.Add(step);
                (floats, most) = (floats + own, Math.Max(most, own));
            }
            yield return Together(together);
        }

        static PlanStep Together(List<PlanStep> steps) => steps is [var only] ? only : new StepsTogether(steps);
    }

    private static IEnumerable<ArenaLayout.Block> Blocks(IEnumerable<Region> regions) => regions.Select(region => region.Block).OfType<ArenaLayout.Block>().Distinct();

    /// <summary>For each step of a plan, in the order of its segments, whether what is read for the last time is more than what is written.</summary>
    public static bool[] FreesMemory(IReadOnlyList<PlanStep> steps)
    {
        var freed = new long[steps.Count];
        var seen = new HashSet<ArenaLayout.Block>();
        for (int i = freed.Length - 1; i >= 0; i--)
        {
            var touched = steps[i].Touched;
            freed[i] = Blocks(touched.Reads).Where(seen.Add).Sum(block => block.Size)
                - Blocks(touched.Writes).Sum(block => block.Size);
        }
        return [.. freed.Select(floats => floats > 0)];
    }

    /// <summary>For each step those behind it that must stay there: one of both writes what the other touches.</summary>
    private static List<int>[] Followers(IReadOnlyList<PlanStep> steps)
    {
        List<int>[] followers = [.. steps.Select(_ => new List<int>())];
        var touching = new Dictionary<object, List<(int Step, Region Region, bool IsWritten)>>();
        for (int i = 0; i < followers.Length; i++)
        {
            var touched = steps[i].Touched;
            foreach (var (region, isWritten) in touched.Writes.Select(region => (region, true)).Concat(touched.Reads.Select(region => (region, false))))
            {
                if (!touching.TryGetValue(region.Memory, out var others))
                {
                    touching[region.Memory] = others = [];
                }
                foreach (var other in others)
                {
                    if (other.Step < i && (isWritten || other.IsWritten) && region.Overlaps(other.Region) && (followers[other.Step].Count == 0 || followers[other.Step][^1] != i))
                    {
                        followers[other.Step].Add(i);
                    }
                }
                others.Add((i, region, isWritten));
            }
        }
        return followers;
    }

    /// <summary>Steps between each step and the end, at least.</summary>
    private static int[] Levels(List<int>[] followers)
    {
        var levels = new int[followers.Length];
        for (int i = followers.Length - 1; i >= 0; i--)
        {
            levels[i] = followers[i].Select(later => levels[later] + 1).DefaultIfEmpty(0).Max();
        }
        return levels;
    }

    private static IEnumerable<List<int>> Bundles(IReadOnlyList<PlanStep> steps, int[] levels, int sharedBytes)
    {
        foreach (var level in Enumerable.Range(0, steps.Count).GroupBy(step => levels[step]))
        {
            var bundle = new List<int>();
            int weight = 0, shared = 0;
            foreach (int step in level)
            {
                if (!steps[step].IsInGroups)
                {
                    yield return [step];
                    continue;
                }
                int bytes = steps[step].SharedBytes, own = bytes > 0 ? WeightOfSums : 1;
                if (weight + own > MostTogether || shared + bytes > sharedBytes)
                {
                    yield return bundle;
                    (bundle, weight, shared) = ([], 0, 0);
                }
                bundle.Add(step);
                (weight, shared) = (weight + own, shared + bytes);
            }
            if (bundle.Count > 0)
            {
                yield return bundle;
            }
        }
    }
}
