namespace IlgpuGan.Graphs.Plans;

/// <summary>Sums over the rows of one space that a card, or a processor's workers, make in one pass.</summary>
/// <param name="First">The sum whose turn it is.</param>
/// <param name="Second">A later one that reads some of the same; null for none.</param>
/// <param name="AreMoments">Whether the second is that of the squared distances from the mean that the first gives.</param>
/// <param name="Tail">A tensor that a formula makes of the finished sums; null for none.</param>
internal sealed record SumFamily(Tensor First, Tensor? Second, bool AreMoments, Tensor? Tail);

/// <summary>
/// Finds sums that read the same tensors. Batch normalisation asks for two of each tensor on its way forth, mean and variance, and for two on its way back;
/// each pass that is spared is one over a whole tensor.
/// </summary>
/// <param name="fusion">Says what formulas read.</param>
/// <param name="takesMoments">Whether a mean and the squares around it are one pass; else a sum waits for what it reads.</param>
internal sealed class SumFamilies(Fusion fusion, bool takesMoments)
{
    private readonly HashSet<Tensor> made = [];
    private Tensor[]? sums;

    /// <summary>Whether a launch for another tensor has made this one.</summary>
    public bool MakesInPassing(Tensor tensor) => made.Contains(tensor);

    /// <summary>The family of a sum whose turn has come; what else belongs to it is then made.</summary>
    public SumFamily Take(Tensor sum)
    {
        sums ??= [.. fusion.Live.Where(tensor => tensor.Operation is SumRows)];
        var later = sums.Where(other => other.Id > sum.Id && !made.Contains(other) && other.Inputs[0].Shape.Rows == sum.Inputs[0].Shape.Rows && other.Shape.Equals(sum.Shape)).ToList();
        var squares = takesMoments ? later.Find(other => AreSquaresAround(sum, other)) : null;
        var second = squares ?? later.Find(other => CanJoin(sum, other));
        bool areMoments = squares is not null;
        var tail = areMoments ? fusion.Live.FirstOrDefault(tensor => IsTail(tensor, sum, second!)) : null;
        made.UnionWith(new[] { second, tail }.OfType<Tensor>());
        return new(sum, second, areMoments, tail);
    }

    // sum((x - s / n)^2), as it is written where a variance is wanted.
    private bool AreSquaresAround(Tensor sum, Tensor other)
    {
        var x = sum.Inputs[0];
        return other.Inputs[0] is { Operation: Binary { Function: BinaryFunction.Multiply }, Inputs: [var left, var right] } square && left == right && !fusion.IsStored(square)
            && left is { Operation: Binary { Function: BinaryFunction.Subtract }, Inputs: [var minuend, var mean] } && minuend == x
            && mean is { Operation: Binary { Function: BinaryFunction.Multiply }, Inputs: [var total, { Operation: Constant(var share) }] } && total == sum
            && share == 1f / x.Shape.Rows;
    }

    // What the later one reads is there already, and some of it is read for the first one anyway.
    private bool CanJoin(Tensor sum, Tensor other)
    {
        var (own, its) = (fusion.Leaves(sum).ToHashSet(), fusion.Leaves(other).ToHashSet());
        int constants = own.Union(its).Count(leaf => leaf.Operation is Constant);
        return its.All(leaf => leaf.Id < sum.Id) && own.Intersect(its).Any(leaf => leaf.Shape.Size == sum.Inputs[0].Shape.Size)
            && constants <= Kernels.Expressions.Operands.Count && own.Union(its).Count() - constants <= Kernels.Expressions.Operands.Count;
    }

    private bool IsTail(Tensor tensor, Tensor first, Tensor second)
    {
        if (tensor.Id < second.Id || !Fusion.IsElementwise(tensor) || !fusion.IsStored(tensor) || fusion.Absorbs(tensor) is not null || !tensor.Shape.Equals(first.Shape))
        {
            return false;
        }
        var leaves = fusion.Leaves(tensor).ToHashSet();
        return (leaves.Contains(first) || leaves.Contains(second))
            && leaves.All(leaf => leaf == first || leaf == second || leaf.Operation is Constant || (leaf.Id < first.Id && leaf.Shape.Equals(first.Shape)));
    }
}
