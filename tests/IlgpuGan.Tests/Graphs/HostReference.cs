using IlgpuGan.Graphs;
using EpochShuffle = IlgpuGan.Kernels.EpochShuffle;

namespace IlgpuGan.Tests.Graphs;

/// <summary>
/// What a graph means: every operation in double precision, one plain loop each. It is the judge of gradients and of every device,
/// so it is written from the definitions and never optimised.
/// </summary>
internal sealed class HostReference
{
    private readonly Dictionary<Variable, double[]> variables = [];
    private readonly Dictionary<Counter, int> counters = [];
    private readonly Dictionary<ParameterSet, List<double[]>> leaves = [];

    /// <summary>Values of random numbers and gathered images, asked for once per run and tensor.</summary>
    public Func<Tensor, double[]> Source { get; init; } = tensor => throw new InvalidOperationException($"Nothing was given for {tensor}.");

    /// <summary>What a tensor sees of one of its inputs, given both and the input's values: these as they are, unless a test asks what rounding does.</summary>
    public Func<Tensor, Tensor, double[], double[]> Seen { get; set; } = (_, _, values) => values;

    /// <summary>Contents of a variable, zeros at first.</summary>
    public double[] this[Variable variable]
    {
        get => variables.TryGetValue(variable, out double[]? values) ? values : variables[variable] = new double[variable.Size];
        set => variables[variable] = value.Length == variable.Size ? value
            : throw new ArgumentException($"{variable} has {variable.Size} elements, not {value.Length}.");
    }

    /// <summary>Value of a counter, zero at first.</summary>
    public int this[Counter counter] => counters.GetValueOrDefault(counter);

    /// <summary>Sets a variable to values as a device holds them.</summary>
    public void Upload(Variable variable, float[] values) => this[variable] = [.. values.Select(value => (double)value)];

    /// <summary>Evaluates all tensors in the order of their making, updates of variables at their places; those made after <paramref name="last"/> not.</summary>
    public IReadOnlyDictionary<Tensor, double[]> Run(Graph graph, Tensor? last = null)
    {
        var values = new Dictionary<Tensor, double[]>();
        foreach (var tensor in graph.Tensors.Take(last?.Id + 1 ?? graph.Tensors.Count))
        {
            values[tensor] = Evaluate(tensor, [.. tensor.Inputs.Select(input => Seen(tensor, input, values[input]))]);
        }
        return values;
    }

