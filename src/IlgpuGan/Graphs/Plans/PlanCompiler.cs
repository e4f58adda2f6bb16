using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;
using K = IlgpuGan.Kernels;

namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// Turns a graph into launches. Two passes over the same code: the first learns which buffers live how long, the second, when the arena
/// is laid out, binds views.
/// </summary>
internal sealed class PlanCompiler
{
    // Up to here a product with as many columns would leave most of a vector, or of a GPU's tile, empty.
    private const int MostFoldedChannels = 4;

    private readonly VariableStore variables;
    private readonly Graph graph;
    private readonly Fusion fusion;
    private readonly HashSet<Tensor> outputs;
    private readonly Dictionary<Tensor, (Variable Variable, int Offset)> pins = [];
    private readonly Dictionary<Tensor, int> lastUses = [];
    private readonly HashSet<Tensor> copies = [];
    private readonly ArenaLayout layout = new();
    private readonly Dictionary<object, ArenaLayout.Block> blocks = [];
    private readonly List<Launch> launches = [];
    private readonly List<int> segments = [];
    private ArrayView<float> arena;
    private bool isBinding;
    private int clock;

    public PlanCompiler(VariableStore variables, Graph graph, IReadOnlyList<Tensor> outputs)
    {
        (this.variables, this.graph) = (variables, graph);
        fusion = new(graph, outputs);
        this.outputs = [.. outputs.Select(Fusion.Storage)];
        CheckReads();
        foreach (var tensor in fusion.Live)
            foreach (var input in tensor.Inputs)
                lastUses[Fusion.Storage(input)] = tensor.Id;
        foreach (var output in this.outputs)
            lastUses[output] = int.MaxValue;
        foreach (var read in fusion.Live.Where(tensor => tensor.Operation is Read && lastUses.ContainsKey(tensor)))
            if (graph.Effects.Any(effect => Overwrites(effect, read)))
                copies.Add(read);
        foreach (var update in graph.Effects.Where(effect => effect.Operation is AdamUpdate))
            PinGradients(update);
        Walk();
        // Outputs keep their memory to themselves: a segment may run again before another's output is fetched.
        foreach (var output in this.outputs.Where(blocks.ContainsKey))
            (blocks[output].First, blocks[output].Last) = (0, int.MaxValue);
        layout.Place();
    }

    /// <summary>Floats of arena that the plan needs.</summary>
    public long ArenaSize => layout.Size;

    private bool IsCpu => variables.Device.Kind == DeviceKind.Cpu;

    /// <summary>The launches over an arena, cut into segments.</summary>
    public IReadOnlyList<IReadOnlyList<Launch>> Bind(ArrayView<float> arena)
    {
        (this.arena, isBinding) = (arena, true);
        Walk();
        segments.Add(launches.Count);
        return [.. segments.Select((end, i) => launches[(i == 0 ? 0 : segments[i - 1])..end])];
    }

    /// <summary>Where a stored tensor lies.</summary>
    public ArrayView<float> View(Tensor tensor)
    {
        var storage = Fusion.Storage(tensor);
        int size = tensor.Shape.Size;
        if (storage.Operation is Read read && !copies.Contains(storage))
            return variables.View(read.Variable).SubView(read.Offset, size);
        if (pins.TryGetValue(storage, out var pin))
            return variables.View(pin.Variable).SubView(pin.Offset, size);
        return Temporary(storage, size);
    }

    private void Walk()
    {
        clock = 0;
        foreach (var tensor in fusion.Live)
            Lower(tensor);
    }

    /// <summary>A read of an old version after an update would see the new one.</summary>
    private void CheckReads()
    {
        var updated = new Dictionary<Variable, int>();
        foreach (var effect in graph.Effects)
            if (effect.Operation is AdamUpdate { Parameters.Values: var values })
                updated.TryAdd(values, effect.Id);
        foreach (var tensor in fusion.Live)
            foreach (var input in tensor.Inputs.Select(Fusion.Storage))
                if (input.Operation is Read read && updated.TryGetValue(read.Variable, out int update) && input.Id < update && tensor.Id > update)
                    throw new InvalidOperationException($"{tensor} reads {read.Variable} as it was before its update; read it again.");
    }

