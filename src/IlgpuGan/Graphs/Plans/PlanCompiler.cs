using IlgpuGan.Devices;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// Turns a graph into launches. First every operation becomes steps, which say what they touch; from that follows which buffers live how long, and
/// so their places in the arena. When there is an arena, the steps are bound to it.
/// </summary>
internal sealed partial class PlanCompiler
{
    private readonly VariableStore variables;
    private readonly Graph graph;
    private readonly ProductKernels products;
    private readonly Fusion fusion;
    private readonly SumFamilies families;
    private readonly HashSet<Tensor> outputs;
    private readonly Dictionary<Tensor, (Variable Variable, int Offset)> pins = [];
    private readonly Dictionary<Tensor, int> lastUses = [];
    private readonly HashSet<Tensor> copies = [];
    private readonly ArenaLayout layout = new();
    private readonly Dictionary<object, ArenaLayout.Block> blocks = [];
    private readonly HashSet<object> packings = [];
    private readonly List<PlanStep> steps = [];
    private readonly List<int> segments = [];
    private readonly IReadOnlyList<SegmentEnd> ends;
    // What steps that run once make for a segment that runs again and again.
    private readonly Dictionary<ArenaLayout.Block, int> keptFor = [];
    private ArrayView<float> arena;

    public PlanCompiler(VariableStore variables, Graph graph, IReadOnlyList<Tensor> outputs, ProductKernels products)
    {
        (this.variables, this.graph, this.products) = (variables, graph, products);
        fusion = new(graph, outputs, IsCard, IsCard && products.StoresPairs);
        families = new(fusion, takesMoments: IsCard);
        this.outputs = [.. outputs.Select(OperationFacts.Storage)];
        ends = [.. graph.Effects.Select(effect => effect.Operation).OfType<SegmentEnd>()];
        CheckReads();
        foreach (var tensor in fusion.Live)
        {
            // A formula reads what the formulas within it are made of.
            foreach (var input in tensor.Inputs.Concat(fusion.Leaves(tensor)))
            {
                lastUses[input.Storage()] = tensor.Id;
            }
        }
        foreach (var output in this.outputs)
        {
            lastUses[output] = int.MaxValue;
        }
        foreach (var read in fusion.Live.Where(tensor => tensor.Operation is Read && lastUses.ContainsKey(tensor)))
        {
            if (graph.Effects.Any(effect => Overwrites(effect, read)))
            {
                copies.Add(read);
            }
        }
        foreach (var effect in graph.Effects.Where(effect => GradientsOf(effect) is not null))
        {
            PinGradients(effect);
        }
        fusion.Pairs = StoredPairs();
        FindTwins();
        foreach (var tensor in fusion.Live)
        {
            Lower(tensor);
        }
        segments.Add(steps.Count);
        foreach (var (number, end) in ends.Index())
        {
            if (end.IsRepeated)
            {
                BringForward(number);
            }
        }
        if (IsCard || IsHost)
        {
            JoinLaunches();
        }
        LayOut();
    }

    /// <summary>Floats of arena that the plan needs.</summary>
    public long ArenaSize => layout.Size;

    private bool IsHost => products.Traits.Kind == DeviceKind.Cpu;

    // A processor's work-items are best few and long: its compiler vectorises their inner loops.
    private bool HasLongItems => products.Traits.IsOpenClProcessor;

    private bool IsCard => products.Traits.IsCard;

    /// <summary>The launches over an arena, cut into segments.</summary>
    public IReadOnlyList<IReadOnlyList<Launch>> Bind(ArrayView<float> arena)
    {
        this.arena = arena;
        Launch[] launches = [.. steps.Select(step => step.Bind(arena))];
        return [.. segments.Select((end, i) => launches[(i == 0 ? 0 : segments[i - 1])..end])];
    }

    /// <summary>Where a tensor lies that was named as an output, or that lies in a variable.</summary>
    /// <exception cref="ArgumentException">Others lie where it lay, if ever it was in memory.</exception>
    public ArrayView<float> View(Tensor tensor)
    {
        var region = RegionOf(tensor);
        return region.Block is null || outputs.Contains(tensor.Storage()) ? region.Over(arena)
            : throw new ArgumentException($"{tensor} is no output of this plan; name it when the plan is compiled.");
    }