    private double[] Evaluate(Tensor tensor, double[][] inputs)
    {
        int size = tensor.Shape.Size;
        return tensor.Operation switch
        {
            Constant constant => [constant.Value],
            Literal literal => [.. literal.Values],
            CounterValue value => [this[value.Counter]],
            Read read => this[read.Variable][read.Offset..(read.Offset + size)],
            Unary unary => [.. inputs[0].Select(x => Apply(unary.Function, x))],
            Binary binary => ApplyBinary(binary.Function, tensor, inputs),
            Broadcast => Each(size, i => inputs[0][Repeated(tensor.Inputs[0].Shape, tensor.Shape, i)]),
            BatchNormalize => Normalize(tensor.Shape.Columns, inputs),
            SumRows => AddRows(tensor.Inputs[0].Shape, inputs[0]),
            SumColumns => AddColumns(tensor.Inputs[0].Shape, inputs[0]),
            SumPixels => AddPixels(tensor.Inputs[0].Shape, inputs[0]),
            RepeatPixels => Each(size, i => inputs[0][i / (size / tensor.Shape[0]) * tensor.Shape.Columns + i % tensor.Shape.Columns]),
            ShiftColumns(var shift) => Each(size, i => Column(tensor.Inputs[0].Shape, inputs[0], i / tensor.Shape.Columns, i % tensor.Shape.Columns - shift)),
            MaxColumns => [.. inputs[0].Chunk(tensor.Inputs[0].Shape.Columns).Select(row => row.Max())],
            Reshape or Detach => [.. inputs[0]],
            MatrixProduct product => MatrixProduct(product, tensor, inputs[0], inputs[1]),
            Convolution c => Convolution(c.Geometry, tensor.Shape[0], inputs[0], inputs[1]),
            ConvolutionDataGradient c => ConvolutionDataGradient(c.Geometry, tensor.Shape[0], inputs[0], inputs[1]),
            ConvolutionWeightGradient c => ConvolutionWeightGradient(c.Geometry, tensor.Inputs[0].Shape[0], inputs[0], inputs[1]),
            AffineSample sample => Sample(sample.Border, tensor.Shape, inputs[0], inputs[1]),
            AffineSampleTranspose sample => SampleTranspose(sample.Border, tensor.Shape, inputs[0], inputs[1]),
            MixChannels mix => Mix(mix.Transpose, tensor.Shape, inputs[0], inputs[1]),
            ReflectionPad pad => Each(size, i => inputs[0][Mirrored(tensor.Inputs[0].Shape, pad.Padding, pad.IsBorderTwice, i)]),
            ReflectionPadTranspose pad => Gather(tensor.Shape, pad, inputs[0]),
            GatherPlaces => Take(tensor.Inputs[0].Shape, tensor.Shape[1], inputs[0], inputs[1]),
            GatherPlacesTranspose => Give(tensor.Shape, tensor.Inputs[0].Shape[1], inputs[0], inputs[1]),
            BceLoss loss => [inputs[0].Average(x => Apply(UnaryFunction.Softplus, x) - loss.Target * x)],
            BceGradient loss => [.. inputs[0].Select(x => (Apply(UnaryFunction.Sigmoid, x) - loss.Target) / size)],
            MeanProbability => [inputs[0].Average(x => Apply(UnaryFunction.Sigmoid, x))],
            RandomNormal or RandomUniform or GatherImages => Source(tensor),
            Assign assign => Write(assign.Variable, assign.Offset, inputs[0]),
            ParameterUpdate update => Update(update, inputs),
            SumLeaves sum => Sum(sum, tensor, inputs),
            PlaceLeaf place => Write(place.Variable, place.Offset,
                Each(place.Leaf.Count * inputs[0].Length, i => i / inputs[0].Length == this[place.Leaf.Counter] ? inputs[0][i % inputs[0].Length] : 0)),
            CopyCounter copy => [counters[copy.To] = this[copy.From]],
            Advance advance => [counters[advance.Counter] = this[advance.Counter] + 1],
            SegmentEnd => [0],
            _ => throw new InvalidOperationException($"The host reference does not know {tensor.Operation}."),
        };
    }

    /// <summary>The element that one of a padded image is the mirror image of: a walk that turns round at the border, one pixel after another.</summary>
    private static int Mirrored(Shape shape, int padding, bool isBorderTwice, int i)
    {
        int height = shape[1] + 2 * padding, width = shape[2] + 2 * padding, channels = shape[3], pixel = i / channels;
        int Along(int place, int length)
        {
            int[] period = [.. Enumerable.Range(0, length), .. Enumerable.Range(0, length).Reverse().Skip(isBorderTwice ? 0 : 1).SkipLast(isBorderTwice ? 0 : 1)];
            return period[(place % period.Length + period.Length) % period.Length];
        }
        int row = Along(pixel / width % height - padding, shape[1]), column = Along(pixel % width - padding, shape[2]);
        return ((pixel / width / height * shape[1] + row) * shape[2] + column) * channels + i % channels;
    }

    private static double[] Gather(Shape shape, ReflectionPadTranspose pad, double[] padded)
    {
        double[] sums = new double[shape.Size];
        foreach (var (i, value) in padded.Index())
        {
            sums[Mirrored(shape, pad.Padding, pad.IsBorderTwice, i)] += value;
        }
        return sums;
    }

    private static int Place(int slot, int places, double[] key) => EpochShuffle.Pick(slot, places, (uint)(key[0] * (1 << 24)), (uint)(key[1] * (1 << 24)));

    private static double[] Take(Shape shape, int taken, double[] x, double[] key)
    {
        int places = shape[1] * shape[2], channels = shape[3];
        return Each(shape[0] * taken * channels, i =>
            x[(i / channels / taken * places + Place(i / channels % taken, places, key)) * channels + i % channels]);
    }

    private static double[] Give(Shape shape, int taken, double[] y, double[] key)
    {
        int places = shape[1] * shape[2], channels = shape[3];
        double[] x = new double[shape.Size];
        foreach (var (i, value) in y.Index())
        {
            x[(i / channels / taken * places + Place(i / channels % taken, places, key)) * channels + i % channels] += value;
        }
        return x;
    }