    /// <summary>Whether an effect writes what a read still has to give; the read then keeps a copy.</summary>
    private bool Overwrites(Tensor effect, Tensor tensor)
    {
        var read = (Read)tensor.Operation;
        if (effect.Id < tensor.Id)
            return false;
        return effect.Operation switch
        {
            Assign assign when assign.Variable == read.Variable && Overlap(assign.Offset, effect.Shape, read.Offset, tensor.Shape) =>
                lastUses[tensor] > effect.Id || ShiftsInto(effect, tensor, assign.Offset != read.Offset || effect.Shape.Size != tensor.Shape.Size),
            // Gradients are written where they are computed, before their update.
            AdamUpdate update when read.Variable == update.Parameters.Gradients => true,
            AdamUpdate { Parameters: var set } when read.Variable == set.Values || read.Variable == set.Average ||
                read.Variable == set.FirstMoment || read.Variable == set.SecondMoment => lastUses[tensor] > effect.Id,
            _ => false,
        };
    }

    // Elements are written in any order: what is read must be the very element that is written.
    private bool ShiftsInto(Tensor assignment, Tensor read, bool isElsewhere) =>
        isElsewhere && fusion.Leaves(assignment).Any(leaf => Fusion.Storage(leaf) == read);

    private static bool Overlap(int offset, Shape shape, int otherOffset, Shape other) =>
        offset < otherOffset + other.Size && otherOffset < offset + shape.Size;

    /// <summary>
    /// Lets gradients be computed where the update reads them; unless another update of the same set comes between, or follows while
    /// they are still needed.
    /// </summary>
    private void PinGradients(Tensor update)
    {
        var set = ((AdamUpdate)update.Operation).Parameters;
        var others = graph.Effects.Where(effect => effect != update && effect.Operation is AdamUpdate other && other.Parameters == set).ToList();
        foreach (var (parameter, gradient) in set.Parameters.Zip(update.Inputs))
        {
            var storage = Fusion.Storage(gradient);
            bool isAlone = others.All(other => other.Id < update.Id ? storage.Id > other.Id : lastUses[storage] <= update.Id);
            if (isAlone && storage.Operation is not (Read or Constant))
                pins.TryAdd(storage, (set.Gradients, parameter.Offset));
        }
    }

    private ArrayView<float> Temporary(object key, int size)
    {
        if (isBinding)
            return arena.SubView(blocks[key].Offset, size);
        if (blocks.TryGetValue(key, out var block))
            block.Last = Math.Max(block.Last, clock);
        else
            blocks[key] = layout.Add(size, clock, clock);
        return default;
    }

    private void Emit<TParameters>(Type kernel, TParameters parameters, string name, double flops, double bytes)
        where TParameters : struct
    {
        if (isBinding)
            launches.Add(Launch.Create(kernel, parameters, name, flops, bytes));
        clock++;
    }

    private void Lower(Tensor tensor)
    {
        switch (tensor.Operation)
        {
            case Read read when copies.Contains(tensor):
                LowerCopy(tensor, variables.View(read.Variable).SubView(read.Offset, tensor.Shape.Size));
                break;
            case Constant when fusion.IsStored(tensor):
                LowerElementwise(tensor, tensor.Shape, View(tensor), $"Fill {tensor.Shape}");
                break;
            case Unary or Binary or Broadcast or BatchNormalize when fusion.IsStored(tensor):
                if (fusion.Absorbs(tensor) is { } product)
                    LowerProduct(product, tensor);
                else
                    LowerElementwise(tensor, tensor.Shape, View(tensor), Describe(tensor));
                break;
            case Assign assign:
                LowerElementwise(tensor.Inputs[0], tensor.Shape, variables.View(assign.Variable).SubView(assign.Offset, tensor.Shape.Size),
                    $"Assign {assign.Variable}", isRoot: !fusion.IsStored(tensor.Inputs[0]));
                break;
            case SumRows:
                LowerSumRows(tensor);
                break;
            case SumColumns:
                LowerSumColumns(tensor);
                break;
            case MatrixProduct or Convolution or ConvolutionDataGradient or ConvolutionWeightGradient when fusion.AbsorbedBy(tensor) is null:
                LowerProduct(tensor, tensor);
                break;
            case BceLoss or BceGradient or MeanProbability:
                LowerBce(tensor);
                break;
            case RandomNormal random:
                LowerRandom(typeof(K.RandomNormal), tensor, random.Seed, random.Stream, random.Counter);
                break;
            case RandomUniform random:
                LowerRandom(typeof(K.RandomUniform), tensor, random.Seed, random.Stream, random.Counter);
                break;
            case GatherImages gather:
                LowerGather(tensor, gather);
                break;
            case GatherRows gather:
                Emit(typeof(K.GatherRows), new GatherRowsParameters
                {
                    Output = View(tensor),
                    Source = variables.View(gather.Source),
                    Counters = variables.Counters,
                    CounterIndex = variables.Index(gather.Counter),
                    SeedLow = (uint)gather.Seed,
                    SeedHigh = (uint)(gather.Seed >> 32),
                    Rows = gather.Rows,
                    Batch = tensor.Shape[0],
                    RowSize = tensor.Shape.Size / tensor.Shape[0],
                }, $"GatherRows {tensor.Shape}", 0, 8.0 * tensor.Shape.Size);
                break;
            case AdamUpdate update:
                LowerAdam(tensor, update);
                break;
            case Advance advance:
                Emit(typeof(AdvanceCounter), new CounterParameters { Counters = variables.Counters, Index = variables.Index(advance.Counter) },
                    $"Advance {advance.Counter}", 0, 4);
                break;
            case SegmentEnd when isBinding:
                segments.Add(launches.Count);
                break;
        }
    }

