using System.Runtime.CompilerServices;
namespace IlgpuGan.Graphs;

/// <summary>What the passes over a graph tell operations apart by.</summary>
internal enum OperationKind
{
    /// <summary>Is there before the program runs: numbers and the memory of variables.</summary>
    Given,

    /// <summary>Another shape of the same memory.</summary>
    View,

    /// <summary>Element by element: part of a formula, if that pays.</summary>
    Elementwise,

    /// <summary>Sums or the like of a formula.</summary>
    Reduction,

    /// <summary>A product, whose sums a formula may be applied to.</summary>
    Product,

    /// <summary>Has a kernel of its own.</summary>
    Own,

    /// <summary>A function of a counter: another tensor once that has advanced.</summary>
    Drawn,

    /// <summary>Changes variables, counters or the course of the program.</summary>
    Effect,
}

/// <summary>
/// The facts of every operation that more than one pass over a graph needs. None has a usual answer: an operation that is not listed is refused by name,
/// because a pass that guessed would compile it to something else.
/// </summary>
internal static class OperationFacts
{
    /// <summary>Which kind of operation it is.</summary>
    /// <exception cref="InvalidOperationException">It is not listed.</exception>
    public static OperationKind Kind(this Operation operation) => operation switch
    {
        Constant or Literal or Read => OperationKind.Given,
        Reshape or Detach => OperationKind.View,
        Unary or Binary or Broadcast or RepeatPixels or BatchNormalize => OperationKind.Elementwise,
        SumRows or SumColumns or SumPixels or MaxColumns => OperationKind.Reduction,
        MatrixProduct or Convolution or ConvolutionDataGradient or ConvolutionWeightGradient => OperationKind.Product,
        ShiftColumns or AffineSample or AffineSampleTranspose or MixChannels or ReflectionPad or ReflectionPadTranspose => OperationKind.Own,
        GatherPlaces or GatherPlacesTranspose => OperationKind.Own,
        BceLoss or BceGradient or MeanProbability => OperationKind.Own,
        RandomNormal or RandomUniform or GatherImages or GatherLabels or GatherRows or CounterValue => OperationKind.Drawn,
        Assign or ParameterUpdate or SumLeaves or PlaceLeaf or Advance or CopyCounter or SegmentEnd => OperationKind.Effect,
        _ => throw Missing(operation, "kind"),
    };

    /// <summary>The counter that a drawn tensor is a function of; null for all others.</summary>
    public static Counter? DrawnBy(this Operation operation) => operation switch
    {
        RandomNormal random => random.Counter,
        RandomUniform random => random.Counter,
        GatherImages images => images.Counter,
        GatherLabels labels => labels.Counter,
        GatherRows rows => rows.Counter,
        CounterValue value => value.Counter,
        _ when operation.Kind() != OperationKind.Drawn => null,
        _ => throw Missing(operation, "counter"),
    };

    /// <summary>Whether a tensor is another one once a counter has advanced.</summary>
    public static bool IsDrawnBy(this Operation operation, Counter counter) =>
        operation.DrawnBy() == counter || (operation as Drawn)?.Part?.Leaf.Counter == counter;

    /// <summary>The variables that an effect writes; none for all others.</summary>
    public static IReadOnlyList<Variable> Writes(this Operation operation) => operation switch
    {
        Assign assign => [assign.Variable],
        ParameterUpdate { Parameters: var set } update =>
            [set.Values, .. update.AreSummed ? [] : (Variable[])[set.Gradients], set.FirstMoment, set.SecondMoment, set.Average],
        SumLeaves sum => [sum.Parameters.Gradients, sum.Partials],
        PlaceLeaf place => [place.Variable],
        Advance or CopyCounter or SegmentEnd => [],
        _ when operation.Kind() != OperationKind.Effect => [],
        _ => throw Missing(operation, "list of variables that it writes"),
    };

    /// <summary>The tensor in whose memory a reshaped tensor lies.</summary>
    public static Tensor Storage(this Tensor tensor)
    {
        while (tensor.Operation.Kind() == OperationKind.View)
        {
            tensor = tensor.Inputs[0];
        }
        return tensor;
    }

    /// <summary>The fault of an operation that a pass does not know.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="what">What it lacks.</param>
    /// <param name="where">The file where those of the other operations are.</param>
    public static InvalidOperationException Missing(Operation operation, string what, [CallerFilePath] string where = "") =>
        new($"The operation {operation.GetType().Name} has no {what}; state it beside those of the others, in {Path.GetFileName(where)}.");
}
