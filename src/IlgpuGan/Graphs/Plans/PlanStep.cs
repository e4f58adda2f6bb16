using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>What a step of a plan touches.</summary>
/// <param name="Writes">What holds its results. A buffer that nothing wrote before begins its life here.</param>
/// <param name="Reads">What has to be there before it.</param>
/// <param name="Temporaries">What it needs beside them, with no content before or after.</param>
internal sealed record Touched(IReadOnlyList<Region> Writes, IReadOnlyList<Region> Reads, IReadOnlyList<Region> Temporaries)
{
    /// <summary>All buffers of the arena among them.</summary>
    public IEnumerable<ArenaLayout.Block> Blocks => Writes.Concat(Reads).Concat(Temporaries).Select(region => region.Block).OfType<ArenaLayout.Block>();
}

/// <summary>One launch of a plan before there is an arena: which kernel, what it touches, and how its arguments are bound.</summary>
/// <param name="name">Operation and shape.</param>
/// <param name="touched">What it touches.</param>
internal abstract class PlanStep(string name, Touched touched)
{
    /// <summary>Operation and shape, for traces.</summary>
    public string Name { get; } = name;

    /// <summary>What it touches.</summary>
    public Touched Touched { get; } = touched;

    /// <summary>The launch over an arena.</summary>
    public abstract Launch Bind(ArrayView<float> arena);
}

/// <inheritdoc/>
/// <param name="isHost">Whether CPU workers run it.</param>
/// <param name="kernel">The type of the kernel, closed.</param>
/// <param name="name">Operation and shape.</param>
/// <param name="cost">What it costs.</param>
/// <param name="touched">What it touches.</param>
/// <param name="numbers">The parameters with all that are no views.</param>
/// <param name="bind">The same parameters with the views of the regions.</param>
internal sealed class PlanStep<TParameters>(
    bool isHost, Type kernel, string name, Cost cost, Touched touched, TParameters numbers, Func<TParameters, StepMemory, TParameters> bind)
    : PlanStep(name, touched)
    where TParameters : struct
{
    /// <inheritdoc/>
    public override Launch Bind(ArrayView<float> arena) => Launch.Create(isHost, kernel, bind(numbers, new(this, arena)), Name, cost);
}

/// <summary>The memory of a step, once there is an arena.</summary>
/// <param name="step">The step.</param>
/// <param name="arena">The arena, laid out.</param>
internal readonly struct StepMemory(PlanStep step, ArrayView<float> arena)
{
    private readonly ArrayView<float> arena = arena;

    /// <summary>The floats of a region.</summary>
    /// <exception cref="InvalidOperationException">The step did not say that it touches it: others may lie there.</exception>
    public ArrayView<float> this[Region region] => region.Block is null || step.Touched.Blocks.Contains(region.Block)
        ? region.Over(arena)
        : throw new InvalidOperationException($"{step.Name} binds a buffer that it does not say it touches.");

    /// <summary>The floats of several.</summary>
    public IReadOnlyList<ArrayView<float>> All(IReadOnlyList<Region> regions)
    {
        var views = new ArrayView<float>[regions.Count];
        for (int i = 0; i < views.Length; i++)
        {
            views[i] = this[regions[i]];
        }
        return views;
    }
}
