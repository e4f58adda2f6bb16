using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The type and the operands of a fused chain of element-wise operations.</summary>
internal sealed class Formula
{
    private static readonly Type[] Slots =
        [typeof(Slot0), typeof(Slot1), typeof(Slot2), typeof(Slot3), typeof(Slot4), typeof(Slot5), typeof(Slot6), typeof(Slot7)];

    private readonly Fusion fusion;
    private readonly Shape space;
    private readonly Tensor? accumulator;
    private readonly List<Tensor> tensors = [];
    private readonly List<float> constants = [];
    private readonly HashSet<int> alongColumns = [];
    private bool readsImages;

    /// <summary>The formula of a tensor over a space.</summary>
    /// <param name="fusion">Says which operands are formulas themselves.</param>
    /// <param name="tensor">What is computed.</param>
    /// <param name="space">The [rows, columns] that it is computed over.</param>
    /// <param name="accumulator">The product whose sum stands for it, in an epilogue.</param>
    /// <param name="isRoot">Whether the tensor itself is to be computed although it has memory.</param>
    public Formula(Fusion fusion, Tensor tensor, Shape space, Tensor? accumulator = null, bool isRoot = true)
    {
        (this.fusion, this.space, this.accumulator) = (fusion, space, accumulator);
        Expression = isRoot && Fusion.IsElementwise(tensor) ? Compose(tensor) : Build(tensor);
    }

    /// <summary>A struct type that implements <see cref="IExpression"/>.</summary>
    public Type Expression { get; }

    /// <summary>The tensors it reads.</summary>
    public IReadOnlyList<Tensor> Tensors => tensors;

    /// <summary>Whether the formula needs to know rows from columns.</summary>
    public bool IsFlat { get; private set; } = true;

    /// <summary>Operations in one evaluation.</summary>
    public int Operations { get; private set; }

    /// <summary>What all its evaluations cost, with what it reads but not what becomes of the results.</summary>
    public Cost Cost => new Cost((double)Operations * space.Size, 0) + (fusion.Pairs?.Touched(tensors) ?? OperationCosts.Touched(tensors));

    /// <summary>A bit for each of <see cref="Tensors"/>, from the lowest for the first: whether it has a value for each element.</summary>
    public int Touches { get; private set; }

    /// <summary>The expression of another tensor over the same space, whose operands join these.</summary>
    public Type And(Tensor other) => Build(other);

    /// <summary>Whether four neighbouring columns can be read as one.</summary>
    /// <param name="columns">Columns that the kernel counts by.</param>
    /// <param name="regions">Where <see cref="Tensors"/> lie.</param>
    public bool IsInQuads(int columns, IReadOnlyList<Region> regions) => columns % 4 == 0 && alongColumns.All(slot => regions[slot].IsOnQuads);

    /// <summary>The operands for a kernel.</summary>
    /// <param name="views">Where <see cref="Tensors"/> lie.</param>
    /// <param name="unused">A view that is valid, for the slots behind them.</param>
    public Operands Bind(IReadOnlyList<ArrayView<float>> views, ArrayView<float> unused)
    {
        ArrayView<float> X(int slot) => slot < views.Count ? views[slot] : unused;
        float K(int slot) => slot < constants.Count ? constants[slot] : 0;
        return new()
        {
            X0 = X(0), X1 = X(1), X2 = X(2), X3 = X(3), X4 = X(4), X5 = X(5), X6 = X(6), X7 = X(7),
            K0 = K(0), K1 = K(1), K2 = K(2), K3 = K(3), K4 = K(4), K5 = K(5), K6 = K(6), K7 = K(7),
            Pixels = readsImages ? space.Rows / space[0] : 0,
            Columns = readsImages ? space.Columns : 0,
        };
    }

    private Type Build(Tensor tensor)
    {
        if (tensor == accumulator)
        {
            return typeof(Accumulator);
        }
        if (tensor.Operation is Constant constant)
        {
            return typeof(Number<>).MakeGenericType(Slots[Slot(constants, constant.Value)]);
        }
        return Fusion.IsElementwise(tensor) && !fusion.IsStored(tensor) ? Compose(tensor) : Leaf(tensor);
    }

    private Type Leaf(Tensor tensor)
    {
        var mode = tensor.Shape.Size == space.Size ? typeof(Full<>)
            : tensor.Shape.Size == 1 ? typeof(Single<>)
            : IsOfImages(tensor.Shape) ? typeof(PerImage<>)
            : tensor.Shape.Columns == 1 && tensor.Shape.Rank > 1 ? typeof(PerRow<>)
            : typeof(PerColumn<>);
        IsFlat &= mode == typeof(Full<>) || mode == typeof(FullInPairs<>) || mode == typeof(Single<>);
        if (fusion.Pairs is { } pairs && pairs.Contains(tensor))
        {
            mode = mode == typeof(Full<>) ? typeof(FullInPairs<>) : throw new InvalidOperationException($"{tensor} lies in pairs, of which formulas read only what has a value for each element.");
        }
        int slot = Slot(tensors, tensor);
        if (mode == typeof(Full<>) || mode == typeof(FullInPairs<>) || mode == typeof(PerColumn<>) || mode == typeof(PerImage<>))
        {
            alongColumns.Add(slot);
        }
        readsImages |= mode == typeof(PerImage<>);
        Touches |= mode == typeof(Full<>) ? 1 << slot : 0;
        return mode.MakeGenericType(Slots[slot]);
    }

    // One pixel for each of several images; that of one is like any row that is repeated.
    private bool IsOfImages(Shape shape) => shape.Rank > 1 && shape.Rank == space.Rank && space[0] > 1 && shape.Columns == space.Columns && shape.Size == space[0] * space.Columns;

    private static int Slot<T>(List<T> list, T item)
    {
        int slot = list.IndexOf(item);
        if (slot >= 0)
        {
            return slot;
        }
        list.Add(item);
        return list.Count - 1;
    }

    private Type Compose(Tensor tensor)
    {
        Type[] inputs = [.. fusion.InputsOf(tensor).Select(Build)];
        Operations += tensor.Operation.FlopsPerElement();
        return tensor.Operation switch
        {
            Broadcast or RepeatPixels => inputs[0],
            BatchNormalize => typeof(Normalize<,,,,>).MakeGenericType(inputs),
            Unary unary => Function(unary.Function, 1).MakeGenericType(inputs),
            Binary binary => Function(binary.Function, 2).MakeGenericType(inputs),
            var other => throw OperationFacts.Missing(other, "formula"),
        };
    }

    /// <summary>The expression of a function is the one that is named as it.</summary>
    private static Type Function<TFunction>(TFunction function, int operands)
        where TFunction : struct, Enum =>
        typeof(IExpression).Assembly.GetType($"{typeof(IExpression).Namespace}.{function}`{operands}")
            ?? throw new InvalidOperationException(
                $"The function {function} has no expression of {operands} operands among the kernels; add the struct {function} to Expressions/Functions.cs.");
}