    /// <summary>Where a stored tensor will lie.</summary>
    private Region RegionOf(Tensor tensor)
    {
        var storage = tensor.Storage();
        int size = tensor.Shape.Size;
        if (storage.Operation is Read read && !copies.Contains(storage))
        {
            return RegionOf(read.Variable, read.Offset, size);
        }
        if (storage.Operation is Literal literal)
        {
            return Region.Of(variables.View(literal));
        }
        if (pins.TryGetValue(storage, out var pin))
        {
            return RegionOf(pin.Variable, pin.Offset, size);
        }
        return storage.Operation is Constant or Read || storage.Operation.Kind() != OperationKind.Given
            ? fusion.Pairs is { } pairs && pairs.Contains(storage) ? TemporaryPairs(storage, size, storage) : Temporary(storage, size)
            : throw OperationFacts.Missing(storage.Operation, "memory");
    }

    private Region RegionOf(Variable variable, int offset, int size) => Region.Of(variables.View(variable).SubView(offset, size));

    private IReadOnlyList<Region> RegionsOf(IEnumerable<Tensor> tensors) => [.. tensors.Select(RegionOf)];

    /// <summary>Lets what of a segment that runs again and again is the same each time run once, at the end of the one before it.</summary>
    private void BringForward(int segment)
    {
        int first = segments[segment - 1], count = segments[segment] - first;
        var all = steps.GetRange(first, count);
        bool[] isInvariant = RepeatedSegment.Invariant(all, ends[segment].Given.Select(variable => Region.Of(variables.View(variable))));
        PlanStep[] once = [.. all.Where((_, i) => isInvariant[i])];
        steps.RemoveRange(first, count);
        steps.InsertRange(first, [.. once, .. all.Where((_, i) => !isInvariant[i])]);
        segments[segment - 1] += once.Length;
        foreach (var block in once.SelectMany(step => step.Touched.Writes).Select(region => region.Block!))
        {
            keptFor[block] = segment;
        }
    }

    /// <summary>Lets steps of a segment that do not depend on one another run as one launch: on a card small ones.</summary>
    private void JoinLaunches()
    {
        PlanStep[] all = [.. steps];
        bool[] freesMemory = StepSchedule.FreesMemory(all);
        int[] lasts = [.. segments];
        steps.Clear();
        segments.Clear();
        foreach (var (i, last) in lasts.Index())
        {
            var segment = (i == 0 ? 0 : lasts[i - 1])..last;
            steps.AddRange(IsHost ? StepSchedule.ArrangeForWorkers(all[segment], freesMemory.AsMemory(segment)) : StepSchedule.Arrange(all[segment], products.Traits.SharedBytes));
            segments.Add(steps.Count);
        }
    }

    /// <summary>Lets every buffer live from the step that first writes it to the last that touches it, and gives it its place.</summary>
    private void LayOut()
    {
        bool[] isClosed = [.. ends.Select(end => end.IsClosed), false];
        var madeIn = new Dictionary<ArenaLayout.Block, int>();
        int segment = 0;
        foreach (var (i, step) in steps.Index())
        {
            foreach (var block in step.Touched.Reads.Select(region => region.Block))
            {
                if (block is { Last: < 0 })
                {
                    throw new InvalidOperationException($"{step.Name} reads what no step has written.");
                }
            }
            while (i >= segments[segment])
            {
                segment++;
            }
            if (step.Touched.Reads.FirstOrDefault(region => region.Block is { } block && !keptFor.ContainsKey(block)
                && isClosed.AsSpan(madeIn[block]..segment).Contains(true)) is not null)
            {
                throw new InvalidOperationException($"{step.Name} reads what was made in a closed segment, and is in no variable.");
            }
            foreach (var block in step.Touched.Blocks)
            {
                madeIn.TryAdd(block, segment);
                layout.Touch(block, i);
            }
        }
        foreach (var (block, last) in keptFor)
        {
            block.Last = segments[last] - 1;
        }
        // Outputs keep their memory to themselves: a segment may run again before another's output is fetched.
        foreach (var output in outputs.Where(blocks.ContainsKey))
        {
            (blocks[output].First, blocks[output].Last) = (0, int.MaxValue);
        }
        layout.Place();
    }

