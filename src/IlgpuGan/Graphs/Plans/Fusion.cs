namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// Decides which tensors get memory. An element-wise tensor that is not stored becomes part of the formula of whoever reads it: a chain
/// of element-wise operations, a reduction of one, or the epilogue of a matrix product is then a single pass.
/// </summary>
internal sealed class Fusion
{
    // Past about eight operations the JIT no longer inlines a formula: measured 12 GFLOP/s at six operations, 2 at ten.
    private const int MostOperationsOfProcessor = 8;

    // A card computes a hundred in the time that an element takes from its memory.
    private const int MostOperationsOfCard = 32;

    // Up to here a product with as many columns would leave most of a vector, or of a GPU's tile, empty.
    private const int MostFoldedChannels = 4;

    private readonly Graph graph;
    private readonly List<Tensor>[] readers;
    private readonly bool[] isLive;
    private readonly bool[] isStored;
    private readonly HashSet<Tensor>[] leaves;
    private readonly int[] operations;
    private readonly Dictionary<Tensor, Tensor> absorbedBy = [];
    private readonly Dictionary<Tensor, Tensor> joinedIn = [];
    private readonly int[] effects;
    private readonly HashSet<Tensor> required;
    private readonly bool isForCard;
    private readonly bool isForPairs;

    /// <param name="graph">The program.</param>
    /// <param name="outputs">Tensors that are asked for.</param>
    /// <param name="isForCard">Whether memory is to be spared at the cost of operations.</param>
    /// <param name="isForPairs">Whether tensors may lie in <see cref="Pairs"/>: what is written there is rounded, so that the choice of what is written changes bits.</param>
    public Fusion(Graph graph, IReadOnlyList<Tensor> outputs, bool isForCard, bool isForPairs = false)
    {
        (this.graph, this.isForCard, this.isForPairs) = (graph, isForCard, isForPairs);
        int count = graph.Tensors.Count;
        (isLive, isStored) = (new bool[count], new bool[count]);
        readers = [.. Enumerable.Range(0, count).Select(_ => new List<Tensor>())];
        leaves = new HashSet<Tensor>[count];
        operations = new int[count];
        effects = [.. graph.Effects.Select(effect => effect.Id)];
        foreach (var tensor in graph.Effects.Concat(outputs))
        {
            isLive[tensor.Id] = true;
        }
        for (int id = count - 1; id >= 0; id--)
        {
            if (isLive[id])
            {
                foreach (var input in graph.Tensors[id].Inputs.Distinct())
                {
                    isLive[input.Id] = true;
                    readers[input.Id].Add(graph.Tensors[id]);
                }
            }
        }
        required = [.. outputs.Select(OperationFacts.Storage)];
        foreach (var tensor in required)
        {
            isStored[tensor.Id] = true;
        }
        foreach (var tensor in Live)
        {
            Decide(tensor);
        }
        foreach (var tensor in Live.Where(tensor => IsElementwise(tensor) && isStored[tensor.Id]))
        {
            Absorb(tensor);
            if (isForCard)
            {
                Join(tensor);
            }
        }
    }

    /// <summary>Tensors that something depends on, in order.</summary>
    public IEnumerable<Tensor> Live => graph.Tensors.Where(tensor => isLive[tensor.Id]);

    /// <summary>Which tensors lie in memory as pairs; null for none.</summary>
    public PairStorage? Pairs { get; set; }

    /// <summary>What reads a tensor, of what something depends on.</summary>
    public IReadOnlyList<Tensor> Readers(Tensor tensor) => readers[tensor.Id];

    /// <summary>Whether a tensor has memory of its own.</summary>
    public bool IsStored(Tensor tensor) => isStored[tensor.Id];

    /// <summary>The element-wise tensor whose formula a matrix product or convolution applies before it stores; null for none.</summary>
    public Tensor? AbsorbedBy(Tensor product) => absorbedBy.GetValueOrDefault(product);

    /// <summary>The product that an element-wise tensor is the epilogue of; null for none.</summary>
    public Tensor? Absorbs(Tensor elementwise) => leaves[elementwise.Id].FirstOrDefault(leaf => AbsorbedBy(leaf) == elementwise);

    /// <summary>The sum of just this product and another one of the same shapes; null for none. Parts of both may be added in one pass.</summary>
    public Tensor? JoinedIn(Tensor product) => joinedIn.GetValueOrDefault(product);

    /// <summary>What the formula that a tensor is made by reads, numbers among them.</summary>
    public IEnumerable<Tensor> Leaves(Tensor tensor) => InputsOf(tensor).SelectMany(LeavesSeenFrom);