    /// <summary>Leaves are kept apart until the last one is there: their mean is the definition, the tree another matter.</summary>
    private double[] Sum(SumLeaves sum, Tensor tensor, double[][] inputs)
    {
        var (set, size) = (sum.Parameters, sum.Parameters.Gradients.Size);
        foreach (var (parameter, gradient) in sum.Updated.Zip(inputs))
        {
            Write(set.Gradients, parameter.Offset, gradient);
        }
        if (!leaves.TryGetValue(sum.Parameters, out var before))
        {
            leaves[sum.Parameters] = before = [];
        }
        before.Add([.. this[set.Gradients]]);
        if (this[sum.Leaf.Counter] == sum.Leaf.Count - 1)
        {
            Write(set.Gradients, 0, Each(size, i => before.Sum(leaf => leaf[i]) / (i < sum.Means ? before.Count : 1)));
            before.Clear();
        }
        return [0];
    }

    private static double Apply(UnaryFunction function, double x) => function switch
    {
        UnaryFunction.Exp => Math.Exp(x),
        UnaryFunction.Log => Math.Log(x),
        UnaryFunction.Sqrt => Math.Sqrt(x),
        UnaryFunction.ReciprocalSqrt => 1 / Math.Sqrt(x),
        UnaryFunction.Tanh => Math.Tanh(x),
        UnaryFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        // .NET has no log1p; below 1e-8 its series ends after the first term.
        UnaryFunction.Softplus => Math.Max(x, 0) + (Math.Abs(x) > 18 ? Math.Exp(-Math.Abs(x)) : Math.Log(1 + Math.Exp(-Math.Abs(x)))),
        UnaryFunction.Sin => Math.Sin(x),
        UnaryFunction.Cos => Math.Cos(x),
        UnaryFunction.Abs => Math.Abs(x),
        UnaryFunction.Step => x > 0 ? 1 : 0,
        UnaryFunction.Floor => Math.Floor(x),
        _ => throw new InvalidOperationException($"The host reference does not know {function}."),
    };

