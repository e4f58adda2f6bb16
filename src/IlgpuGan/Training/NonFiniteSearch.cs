using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>
/// Runs one step with every tensor of its graph as an output and looks for the first number that is not finite. Nothing is fused and no memory is
/// shared, so it takes many times the memory and time of a step; large graphs are looked at part by part.
/// </summary>
/// <param name="variables">The state of the training.</param>
/// <param name="graph">The step.</param>
/// <param name="networks">Whose weights the step reads and updates.</param>
internal sealed class NonFiniteSearch(VariableStore variables, Graph graph, IReadOnlyList<ParameterSet> networks)
{
    // 512 MiB on the device beside all that is there already.
    private const int MostFloats = 1 << 27;

    private readonly int[] segmentOf = SegmentsOf(graph);

    // Those that run once for each leaf.
    private readonly HashSet<int> repeated =
        [.. SegmentsOf(graph).Zip(graph.Tensors).Where(pair => pair.Second.Operation is SegmentEnd { IsRepeated: true }).Select(pair => pair.First)];

    /// <summary>Looks at the step after a state.</summary>
    /// <param name="before">The state.</param>
    /// <param name="load">Loads it.</param>
    /// <param name="runStep">Makes a step whose segments are run by what is given.</param>
    /// <returns>The first such number; null if all are finite.</returns>
    public NonFinite? Run(IReadOnlyDictionary<string, StateTensor> before, Action<IReadOnlyDictionary<string, StateTensor>> load, Action<Action<int>> runStep)
    {
        if (FirstBadWeight() is { } weight)
        {
            return new(-1, 0, $"{weight}, which the update of the step before left so");
        }
        NonFinite? first = null;
        foreach (var part in Parts())
        {
            load(before);
            if (RunPart(part, runStep) is { } found && (first is null || found.IsBefore(first)))
            {
                first = found;
            }
        }
        return first;
    }

    /// <summary>The number of the segment each tensor belongs to.</summary>
    private static int[] SegmentsOf(Graph graph)
    {
        var segments = new int[graph.Tensors.Count];
        for (int id = 1; id < segments.Length; id++)
        {
            segments[id] = segments[id - 1] + (graph.Tensors[id - 1].Operation is SegmentEnd ? 1 : 0);
        }
        return segments;
    }

    /// <summary>What the step computes, in parts that fit into memory.</summary>
    private IEnumerable<List<Tensor>> Parts()
    {
        var part = new List<Tensor>();
        long floats = 0;
        // What nobody reads would be computed for this search alone, and might divide by nothing.
        foreach (var tensor in new Fusion(graph, [], isForCard: false).Live.Where(IsComputed))
        {
            if (part.Count > 0 && floats + tensor.Shape.Size > MostFloats)
            {
                yield return part;
                (part, floats) = ([], 0);
            }
            part.Add(tensor);
            floats += tensor.Shape.Size;
        }
        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private static bool IsComputed(Tensor tensor) =>
        tensor.Operation is not CounterValue && tensor.Operation.Kind() is not (OperationKind.Given or OperationKind.View or OperationKind.Effect);

    private NonFinite? RunPart(List<Tensor> part, Action<Action<int>> runStep)
    {
        using var plan = Plan.Compile(variables, graph, part);
        NonFinite? found = null;
        // Leaves of a batch are one run, as ranks have other numbers of them.
        int run = -1, last = -1;
        runStep(segment =>
        {
            plan.Run(segment);
            (run, last) = (segment == last && repeated.Contains(segment) ? run : run + 1, segment);
            if (found is null && part.Find(tensor => segmentOf[tensor.Id] == segment && !IsFinite(plan.Fetch(tensor))) is { } bad)
            {
                found = new(run, bad.Id, $"{NameOf(bad.Operation)} {bad.Shape}{Near(bad)}");
            }
            else if (found is null && FirstBadWeight() is { } weight)
            {
                found = new(run, int.MaxValue, $"{weight}, by its update");
            }
        });
        return found;
    }

    private string? FirstBadWeight() => networks.SelectMany(network => network.Parameters.Zip(Windows(network)))
        .Where(pair => !IsFinite(pair.Second))
        .Select(pair => $"{pair.First.Name} of the {pair.First.Set.Name}")
        .FirstOrDefault();

    private IEnumerable<float[]> Windows(ParameterSet network)
    {
        var values = variables.Download(network.Values);
        return network.Parameters.Select(parameter => values[parameter.Offset..(parameter.Offset + parameter.Shape.Size)]);
    }

    private static bool IsFinite(float[] values) => Array.TrueForAll(values, float.IsFinite);

    private static string NameOf(Operation operation) => operation switch
    {
        Unary unary => unary.Function.ToString(),
        Binary binary => binary.Function.ToString(),
        _ => operation.GetType().Name,
    };

    /// <summary>The weight that is fewest operations away: what it reads, or what its inputs were made with.</summary>
    private string Near(Tensor tensor)
    {
        var seen = new HashSet<Tensor>();
        for (List<Tensor> here = [tensor]; here.Count > 0; here = [.. here.SelectMany(one => one.Inputs).Where(seen.Add)])
        {
            if (here.Select(ParameterOf).FirstOrDefault(parameter => parameter is not null) is { } nearest)
            {
                return $" at {nearest.Name} of the {nearest.Set.Name}";
            }
        }
        return "";
    }

    private Parameter? ParameterOf(Tensor tensor) => tensor.Operation is Read read
        ? networks.Where(network => network.Values == read.Variable).SelectMany(network => network.Parameters).FirstOrDefault(parameter => parameter.Offset == read.Offset)
        : null;
}
