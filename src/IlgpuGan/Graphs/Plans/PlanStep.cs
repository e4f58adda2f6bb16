using IlgpuGan.Kernels;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>What a step of a plan touches.</summary>
/// <param name="Writes">What holds its results. A buffer that nothing wrote before begins its life here.</param>
/// <param name="Reads">What has to be there before it.</param>
/// <param name="Temporaries">What each worker needs beside them while it is at it, with no content before or after: it does one thing at a time.</param>
internal sealed record Touched(IReadOnlyList<Region> Writes, IReadOnlyList<Region> Reads, IReadOnlyList<Region> Temporaries)
{
    /// <summary>What both touch.</summary>
    public static Touched operator +(Touched one, Touched other) =>
        new([.. one.Writes, .. other.Writes], [.. one.Reads, .. other.Reads], [.. one.Temporaries, .. other.Temporaries]);

    /// <summary>All buffers of the arena among them.</summary>
    public IEnumerable<ArenaLayout.Block> Blocks => Writes.Concat(Reads).Concat(Temporaries).Select(region => region.Block).OfType<ArenaLayout.Block>();
}

/// <summary>One launch of a plan before there is an arena: which kernel, what it touches, and how its arguments are bound.</summary>
/// <param name="name">Operation and shape.</param>
/// <param name="touched">What it touches.</param>
/// <param name="cost">What it costs.</param>
internal abstract class PlanStep(string name, Touched touched, Cost cost)
{
    /// <summary>Operation and shape, for traces.</summary>
    public string Name { get; } = name;

    /// <summary>What it touches.</summary>
    public Touched Touched { get; } = touched;

    /// <summary>What it costs.</summary>
    public Cost Cost { get; } = cost;

    /// <summary>Whether its kernel can run beside others in one launch.</summary>
    public abstract bool IsInGroups { get; }

    /// <summary>Bytes that a group of such a kernel may share.</summary>
    public abstract int SharedBytes { get; }

    /// <summary>The launch over an arena.</summary>
    public abstract Launch Bind(ArrayView<float> arena);

    /// <summary>One launch of this and another step that does not depend on it; the kernels of both run in groups.</summary>
    public abstract PlanStep Beside(PlanStep other);

    /// <summary>The same, seen from the other one.</summary>
    protected internal abstract PlanStep Behind<TOne>(PlanStep<TOne> one)
        where TOne : struct;
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
    : PlanStep(name, touched, cost)
    where TParameters : struct
{
    private readonly Type kernel = kernel;
    private readonly TParameters numbers = numbers;
    private readonly Func<TParameters, StepMemory, TParameters> bind = bind;

    /// <inheritdoc/>
    public override bool IsInGroups => typeof(IGroupKernel<TParameters>).IsAssignableFrom(kernel);

    /// <inheritdoc/>
    public override int SharedBytes => (int)kernel.GetProperty(nameof(IGroupKernel<TParameters>.SharedBytes))!.GetValue(null)!;

    /// <inheritdoc/>
    public override Launch Bind(ArrayView<float> arena) => Launch.Create(isHost, kernel, bind(numbers, new(this, arena)), Name, Cost);

    /// <inheritdoc/>
    public override PlanStep Beside(PlanStep other) => other.Behind(this);

    /// <inheritdoc/>
    protected internal override PlanStep Behind<TOne>(PlanStep<TOne> one) => new PlanStep<Beside<TOne, TParameters>>(
        isHost, typeof(SideBySide<,,,>).MakeGenericType(one.kernel, typeof(TOne), kernel, typeof(TParameters)), $"{one.Name} | {Name}", one.Cost + Cost,
        one.Touched + Touched, new() { One = one.numbers, Other = numbers, Groups = DeviceLaunch.GridOf(one.kernel, one.numbers).Groups },
        (p, memory) => p with { One = one.bind(p.One, memory), Other = bind(p.Other, memory) });
}

/// <summary>Steps of a processor that do not depend on one another, as one launch.</summary>
/// <param name="parts">The steps.</param>
internal sealed class StepsTogether(IReadOnlyList<PlanStep> parts) : PlanStep(
    string.Join(" | ", parts.Select(part => part.Name)), parts.Select(part => part.Touched).Aggregate((one, other) => one + other),
    parts.Select(part => part.Cost).Aggregate((one, other) => one + other))
{
    /// <inheritdoc/>
    public override bool IsInGroups => false;

    /// <inheritdoc/>
    public override int SharedBytes => 0;

    /// <inheritdoc/>
    public override Launch Bind(ArrayView<float> arena) => new HostLaunches([.. parts.Select(part => part.Bind(arena))], Name, Cost);

    /// <inheritdoc/>
    public override PlanStep Beside(PlanStep other) => throw new NotSupportedException("Workers know no groups.");

    /// <inheritdoc/>
    protected internal override PlanStep Behind<TOne>(PlanStep<TOne> one) => throw new NotSupportedException("Workers know no groups.");
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