    /// <summary>
    /// What the formula of an element-wise tensor is made of: its inputs. But the slope of a rectifier, which is read off what the rectifier gives, follows as well from what it is given;
    /// where that is a batch normalisation, whoever needs the slope on the way back reads what was normalised anyway, and one tensor less.
    /// </summary>
    public IReadOnlyList<Tensor> InputsOf(Tensor tensor) => Normalized(tensor) is { } normalized ? [normalized, tensor.Inputs[1]] : tensor.Inputs;

    private Tensor? Normalized(Tensor slope) =>
        isForPairs && slope.Operation is Binary { Function: BinaryFunction.LeakySlope } && slope.Inputs[0] is { Operation: Binary { Function: BinaryFunction.LeakyRelu } } rectified
        && rectified.Inputs[0] is { Operation: BatchNormalize } normalized && rectified.Inputs[1] == slope.Inputs[1] && isStored[rectified.Id] && !isStored[normalized.Id]
        && !normalized.Inputs.Any(input => input.Storage().Operation is Read read && graph.Effects.Any(effect =>
            effect.Id > normalized.Id && effect.Id < slope.Id && effect.Operation.Writes().Contains(read.Variable)))
            ? normalized : null;

    public static bool IsElementwise(Tensor tensor) => tensor.Operation.Kind() == OperationKind.Elementwise;

    private static bool ReadsFormula(Tensor reader) => IsElementwise(reader) || IsReduction(reader) || reader.Operation is Assign;

    private static bool IsReduction(Tensor tensor) => tensor.Operation.Kind() == OperationKind.Reduction;

    /// <summary>Whether a product is one, and not one for each group of channels.</summary>
    internal static bool IsOneProduct(Tensor tensor) => IsProduct(tensor) && tensor.Operation is not (
        Convolution { Geometry.Groups: > 1 } or ConvolutionDataGradient { Geometry.Groups: > 1 } or ConvolutionWeightGradient { Geometry.Groups: > 1 });

    // Those with one filter for each channel have kernels of their own, which know no formulas.
    private static bool IsProduct(Tensor tensor) =>
        tensor.Operation switch
        {
            MatrixProduct => true,
            Convolution c => !c.Geometry.IsDepthwise,
            ConvolutionDataGradient c => !c.Geometry.IsDepthwise,
            ConvolutionWeightGradient c => !c.Geometry.IsDepthwise,
            var other when other.Kind() != OperationKind.Product => false,
            var other => throw OperationFacts.Missing(other, "kernel of a product"),
        };

    /// <summary>Whether a product is made for all taps at once, which are then summed: an image's few channels by themselves would be its rows. The epilogue of that sum knows no columns.</summary>
    internal static bool IsOfFewChannels(Tensor product) => product.Operation is ConvolutionDataGradient { Geometry: { Groups: 1, Channels: <= MostFoldedChannels } g }
        && (long)product.Inputs[0].Shape.Rows * g.Weights.Rows <= Shape.MostElements;

    private void Decide(Tensor tensor)
    {
        if (tensor.Operation.Kind() is OperationKind.Given or OperationKind.View)
        {
            leaves[tensor.Id] = [tensor];
            // A number is written into formulas; whoever needs it in memory makes it stored.
            isStored[tensor.Id] |= tensor.Operation is Constant && !readers[tensor.Id].All(ReadsFormula);
            return;
        }
        bool isElementwise = IsElementwise(tensor);
        if (ReadsFormula(tensor))
        {
            GatherLeaves(tensor);
        }
        if (!isElementwise || isStored[tensor.Id] || !CanInline(tensor))
        {
            isStored[tensor.Id] = true;
        }
        if (isStored[tensor.Id] && !isElementwise)
        {
            leaves[tensor.Id] = [tensor];
        }
    }

    /// <summary>Collects what a formula reads; stores an operand when the formula would read or compute more than a kernel can take.</summary>
    private void GatherLeaves(Tensor tensor)
    {
        while (true)
        {
            HashSet<Tensor> found = [.. InputsOf(tensor).SelectMany(LeavesSeenFrom)];
            Tensor[] inlined = [.. InputsOf(tensor).Where(input => IsElementwise(input) && !isStored[input.Id])];
            int constants = found.Count(leaf => leaf.Operation is Constant);
            int own = IsElementwise(tensor) ? tensor.Operation.FlopsPerElement() : 0;
            operations[tensor.Id] = own + inlined.Sum(input => operations[input.Id]);
            bool fits = found.Count - constants <= Kernels.Expressions.Operands.Count - (isForCard ? 0 : 1) && constants <= Kernels.Expressions.Operands.Count
                && operations[tensor.Id] <= (isForCard ? MostOperationsOfCard : MostOperationsOfProcessor);
            if (fits || inlined.Length == 0)
            {
                leaves[tensor.Id] = found;
                return;
            }
            isStored[inlined.MaxBy(input => operations[input.Id])!.Id] = true;
        }
    }

