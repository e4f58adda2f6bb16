using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>In which order, and how many at a time, the workers of a processor take the steps of a segment. A step here adds what it reads.</summary>
public sealed class StepScheduleTests
{
    private const int Large = 1 << 20;

    private readonly Dictionary<string, ArenaLayout.Block> blocks = [];

    [Fact]
    public void Steps_that_do_not_depend_on_one_another_are_one_launch_and_others_keep_their_order() =>
        Assert.Equal(["a | b", "c", "d"], Arrange(("a", ""), ("b", ""), ("c", "a b"), ("d", "c")));

    [Fact]
    public void What_sees_reals_and_what_sees_fakes_is_in_step() =>
        Assert.Equal(["g1", "g2", "real1 | fake1", "real2 | fake2", "loss"],
            Arrange(("real1", ""), ("real2", "real1"), ("g1", ""), ("g2", "g1"), ("fake1", "g2"), ("fake2", "fake1"), ("loss", "real2 fake2 real1 fake1")));

    [Fact]
    public void A_factor_is_packed_just_before_its_product() =>
        Assert.Equal(["x", "pack | y", "z"], Arrange(("pack", ""), ("x", ""), ("y", "x"), ("z", "y pack")));

    /// <summary>Such as the gradient of weights, of which nothing is read before the end.</summary>
    [Fact]
    public void What_frees_memory_comes_as_soon_as_it_can() =>
        Assert.Equal(["x | w", "y | dw", "z", "end"], Arrange(("x", ""), ("w", ""), ("y", "x"), ("dw", "x w"), ("z", "y"), ("end", "z dw")));

    [Fact]
    public void Large_steps_are_launches_of_their_own_beside_small_ones() =>
        Assert.Equal(["X | a", "Y | b", "end"], Arrange(("X", ""), ("a", ""), ("Y", ""), ("b", ""), ("end", "X Y a b")));

    [Fact]
    public void What_is_written_again_is_read_before() =>
        Assert.Equal(["a", "b", "a again", "c"], Arrange(("a", ""), ("b", "a"), ("a again", ""), ("c", "a")));

    private IEnumerable<string> Arrange(params IReadOnlyList<(string Name, string Reads)> steps)
    {
        PlanStep[] all = [.. steps.Select(step => new PlanStep<int>(true, typeof(int), step.Name, default,
            new([Of(step.Name.Split(' ')[0])], [.. step.Reads.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Of)], []), 0, (p, _) => p))];
        return StepSchedule.ArrangeForWorkers(all, StepSchedule.FreesMemory(all)).Select(step => step.Name);
    }

    // Capitals are large.
    private Region Of(string name)
    {
        int size = char.IsUpper(name[0]) ? Large : 16;
        if (!blocks.TryGetValue(name, out var block))
        {
            blocks[name] = block = new(size);
        }
        return Region.Of(block, size);
    }
}
