namespace IlgpuGan.Graphs;

/// <summary>
/// A program under construction: tensors in the order of their making. Equal operations on equal inputs are made once.
/// Updates of variables take effect for the reads made after them. Nothing is computed before a <see cref="Plans.Plan"/> is compiled and run.
/// </summary>
/// <example><code>
/// using var device = ComputeDevice.Open("auto");
/// using var variables = new VariableStore(device);
/// var x = new Variable("x", 3);
/// variables.Upload(x, [1, 2, 3]);
/// var graph = new Graph();
/// var at = graph.Read(x);
/// var slope = Differentiation.Gradient((at * at * at).Sum(), at);
/// using var plan = Plan.Compile(variables, graph, slope);
/// plan.Run();
/// float[] values = plan.Fetch(slope); // 3, 12, 27
/// </code></example>
public sealed partial class Graph
{
    private readonly Dictionary<Key, Tensor> known = [];
    private readonly List<Tensor> tensors = [];
    private readonly List<Tensor> effects = [];

    /// <summary>All tensors in an order of evaluation.</summary>
    public IReadOnlyList<Tensor> Tensors => tensors;

    /// <summary>Updates of variables and counters, in order.</summary>
    public IReadOnlyList<Tensor> Effects => effects;

    /// <summary>A number as a tensor [1].</summary>
    public Tensor Constant(float value) => Make(new Constant(value), Shape.Scalar);

    /// <summary>Numbers written into the program, in row-major order.</summary>
    /// <exception cref="ArgumentException">There are not as many as the shape has elements.</exception>
    public Tensor Literal(Shape shape, params float[] values) => values.Length == shape.Size
        ? Make(new Literal(values), shape)
        : throw new ArgumentException($"{values.Length} numbers do not fill {shape}.");

    /// <summary>The present value of a counter, shape [1].</summary>
    public Tensor Value(Counter counter) => Make(new CounterValue(counter), Shape.Scalar);

    /// <summary>The present value of a parameter.</summary>
    public Tensor Read(Parameter parameter) => Read(parameter.Set.Values, parameter.Offset, parameter.Shape);

    /// <summary>The present value of a whole variable, [size].</summary>
    public Tensor Read(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return Read(variable, 0, Shape.Of(variable.Size));
    }

    /// <summary>The present value of a variable's first numbers, in row-major order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The variable has fewer.</exception>
    public Tensor Read(Variable variable, Shape shape) => Read(variable, 0, shape);

    /// <summary>The present value of a window of a variable.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window leaves the variable.</exception>
    public Tensor Read(Variable variable, int offset, Shape shape)
    {
        RequireWindow(variable, offset, shape);
        return Make(new Read(variable, offset, variable.Version), shape);
    }

    /// <summary>Applies a function of one operand to each element.</summary>
    public Tensor Unary(UnaryFunction function, Tensor operand) => Make(new Unary(function), operand.Shape, operand);

    /// <summary>Applies a function of two operands to each pair of elements, repeating the smaller operand as <see cref="Graphs.Binary"/> says.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Binary(BinaryFunction function, Tensor left, Tensor right)
    {
        if (Simplify(function, left, right) is { } simpler)
        {
            return simpler;
        }
        var shape = Fits(right.Shape, left.Shape) ? left.Shape
            : Fits(left.Shape, right.Shape) ? right.Shape
            : throw new ArgumentException($"{function} cannot combine {left.Shape} and {right.Shape}.");
        return Make(new Binary(function), shape, left, right);
    }

    /// <summary>Repeats a tensor to a larger shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Broadcast(Tensor operand, Shape shape) =>
        operand.Shape.Equals(shape) ? operand
        : Fits(operand.Shape, shape) ? Make(new Broadcast(), shape, operand)
        : throw new ArgumentException($"{operand.Shape} cannot be repeated to {shape}.");