    private IEnumerable<Tensor> LeavesSeenFrom(Tensor input) =>
        IsElementwise(input) && !isStored[input.Id] ? leaves[input.Id] : [input];

    private bool CanInline(Tensor tensor)
    {
        bool isCheap = IsCheap(tensor);
        foreach (var reader in readers[tensor.Id])
        {
            if (!ReadsFormula(reader) || (effects.Any(effect => effect > tensor.Id && effect < reader.Id) && !OutlivesEffects(tensor)))
            {
                return false;
            }
            // Seen from the pixels that it is repeated over, a column of the images' own is none of theirs.
            if (reader.Operation is RepeatPixels && !leaves[tensor.Id].All(leaf => leaf.Shape.Size == 1 || leaf.Shape.Rank == 1 || leaf.Shape.Equals(tensor.Shape)))
            {
                return false;
            }
            int space = IsReduction(reader) ? reader.Inputs[0].Shape.Size : reader.Shape.Size;
            // Computed again for every row of a larger space: only what costs no more than reading it.
            if (space > tensor.Shape.Size && !(isCheap && leaves[tensor.Id].Count <= 2))
            {
                return false;
            }
        }
        // A product applies it in passing; each reader would have to read what it is made of, and some do so anyway.
        if (isForCard && readers[tensor.Id].Count > 1 && leaves[tensor.Id].Any(leaf => MayAbsorb(leaf, tensor)) && !tensor.Inputs.Any(input => Normalized(input) is not null))
        {
            return false;
        }
        int fullReads = leaves[tensor.Id].Count(leaf => leaf.Shape.Size == tensor.Shape.Size);
        return readers[tensor.Id].Count <= 1 || (isCheap && fullReads <= 2);
    }

    // What is read lies in buffers of its own, which no effect writes. On a processor such a tensor is stored all the same: it reads one tensor where the formula would read several.
    private bool OutlivesEffects(Tensor tensor) => isForCard && leaves[tensor.Id].All(leaf => leaf.Storage().Operation is not Read);

    // Cheap formulas are worth computing again in each reader; functions that take tens of cycles are not.
    private bool IsCheap(Tensor tensor) =>
        tensor.Operation switch
        {
            Unary { Function: UnaryFunction.Abs or UnaryFunction.Step or UnaryFunction.Floor } => true,
            Unary => false,
            Binary { Function: BinaryFunction.Divide } => false,
            Binary or Broadcast or RepeatPixels or BatchNormalize => true,
            var other => throw OperationFacts.Missing(other, "cost"),
        }
        && InputsOf(tensor).All(input => !IsElementwise(input) || isStored[input.Id] || IsCheap(input));

    private void Absorb(Tensor elementwise)
    {
        // An epilogue knows columns, not rows.
        if (leaves[elementwise.Id].Any(leaf => leaf.Shape.Rank > 1 && leaf.Shape.Rows > 1 && leaf.Shape.Size < elementwise.Shape.Size))
        {
            return;
        }
        var product = leaves[elementwise.Id].Where(leaf => MayAbsorb(leaf, elementwise)).MaxBy(leaf => leaf.Id);
        // A pass over so few channels costs far less than the product whose rows are as short.
        if (product is not null && IsOfFewChannels(product) && leaves[elementwise.Id].Any(leaf => leaf.Shape.Size > 1 && leaf.Shape.Size < elementwise.Shape.Size))
        {
            return;
        }
        if (product is not null && ReadersLeadTo(product, elementwise))
        {
            absorbedBy[product] = elementwise;
            isStored[product.Id] = false;
        }
    }

    private bool MayAbsorb(Tensor leaf, Tensor elementwise) =>
        IsProduct(leaf) && leaf.Shape.Equals(elementwise.Shape) && !required.Contains(leaf) && readers[leaf.Id].Count == 1
        && !effects.Any(effect => effect > leaf.Id && effect < elementwise.Id);

    // Such as the gradients of weights that see two batches.
    private void Join(Tensor sum)
    {
        if (sum.Operation is Binary { Function: BinaryFunction.Add } && sum.Inputs is [var a, var b] && a != b
            && sum.Inputs.All(input => MayAbsorb(input, sum)) && a.Operation.Equals(b.Operation)
            && a.Inputs.Zip(b.Inputs).All(pair => pair.First.Shape.Equals(pair.Second.Shape)))
        {
            (joinedIn[a], joinedIn[b]) = (sum, sum);
        }
    }

    // One reader each, until the stored element-wise tensor: nobody else needs the product.
    private bool ReadersLeadTo(Tensor tensor, Tensor end)
    {
        while (tensor != end)
        {
            if (readers[tensor.Id] is not [var reader] || !IsElementwise(reader) || (reader != end && isStored[reader.Id]))
            {
                return false;
            }
            tensor = reader;
        }
        return true;
    }
}
