using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Functions of elements, repetition, reductions and losses.</summary>
internal static class ElementwiseCases
{
    public static IEnumerable<OperationCase> All =>
        [.. Unary(), .. Binary(), .. Broadcast(), .. Sums(), .. Losses(), .. BatchNormalize(), .. LongArrays(), .. LongSums(), .. Pixels()];

    private static IEnumerable<OperationCase> Unary()
    {
        foreach (var function in Enum.GetValues<UnaryFunction>())
        {
            yield return new(function.ToString(), inputs => [inputs.Graph.Unary(function, function switch
            {
                _ when IsOfPositives(function) => inputs.Positive(3, 5),
                UnaryFunction.Abs or UnaryFunction.Step or UnaryFunction.Floor => inputs.AwayFromZero(3, 5),
                _ => inputs.Uniform(3, 5),
            })])
            { Differentiable = true };
        }
    }

    private static bool IsOfPositives(UnaryFunction function) => function is UnaryFunction.Log or UnaryFunction.Sqrt or UnaryFunction.ReciprocalSqrt;

    private static IEnumerable<OperationCase> Binary()
    {
        (string Kind, int[] Left, int[] Right)[] kinds =
        [
            ("equal shapes", [3, 5], [3, 5]),
            ("a scalar at the right", [3, 5], [1]),
            ("a scalar at the left", [1], [3, 5]),
            ("a row at the right", [2, 3, 5], [5]),
            ("a row at the left", [5], [2, 3, 5]),
            ("a row to one row", [1, 5], [5]),
            ("a column at the right", [4, 3], [4, 1]),
            ("a column at the left", [2, 2, 3, 1], [2, 2, 3, 4]),
            ("a column of one row", [1, 4], [1, 1]),
            ("square, so that row and column could be mistaken, a row", [4, 4], [4]),
            ("square, so that row and column could be mistaken, a column", [4, 4], [4, 1]),
            ("one channel", [2, 3, 1], [1]),
            ("two scalars", [1], [1]),
        ];
        BinaryFunction[] functions =
            [BinaryFunction.Add, BinaryFunction.Subtract, BinaryFunction.Multiply, BinaryFunction.Divide, BinaryFunction.Maximum];
        foreach (var function in functions)
        {
            foreach (var (kind, left, right) in kinds)
            {
                yield return new($"{function} with {kind}", inputs => [inputs.Graph.Binary(function, inputs.Uniform(left), inputs.Positive(right))])
                {
                    Differentiable = true,
                };
            }
        }
        foreach (float slope in new[] { 0f, 0.2f, 1f })
        {
            yield return new($"LeakyRelu of slope {slope}", inputs => [inputs.AwayFromZero(3, 5).LeakyRelu(slope)]) { Differentiable = true };
            yield return new($"LeakySlope of slope {slope}", inputs =>
                [inputs.Graph.Binary(BinaryFunction.LeakySlope, inputs.AwayFromZero(3, 5), inputs.Graph.Constant(slope))])
            { Differentiable = true };
        }
        yield return new("An operand with itself", inputs =>
        {
            var x = inputs.Positive(3, 5);
            return [x + x, x - x, x * x, x / x];
        })
        { Differentiable = true };
        yield return new("Clamp", inputs => [(inputs.AwayFromZero(3, 5) * 2).Clamp(-0.3f, 1.7f)]) { Differentiable = true };
        yield return new("A literal row and a literal matrix", inputs =>
            [inputs.Uniform(2, 3) * inputs.Graph.Literal(Shape.Of(3), 1, -2, 3) + inputs.Graph.Literal(Shape.Of(2, 3), 1, 2, 3, 4, 5, 6)])
        { Differentiable = true };
        yield return new("Constants at either side", inputs =>
        {
            var x = inputs.Positive(3, 5);
            return [x + 0, x * 1, 2 - x, x - 2, x * 3, -x, inputs.Graph.Constant(2) / x, x / inputs.Graph.Constant(1)];
        })
        { Differentiable = true };
    }

    private static IEnumerable<OperationCase> Broadcast()
    {
        (string Kind, int[] Small, int[] Large)[] kinds =
        [
            ("a scalar", [1], [3, 5]), ("a row", [5], [2, 3, 5]), ("a column", [2, 3, 1], [2, 3, 5]), ("a row to one row", [5], [1, 5]),
            ("a scalar with axes", [1, 1, 1], [4, 2]),
        ];
        foreach (var (kind, small, large) in kinds)
        {
            yield return new($"Broadcast of {kind}", inputs => [inputs.Uniform(small).BroadcastTo(Shape.Of(large))]) { Differentiable = true };
        }
        yield return new("Detach", inputs => [(inputs.Uniform(6, 4).Exp().Detach() * 2).Sqrt().Detach()]);
        yield return new("Reshape", inputs => [inputs.Uniform(2, 3, 4).Reshape(6, 4).Exp().Reshape(24)]) { Differentiable = true };
    }

