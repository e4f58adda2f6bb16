using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The launches that round tensors to bfloat16 for products that read them so.</summary>
internal sealed partial class PlanCompiler
{
    // Copies begin where sixteen bytes of them do.
    private const int RoundedTogether = 8;

    private readonly HashSet<object> rounded = [];
    private readonly Dictionary<Tensor, int> segmentOf = [];
    private readonly Dictionary<Tensor, (Tensor First, Tensor Second)> twins = [];
    private readonly Dictionary<Tensor, bool> areOverBoth = [];
    private ILookup<(Variable, int), Tensor>? readsOfProducts;

    private bool Multiplies(Tensor product) => fusion.Pairs is { } pairs && pairs.Multiplies(product);

    private PairStorage? StoredPairs() => products.StoresPairs && IsCard ? new(fusion, IsAligned, tensor => outputs.Contains(tensor) || pins.ContainsKey(tensor)) : null;

    private bool IsAligned(Tensor tensor)
    {
        var storage = tensor.Storage();
        return IsTemporary(storage) || (RegionOf(storage).IsOnQuads && (storage.Operation is not Read read || read.Offset % RoundedTogether == 0));
    }

    private bool IsTemporary(Tensor storage) => !pins.ContainsKey(storage) && storage.Operation is not Literal && (storage.Operation is not Read || copies.Contains(storage));

    /// <summary>Where a tensor lies in pairs, or a copy of it, which a segment makes once.</summary>
    private Region PairsOf(Tensor tensor)
    {
        var storage = tensor.Storage();
        if (fusion.Pairs!.Contains(storage))
        {
            return RegionOf(tensor);
        }
        if (IsTemporary(storage) || storage.Operation is not Read read)
        {
            return Rounded(CopyOf(storage), RegionOf(storage), storage.Shape.Size);
        }
        // One launch for all weights that products read of a network.
        readsOfProducts ??= fusion.Live.Where(Multiplies).SelectMany(product => product.Inputs).Select(OperationFacts.Storage).Distinct()
            .Where(input => input.Operation is Read && !IsTemporary(input)).ToLookup(input => (((Read)input.Operation).Variable, ((Read)input.Operation).Version));
        var together = readsOfProducts[(read.Variable, read.Version)];
        int first = together.Min(input => ((Read)input.Operation).Offset), end = together.Max(input => ((Read)input.Operation).Offset + input.Shape.Size);
        return Rounded((read.Variable, read.Version, SegmentOfCopy(storage)), RegionOf(read.Variable, first, end - first), end - first)
            .From((read.Offset - first) / 2).Until((int)Pairs.Words(tensor.Shape.Size));
    }

    private Region Rounded(object key, Region source, int size)
    {
        var copy = TemporaryPairs(key, size);
        if (rounded.Add(key))
        {
            Emit(typeof(ElementwiseInGroups<,>).MakeGenericType(typeof(ByPairs), typeof(Full<Slot0>)), $"Round [{size}]", Cost.OfFloats(1.5 * size), new([copy], [source], []),
                new ElementwiseParameters { Rows = 1, Columns = (size + 3) / 4 * 4 },
                (p, memory) => p with { Output = memory[copy], Operands = Only(memory[source], memory[copy]) });
        }
        return copy;
    }

    // What a graph has read once it does not read again: a later segment that takes it from there goes on with what the earlier one has read.
    private int SegmentOfCopy(Tensor storage)
    {
        var read = (Read)storage.Operation;
        int own = segmentOf.GetValueOrDefault(storage, segments.Count);
        return rounded.Contains((read.Variable, read.Version, own)) && !ends.Take(segments.Count).Skip(own).Any(end => end.IsClosed) ? own : segments.Count;
    }

    /// <summary>
    /// Names a copy of a tensor. One that is made in the tensor's own segment is there whenever the tensor is; another may be of a run before, for segments run as often as one
    /// likes: each makes its own.
    /// </summary>
    private TensorCopy CopyOf(Tensor storage, ConvolutionGeometry? windows = null)
    {
        var copy = new TensorCopy(storage, windows, segmentOf.GetValueOrDefault(storage, -1));
        return IsTemporary(storage) && (copy.Segment == segments.Count || rounded.Contains(copy)) ? copy : copy with { Segment = segments.Count };
    }

    // Its windows are the same whatever looks at them.
    private static ConvolutionGeometry Unfolding(ConvolutionGeometry g) => g with { Filters = 0 };

