using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// Which tensors of a plan for tensor cores in bfloat16 lie in memory as such (<see cref="Pairs"/>), in half the bytes, and which products read both their factors so.
/// Activations and their gradients do: what products would round anyway, and what formulas read element by element. What is updated, added up or asked for stays in floats.
/// </summary>
internal sealed class PairStorage
{
    // Less is not worth a copy, and is often what decisions are made by.
    private const int LeastElements = 1024;

    // Words of a quad hold so many numbers, and all copies are by quads.
    private const int Together = 8;

    private readonly Fusion fusion;
    private readonly Func<Tensor, bool> isAligned;
    private readonly Func<Tensor, bool> isFixed;
    private readonly HashSet<Tensor> tensors = [];
    private readonly Dictionary<Tensor, bool> gradients = [];

    /// <param name="fusion">Says what is stored, and who reads it.</param>
    /// <param name="isAligned">Whether a tensor begins on sixteen bytes, and would do so with half the bytes before it.</param>
    /// <param name="isFixed">Whether a tensor is asked for, or has its place in a variable.</param>
    public PairStorage(Fusion fusion, Func<Tensor, bool> isAligned, Func<Tensor, bool> isFixed)
    {
        (this.fusion, this.isAligned, this.isFixed) = (fusion, isAligned, isFixed);
        tensors.UnionWith(fusion.Live.Where(tensor => WhyNot(tensor) is null));
    }

    /// <summary>Whether a tensor lies in pairs.</summary>
    public bool Contains(Tensor tensor) => tensors.Contains(tensor.Storage());

    /// <summary>Floats of memory that a tensor takes.</summary>
    public double Floats(Tensor tensor) => Contains(tensor) ? Pairs.Words(tensor.Shape.Size) : tensor.Shape.Size;

    /// <summary>What moving tensors costs, as <see cref="OperationCosts.Touched"/> says of such as lie in floats.</summary>
    public Cost Touched(IEnumerable<Tensor> moved) =>
        Cost.OfFloats(moved.Where(tensor => tensor.Operation is not Constant).Distinct().Sum(Floats));

    /// <summary>Whether a product reads both its factors in pairs.</summary>
    public bool Multiplies(Tensor product) => Fusion.IsOneProduct(product) && product.Inputs.All(isAligned) && (product.Inputs[1].Shape.Columns % Together == 0 || IsOneColumn(product))
        && (product.Inputs[0].Shape.Columns % Together == 0 ? GeometryOf(product) is not { } g || HoldsMarks(g) : Unfolds(product));

    // Of one output: its terms lie side by side.
    private static bool IsOneColumn(Tensor product) => product.Operation is MatrixProduct { TransposeRight: false } && product.Inputs[1].Shape is { Columns: 1 } column && column.Size % Together == 0;

    /// <summary>Whether a product's first factor is written out, window by window: that of a convolution over few channels, or of its weights' gradient.</summary>
    public static bool Unfolds(Tensor product) => product.Operation is Convolution or ConvolutionWeightGradient && GeometryOf(product) is { Groups: 1, Channels: <= MostUnfoldedChannels } g
        && (long)product.Inputs[0].Shape[0] * g.OutputHeight * g.OutputWidth * UnfoldedColumns(g) <= Shape.MostElements;

    /// <summary>Columns of windows that are written out.</summary>
    public static int UnfoldedColumns(ConvolutionGeometry g) => (g.Weights.Rows + Together - 1) / Together * Together;

    private const int MostUnfoldedChannels = 4;

    /// <summary>Why a tensor that has memory lies there in floats; null if it does not.</summary>
    public string? WhyNot(Tensor tensor)
    {
        bool isElementwise = Fusion.IsElementwise(tensor);
        var product = isElementwise ? fusion.Absorbs(tensor) : tensor;
        return !isElementwise && tensor.Operation.Kind() != OperationKind.Product ? "no formula and no product makes it"
            : !fusion.IsStored(tensor) ? "it has no memory"
            : isFixed(tensor) ? "it is asked for, or lies in a variable"
            : tensor.Shape.Size < LeastElements || tensor.Shape.Rows == 1 ? "it is small"
            : tensor.Shape.Columns % Together != 0 ? "its rows are no whole quads of pairs"
            : product is not null && !Fusion.IsOneProduct(product) ? "it is made group by group"
            : IsOfWeights(tensor) ? "it is added up over a batch"
            : isElementwise && !fusion.Leaves(tensor).All(IsReadInQuads) ? "the formula that makes it reads what does not begin on sixteen bytes"
            : WhyNotRead(tensor, tensor.Shape.Size);
    }

    private bool IsReadInQuads(Tensor leaf) => leaf.Operation is Constant || leaf.Shape.Size == 1 || leaf.Shape.Columns == 1 || isAligned(leaf);

    /// <summary>Whether it is a gradient of weights, or a formula of such.</summary>
    private bool IsOfWeights(Tensor tensor)
    {
        if (!gradients.TryGetValue(tensor, out bool isGradient))
        {
            isGradient = tensor.Operation is ConvolutionWeightGradient or MatrixProduct { TransposeLeft: true }
                || (Fusion.IsElementwise(tensor) && fusion.Leaves(tensor).Any(leaf => leaf.Shape.Size == tensor.Shape.Size && IsOfWeights(leaf.Storage())));
            gradients[tensor] = isGradient;
        }
        return isGradient;
    }

    private string? WhyNotRead(Tensor tensor, int size) => fusion.Readers(tensor).Select(reader => reader.Operation switch
    {
        Reshape => WhyNotRead(reader, size),
        Assign => null,
        _ when Fusion.IsElementwise(reader) => reader.Shape.Size != size ? "it is repeated" : fusion.IsStored(reader) ? null : WhyNotRead(reader, size),
        var operation => operation.Kind() switch
        {
            OperationKind.Reduction => null,
            OperationKind.Product => Multiplies(reader) && !Unfolds(reader, tensor) ? null : "a product reads it that is not made of pairs",
            _ => $"{operation.GetType().Name} reads it",
        },
    }).FirstOrDefault(reason => reason is not null);

    // Of larger windows the pixels and taps are told apart one by one.
    private static bool HoldsMarks(ConvolutionGeometry g) =>
        new ClassWindows { Class = new() { TapsHigh = g.KernelHeight, TapsWide = g.KernelWidth }, Filters = Together }.Run == Together;

    private static bool Unfolds(Tensor product, Tensor input) => product.Inputs[0] == input && input.Shape.Columns % Together != 0;

    /// <summary>The geometry of a convolution or of one of its gradients; null of others.</summary>
    public static ConvolutionGeometry? GeometryOf(Tensor product) => product.Operation switch
    {
        Convolution(var g) => g,
        ConvolutionDataGradient(var g) => g,
        ConvolutionWeightGradient(var g) => g,
        _ => null,
    };
}