    private static IEnumerable<OperationCase> Sums()
    {
        int[][] shapes = [[1], [7], [1, 7], [7, 1], [5, 3], [2, 3, 4, 5]];
        foreach (int[] lengths in shapes)
        {
            string name = Shape.Of(lengths).ToString();
            yield return new($"SumRows of {name}", inputs => [inputs.Uniform(lengths).Square().SumRows()]) { Differentiable = true };
            yield return new($"SumColumns of {name}", inputs => [inputs.Uniform(lengths).Square().SumColumns()]) { Differentiable = true };
            yield return new($"MaxColumns of {name}", inputs => [inputs.Uniform(lengths).Exp().MaxColumns()]) { Differentiable = true };
            yield return new($"LogSumExp of {name}", inputs => [(inputs.Uniform(lengths) * 4).LogSumExp()]) { Differentiable = true };
            yield return new($"Mean of {name}", inputs => [inputs.Uniform(lengths).Square().Mean()]) { Differentiable = true };
        }
    }

    private static IEnumerable<OperationCase> Losses()
    {
        foreach (float target in new[] { 0f, 1f, 0.9f })
        {
            yield return new($"BceLoss, BceGradient and MeanProbability with target {target}", inputs =>
            {
                var logits = inputs.Logits(7, 1);
                return [inputs.Graph.BceLoss(logits, target), inputs.Graph.BceGradient(logits, target), inputs.Graph.MeanProbability(logits, target)];
            })
            { Differentiable = true };
        }
        yield return new("LogSumExp of extreme logits", inputs => [(inputs.Uniform(64, 10) * 500).LogSumExp()]);
        yield return new("BceLoss of one logit", inputs => [inputs.Graph.BceLoss(inputs.Uniform(1, 1, 1, 1), 1)]) { Differentiable = true };
        yield return new("MeanProbability without its loss", inputs => [inputs.Graph.MeanProbability(inputs.Uniform(1031, 1), 0)])
        {
            Tolerance = Tolerance.Elementwise.Times(4, "the mean of 1031 of one sign."),
        };
        yield return new("BceLoss of extreme logits", inputs =>
        {
            var logits = inputs.Uniform(64, 1) * 200;
            return [inputs.Graph.BceLoss(logits, 1), inputs.Graph.BceGradient(logits, 1), inputs.Graph.MeanProbability(logits, 1)];
        });
    }

    private static IEnumerable<OperationCase> BatchNormalize()
    {
        int[][] shapes = [[5, 3], [2, 3, 2, 4], [4, 1]];
        foreach (int[] lengths in shapes)
        {
            yield return new($"BatchNormalize of {Shape.Of(lengths)}", inputs =>
                [Normalized(inputs.Uniform(lengths), inputs.Positive(lengths[^1]), inputs.Uniform(lengths[^1]))])
            { Differentiable = true, Tolerance = Normalization(Shape.Of(lengths).Rows) };
        }
        yield return new("BatchNormalize with moments from a variable", inputs =>
        {
            Tensor Stored() => inputs.Graph.Read(inputs.Variable(3), 0, Shape.Of(3));
            return [inputs.Graph.BatchNormalize(inputs.Uniform(5, 3), Stored(), (Stored().Square() + 0.5f).ReciprocalSqrt(), inputs.Positive(3), inputs.Uniform(3))];
        })
        { Differentiable = true };
        yield return new("BatchNormalize of [64, 8, 8, 33] with moments far from zero", inputs =>
            [Normalized(inputs.Uniform(64, 8, 8, 33) + 3, inputs.Positive(33), inputs.Uniform(33))])
        { Tolerance = Normalization(4096).Times(8, "the mean is five deviations away, so x - mean and a variance by squares cancel.") };
    }

    /// <summary>Batch normalisation as networks write it: moments of the batch, epsilon 1e-5.</summary>
    public static Tensor Normalized(Tensor x, Tensor gamma, Tensor beta)
    {
        float share = 1f / x.Shape.Rows;
        var mean = x.SumRows() * share;
        var variance = (x - mean).Square().SumRows() * share;
        return x.Graph.BatchNormalize(x, mean, (variance + 1e-5f).ReciprocalSqrt(), gamma, beta);
    }

