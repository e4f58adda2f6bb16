namespace IlgpuGan.Graphs;

/// <summary>
/// Reverse-mode differentiation that returns graph: every rule is written with operations of the same set, so a gradient can
/// be differentiated again, exactly.
/// </summary>
public static class Differentiation
{
    /// <summary>
    /// Gradients of a scalar with respect to some tensors, in their order. Nothing is computed that does not lead to them:
    /// parameters left out of <paramref name="targets"/> cost nothing. A target that the scalar does not depend on gets zeros.
    /// </summary>
    /// <param name="scalar">What is differentiated, shape [1].</param>
    /// <param name="targets">What it is differentiated by.</param>
    /// <exception cref="ArgumentException">The first tensor is no scalar, or a target is of another graph.</exception>
    public static Tensor[] Gradients(Tensor scalar, IReadOnlyList<Tensor> targets)
    {
        if (scalar.Shape.Size != 1)
        {
            throw new ArgumentException($"Only a scalar has a gradient; this tensor is {scalar.Shape}.");
        }
        var graph = scalar.Graph;
        if (targets.FirstOrDefault(target => target.Graph != graph) is { } stray)
        {
            throw new ArgumentException($"{stray} is of another graph than what is differentiated by it.");
        }
        var leads = LeadsTo(graph, targets, scalar.Id);
        var upstream = new Tensor?[scalar.Id + 1];
        upstream[scalar.Id] = graph.Constant(1).Reshape(scalar.Shape.ToArray());
        for (int id = scalar.Id; id >= 0; id--)
        {
            if (upstream[id] is not { } gradient)
            {
                continue;
            }
            var tensor = graph.Tensors[id];
            for (int i = 0; i < tensor.Inputs.Count; i++)
            {
                var input = tensor.Inputs[i];
                if (!leads[input.Id] || Rule(tensor, i, gradient) is not { } part)
                {
                    continue;
                }
                part = Collapse(part, input.Shape);
                upstream[input.Id] = upstream[input.Id] is { } before ? before + part : part;
            }
        }
        return [.. targets.Select(target =>
            (target.Id <= scalar.Id ? upstream[target.Id] : null) ?? graph.Constant(0).BroadcastTo(target.Shape))];
    }

    /// <summary>The gradient of a scalar with respect to one tensor, in its shape; see <see cref="Gradients(Tensor, IReadOnlyList{Tensor})"/>.</summary>
    /// <exception cref="ArgumentException">The first tensor is no scalar, or the other is of another graph.</exception>
    public static Tensor Gradient(Tensor scalar, Tensor target) => Gradients(scalar, [target])[0];

    /// <summary>Gradients with respect to all parameters of a set, read at the set's present version.</summary>
    public static Tensor[] Gradients(Tensor scalar, ParameterSet parameters) =>
        Gradients(scalar, [.. parameters.Parameters.Select(scalar.Graph.Read)]);

