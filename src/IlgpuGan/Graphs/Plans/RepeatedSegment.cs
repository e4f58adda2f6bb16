namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// What of a segment that runs several times in a row is the same each time: steps that read nothing that the segment changes, such as the packing of weights that are
/// updated only when it has run for all leaves. They can run once, before it.
/// </summary>
internal static class RepeatedSegment
{
    /// <summary>Which of its steps need run only once.</summary>
    /// <param name="steps">The steps, which say all that they touch.</param>
    /// <param name="given">What others write in between.</param>
    public static bool[] Invariant(IReadOnlyList<PlanStep> steps, IEnumerable<Region> given)
    {
        // A variable is there for those who come later, so only what is made in the arena may be made at another time.
        bool[] isInvariant = [.. steps.Select(step => step.Touched.Writes.All(region => region.Block is not null))];
        var changedBlocks = new HashSet<ArenaLayout.Block>();
        var changedMemory = new List<Region>(given);
        foreach (var step in steps.Where((_, i) => !isInvariant[i]))
        {
            Note(step);
        }
        bool isSettled;
        do
        {
            isSettled = true;
            foreach (var (i, step) in steps.Index())
            {
                if (isInvariant[i] && (step.Touched.Reads.Any(Changes) || step.Touched.Writes.Any(Changes)))
                {
                    (isInvariant[i], isSettled) = (false, false);
                    Note(step);
                }
            }
        }
        while (!isSettled);
        return isInvariant;

        bool Changes(Region region) => region.Block is { } block ? changedBlocks.Contains(block) : changedMemory.Any(region.Overlaps);

        void Note(PlanStep step)
        {
            foreach (var region in step.Touched.Writes)
            {
                if (region.Block is { } block)
                {
                    changedBlocks.Add(block);
                }
                else
                {
                    changedMemory.Add(region);
                }
            }
        }
    }
}