    /// <summary>The windows of a convolution over few channels, written out once for all products that read them.</summary>
    private Region UnfoldedOf(Tensor x, ConvolutionGeometry g)
    {
        int pixels = x.Shape[0] * g.OutputHeight * g.OutputWidth, columns = PairStorage.UnfoldedColumns(g);
        var key = CopyOf(x.Storage(), Unfolding(g));
        var unfolded = TemporaryPairs(key, (long)pixels * columns, x.Storage());
        if (rounded.Add(key))
        {
            var source = RegionOf(x);
            Emit(typeof(UnfoldWindows), $"UnfoldWindows {x.Shape}", Cost.OfFloats(x.Shape.Size + 0.5 * pixels * columns), new([unfolded], [source], []),
                new UnfoldParameters { Windows = Windows(g, default), Pixels = pixels, Columns = columns },
                (p, memory) => p with { Windows = p.Windows with { Data = memory[source] }, Output = memory[unfolded] });
        }
        return unfolded;
    }

    /// <summary>
    /// Lays tensors side by side that two gradients of the same weights are made of, such as a discriminator's by reals and by fakes: their sum is then one product over the rows of both, with
    /// half the parts.
    /// </summary>
    private void FindTwins()
    {
        foreach (var sum in fusion.Live.Where(tensor => fusion.Pairs is not null && tensor.Inputs.Count > 0 && fusion.JoinedIn(tensor.Inputs[0]) == tensor))
        {
            var (a, b) = (sum.Inputs[0], sum.Inputs[1]);
            if (a.Operation is ConvolutionWeightGradient or MatrixProduct { TransposeLeft: true, TransposeRight: false } && Multiplies(a) && Multiplies(b)
                && a.Inputs.Zip(b.Inputs).All(pair => CanBeTwins(a, pair.First, pair.Second)))
            {
                foreach (var (first, second) in a.Inputs.Zip(b.Inputs))
                {
                    twins[first.Storage()] = twins[second.Storage()] = (first.Storage(), second.Storage());
                }
            }
        }
    }

    private bool CanBeTwins(Tensor product, Tensor first, Tensor second)
    {
        var (one, other) = (first.Storage(), second.Storage());
        bool areWrittenOut = first == product.Inputs[0] && PairStorage.Unfolds(product);
        return one != other && one.Shape.Size == first.Shape.Size && other.Shape.Size == second.Shape.Size
            && new[] { one, other }.All(tensor => (areWrittenOut ? IsTemporary(tensor) : fusion.Pairs!.Contains(tensor) && tensor.Shape.Size % RoundedTogether == 0)
                && (!twins.TryGetValue(tensor, out var known) || known == (one, other)));
    }

    /// <summary>Whether a product is one of two that are made as one, over the rows of both: the earlier one is then not made, the later one is their sum.</summary>
    private bool IsOverBoth(Tensor product)
    {
        if (fusion.Pairs is null || fusion.JoinedIn(product) is not { } sum)
        {
            return false;
        }
        if (!areOverBoth.TryGetValue(sum, out bool areBoth))
        {
            // By now all that they are made of has its place.
            areOverBoth[sum] = areBoth = Multiplies(product) && sum.Inputs[0].Inputs.All(input => twins.TryGetValue(input.Storage(), out var pair) && pair.First == input.Storage())
                && (!PairStorage.Unfolds(product) || WindowsOfTwins(sum) is not null);
        }
        return areBoth;
    }

    // Both have been written out, in the same segment: else they do not lie side by side.
    private TensorCopy? WindowsOfTwins(Tensor sum)
    {
        var windows = Unfolding(PairStorage.GeometryOf(sum.Inputs[0])!);
        var (first, second) = (CopyOf(sum.Inputs[0].Inputs[0].Storage(), windows), CopyOf(sum.Inputs[1].Inputs[0].Storage(), windows));
        return rounded.Contains(first) && rounded.Contains(second) && first.Segment == second.Segment ? first : null;
    }

    /// <summary>Where a tensor and its twin lie side by side, or their windows.</summary>
    private Region TwinsOf(Tensor tensor, ConvolutionGeometry? windows = null)
    {
        var first = twins[tensor.Storage()].First;
        var block = blocks[Both(windows is null ? first : CopyOf(first, windows), first)];
        return Region.Of(block, block.Size, isInPairs: true);
    }

    // What both halves are named by: their own names differ in the tensor.
    private static (string, object) Both(object key, Tensor first) => ("twins", key is TensorCopy copy ? copy with { Storage = first } : first);

    /// <summary>Memory of so many numbers in pairs; where a tensor has a twin a half of what both have.</summary>
    private Region TemporaryPairs(object key, long size, Tensor? tensor = null)
    {
        long words = Pairs.Words(size);
        if (tensor is null || !twins.TryGetValue(tensor, out var pair))
        {
            return Temporary(key, words, isInPairs: true);
        }
        var both = Temporary(Both(key, pair.First), 2 * words, isInPairs: true);
        return tensor == pair.First ? both.Until((int)words) : both.From((int)words);
    }

    /// <summary>A copy of a tensor, or of its windows, that a segment makes.</summary>
    private sealed record TensorCopy(Tensor Storage, ConvolutionGeometry? Windows, int Segment);
}