    /// <summary>The gradient that flows from a tensor to its input number <paramref name="i"/>, before broadcasting is undone; null for none.</summary>
    private static Tensor? Rule(Tensor y, int i, Tensor g)
    {
        var graph = y.Graph;
        var a = y.Inputs[0];
        var b = y.Inputs.Count > 1 ? y.Inputs[1] : null;
        return y.Operation switch
        {
            Unary u => u.Function switch
            {
                UnaryFunction.Exp => g * y,
                UnaryFunction.Log => g / a,
                UnaryFunction.Sqrt => g * 0.5f / y,
                UnaryFunction.ReciprocalSqrt => g * (y * y * y) * -0.5f,
                UnaryFunction.Tanh => g * (1 - y * y),
                UnaryFunction.Sigmoid => g * (y * (1 - y)),
                UnaryFunction.Softplus => g * a.Sigmoid(),
                UnaryFunction.Sin => g * a.Cos(),
                UnaryFunction.Cos => -(g * a.Sin()),
                UnaryFunction.Abs => g * (a.Step() * 2 - 1),
                UnaryFunction.Step or UnaryFunction.Floor => null,
                _ => throw new InvalidOperationException($"{u.Function} has no gradient rule; write it in Differentiation."),
            },
            Binary f => (f.Function, i) switch
            {
                (BinaryFunction.Add, _) => g,
                (BinaryFunction.Subtract, 0) => g,
                (BinaryFunction.Subtract, _) => -g,
                (BinaryFunction.Multiply, 0) => g * b!,
                (BinaryFunction.Multiply, _) => g * a,
                (BinaryFunction.Divide, 0) => g / b!,
                (BinaryFunction.Divide, _) => -(g * y / b!),
                (BinaryFunction.Maximum, 0) => g * (a - b!).Step(),
                (BinaryFunction.Maximum, _) => g * (1 - (a - b!).Step()),
                // Read off the output: the input is then needed no longer and the activation can be folded into what makes it.
                (BinaryFunction.LeakyRelu, 0) => g * graph.Binary(BinaryFunction.LeakySlope, y, b!),
                (BinaryFunction.LeakySlope, 0) => null,
                _ => throw new InvalidOperationException($"{f.Function} has no gradient rule for its operand {i}; make it a constant."),
            },
            Broadcast => g,
            BatchNormalize => BatchNormalizeRule(y, i, g),
            SumRows or SumColumns => g.BroadcastTo(a.Shape),
            SumPixels => graph.RepeatPixels(g, a.Shape),
            RepeatPixels => graph.SumPixels(g),
            ShiftColumns s => graph.ShiftColumns(g, -s.Shift, a.Shape.Columns),
            MaxColumns => (1 - (y.BroadcastTo(a.Shape) - a).Step()) * g,
            Reshape => graph.Reshape(g, a.Shape),
            Detach => null,
            MatrixProduct m => (m.TransposeLeft, m.TransposeRight, i) switch
            {
                (false, var right, 0) => graph.MatrixProduct(g, b!, false, !right),
                (true, var right, 0) => graph.MatrixProduct(b!, g, right, true),
                (var left, false, _) => graph.MatrixProduct(a, g, !left, false),
                (var left, true, _) => graph.MatrixProduct(g, a, true, left),
            },
            Convolution c => i == 0
                ? graph.ConvolutionDataGradient(c.Geometry, g, b!)
                : graph.ConvolutionWeightGradient(c.Geometry, a, g),
            ConvolutionDataGradient c => i == 0
                ? graph.Convolution(c.Geometry, g, b!)
                : graph.ConvolutionWeightGradient(c.Geometry, g, a),
            ConvolutionWeightGradient c => i == 0
                ? graph.ConvolutionDataGradient(c.Geometry, b!, g)
                : graph.Convolution(c.Geometry, a, g),
            AffineSample s => i == 0 ? graph.AffineSampleTranspose(g, b!, s.Border) : null,
            AffineSampleTranspose s => i == 0 ? graph.AffineSample(g, b!, s.Border) : null,
            MixChannels m => i == 0 ? graph.MixChannels(g, b!, !m.Transpose) : null,
            ReflectionPad pad => graph.ReflectionPadTranspose(g, pad.Padding, pad.IsBorderTwice),
            ReflectionPadTranspose pad => graph.ReflectionPad(g, pad.Padding, pad.IsBorderTwice),
            GatherPlaces => i == 0 ? graph.GatherPlacesTranspose(g, b!, a.Shape[1], a.Shape[2]) : null,
            GatherPlacesTranspose => i == 0 ? graph.GatherPlaces(g, b!, a.Shape[1]) : null,
            BceLoss l => g * graph.BceGradient(a, l.Target),
            BceGradient => g * (a.Sigmoid() * (1 - a.Sigmoid())) * (1f / a.Shape.Size),
            MeanProbability => g * (a.Sigmoid() * (1 - a.Sigmoid())) * (1f / a.Shape.Size),
            _ => throw OperationFacts.Missing(y.Operation, "gradient rule"),
        };
    }

    /// <summary>
    /// Ioffe and Szegedy 2015, section 3, with xhat = (x - mean) rstd and m rows: dx = gamma rstd (g - sum(g)/m - xhat sum(g xhat)/m). Moments read
    /// from a variable were measured before and do not move with x: then dx = gamma rstd g.
    /// </summary>
    private static Tensor? BatchNormalizeRule(Tensor y, int i, Tensor g)
    {
        var (x, mean, rstd, gamma) = (y.Inputs[0], y.Inputs[1], y.Inputs[2], y.Inputs[3]);
        var normal = (x - mean) * rstd;
        float share = 1f / x.Shape.Rows;
        return i switch
        {
            0 when mean.Operation is Read => g * (gamma * rstd),
            0 => (g - g.SumRows() * share - normal * ((g * normal).SumRows() * share)) * (gamma * rstd),
            3 => (g * normal).SumRows(),
            4 => g.SumRows(),
            // Of the moments, which are taken for functions of x.
            1 or 2 => null,
            _ => throw new InvalidOperationException($"Batch normalisation has no operand {i}."),
        };
    }

    /// <summary>Undoes broadcasting: sums a gradient over the axes along which the operand was repeated.</summary>
    private static Tensor Collapse(Tensor gradient, Shape shape)
    {
        if (gradient.Shape.Equals(shape))
        {
            return gradient;
        }
        if (shape.Size == 1)
        {
            return gradient.Sum().Reshape(shape.ToArray());
        }
        if (gradient.Shape.Size < shape.Size)
        {
            return gradient.BroadcastTo(shape);
        }
        return shape.Columns == gradient.Shape.Columns ? gradient.SumRows().Reshape(shape.ToArray()) : gradient.SumColumns();
    }

    private static bool[] LeadsTo(Graph graph, IReadOnlyList<Tensor> targets, int last)
    {
        var leads = new bool[graph.Tensors.Count];
        foreach (var target in targets)
        {
            leads[target.Id] = true;
        }
        for (int id = 0; id <= last; id++)
        {
            leads[id] |= graph.Tensors[id].Inputs.Any(input => leads[input.Id]);
        }
        return leads;
    }
}