    private static double Apply(BinaryFunction function, double a, double b) => function switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,
        BinaryFunction.Divide => a / b,
        BinaryFunction.Maximum => Math.Max(a, b),
        BinaryFunction.LeakyRelu => a > 0 ? a : a * b,
        BinaryFunction.LeakySlope => a > 0 ? 1 : b,
        _ => throw new InvalidOperationException($"The host reference does not know {function}."),
    };

    private static double[] ApplyBinary(BinaryFunction function, Tensor tensor, double[][] inputs)
    {
        var (left, right) = (tensor.Inputs[0].Shape, tensor.Inputs[1].Shape);
        return Each(tensor.Shape.Size, i => Apply(function,
            inputs[0][Repeated(left, tensor.Shape, i)], inputs[1][Repeated(right, tensor.Shape, i)]));
    }

    /// <summary>The element of a tensor of a small shape that element i sees when it is repeated to a large one.</summary>
    private static int Repeated(Shape small, Shape large, int i) =>
        small.Equals(large) ? i
        : small.Size == 1 ? 0
        : small.Rank == 1 ? i % large.Columns
        : i / large.Columns;

    private static double[] Normalize(int channels, double[][] inputs)
    {
        var (x, mean, rstd, gamma, beta) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]);
        return Each(x.Length, i => gamma[i % channels] * (x[i] - mean[i % channels]) * rstd[i % channels] + beta[i % channels]);
    }

    private static double[] AddRows(Shape shape, double[] x)
    {
        double[] sums = new double[shape.Columns];
        for (int i = 0; i < x.Length; i++)
        {
            sums[i % shape.Columns] += x[i];
        }
        return sums;
    }

    private static double[] AddColumns(Shape shape, double[] x)
    {
        double[] sums = new double[shape.Rows];
        for (int i = 0; i < x.Length; i++)
        {
            sums[i / shape.Columns] += x[i];
        }
        return sums;
    }

    private static double[] AddPixels(Shape shape, double[] x)
    {
        double[] sums = new double[shape[0] * shape.Columns];
        for (int i = 0; i < x.Length; i++)
        {
            sums[i / (x.Length / shape[0]) * shape.Columns + i % shape.Columns] += x[i];
        }
        return sums;
    }

    private static double Column(Shape shape, double[] x, int row, int column) =>
        column >= 0 && column < shape.Columns ? x[row * shape.Columns + column] : 0;

    private static double[] MatrixProduct(MatrixProduct product, Tensor tensor, double[] a, double[] b)
    {
        var (rows, columns) = (tensor.Shape[0], tensor.Shape[1]);
        int inner = a.Length / rows;
        double[] c = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                for (int k = 0; k < inner; k++)
                {
                    c[i * columns + j] += a[product.TransposeLeft ? k * rows + i : i * inner + k] *
                        b[product.TransposeRight ? j * inner + k : k * columns + j];
                }
            }
        }
        return c;
    }

    private static double[] Convolution(ConvolutionGeometry g, int batch, double[] x, double[] w)
    {
        double[] y = new double[g.Output(batch).Size];
        foreach (var tap in Taps(g, batch))
        {
            y[tap.Y] += x[tap.X] * w[tap.W];
        }
        return y;
    }

    private static double[] ConvolutionDataGradient(ConvolutionGeometry g, int batch, double[] y, double[] w)
    {
        double[] x = new double[g.Input(batch).Size];
        foreach (var tap in Taps(g, batch))
        {
            x[tap.X] += y[tap.Y] * w[tap.W];
        }
        return x;
    }

    private static double[] ConvolutionWeightGradient(ConvolutionGeometry g, int batch, double[] x, double[] y)
    {
        double[] w = new double[g.Weights.Size];
        foreach (var tap in Taps(g, batch))
        {
            w[tap.W] += x[tap.X] * y[tap.Y];
        }
        return w;
    }

    /// <summary>All products x w of which a convolution y is the sum, as indices into the three arrays; those with a zero of the padding left out.</summary>
    private static IEnumerable<(int X, int W, int Y)> Taps(ConvolutionGeometry g, int batch)
    {
        for (int n = 0; n < batch; n++)
        {
            for (int p = 0; p < g.OutputHeight; p++)
            {
                for (int q = 0; q < g.OutputWidth; q++)
                {
                    for (int r = 0; r < g.KernelHeight; r++)
                    {
                        for (int s = 0; s < g.KernelWidth; s++)
                        {
                            int h = p * g.Stride + r - g.Padding;
                            int w = q * g.Stride + s - g.Padding;
                            if (h < 0 || h >= g.Height || w < 0 || w >= g.Width)
                            {
                                continue;
                            }
                            int channels = g.Channels / g.Groups, filters = g.Filters / g.Groups;
                            for (int c = 0; c < channels; c++)
                            {
                                for (int k = 0; k < g.Filters; k++)
                                {
                                    yield return (
                                        ((n * g.Height + h) * g.Width + w) * g.Channels + k / filters * channels + c,
                                        ((r * g.KernelWidth + s) * channels + c) * g.Filters + k,
                                        ((n * g.OutputHeight + p) * g.OutputWidth + q) * g.Filters + k);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static double[] Sample(Border border, Shape shape, double[] x, double[] coefficients)
    {
        double[] y = new double[shape.Size];
        foreach (var tap in Taps(border, shape, coefficients))
        {
            y[tap.Y] += tap.Weight * x[tap.X];
        }
        return y;
    }

    private static double[] SampleTranspose(Border border, Shape shape, double[] y, double[] coefficients)
    {
        double[] x = new double[shape.Size];
        foreach (var tap in Taps(border, shape, coefficients))
        {
            x[tap.X] += tap.Weight * y[tap.Y];
        }
        return x;
    }

    /// <summary>The pixels of x that the pixels of y are made from, with their weights; those beyond a border of zeros left out.</summary>
    private static IEnumerable<(int X, double Weight, int Y)> Taps(Border border, Shape shape, double[] coefficients)
    {
        var (height, width, channels) = (shape[1], shape[2], shape[3]);
        for (int n = 0; n < shape[0]; n++)
        {
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    double[] map = coefficients[(6 * n)..(6 * n + 6)];
                    double across = column - (width - 1) / 2.0, down = row - (height - 1) / 2.0;
                    double x = map[0] * across + map[1] * down + map[2] + (width - 1) / 2.0;
                    double y = map[3] * across + map[4] * down + map[5] + (height - 1) / 2.0;
                    for (int v = (int)Math.Floor(y); v <= (int)Math.Floor(y) + 1; v++)
                    {
                        for (int u = (int)Math.Floor(x); u <= (int)Math.Floor(x) + 1; u++)
                        {
                            if (border == Border.Reflect || (v >= 0 && v < height && u >= 0 && u < width))
                            {
                                for (int c = 0; c < channels; c++)
                                {
                                    yield return (
                                        ((n * height + Reflected(v, height)) * width + Reflected(u, width)) * channels + c,
                                        (1 - Math.Abs(x - u)) * (1 - Math.Abs(y - v)),
                                        ((n * height + row) * width + column) * channels + c);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static int Reflected(int i, int size)
    {
        while (i < 0 || i >= size)
        {
            i = i < 0 ? -1 - i : 2 * size - 1 - i;
        }
        return i;
    }

    private static double[] Mix(bool transpose, Shape shape, double[] x, double[] matrices)
    {
        int channels = shape.Columns, pixels = shape[1] * shape[2];
        return Each(x.Length, i =>
        {
            int image = i / channels / pixels, c = i % channels;
            return Enumerable.Range(0, channels).Sum(k =>
                matrices[image * channels * channels + (transpose ? k * channels + c : c * channels + k)] * x[i - c + k]);
        });
    }

    private double[] Write(Variable variable, int offset, double[] values)
    {
        values.CopyTo(this[variable], offset);
        return values;
    }

    /// <summary>
    /// Adam (Kingma and Ba 2015, algorithm 1) and its kin in the forms of PyTorch: epsilon is added to the corrected root, the rates are
    /// those of this step alone, and weight decay is a part of the gradient, except with AdamW.
    /// </summary>
    private double[] Update(ParameterUpdate update, double[][] inputs)
    {
        var set = update.Parameters;
        int count = update.AreSummed ? 0 : update.Updated.Count;
        var (rate, beta1, beta2, halfLife) = (inputs[count][0], inputs[count + 1][0], inputs[count + 2][0], inputs[count + 3][0]);
        int step = this[update.Counter] + 1;
        double kept = halfLife > 0 ? Math.Pow(0.5, 1 / halfLife) : 0;
        var (p, g, m, v, average) =
            (this[set.Values], this[set.Gradients], this[set.FirstMoment], this[set.SecondMoment], this[set.Average]);
        var gradients = update.AreSummed ? update.Updated.Select(parameter => g[parameter.Offset..(parameter.Offset + parameter.Shape.Size)]) : inputs.Take(count);
        foreach (var (parameter, gradient) in update.Updated.Zip([.. gradients]))
        {
            gradient.CopyTo(g, parameter.Offset);
            for (int i = parameter.Offset; i < parameter.Offset + gradient.Length; i++)
            {
                double slope = g[i] + (update.Rule == UpdateRule.AdamW ? 0 : update.WeightDecay * p[i]);
                switch (update.Rule)
                {
                    case UpdateRule.Adam or UpdateRule.AdamW:
                        m[i] = beta1 * m[i] + (1 - beta1) * slope;
                        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
                        if (update.Rule == UpdateRule.AdamW)
                        {
                            p[i] -= rate * update.WeightDecay * p[i];
                        }
                        p[i] -= rate * (m[i] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, step))) + update.Epsilon);
                        break;
                    case UpdateRule.RmsProp:
                        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
                        p[i] -= rate * slope / (Math.Sqrt(v[i]) + update.Epsilon);
                        break;
                    case UpdateRule.Sgd:
                        m[i] = beta1 * m[i] + slope;
                        p[i] -= rate * m[i];
                        break;
                    default:
                        throw new InvalidOperationException($"The host reference does not know {update.Rule}.");
                }
                average[i] = kept * average[i] + (1 - kept) * p[i];
            }
        }
        return [0];
    }

    private static double[] Each(int size, Func<int, double> element) => [.. Enumerable.Range(0, size).Select(element)];
}