    private static string Describe(Tensor tensor) => $"{tensor.Operation switch
    {
        Unary unary => unary.Function.ToString(),
        Binary binary => binary.Function.ToString(),
        var operation => operation.GetType().Name,
    }} {tensor.Shape}";

    private static double Bytes(IEnumerable<Tensor> tensors, Shape output) => 4.0 * (output.Size + tensors.Sum(tensor => (double)tensor.Shape.Size));

    private void LowerElementwise(Tensor tensor, Shape space, ArrayView<float> output, string name, bool isRoot = true)
    {
        var formula = new Formula(fusion, tensor, space, isRoot: isRoot);
        Emit(typeof(Elementwise<>).MakeGenericType(formula.Expression), new ElementwiseParameters
        {
            Output = output,
            Operands = formula.Bind(View, output),
            Rows = formula.IsFlat ? 1 : space.Rows,
            Columns = formula.IsFlat ? space.Size : space.Columns,
        }, $"{name} by {formula.Operations} operations", (double)formula.Operations * space.Size, Bytes(formula.Tensors, space));
    }

    private void LowerCopy(Tensor tensor, ArrayView<float> source)
    {
        var output = View(tensor);
        var formula = new Formula(fusion, tensor, tensor.Shape, isRoot: false);
        Emit(typeof(Elementwise<>).MakeGenericType(formula.Expression), new ElementwiseParameters
        {
            Output = output,
            Operands = formula.Bind(_ => source, source),
            Rows = 1,
            Columns = tensor.Shape.Size,
        }, $"Copy {tensor.Shape}", 0, 8.0 * tensor.Shape.Size);
    }

    private void LowerSumRows(Tensor tensor)
    {
        var space = tensor.Inputs[0].Shape;
        var formula = new Formula(fusion, tensor.Inputs[0], space, isRoot: false);
        // Enough parts for every thread of the device, none of them tiny.
        int wanted = IsCpu ? space.Size / 8192 : 16384 / space.Columns;
        int parts = Math.Clamp(wanted, 1, Math.Max(1, Math.Min(IsCpu ? 32 : 1024, space.Rows / 8)));
        var output = View(tensor);
        var target = parts == 1 ? output : Temporary((tensor, "parts"), parts * space.Columns);
        Emit(typeof(SumRows<>).MakeGenericType(formula.Expression), new ReductionParameters
        {
            Output = target,
            Operands = formula.Bind(View, target),
            Rows = space.Rows,
            Columns = space.Columns,
            Blocks = parts,
        }, $"SumRows {space} of {formula.Operations} operations", (formula.Operations + 1.0) * space.Size, Bytes(formula.Tensors, tensor.Shape));
        if (parts == 1)
            return;
        output = View(tensor);
        target = Temporary((tensor, "parts"), parts * space.Columns);
        Emit(typeof(SumRows<Full<Slot0>>), new ReductionParameters
        {
            Output = output,
            Operands = Only(target, output),
            Rows = parts,
            Columns = space.Columns,
            Blocks = 1,
        }, $"SumRows [{parts}, {space.Columns}]", parts * space.Columns, 4.0 * parts * space.Columns);
    }

    private void LowerSumColumns(Tensor tensor)
    {
        var space = tensor.Inputs[0].Shape;
        var formula = new Formula(fusion, tensor.Inputs[0], space, isRoot: false);
        var output = View(tensor);
        Emit(typeof(SumColumns<>).MakeGenericType(formula.Expression), new ReductionParameters
        {
            Output = output,
            Operands = formula.Bind(View, output),
            Rows = space.Rows,
            Columns = space.Columns,
            Blocks = 1,
        }, $"SumColumns {space} of {formula.Operations} operations", (formula.Operations + 1.0) * space.Size, Bytes(formula.Tensors, tensor.Shape));
    }

    private static Operands Only(ArrayView<float> first, ArrayView<float> unused) => new()
    {
        X0 = first, X1 = unused, X2 = unused, X3 = unused, X4 = unused, X5 = unused, X6 = unused, X7 = unused,
    };

    /// <summary>Both outputs of the one pass are made when the first of them is asked for.</summary>
    private void LowerBce(Tensor tensor)
    {
        var logits = tensor.Inputs[0];
        float target = tensor.Operation switch
        {
            BceLoss loss => loss.Target,
            BceGradient gradient => gradient.Target,
            MeanProbability probability => probability.Target,
            _ => throw new InvalidOperationException(),
        };
        var family = fusion.Live.Where(other => other.Inputs.Count == 1 && other.Inputs[0] == logits && other.Operation switch
        {
            BceLoss loss => loss.Target.Equals(target),
            BceGradient gradient => gradient.Target.Equals(target),
            MeanProbability probability => probability.Target.Equals(target),
            _ => false,
        }).ToList();
        if (family[0] != tensor)
            return;
        ArrayView<float> Output<TOperation>(int size) =>
            family.Find(member => member.Operation is TOperation) is { } member ? View(member) : Temporary((tensor, typeof(TOperation)), size);
        Emit(typeof(BceWithLogits), new BceParameters
        {
            Logits = View(logits),
            Loss = Output<BceLoss>(1),
            Gradient = Output<BceGradient>(logits.Shape.Size),
            Probability = Output<MeanProbability>(1),
            Target = target,
            Count = logits.Shape.Size,
        }, $"Bce {logits.Shape}", 10.0 * logits.Shape.Size, 8.0 * logits.Shape.Size);
    }

    private void LowerRandom(Type kernel, Tensor tensor, ulong seed, int stream, Counter counter) =>
        Emit(kernel, new RandomParameters
        {
            Output = View(tensor),
            Counters = variables.Counters,
            CounterIndex = variables.Index(counter),
            Stream = stream,
            SeedLow = (uint)seed,
            SeedHigh = (uint)(seed >> 32),
            Count = tensor.Shape.Size,
        }, $"{kernel.Name} {tensor.Shape}", 0, 4.0 * tensor.Shape.Size);

    private void LowerGather(Tensor tensor, GatherImages gather)
    {
        var bytes = variables.BytesOf(gather.Source);
        Emit(typeof(K.GatherImages), new GatherParameters
        {
            Output = View(tensor),
            Source = bytes.View,
            Counters = variables.Counters,
            CounterIndex = variables.Index(gather.Counter),
            Stream = gather.Stream,
            SeedLow = (uint)gather.Seed,
            SeedHigh = (uint)(gather.Seed >> 32),
            Count = gather.Source.Count,
            Batch = tensor.Shape[0],
            Width = gather.Source.ImageShape[1],
            Channels = gather.Source.ImageShape[2],
            ImageSize = gather.Source.ImageShape.Size,
            Flip = gather.Flip ? 1 : 0,
            IsStaged = bytes.IsStaged ? 1 : 0,
        }, $"GatherImages {tensor.Shape}", 0, 5.0 * tensor.Shape.Size);
    }

    private void LowerAdam(Tensor tensor, AdamUpdate update)
    {
        var set = update.Parameters;
        var settings = update.Settings;
        var gradients = variables.View(set.Gradients);
        foreach (var (parameter, gradient) in set.Parameters.Zip(tensor.Inputs))
        {
            bool isInPlace = pins.TryGetValue(Fusion.Storage(gradient), out var pin) && pin == (set.Gradients, parameter.Offset);
            if (!isInPlace)
                LowerElementwise(gradient, gradient.Shape, gradients.SubView(parameter.Offset, parameter.Shape.Size), $"Copy {gradient.Shape}", isRoot: false);
        }
        Emit(typeof(Adam), new AdamParameters
        {
            Values = variables.View(set.Values),
            Gradients = gradients,
            FirstMoment = variables.View(set.FirstMoment),
            SecondMoment = variables.View(set.SecondMoment),
            Average = variables.View(set.Average),
            Counters = variables.Counters,
            CounterIndex = variables.Index(update.Counter),
            Count = set.Values.Size,
            LearningRate = settings.LearningRate,
            Beta1 = settings.Beta1,
            Beta2 = settings.Beta2,
            OneMinusBeta1 = (float)(1 - (double)settings.Beta1),
            OneMinusBeta2 = (float)(1 - (double)settings.Beta2),
            LogBeta1 = (float)Math.Max(-1e4, Math.Log(settings.Beta1)),
            LogBeta2 = (float)Math.Max(-1e4, Math.Log(settings.Beta2)),
            Epsilon = settings.Epsilon,
            AverageRate = settings.AverageHalfLife > 0 ? (float)(1 - Math.Pow(0.5, 1 / settings.AverageHalfLife)) : 1,
        }, $"Adam {set.Name} [{set.Size}]", 16.0 * set.Size, 36.0 * set.Size);
    }

    /// <summary>A product or convolution, stored through the formula of the element-wise tensor that absorbs it.</summary>
    private void LowerProduct(Tensor product, Tensor result)
    {
        var a = product.Inputs[0];
        var b = product.Inputs[1];
        var shape = product.Shape;
        switch (product.Operation)
        {
            case MatrixProduct matrix:
                LowerMatrixProduct(product, result, matrix, a, b);
                break;
            case Convolution(var g):
                Gemm(product, result, shape.Rows, g.Filters, g.Weights.Rows,
                    new WindowRows { Windows = Windows(g, View(a)) }, Outer(b, g.Filters), OutputRows.Plain(g.Filters));
                break;
            case ConvolutionWeightGradient(var g):
                Gemm(product, result, g.Weights.Rows, g.Filters, b.Shape.Rows,
                    new WindowColumns { Windows = Windows(g, View(a)) }, Outer(b, g.Filters), OutputRows.Plain(g.Filters));
                break;
            case ConvolutionDataGradient(var g) when g.Channels <= MostFoldedChannels && Epilogue(product, result) is { IsFlat: true } epilogue:
                LowerFolded(product, result, g, a, b, epilogue);
                break;
            case ConvolutionDataGradient(var g):
                for (int class0 = 0; class0 < Math.Min(g.Stride, g.Height); class0++)
                    for (int class1 = 0; class1 < Math.Min(g.Stride, g.Width); class1++)
                        LowerDataGradient(product, result, g, a, b, class0, class1);
                break;
        }
    }

    private void LowerMatrixProduct(Tensor product, Tensor result, MatrixProduct matrix, Tensor a, Tensor b)
    {
        int m = product.Shape[0], n = product.Shape[1], k = a.Shape[matrix.TransposeLeft ? 0 : 1];
        var rows = OutputRows.Plain(n);
        switch (matrix.TransposeLeft, matrix.TransposeRight)
        {
            case (false, false):
                Gemm(product, result, m, n, k, Depth(a, k), Outer(b, n), rows);
                break;
            case (false, true):
                Gemm(product, result, m, n, k, Depth(a, k), Depth(b, k), rows);
                break;
            case (true, false):
                Gemm(product, result, m, n, k, Outer(a, m), Outer(b, n), rows);
                break;
            case (true, true):
                Gemm(product, result, m, n, k, Outer(a, m), Depth(b, k), rows);
                break;
        }
    }

    private void LowerDataGradient(Tensor product, Tensor result, ConvolutionGeometry g, Tensor y, Tensor w, int class0, int class1)
    {
        int firstR = (class0 + g.Padding) % g.Stride, firstS = (class1 + g.Padding) % g.Stride;
        // Where the stride is longer than the kernel some classes meet no tap: sums of nothing, still to be stored.
        int tapsHigh = (g.KernelHeight - firstR + g.Stride - 1) / g.Stride, tapsWide = (g.KernelWidth - firstS + g.Stride - 1) / g.Stride;
        var geometry = new ClassGeometry
        {
            Lines = (g.Height - class0 + g.Stride - 1) / g.Stride,
            PixelsPerLine = (g.Width - class1 + g.Stride - 1) / g.Stride,
            TapsWide = Math.Max(1, tapsWide),
            FirstRow = (class0 + g.Padding - firstR) / g.Stride,
            FirstColumn = (class1 + g.Padding - firstS) / g.Stride,
            FirstR = firstR,
            FirstS = firstS,
            Stride = g.Stride,
        };
        int imageSize = g.Height * g.Width * g.Channels;
        Gemm(product, result, y.Shape[0] * geometry.Lines * geometry.PixelsPerLine, g.Channels, tapsHigh * tapsWide * g.Filters,
            new ClassWindows { Data = View(y), Class = geometry, Height = g.OutputHeight, Width = g.OutputWidth, Filters = g.Filters },
            new ClassWeights { Data = View(w), Class = geometry, KernelWidth = g.KernelWidth, Channels = g.Channels, Filters = g.Filters },
            new OutputRows
            {
                Lines = geometry.Lines,
                PixelsPerLine = geometry.PixelsPerLine,
                ImageStride = imageSize,
                LineStride = g.Stride * g.Width * g.Channels,
                PixelStride = g.Stride * g.Channels,
                Origin = (class0 * g.Width + class1) * g.Channels,
            });
    }

    /// <summary>A data gradient towards few channels: all taps by one dense product, then their sums.</summary>
    private void LowerFolded(Tensor product, Tensor result, ConvolutionGeometry g, Tensor y, Tensor w, Formula epilogue)
    {
        int pixels = y.Shape[0] * g.OutputHeight * g.OutputWidth, columns = g.Weights.Rows;
        var taps = Temporary((product, "taps"), pixels * columns);
        Emit(typeof(Gemm<DepthMajor, DepthMajor, Accumulator>), new GemmParameters<DepthMajor, DepthMajor>
        {
            M = pixels,
            N = columns,
            K = g.Filters,
            Left = Depth(y, g.Filters),
            Right = Depth(w, g.Filters),
            Output = taps,
            Rows = OutputRows.Plain(columns),
            Operands = Only(taps, taps),
            Scratch = Scratch(),
        }, $"ConvolutionDataGradient {pixels}x{columns}x{g.Filters}", 2.0 * pixels * columns * g.Filters, Bytes(product.Inputs, Shape.Of(pixels, columns)));
        taps = Temporary((product, "taps"), pixels * columns);
        var output = View(result);
        Emit(typeof(FoldTaps<>).MakeGenericType(epilogue.Expression), new FoldParameters
        {
            Output = output,
            Taps = taps,
            Operands = epilogue.Bind(View, output),
            Images = y.Shape[0],
            Height = g.Height,
            Width = g.Width,
            Channels = g.Channels,
            InputHeight = g.OutputHeight,
            InputWidth = g.OutputWidth,
            KernelHeight = g.KernelHeight,
            KernelWidth = g.KernelWidth,
            Stride = g.Stride,
            Padding = g.Padding,
        }, $"FoldTaps {result.Shape}", (double)pixels * columns, 4.0 * (pixels * columns + result.Shape.Size));
    }

    private static Windows Windows(ConvolutionGeometry g, ArrayView<float> x) => new()
    {
        Data = x,
        Height = g.Height,
        Width = g.Width,
        Channels = g.Channels,
        KernelWidth = g.KernelWidth,
        OutputHeight = g.OutputHeight,
        OutputWidth = g.OutputWidth,
        Stride = g.Stride,
        Padding = g.Padding,
    };

    private DepthMajor Depth(Tensor tensor, int stride) => new() { Data = View(tensor), Stride = stride };

    private OuterMajor Outer(Tensor tensor, int stride) => new() { Data = View(tensor), Stride = stride };

    private void Gemm<TLeft, TRight>(Tensor product, Tensor result, int m, int n, int k, TLeft left, TRight right, OutputRows rows)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        var output = View(result);
        var formula = Epilogue(product, result);
        Emit(typeof(Gemm<,,>).MakeGenericType(typeof(TLeft), typeof(TRight), formula.Expression), new GemmParameters<TLeft, TRight>
        {
            M = m,
            N = n,
            K = k,
            Left = left,
            Right = right,
            Output = output,
            Rows = rows,
            Operands = formula.Bind(View, output),
            Scratch = Scratch(),
        }, $"{product.Operation.GetType().Name} {m}x{n}x{k}", 2.0 * m * n * k, Bytes(product.Inputs, result.Shape));
    }

    private Formula Epilogue(Tensor product, Tensor result) => product == result
        ? new Formula(fusion, product, product.Shape, product, isRoot: false)
        : new Formula(fusion, result, result.Shape, product);

    private ArrayView<float> Scratch() => Temporary("scratch", IsCpu ? HostBlocking.ScratchSize(variables.Device.Workers) : 1);
}