    /// <summary>A read of an old version after an update would see the new one.</summary>
    private void CheckReads()
    {
        var updated = new Dictionary<Variable, int>();
        foreach (var effect in graph.Effects)
        {
            if (effect.Operation is ParameterUpdate { Parameters.Values: var values })
            {
                updated.TryAdd(values, effect.Id);
            }
        }
        foreach (var tensor in fusion.Live)
        {
            foreach (var input in tensor.Inputs.Select(OperationFacts.Storage))
            {
                if (input.Operation is Read read && updated.TryGetValue(read.Variable, out int update) && input.Id < update && tensor.Id > update)
                {
                    throw new InvalidOperationException($"{tensor} reads {read.Variable} as it was before its update; read it again.");
                }
            }
        }
    }

    /// <summary>Whether an effect writes what a read still has to give; the read then keeps a copy.</summary>
    private bool Overwrites(Tensor effect, Tensor tensor)
    {
        var read = (Read)tensor.Operation;
        if (effect.Id < tensor.Id || !effect.Operation.Writes().Contains(read.Variable))
        {
            return false;
        }
        return effect.Operation switch
        {
            Assign assign => Overlap(assign.Offset, effect.Shape, read.Offset, tensor.Shape) &&
                (lastUses[tensor] > effect.Id || ShiftsInto(effect, tensor, assign.Offset != read.Offset || effect.Shape.Size != tensor.Shape.Size)),
            // Gradients are written where they are computed, before their update.
            ParameterUpdate or SumLeaves => read.Variable == GradientsOf(effect)?[0].Set.Gradients || lastUses[tensor] > effect.Id,
            PlaceLeaf place => lastUses[tensor] > effect.Id &&
                Overlap(place.Offset, Shape.Of(place.Leaf.Count * effect.Inputs[0].Shape.Size), read.Offset, tensor.Shape),
            var other => throw OperationFacts.Missing(other, "way of writing"),
        };
    }

    // Elements are written in any order: what is read must be the very element that is written.
    private bool ShiftsInto(Tensor assignment, Tensor read, bool isElsewhere) =>
        isElsewhere && fusion.Leaves(assignment).Any(leaf => leaf.Storage() == read);

    private static bool Overlap(int offset, Shape shape, int otherOffset, Shape other) =>
        offset < otherOffset + other.Size && otherOffset < offset + shape.Size;

    /// <summary>The parameters whose gradients an effect takes from its first inputs; null for all others.</summary>
    private static IReadOnlyList<Parameter>? GradientsOf(Tensor effect) => effect.Operation switch
    {
        ParameterUpdate { AreSummed: false } update => update.Updated,
        SumLeaves sum => sum.Updated,
        _ => null,
    };

    /// <summary>
    /// Lets gradients be computed where the update reads them; unless another update of the same set comes between, or follows while
    /// they are still needed.
    /// </summary>
    private void PinGradients(Tensor update)
    {
        var updated = GradientsOf(update)!;
        var set = updated[0].Set;
        var others = graph.Effects.Where(effect => effect != update && GradientsOf(effect)?[0].Set == set).ToList();
        foreach (var (parameter, gradient) in updated.Zip(update.Inputs))
        {
            var storage = gradient.Storage();
            bool isAlone = others.All(other => other.Id < update.Id ? storage.Id > other.Id : lastUses[storage] <= update.Id);
            if (isAlone && storage.Operation.Kind() != OperationKind.Given)
            {
                pins.TryAdd(storage, (set.Gradients, parameter.Offset));
            }
        }
    }

    /// <summary>Memory of so many floats for a part of the program.</summary>
    /// <exception cref="TensorSizeException">They are more than kernels can count.</exception>
    private Region Temporary(object key, long size, bool isInPairs = false)
    {
        if (size > Shape.MostElements)
        {
            throw new TensorSizeException($"A step on the way to a product or a sum has {size:N0} elements where at most {Shape.MostElements:N0} fit; use a smaller batch, network or image.");
        }
        if (!blocks.TryGetValue(key, out var block))
        {
            blocks[key] = block = new(size);
        }
        return Region.Of(block, size, isInPairs);
    }

    private void Emit<TParameters>(
        Type kernel, string name, Cost cost, Touched touched, TParameters numbers, Func<TParameters, StepMemory, TParameters> bind)
        where TParameters : struct
    {
        // Before there is an arena: nobody should wait for memory only to hear this.
        if (!IsHost)
        {
            DeviceLaunch.Require(kernel, numbers, name);
        }
        steps.Add(new PlanStep<TParameters>(IsHost, kernel, name, cost, touched, numbers, bind));
    }
}
