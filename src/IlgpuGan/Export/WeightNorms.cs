namespace IlgpuGan.Export;

/// <summary>
/// Brings weights that PyTorch keeps in parts to what they are: <c>spectral_norm</c> keeps <c>weight_orig</c> with the vectors u and v, and W = W_orig / (u^T W_orig v);
/// <c>weight_norm</c> keeps a length g and a direction v, and W = g v / |v|. Both have a second spelling, of <c>torch.nn.utils.parametrizations</c>.
/// </summary>
internal static class WeightNorms
{
    private static readonly (string Original, string Left, string Right)[] SpectralNames =
        [("weight_orig", "weight_u", "weight_v"), ("parametrizations.weight.original", "parametrizations.weight.0._u", "parametrizations.weight.0._v")];

    private static readonly (string Length, string Direction)[] LengthNames =
        [("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1")];

    /// <summary>A state dictionary whose weights are all in one piece.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">The state dictionary.</param>
    /// <param name="areTransposed">
    /// Whether its convolutions are transposed: PyTorch then takes the second axis for the outputs. Null where there are both: then it is the axis that the vectors fit, and of two the one for
    /// which they give the larger value, as those of the other are no singular vectors.
    /// </param>
    public static Dictionary<string, StateTensor> Fold(string path, Dictionary<string, StateTensor> tensors, bool? areTransposed)
    {
        foreach (var (original, left, right) in SpectralNames)
        {
            foreach (var module in ModulesWith(tensors, original))
            {
                if (tensors[module + original] is not { Floats: not null } weight || !tensors.TryGetValue(module + left, out var u) || u.Floats is null)
                {
                    continue;
                }
                tensors[module + "weight"] = Divide(path, module, weight, u.Floats, tensors.GetValueOrDefault(module + right)?.Floats,
                    weight.Shape.Count != 4 ? [0] : areTransposed is { } areAll ? [areAll ? 1 : 0] : [0, 1]);
                tensors.Remove(module + original);
                tensors.Remove(module + left);
                tensors.Remove(module + right);
            }
        }
        foreach (var (length, direction) in LengthNames)
        {
            foreach (var module in ModulesWith(tensors, length))
            {
                if (tensors[module + length].Floats is not { } lengths || !tensors.TryGetValue(module + direction, out var v) || v.Floats is null)
                {
                    continue;
                }
                tensors[module + "weight"] = Scale(path, module, lengths, tensors[module + length].Shape, v);
                tensors.Remove(module + length);
                tensors.Remove(module + direction);
            }
        }
        return tensors;
    }

    private static List<string> ModulesWith(Dictionary<string, StateTensor> tensors, string suffix) =>
        [.. tensors.Keys.Where(name => name == suffix || name.EndsWith("." + suffix, StringComparison.Ordinal)).Select(name => name[..^suffix.Length])];

    private static StateTensor Divide(string path, string module, StateTensor weight, float[] u, float[]? v, IReadOnlyList<int> axes)
    {
        double sigma = axes.Select(axis => SingularValue(weight, u, v, axis)).Max() ?? throw WeightsException.Refuse(
            path, $"has a spectral norm of \"{module}weight\" whose vectors do not fit its [{string.Join(", ", weight.Shape)}]", WeightsException.SaveWeightsAlone);
        return new(weight.Shape, [.. weight.Floats!.Select(value => (float)(value / sigma))]);
    }

    /// <summary>What vectors give with an axis for the rows; null where they do not fit it.</summary>
    private static double? SingularValue(StateTensor weight, float[] u, float[]? v, int axis)
    {
        var (rows, columns, place) = Matrix(weight, axis);
        if (u.Length != rows || (v is not null && v.Length != columns))
        {
            return null;
        }
        var products = new double[columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                products[column] += (double)u[row] * weight.Floats![place(row, column)];
            }
        }
        // Old files keep u alone: v is then W^T u at length 1.
        return v is null ? Math.Sqrt(products.Sum(value => value * value)) : products.Zip(v).Sum(pair => pair.First * pair.Second);
    }

    private static StateTensor Scale(string path, string module, float[] lengths, IReadOnlyList<int> shape, StateTensor direction)
    {
        int axis = shape.ToList().FindIndex(length => length > 1);
        axis = axis < 0 ? 0 : axis;
        var (rows, columns, place) = Matrix(direction, Math.Min(axis, direction.Shape.Count - 1));
        if (lengths.Length != rows)
        {
            throw WeightsException.Refuse(path, $"has a weight norm of \"{module}weight\" whose lengths do not fit its [{string.Join(", ", direction.Shape)}]", WeightsException.SaveWeightsAlone);
        }
        float[] values = [.. direction.Floats!];
        for (int row = 0; row < rows; row++)
        {
            double norm = Math.Sqrt(Enumerable.Range(0, columns).Sum(column => (double)values[place(row, column)] * values[place(row, column)]));
            for (int column = 0; column < columns; column++)
            {
                values[place(row, column)] = (float)(values[place(row, column)] * lengths[row] / norm);
            }
        }
        return new(direction.Shape, values);
    }

    /// <summary>A tensor as a matrix with one axis for its rows.</summary>
    private static (int Rows, int Columns, Func<int, int, int> Place) Matrix(StateTensor tensor, int axis)
    {
        int rows = tensor.Shape.Count > axis ? tensor.Shape[axis] : 1, inner = tensor.Shape.Skip(axis + 1).Aggregate(1, (product, length) => product * length);
        int columns = rows == 0 ? 0 : tensor.Floats!.Length / rows;
        return (rows, columns, (row, column) => (column / inner * rows + row) * inner + column % inner);
    }
}
