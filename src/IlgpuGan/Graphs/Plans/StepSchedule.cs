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

    /// <summary>The steps in an order that gives the same results, in as few launches as that finds.</summary>
    /// <param name="steps">The steps, which say all that they touch.</param>
    /// <param name="sharedBytes">Bytes that the threads of a group can share.</param>
    public static IEnumerable<PlanStep> Arrange(IReadOnlyList<PlanStep> steps, int sharedBytes)
    {
        int count = steps.Count;
        var followers = new List<int>[count];
        var levels = new int[count];
        for (int i = count - 1; i >= 0; i--)
        {
            followers[i] = [.. Enumerable.Range(i + 1, count - i - 1).Where(later => steps[i].Touched.Meets(steps[later].Touched))];
            levels[i] = followers[i].Select(later => levels[later] + 1).DefaultIfEmpty(0).Max();
        }
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