    /// <summary>Normalises each channel of x [..., C] with given moments, scale and shift, all [C].</summary>
    /// <exception cref="ArgumentException">One of the four is not of [C].</exception>
    public Tensor BatchNormalize(Tensor x, Tensor mean, Tensor rstd, Tensor gamma, Tensor beta)
    {
        foreach (var channels in (Tensor[])[mean, rstd, gamma, beta])
        {
            Require(channels, Shape.Of(x.Shape.Columns));
        }
        return Make(new BatchNormalize(), x.Shape, x, mean, rstd, gamma, beta);
    }

    /// <summary>Sum over all axes but the last.</summary>
    public Tensor SumRows(Tensor x) => x.Shape.Rows == 1 ? Reshape(x, Shape.Of(x.Shape.Columns)) : Make(new SumRows(), Shape.Of(x.Shape.Columns), x);

    /// <summary>Sum over the last axis, which stays with length 1.</summary>
    public Tensor SumColumns(Tensor x) =>
        x.Shape.Columns == 1 ? x : Make(new SumColumns(), Shape.Of([.. x.Shape.ToArray()[..^1], 1]), x);

    /// <summary>Sum over all axes but the first and the last, which stay with length 1: [N, H, W, C] to [N, 1, 1, C].</summary>
    /// <exception cref="ArgumentException">There are fewer than two axes.</exception>
    public Tensor SumPixels(Tensor x)
    {
        var shape = OnePixel(x.Shape);
        return shape.Equals(x.Shape) ? x : Make(new SumPixels(), shape, x);
    }

    /// <summary>The one pixel of each image repeated over a shape: [N, 1, 1, C] to [N, H, W, C].</summary>
    /// <exception cref="ArgumentException">The tensor has not one pixel for each image of the shape.</exception>
    public Tensor RepeatPixels(Tensor x, Shape shape)
    {
        Require(x, OnePixel(shape));
        return shape.Equals(x.Shape) ? x : Make(new RepeatPixels(), shape, x);
    }

    /// <summary>Columns moved right (left where the shift is negative) within rows of a new length, zeros where nothing comes to lie.</summary>
    public Tensor ShiftColumns(Tensor x, int shift, int columns) => shift == 0 && columns == x.Shape.Columns
        ? x
        : Make(new ShiftColumns(shift), Shape.Of([.. x.Shape.ToArray()[..^1], columns]), x);

    /// <summary>Tensors of equal rows side by side: [..., C0], [..., C1], ... to [..., C0 + C1 + ...].</summary>
    public Tensor Concatenate(params IReadOnlyList<Tensor> parts)
    {
        int columns = parts.Sum(part => part.Shape.Columns), at = 0;
        Tensor? all = null;
        foreach (var part in parts)
        {
            var placed = ShiftColumns(part, at, columns);
            all = all is null ? placed : all + placed;
            at += part.Shape.Columns;
        }
        return all ?? throw new ArgumentException("There is nothing to concatenate.");
    }

