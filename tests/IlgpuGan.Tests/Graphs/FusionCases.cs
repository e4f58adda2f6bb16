using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Operations that a plan may merge, reorder or place in the memory of others, and what must survive that.</summary>
internal static class FusionCases
{
    private static readonly ConvolutionGeometry Down = new(8, 8, 5, 9, 4, 4, 2, 1);
    private static readonly ConvolutionGeometry Groups = new(9, 8, 6, 15, 4, 4, 2, 1, 3);

    public static IEnumerable<OperationCase> All => [.. Chains(), .. Epilogues(), .. Outputs(), .. Networks()];

    private static IEnumerable<OperationCase> Chains()
    {
        int[][] shapes = [[2, 3, 5], [127, 33]];
        foreach (int[] lengths in shapes)
        {
            var shape = Shape.Of(lengths);
            bool small = shape.Size < 100;
            yield return new($"SumRows of a chain over {shape}", inputs => [Chain(inputs, lengths).SumRows()])
            { Differentiable = small, Tolerance = Tolerance.Sum(shape.Rows) };
            yield return new($"SumColumns of a chain over {shape}", inputs => [Chain(inputs, lengths).SumColumns()])
            { Differentiable = small, Tolerance = Tolerance.Sum(shape.Columns) };
            yield return new($"Mean of a chain over {shape}", inputs => [Chain(inputs, lengths).Mean()])
            { Differentiable = small, Tolerance = Tolerance.Elementwise.Times(4, "a mean.") };
            yield return new($"A chain with three consumers over {shape}", inputs =>
            {
                var chain = Chain(inputs, lengths);
                return [chain.SumRows(), chain.SumColumns(), chain.Exp() * chain];
            })
            { Differentiable = small, Tolerance = Tolerance.Sum(Math.Max(shape.Rows, shape.Columns)) };
            yield return new($"A chain around sums of itself over {shape}", inputs =>
            {
                var chain = Chain(inputs, lengths);
                var centred = chain - chain.SumRows() * (1f / shape.Rows);
                return [centred / (centred.Square().SumColumns() + 1).Sqrt()];
            })
            { Differentiable = small, Tolerance = Tolerance.Elementwise.Times(4, "two sums on end.") };
        }
        yield return new("A chain of sixty functions", inputs =>
            [Enumerable.Range(0, 30).Aggregate(inputs.Uniform(1031), (x, i) => (x * 1.01f + 0.1f * i).Tanh())])
        { Tolerance = Tolerance.Elementwise.Times(8, "thirty links, each of slope at most 1.01.") };
        yield return new("A chain of twenty inputs", inputs =>
            [Enumerable.Range(0, 20).Select(_ => inputs.Uniform(257)).Aggregate((x, y) => (x * y + x - y).LeakyRelu(0.5f))])
        { Tolerance = Tolerance.Elementwise.Times(8, "twenty links.") };
        yield return new("A tree of thirty-two inputs", inputs =>
        {
            Tensor[] level = [.. Enumerable.Range(0, 32).Select(_ => inputs.Uniform(61))];
            while (level.Length > 1)
            {
                level = [.. level.Chunk(2).Select(pair => pair[0] * pair[1] + (pair[0] - pair[1]).Abs())];
            }
            return level;
        })
        { Tolerance = Tolerance.Elementwise.Times(8, "five levels.") };
    }

    private static Tensor Chain(CaseInputs inputs, int[] lengths) =>
        (inputs.Uniform(lengths) * inputs.Uniform(lengths[^1]) + inputs.Uniform([.. lengths[..^1], 1]) - inputs.Uniform(1)).Tanh();

