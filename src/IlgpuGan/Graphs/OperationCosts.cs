namespace IlgpuGan.Graphs;

/// <summary>What every operation costs: plans, traces, benchmarks and tests read it here. An operation that is not listed is refused by name.</summary>
internal static class OperationCosts
{
    /// <summary>What a tensor costs that is made by itself, from inputs in memory to a result in memory.</summary>
    public static Cost Cost(this Tensor tensor) => new Cost(tensor.Flops(), 0) + Touched(tensor.Operation.Kind() switch
    {
        OperationKind.Given or OperationKind.View => [],
        OperationKind.Effect => tensor.Inputs,
        _ => [.. tensor.Inputs, tensor],
    }) + Aside(tensor);

    /// <summary>Floating-point operations of a tensor, as the mathematics counts them: taps in the padding of a convolution among them.</summary>
    public static double Flops(this Tensor tensor) => tensor.Operation switch
    {
        Constant or Literal or Read or Reshape or Detach => 0,
        Unary or Binary or Broadcast or RepeatPixels or BatchNormalize => (double)tensor.Operation.FlopsPerElement() * tensor.Shape.Size,
        SumRows or SumColumns or SumPixels or MaxColumns => tensor.Inputs[0].Shape.Size,
        MatrixProduct => 2.0 * tensor.Shape.Size * (tensor.Inputs[0].Shape.Size / tensor.Shape[0]),
        Convolution(var g) => Taps(g, tensor),
        ConvolutionDataGradient(var g) => Taps(g, tensor.Inputs[0]),
        ConvolutionWeightGradient(var g) => Taps(g, tensor.Inputs[1]),
        ShiftColumns or ReflectionPad or GatherPlaces or GatherPlacesTranspose => 0,
        // Each pixel of the padding is added to one of the others.
        ReflectionPadTranspose => tensor.Inputs[0].Shape.Size - tensor.Shape.Size,
        // Eleven interpolate one element; positions and weights are shared by the channels.
        AffineSample or AffineSampleTranspose => 11.0 * tensor.Shape.Size,
        MixChannels => 2.0 * tensor.Shape.Columns * tensor.Shape.Size,
        // The sigmoid, which a pass for all three computes once, is counted with the gradient.
        BceLoss => 4.0 * tensor.Inputs[0].Shape.Size,
        BceGradient => 5.0 * tensor.Shape.Size,
        MeanProbability => tensor.Inputs[0].Shape.Size,
        // Their work is in whole numbers.
        RandomNormal or RandomUniform or GatherImages or GatherLabels or GatherRows or CounterValue => 0,
        ParameterUpdate update => 16.0 * update.Size,
        // One sum waits for a leaf, on average.
        SumLeaves sum => sum.Parameters.Gradients.Size,
        Assign or PlaceLeaf or Advance or CopyCounter or SegmentEnd => 0,
        _ => throw OperationFacts.Missing(tensor.Operation, "cost"),
    };

    /// <summary>Floating-point operations of one element of an element-wise tensor.</summary>
    public static int FlopsPerElement(this Operation operation) => operation switch
    {
        Broadcast or RepeatPixels => 0,
        Unary or Binary => 1,
        BatchNormalize => 4,
        _ => throw OperationFacts.Missing(operation, "cost"),
    };

    /// <summary>What moving tensors costs; one that is named twice is moved once, and numbers are part of the program.</summary>
    public static Cost Touched(IEnumerable<Tensor> tensors) =>
        Graphs.Cost.OfFloats(tensors.Where(tensor => tensor.Operation is not Constant).Distinct().Sum(tensor => (double)tensor.Shape.Size));

    /// <summary>
    /// What a segment of a program costs at least: the operations that it cannot do without, and each tensor touched once that is there before it
    /// or asked of it. Nothing in between goes through memory.
    /// </summary>
    /// <param name="graph">The program.</param>
    /// <param name="outputs">Tensors that are asked for.</param>
    /// <param name="segment">Which of its segments.</param>
    public static Cost OfSegment(Graph graph, IReadOnlyList<Tensor> outputs, int segment)
    {
        var needed = new HashSet<Tensor>(graph.Effects.Concat(outputs));
        foreach (var tensor in graph.Tensors.Reverse().Where(needed.Contains))
        {
            needed.UnionWith(tensor.Inputs);
        }
        int[] ends = [-1, .. graph.Effects.Where(effect => effect.Operation is SegmentEnd).Select(effect => effect.Id), int.MaxValue];
        Tensor[] made = [.. needed.Where(tensor => tensor.Id > ends[segment] && tensor.Id < ends[segment + 1]
            && tensor.Operation.Kind() is not (OperationKind.Given or OperationKind.View))];
        var before = made.SelectMany(tensor => tensor.Inputs).Select(OperationFacts.Storage).Except(made);
        var asked = outputs.Select(OperationFacts.Storage).Intersect(made);
        return made.Aggregate(Touched(before.Concat(asked)), (sum, tensor) => sum + new Cost(tensor.Flops(), 0) + Aside(tensor));
    }

    /// <summary>What an operation moves beside its inputs and its result.</summary>
    private static Cost Aside(Tensor tensor) => tensor.Operation switch
    {
        GatherImages => new(0, tensor.Shape.Size),
        GatherLabels(var source, _, _) => Graphs.Cost.OfFloats((double)tensor.Shape[0] * source.Classes.Count),
        GatherRows or Assign => Graphs.Cost.OfFloats(tensor.Shape.Size),
        CounterValue or Advance => Graphs.Cost.OfFloats(1),
        CopyCounter => Graphs.Cost.OfFloats(2),
        PlaceLeaf place => Graphs.Cost.OfFloats((double)place.Leaf.Count * tensor.Inputs[0].Shape.Size),
        SumLeaves sum => Graphs.Cost.OfFloats(2.0 * sum.Parameters.Gradients.Size),
        // Weights and average are read and written, and of the moments those that the rule has.
        ParameterUpdate { Rule: var rule } update =>
            Graphs.Cost.OfFloats((4.0 + (update.AreSummed ? 1 : 0) + (rule != UpdateRule.RmsProp ? 2 : 0) + (rule != UpdateRule.Sgd ? 2 : 0)) * update.Size),
        _ => default,
    };

    private static double Taps(ConvolutionGeometry g, Tensor y) => 2.0 * y.Shape.Size * g.Weights.Rows;
}