    /// <summary>Some columns of each row: [..., C] to [..., columns].</summary>
    public Tensor Slice(Tensor x, int first, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + columns, x.Shape.Columns);
        return ShiftColumns(x, -first, columns);
    }

    /// <summary>The largest over the last axis, which stays with length 1.</summary>
    public Tensor MaxColumns(Tensor x) =>
        x.Shape.Columns == 1 ? x : Make(new MaxColumns(), Shape.Of([.. x.Shape.ToArray()[..^1], 1]), x);

    /// <summary>The same elements under another shape.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Tensor Reshape(Tensor x, Shape shape)
    {
        if (x.Shape.Size != shape.Size)
        {
            throw new ArgumentException($"{x.Shape} has not as many elements as {shape}.");
        }
        if (x.Operation is Reshape)
        {
            x = x.Inputs[0];
        }
        return x.Shape.Equals(shape) ? x : Make(new Reshape(), shape, x);
    }

    /// <summary>The same elements, taken for given: no gradient flows through.</summary>
    internal Tensor Detach(Tensor x) => Make(new Detach(), x.Shape, x);

    /// <summary>op(left) op(right) of matrices.</summary>
    /// <exception cref="ArgumentException">The inner lengths differ, or an operand is no matrix.</exception>
    public Tensor MatrixProduct(Tensor left, Tensor right, bool transposeLeft = false, bool transposeRight = false)
    {
        if (left.Shape.Rank != 2 || right.Shape.Rank != 2 ||
            left.Shape[transposeLeft ? 0 : 1] != right.Shape[transposeRight ? 1 : 0])
        {
            throw new ArgumentException($"No matrix product of {left.Shape}{(transposeLeft ? "^T" : "")} and {right.Shape}{(transposeRight ? "^T" : "")}.");
        }
        return Make(new MatrixProduct(transposeLeft, transposeRight),
            Shape.Of(left.Shape[transposeLeft ? 1 : 0], right.Shape[transposeRight ? 0 : 1]), left, right);
    }

    /// <summary>Convolution of x [N, H, W, C] with w [R, S, C / groups, K]: y [N, P, Q, K].</summary>
    /// <exception cref="ArgumentException">A shape does not fit the geometry, or the window not the image.</exception>
    public Tensor Convolution(ConvolutionGeometry g, Tensor x, Tensor w)
    {
        int n = x.Shape[0];
        RequireWindows(g);
        Require(x, g.Input(n));
        Require(w, g.Weights);
        return g.IsDense
            ? MatrixProduct(Rows(x, n), Rows(w, w.Shape.Rows)).Reshape(n, 1, 1, g.Filters)
            : Make(new Convolution(g), g.Output(n), x, w);
    }

    /// <summary>Transposed convolution of y [N, P, Q, K] with w [R, S, C, K]: x [N, H, W, C].</summary>
    public Tensor ConvolutionDataGradient(ConvolutionGeometry g, Tensor y, Tensor w)
    {
        int n = y.Shape[0];
        RequireWindows(g);
        Require(y, g.Output(n));
        Require(w, g.Weights);
        return g.IsDense
            ? Reshape(MatrixProduct(Rows(y, n), Rows(w, w.Shape.Rows), transposeRight: true), g.Input(n))
            : Make(new ConvolutionDataGradient(g), g.Input(n), y, w);
    }

    /// <summary>Weight gradient of a convolution from x [N, H, W, C] and y [N, P, Q, K]: w [R, S, C, K].</summary>
    public Tensor ConvolutionWeightGradient(ConvolutionGeometry g, Tensor x, Tensor y)
    {
        int n = x.Shape[0];
        RequireWindows(g);
        Require(x, g.Input(n));
        Require(y, g.Output(n));
        return g.IsDense
            ? Reshape(MatrixProduct(Rows(x, n), Rows(y, n), transposeLeft: true), g.Weights)
            : Make(new ConvolutionWeightGradient(g), g.Weights, x, y);
    }

    /// <summary>Binary cross entropy of logits with one target for all, mean over the elements.</summary>
    public Tensor BceLoss(Tensor logits, float target) => Make(new BceLoss(target), Shape.Scalar, logits);

    /// <summary>(sigmoid(x) - target) / n.</summary>
    public Tensor BceGradient(Tensor logits, float target) => Make(new BceGradient(target), logits.Shape, logits);

    /// <summary>Mean of sigmoid(x), taken from the pass that computes the loss with the same target.</summary>
    public Tensor MeanProbability(Tensor logits, float target) => Make(new MeanProbability(target), Shape.Scalar, logits);

    /// <summary>Standard normal numbers, new for each value of the counter.</summary>
    public Tensor RandomNormal(Shape shape, ulong seed, int stream, Counter counter) => RandomNormal(shape, seed, stream, counter, columns: 1);

    /// <summary>The same as columns with a number for each image, one after the other; as one column where images follow one another.</summary>
    internal Tensor RandomNormal(Shape shape, ulong seed, int stream, Counter counter, int columns) =>
        Make(new RandomNormal(seed, stream, counter) { Part = PartOf(shape, columns) }, shape);

    /// <summary>Numbers uniform in [0, 1), new for each value of the counter.</summary>
    public Tensor RandomUniform(Shape shape, ulong seed, int stream, Counter counter) => RandomUniform(shape, seed, stream, counter, columns: 1);

    /// <summary>The same as columns with a number for each image, one after the other; as one column where images follow one another.</summary>
    internal Tensor RandomUniform(Shape shape, ulong seed, int stream, Counter counter, int columns) =>
        Make(new RandomUniform(seed, stream, counter) { Part = PartOf(shape, columns) }, shape);

    /// <summary>A batch of real images [batch, H, W, C] in [-1, 1], new for each value of the counter.</summary>
    public Tensor GatherImages(ByteSource source, int batch, ulong seed, int stream, Counter counter, bool flip) =>
        GatherImages(source, batch, seed, stream, counter, flip, source.ImageShape[0], source.ImageShape[1]);

    /// <summary>
    /// The same, a window of each image, which lies anywhere in it with equal chance: [batch, height, width, C]. All channels of an image are cut and mirrored alike.
    /// The windows, too, are a function of seed, stream, counter and place.
    /// </summary>
    /// <exception cref="ArgumentException">The window is larger than the images.</exception>
    public Tensor GatherImages(ByteSource source, int batch, ulong seed, int stream, Counter counter, bool flip, int height, int width)
    {
        if (height < 1 || width < 1 || height > source.ImageShape[0] || width > source.ImageShape[1])
        {
            throw new ArgumentException($"A window of {width} x {height} cannot be cut out of images of {source.ImageShape[1]} x {source.ImageShape[0]}.");
        }
        var shape = Shape.Of(batch, height, width, source.ImageShape[2]);
        return Make(new GatherImages(source, seed, stream, counter, flip) { Part = PartOf(shape) }, shape);
    }

    /// <summary>
    /// The labels of the images that <see cref="GatherImages(ByteSource, int, ulong, int, Counter, bool)"/> gives for the same batch,
    /// seed and counter: one-hot rows [batch, source.Width]. With another seed they are labels of other images, in the data's frequencies.
    /// </summary>
    public Tensor GatherLabels(LabelSource source, int batch, ulong seed, Counter counter) =>
        Make(new GatherLabels(source, seed, counter) { Part = PartOf(Shape.Of(batch, source.Width)) }, Shape.Of(batch, source.Width));

    /// <summary>A batch of rows of a variable, new for each value of the counter.</summary>
    public Tensor GatherRows(Variable source, Shape batch, ulong seed, Counter counter) =>
        Make(new GatherRows(source, source.Size / (batch.Size / batch[0]), seed, counter) { Part = PartOf(batch) }, batch);

    /// <summary>Writes a tensor into a window of a variable.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window leaves the variable.</exception>
    public void Assign(Variable variable, int offset, Tensor value)
    {
        RequireWindow(variable, offset, value.Shape);
        Effect(new Assign(variable, offset), value.Shape, value);
    }

    /// <summary>Updates all parameters of a set with their gradients, given in the set's order; advance the counter after it.</summary>
    /// <exception cref="ArgumentException">A gradient is missing, or has not its parameter's shape; or a rate is no scalar.</exception>
    public void Update(ParameterSet parameters, IReadOnlyList<Tensor> gradients, Optimizer optimizer, Counter counter) =>
        Update(parameters.Parameters, gradients, optimizer, counter);

    /// <summary>Updates some parameters of a set and leaves the others as they are, their average and what the optimiser keeps of them, too.</summary>
    /// <param name="parameters">At least one, each the neighbour of the one before.</param>
    /// <param name="gradients">Theirs, in their order.</param>
    /// <param name="optimizer">The rule and its numbers.</param>
    /// <param name="counter">Updates so far; advance it afterwards.</param>
    /// <exception cref="ArgumentException">A gradient is missing, or has not its parameter's shape; they are no neighbours; or a rate is no scalar.</exception>
    public void Update(IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> gradients, Optimizer optimizer, Counter counter)
    {
        var set = parameters.Count > 0 ? parameters[0].Set : throw new ArgumentException("There is no parameter to update.");
        int first = set.Parameters.ToList().IndexOf(parameters[0]);
        if (!set.Parameters.Skip(first).Take(parameters.Count).SequenceEqual(parameters))
        {
            throw new ArgumentException($"The parameters of {set.Name} to be updated are no neighbours in it.");
        }
        if (gradients.Count != parameters.Count)
        {
            throw new ArgumentException($"{parameters.Count} parameters of {set.Name} are to be updated; {gradients.Count} gradients were given.");
        }
        foreach (var (parameter, gradient) in parameters.Zip(gradients))
        {
            Require(gradient, parameter.Shape);
        }
        Update(new(set, optimizer.Rule, optimizer.Epsilon, optimizer.WeightDecay, counter) { Updated = parameters }, gradients, optimizer);
    }

    /// <summary>Updates neighbouring parameters of a set with the gradients that were summed over leaves.</summary>
    internal void Update(IReadOnlyList<Parameter> parameters, Optimizer optimizer, Counter counter) =>
        Update(new(parameters[0].Set, optimizer.Rule, optimizer.Epsilon, optimizer.WeightDecay, counter) { AreSummed = true, Updated = parameters }, [], optimizer);

    private void Update(ParameterUpdate update, IReadOnlyList<Tensor> gradients, Optimizer optimizer)
    {
        Tensor[] rates = [.. new[] { optimizer.LearningRate, optimizer.Beta1, optimizer.Beta2, optimizer.AverageHalfLife }.Select(rate => rate.In(this))];
        foreach (var rate in rates)
        {
            Require(rate, Shape.Scalar);
        }
        Effect(update, Shape.Scalar, [.. gradients, .. rates]);
    }

    /// <summary>Adds one to a counter.</summary>
    public void Advance(Counter counter)
    {
        Effect(new Advance(counter), Shape.Scalar);
        Forget(counter);
    }

    /// <summary>Ends a segment: what was made so far runs in it, what follows in the next.</summary>
    public void EndSegment() => Effect(new SegmentEnd(), Shape.Scalar);

    /// <summary>Makes tensors again when equal ones are asked for: those of a segment that is not run each time would later be those of an earlier run, or of none.</summary>
    /// <param name="first">The number of the first that is not known any more, and with it all that were made since.</param>
    internal void ForgetFrom(int first) => Forget(tensor => tensor.Id >= first);

    private void Forget(Counter counter) => Forget(tensor => tensor.Operation.IsDrawnBy(counter));

    private void Forget(Func<Tensor, bool> isStale)
    {
        foreach (var stale in known.Where(entry => isStale(entry.Value)).ToList())
        {
            known.Remove(stale.Key);
        }
    }

    /// <summary>Whether a tensor of one shape can be repeated to another.</summary>
    internal static bool Fits(Shape small, Shape large) =>
        small.Equals(large) || small.Size == 1 ||
        (small.Rank == 1 && small.Columns == large.Columns) ||
        (small.Rank == large.Rank && small.Columns == 1 && small.Rows == large.Rows &&
            small.ToArray().AsSpan(0, small.Rank - 1).SequenceEqual(large.ToArray().AsSpan(0, small.Rank - 1)));

    // Gradients are full of products with one and sums with nothing; folding them here keeps every later pass simple.
    private Tensor? Simplify(BinaryFunction function, Tensor left, Tensor right) =>
        (function, (left.Operation as Constant)?.Value, (right.Operation as Constant)?.Value) switch
        {
            (BinaryFunction.Add, float a, float b) => Constant(a + b),
            (BinaryFunction.Subtract, float a, float b) => Constant(a - b),
            (BinaryFunction.Multiply, float a, float b) => Constant(a * b),
            (BinaryFunction.Multiply, 1f, _) => right,
            (BinaryFunction.Multiply, _, 1f) => left,
            (BinaryFunction.Divide, _, 1f) => left,
            (BinaryFunction.Add, 0f, _) => right,
            (BinaryFunction.Add or BinaryFunction.Subtract, _, 0f) => left,
            _ => null,
        };

    private static Shape OnePixel(Shape shape) => shape.Rank >= 2
        ? Shape.Of([shape[0], .. Enumerable.Repeat(1, shape.Rank - 2), shape.Columns])
        : throw new ArgumentException($"{shape} has no axis of images before its channels.");

    private static Tensor Rows(Tensor x, int rows) => x.Reshape(rows, x.Shape.Size / rows);

    // Integer division would round a window that does not fit to one that does.
    private static void RequireWindows(ConvolutionGeometry g)
    {
        if (g.Groups < 1 || g.Channels % g.Groups != 0 || g.Filters % g.Groups != 0)
        {
            throw new ArgumentException($"{g.Channels} channels and {g.Filters} filters cannot be cut into {g.Groups} groups.");
        }
        if (g.Stride < 1 || g.Padding < 0 || g.KernelHeight > g.Height + 2 * g.Padding || g.KernelWidth > g.Width + 2 * g.Padding)
        {
            throw new ArgumentException($"No window of {g.KernelWidth} x {g.KernelHeight} with stride {g.Stride} fits an image of {g.Width} x {g.Height} padded by {g.Padding}.");
        }
    }

    private static void RequireWindow(Variable variable, int offset, Shape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + shape.Size, variable.Size, nameof(shape));
    }

    private static void Require(Tensor tensor, Shape shape)
    {
        if (!tensor.Shape.Equals(shape))
        {
            throw new ArgumentException($"Expected a tensor of {shape}, not of {tensor.Shape}.");
        }
    }

    /// <summary>The same operation on other inputs of the same shapes, whatever graph it comes from.</summary>
    internal Tensor Repeat(Tensor original, Tensor[] inputs) => Make(original.Operation, original.Shape, inputs);

    private Tensor Make(Operation operation, Shape shape, params Tensor[] inputs)
    {
        var key = new Key(operation, shape, inputs);
        return known.TryGetValue(key, out var tensor) ? tensor : known[key] = Append(operation, shape, inputs);
    }

    // Never shared: writing the same value again, after another, is another event.
    private void Effect(Operation operation, Shape shape, params Tensor[] inputs)
    {
        effects.Add(Append(operation, shape, inputs));
        foreach (var written in operation.Writes())
        {
            written.Version++;
        }
    }

    private Tensor Append(Operation operation, Shape shape, Tensor[] inputs)
    {
        if (inputs.Any(input => input.Graph != this))
        {
            throw new ArgumentException($"{operation} was given a tensor of another graph; read what the two share from a variable.");
        }
        var tensor = new Tensor(this, tensors.Count, operation, shape, inputs);
        tensors.Add(tensor);
        return tensor;
    }

    private readonly struct Key(Operation operation, Shape shape, Tensor[] inputs) : IEquatable<Key>
    {
        private readonly Operation operation = operation;
        private readonly Shape shape = shape;
        private readonly Tensor[] inputs = inputs;

        public bool Equals(Key other) =>
            operation.Equals(other.operation) && shape.Equals(other.shape) && inputs.AsSpan().SequenceEqual(other.inputs);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() =>
            inputs.Aggregate(HashCode.Combine(operation, shape), (hash, input) => HashCode.Combine(hash, input.Id));
    }
}