    private static IEnumerable<OperationCase> Epilogues()
    {
        var sum = Tolerance.Sum(Down.Weights.Rows);
        yield return new("MatrixProduct with bias and activation", inputs =>
            [(inputs.Graph.MatrixProduct(inputs.Uniform(33, 17), inputs.Uniform(17, 65)) + inputs.Uniform(65)).LeakyRelu(0.2f)])
        { Tolerance = Tolerance.Sum(17) };
        yield return new("MatrixProduct with bias and activation, value before it used too", inputs =>
        {
            var affine = inputs.Graph.MatrixProduct(inputs.Uniform(33, 17), inputs.Uniform(17, 65)) + inputs.Uniform(65);
            return [affine.LeakyRelu(0), affine.Tanh(), affine];
        })
        { Tolerance = Tolerance.Sum(17) };
        yield return new("MatrixProduct with a column, a scalar and a tensor of its size", inputs =>
            [inputs.Graph.MatrixProduct(inputs.Uniform(33, 17), inputs.Uniform(17, 65)) * inputs.Uniform(33, 1) * inputs.Uniform(1) - inputs.Uniform(33, 65)])
        { Tolerance = Tolerance.Sum(17) };
        yield return new("SumRows of a MatrixProduct", inputs =>
            [inputs.Graph.MatrixProduct(inputs.Uniform(33, 17), inputs.Uniform(17, 65)).SumRows()])
        { Tolerance = Tolerance.Sum(33 * 17) };
        yield return new("MatrixProduct of repeated and of computed operands", inputs =>
            [inputs.Graph.MatrixProduct(inputs.Uniform(17).BroadcastTo(Shape.Of(33, 17)), inputs.Uniform(17, 9).Tanh())])
        { Tolerance = Tolerance.Sum(17) };
        yield return new("MatrixProduct of a matrix with itself", inputs =>
        {
            var x = inputs.Uniform(19, 19);
            return [inputs.Graph.MatrixProduct(x, x), inputs.Graph.MatrixProduct(x, x, true), inputs.Graph.MatrixProduct(x, x, false, true)];
        })
        { Tolerance = Tolerance.Sum(19) };
        yield return new("Convolution with bias and activation", inputs => [(Convolved(inputs) + inputs.Uniform(9)).LeakyRelu(0.2f)]) { Tolerance = sum };
        // Columns of the bias, of the mask and of what is added are those of all groups.
        yield return new("Convolution in groups with bias and activation", inputs =>
            [(inputs.Graph.Convolution(Groups, inputs.Uniform(3, 9, 8, 6), inputs.Uniform(4, 4, 2, 15)) + inputs.Uniform(15)).LeakyRelu(0.2f)])
        { Tolerance = sum };
        yield return new("ConvolutionDataGradient in groups times a column and plus a tensor", inputs =>
            [(inputs.Graph.ConvolutionDataGradient(Groups, inputs.Uniform(3, 4, 4, 15), inputs.Uniform(4, 4, 2, 15)) * inputs.Uniform(6)) + inputs.Uniform(3, 9, 8, 6)])
        { Tolerance = Tolerance.Sum(80) };
        yield return new("ConvolutionWeightGradient in groups times a column and plus another", inputs =>
        [
            (inputs.Graph.ConvolutionWeightGradient(Groups, inputs.Uniform(3, 9, 8, 6), inputs.Uniform(3, 4, 4, 15)) * inputs.Uniform(15))
                + inputs.Graph.ConvolutionWeightGradient(Groups, inputs.Uniform(3, 9, 8, 6), inputs.Uniform(3, 4, 4, 15)),
        ])
        { Tolerance = Tolerance.Sum(96) };
        yield return new("Convolution with an activation that feeds two consumers", inputs =>
        {
            var active = Convolved(inputs).LeakyRelu(0.2f);
            return [active.SumRows(), inputs.Graph.Convolution(new(4, 4, 9, 3, 3, 3, 1, 1), active, inputs.Uniform(3, 3, 9, 3))];
        })
        { Tolerance = sum.Times(4, "two layers.") };
        yield return new("Convolution with tanh of its transpose", inputs =>
            [inputs.Graph.ConvolutionDataGradient(Down, inputs.Uniform(3, 4, 4, 9), inputs.Uniform(4, 4, 5, 9)).Tanh()])
        { Tolerance = Tolerance.Sum(144) };
        yield return new("Convolution plus its input", inputs =>
        {
            var x = inputs.Uniform(2, 7, 7, 6);
            return [inputs.Graph.Convolution(new(7, 7, 6, 6, 3, 3, 1, 1), x, inputs.Uniform(3, 3, 6, 6)) + x];
        })
        { Tolerance = Tolerance.Sum(54) };
        yield return new("Convolution plus another", inputs => [Convolved(inputs) + Convolved(inputs)]) { Tolerance = sum };
        yield return new("ConvolutionWeightGradient plus another", inputs => [WeightGradient(inputs) + WeightGradient(inputs)])
        { Tolerance = Tolerance.Sum(96) };
        yield return new("ConvolutionWeightGradient plus a ConvolutionWeightGradient of the same image", inputs =>
        {
            var x = inputs.Uniform(3, 8, 8, 5);
            return [inputs.Graph.ConvolutionWeightGradient(Down, x, inputs.Uniform(3, 4, 4, 9)) + inputs.Graph.ConvolutionWeightGradient(Down, x, inputs.Uniform(3, 4, 4, 9))];
        })
        { Tolerance = Tolerance.Sum(96) };
        yield return new("ConvolutionDataGradient times a mask", inputs =>
            [inputs.Graph.ConvolutionDataGradient(Down, inputs.Uniform(3, 4, 4, 9), inputs.Uniform(4, 4, 5, 9)) *
                inputs.Graph.Binary(BinaryFunction.LeakySlope, inputs.Uniform(3, 8, 8, 5), inputs.Graph.Constant(0.2f))])
        { Tolerance = Tolerance.Sum(144) };
        yield return new("Convolution, BatchNormalize, LeakyRelu, Convolution", inputs =>
        {
            var normal = ElementwiseCases.Normalized(Convolved(inputs), inputs.Positive(9), inputs.Uniform(9)).LeakyRelu(0.2f);
            return [inputs.Graph.Convolution(new(4, 4, 9, 2, 4, 4, 1, 0), normal, inputs.Uniform(4, 4, 9, 2))];
        })
        { Tolerance = sum.Times(4, "two layers and a normalisation.") };
    }

