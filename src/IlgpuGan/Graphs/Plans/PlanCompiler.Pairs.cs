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
    private readonly Dictionary<Tensor, int> madeIn = [];
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
        return Rounded((read.Variable, read.Version, segments.Count), RegionOf(read.Variable, first, end - first), end - first)
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

    /// <summary>
    /// Names a copy of a tensor. One that is made in the tensor's own segment is there whenever the tensor is; another may be of a run before, for segments run as often as one
    /// likes: each makes its own.
    /// </summary>
    private object CopyOf(Tensor storage, ConvolutionGeometry? windows = null)
    {
        int own = madeIn.GetValueOrDefault(storage, -1);
        object copy = (storage, windows, own);
        return IsTemporary(storage) && (own == segments.Count || rounded.Contains(copy)) ? copy : (storage, windows, segments.Count);
    }

    /// <summary>The windows of a convolution over few channels, written out once for all products that read them.</summary>
    private Region UnfoldedOf(Tensor x, ConvolutionGeometry g)
    {
        int pixels = x.Shape[0] * g.OutputHeight * g.OutputWidth, columns = PairStorage.UnfoldedColumns(g);
        var key = CopyOf(x.Storage(), g with { Filters = 0 });
        var unfolded = TemporaryPairs(key, (long)pixels * columns);
        if (rounded.Add(key))
        {
            var source = RegionOf(x);
            Emit(typeof(UnfoldWindows), $"UnfoldWindows {x.Shape}", Cost.OfFloats(x.Shape.Size + 0.5 * pixels * columns), new([unfolded], [source], []),
                new UnfoldParameters { Windows = Windows(g, default), Pixels = pixels, Columns = columns },
                (p, memory) => p with { Windows = p.Windows with { Data = memory[source] }, Output = memory[unfolded] });
        }
        return unfolded;
    }

    private Region TemporaryPairs(object key, long size) => Temporary(key, Pairs.Words(size), isInPairs: true);
}