    private static Tolerance Normalization(int rows) => Tolerance.Sum(rows) with { Floor = 1 };

    // Sizes around and beyond the widths of vectors, ranges and work groups.
    private static IEnumerable<OperationCase> LongArrays()
    {
        foreach (int size in new[] { 1, 15, 16, 17, 1023, 4099, 65537 })
        {
            yield return new($"A chain over {size} elements", inputs => [(inputs.Uniform(size) * 2 + 1).Tanh() * inputs.Uniform(size)]);
        }
        int[][] shapes = [[1031, 1], [1, 1031], [127, 33], [4, 7, 9, 3], [64, 16, 16, 24]];
        foreach (int[] lengths in shapes)
        {
            yield return new($"A chain with scalar, row and column over {Shape.Of(lengths)}", inputs =>
                [((inputs.Uniform(lengths) + inputs.Uniform(lengths[^1])) * inputs.Uniform([.. lengths[..^1], 1]) - inputs.Uniform(1)).LeakyRelu(0.2f)]);
        }
        foreach (var function in Enum.GetValues<UnaryFunction>())
        {
            yield return new($"{function} over a wide range", inputs =>
            {
                var x = inputs.Uniform(1031) * 10;
                return [inputs.Graph.Unary(function, IsOfPositives(function) ? x.Abs() + 1e-3f : x)];
            });
        }
    }

    private static IEnumerable<OperationCase> Pixels()
    {
        (int[] Lengths, bool IsSmall)[] shapes =
            [([2, 3, 4, 5], true), ([3, 2, 1, 1], true), ([1, 2, 2, 3], true), ([4, 3], true), ([2, 5, 3], true), ([16, 8, 8, 33], false), ([5, 31, 17, 3], false)];
        foreach (var (lengths, isSmall) in shapes)
        {
            var shape = Shape.Of(lengths);
            yield return new($"SumPixels of {shape}", inputs => [inputs.Graph.SumPixels(inputs.Uniform(lengths).Square())])
            {
                Differentiable = isSmall,
                Tolerance = Tolerance.Sum(shape.Size / shape[0] / shape.Columns),
            };
            int[] one = [lengths[0], .. Enumerable.Repeat(1, lengths.Length - 2), lengths[^1]];
            yield return new($"RepeatPixels to {shape}", inputs => [inputs.Graph.RepeatPixels(inputs.Uniform(one), shape) * inputs.Uniform(lengths)])
            {
                Differentiable = isSmall,
                Tolerance = Tolerance.Sum(shape.Size / shape[0] / shape.Columns),
            };
        }
        (int Shift, int Columns)[] shifts = [(0, 7), (3, 8), (-2, 3), (-2, 9), (4, 4), (7, 3), (-5, 2), (1, 1)];
        foreach (var (shift, columns) in shifts)
        {
            yield return new($"ShiftColumns of five by {shift} into {columns}", inputs => [inputs.Graph.ShiftColumns(inputs.Uniform(2, 3, 5), shift, columns)])
            { Differentiable = true };
        }
        yield return new("Concatenate and Slice", inputs =>
        {
            var all = inputs.Graph.Concatenate(inputs.Uniform(2, 3, 4), inputs.Uniform(2, 3, 1), inputs.Uniform(2, 3, 2));
            return [all, inputs.Graph.Slice(all.Square(), 3, 3)];
        })
        { Differentiable = true };
    }

    private static IEnumerable<OperationCase> LongSums()
    {
        int[][] shapes = [[1000, 1], [1, 1000], [997, 31], [4099, 3], [3, 4099], [64, 16, 16, 24], [2, 2, 2, 1024], [65537]];
        foreach (int[] lengths in shapes)
        {
            var shape = Shape.Of(lengths);
            yield return new($"SumRows over {shape}", inputs => [inputs.Uniform(lengths).SumRows()]) { Tolerance = Tolerance.Sum(shape.Rows) };
            yield return new($"SumColumns over {shape}", inputs => [inputs.Uniform(lengths).SumColumns()]) { Tolerance = Tolerance.Sum(shape.Columns) };
            yield return new($"MaxColumns over {shape}", inputs => [(inputs.Uniform(lengths) - 3).MaxColumns()]);
            yield return new($"Sum over {shape}", inputs => [inputs.Uniform(lengths).Sum()]) { Tolerance = Tolerance.Sum(shape.Size) };
        }
    }
}