    private static Tensor Convolved(CaseInputs inputs) =>
        inputs.Graph.Convolution(Down, inputs.Uniform(3, 8, 8, 5), inputs.Uniform(4, 4, 5, 9));

    private static Tensor WeightGradient(CaseInputs inputs) =>
        inputs.Graph.ConvolutionWeightGradient(Down, inputs.Uniform(3, 8, 8, 5), inputs.Uniform(3, 4, 4, 9));

    private static IEnumerable<OperationCase> Outputs()
    {
        yield return new("An output that is a constant", inputs => [inputs.Graph.Constant(3)]);
        yield return new("An output that is a constant repeated", inputs => [inputs.Graph.Constant(0).BroadcastTo(Shape.Of(5, 3))]);
        yield return new("An output that is an input", inputs => [inputs.Uniform(5, 3)]);
        yield return new("An output that is an input of another shape", inputs => [inputs.Uniform(5, 3).Reshape(3, 5)]);
        yield return new("An output that is named twice and used by another", inputs =>
        {
            var x = inputs.Uniform(5, 3).Exp();
            return [x, x.Reshape(15), x, x.Square()];
        });
        yield return new("Windows of one variable at odd offsets", inputs =>
        {
            var variable = inputs.Variable(101);
            var (a, b) = (inputs.Graph.Read(variable, 1, Shape.Of(7, 5)), inputs.Graph.Read(variable, 50, Shape.Of(5, 7)));
            return [inputs.Graph.MatrixProduct(a, b), a.Tanh(), b.SumRows()];
        })
        { Tolerance = Tolerance.Sum(7) };
        yield return new("Tensors of many lifetimes", inputs =>
        {
            Tensor[] early = [.. Enumerable.Range(0, 12).Select(i => inputs.Graph.MatrixProduct(inputs.Uniform(13 + i, 7), inputs.Uniform(7, 11)).SumRows())];
            var folded = early.Aggregate((x, y) => x * 0.5f + y);
            return [.. early.Reverse().Select(x => x + folded), folded];
        })
        { Tolerance = Tolerance.Sum(24 * 7) };
    }

    private static IEnumerable<OperationCase> Networks()
    {
        yield return new("An R1 penalty on a small convolutional net", inputs =>
        {
            var graph = inputs.Graph;
            var x = inputs.Uniform(2, 4, 6, 2);
            var hidden = graph.Convolution(new(4, 6, 2, 3, 4, 4, 2, 1), x, inputs.Uniform(4, 4, 2, 3)).LeakyRelu(0.2f);
            var deeper = (graph.Convolution(new(2, 3, 3, 4, 3, 3, 1, 1), hidden, inputs.Uniform(3, 3, 3, 4)) + inputs.Uniform(4)).Tanh();
            var logits = graph.Convolution(new(2, 3, 4, 1, 2, 3, 1, 0), deeper, inputs.Uniform(2, 3, 4, 1));
            var slope = Differentiation.Gradients(logits.Sum(), [x])[0];
            return [slope.Square().Sum() * (10f / 2 / 2)];
        })
        { Differentiable = true, Tolerance = Tolerance.Elementwise.Times(16, "three layers forward and back.") };
        yield return new("An R1 penalty through a transposed convolution and BatchNormalize", inputs =>
        {
            var graph = inputs.Graph;
            var z = inputs.Uniform(3, 2, 2, 2);
            var image = graph.ConvolutionDataGradient(new(4, 4, 3, 2, 4, 4, 2, 1), z, inputs.Uniform(4, 4, 3, 2));
            var normal = ElementwiseCases.Normalized(image, inputs.Positive(3), inputs.Uniform(3)).Sigmoid();
            var slope = Differentiation.Gradients((normal * normal.SumRows()).Sum(), [z])[0];
            return [slope.Square().Mean()];
        })
        { Differentiable = true, Tolerance = Tolerance.Elementwise.Times(32, "sums of 48 through a normalisation, forward and back.") };
        yield return new("Two layers of matrices with a loss", inputs =>
        {
            var hidden = (inputs.Graph.MatrixProduct(inputs.Uniform(5, 2), inputs.Uniform(2, 7)) + inputs.Uniform(7)).Softplus();
            return [inputs.Graph.BceLoss(inputs.Graph.MatrixProduct(hidden, inputs.Uniform(7, 1)) + inputs.Uniform(1), 1)];
        })
        { Differentiable = true, Tolerance = Tolerance.Elementwise.Times(4, "two layers.") };
    }
}
