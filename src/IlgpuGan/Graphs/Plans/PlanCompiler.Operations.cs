using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using ILGPU;
using K = IlgpuGan.Kernels;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The launches of every operation but products.</summary>
internal sealed partial class PlanCompiler
{
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
                LowerColumns(tensor, typeof(SumColumns<>));
                break;
            case MaxColumns:
                LowerColumns(tensor, typeof(MaxColumns<>));
                break;
            case SumPixels:
                LowerSumPixels(tensor);
                break;
            case RepeatPixels:
                LowerMove(typeof(K.RepeatPixels), tensor, 0);
                break;
            case ShiftColumns(var shift):
                LowerMove(typeof(K.ShiftColumns), tensor, shift);
                break;
            case MatrixProduct or Convolution or ConvolutionDataGradient or ConvolutionWeightGradient when fusion.AbsorbedBy(tensor) is null:
                LowerProduct(tensor, tensor);
                break;
            case AffineSample sample:
                LowerAffine(typeof(K.AffineSample), tensor, sample.Border);
                break;
            case AffineSampleTranspose sample:
                LowerAffine(typeof(K.AffineSampleTranspose), tensor, sample.Border);
                break;
            case MixChannels mix:
                LowerMix(tensor, mix);
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
            case GatherLabels gather:
                Emit(typeof(K.GatherLabels), new GatherLabelsParameters
                {
                    Output = View(tensor),
                    Source = variables.View(gather.Source),
                    Counters = variables.Counters,
                    CounterIndex = variables.Index(gather.Counter),
                    SeedLow = (uint)gather.Seed,
                    SeedHigh = (uint)(gather.Seed >> 32),
                    Count = gather.Source.Count,
                    Batch = tensor.Shape[0],
                    Columns = gather.Source.Classes.Count,
                    Width = gather.Source.Width,
                }, $"GatherLabels {tensor.Shape}", 0, 4.0 * tensor.Shape.Size);
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
            case ParameterUpdate update:
                LowerUpdate(tensor, update);
                break;
            case Advance advance:
                Emit(typeof(AdvanceCounter), new CounterParameters { Counters = variables.Counters, Index = variables.Index(advance.Counter), Output = default },
                    $"Advance {advance.Counter}", 0, 4);
                break;
            case CounterValue value:
                Emit(typeof(ReadCounter), new CounterParameters { Counters = variables.Counters, Index = variables.Index(value.Counter), Output = View(tensor) },
                    $"Read {value.Counter}", 0, 8);
                break;
            case SegmentEnd:
                if (isBinding)
                    segments.Add(launches.Count);
                break;
            // In memory already, or part of the formula or the product of whoever reads it.
            case Literal or Read or Reshape or Constant or Unary or Binary or Broadcast or BatchNormalize:
            case MatrixProduct or Convolution or ConvolutionDataGradient or ConvolutionWeightGradient:
                break;
            default:
                throw OperationFacts.Missing(tensor.Operation, "lowering");
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
        bool isCoarse = IsHost || HasLongItems;
        int wanted = isCoarse ? space.Size / 8192 : 16384 / space.Columns;
        int parts = Math.Clamp(wanted, 1, Math.Max(1, Math.Min(isCoarse ? 32 : 1024, space.Rows / 8)));
        var kernel = HasLongItems ? typeof(SumRowsInStrips<>) : typeof(SumRows<>);
        var output = View(tensor);
        var target = parts == 1 ? output : Temporary((tensor, "parts"), (long)parts * space.Columns);
        Emit(kernel.MakeGenericType(formula.Expression), new ReductionParameters
        {
            Output = target,
            Operands = formula.Bind(View, target),
            Rows = space.Rows,
            Columns = space.Columns,
            Blocks = parts,
        }, $"SumRows {space} of {formula.Operations} operations", (formula.Operations + 1.0) * space.Size, Bytes(formula.Tensors, tensor.Shape));
        if (parts == 1)
            return;
        SumParts((tensor, "parts"), tensor, parts);
    }

    /// <summary>Adds the parts [parts, size] of a tensor, one after the other.</summary>
    private void SumParts(object key, Tensor tensor, int parts)
    {
        int size = tensor.Shape.Size;
        var output = View(tensor);
        var source = Temporary(key, (long)parts * size);
        Emit((HasLongItems ? typeof(SumRowsInStrips<>) : typeof(SumRows<>)).MakeGenericType(typeof(Full<Slot0>)), new ReductionParameters
        {
            Output = output,
            Operands = Only(source, output),
            Rows = parts,
            Columns = size,
            Blocks = 1,
        }, $"SumRows [{parts}, {size}]", (double)parts * size, 4.0 * parts * size);
    }

    private void LowerColumns(Tensor tensor, Type kernel)
    {
        var space = tensor.Inputs[0].Shape;
        var formula = new Formula(fusion, tensor.Inputs[0], space, isRoot: false);
        var output = View(tensor);
        Emit(kernel.MakeGenericType(formula.Expression), new ReductionParameters
        {
            Output = output,
            Operands = formula.Bind(View, output),
            Rows = space.Rows,
            Columns = space.Columns,
            Blocks = 1,
        }, $"{tensor.Operation.GetType().Name} {space} of {formula.Operations} operations", (formula.Operations + 1.0) * space.Size, Bytes(formula.Tensors, tensor.Shape));
    }

    private void LowerSumPixels(Tensor tensor)
    {
        var space = tensor.Inputs[0].Shape;
        var formula = new Formula(fusion, tensor.Inputs[0], space, isRoot: false);
        var output = View(tensor);
        Emit(typeof(SumPixels<>).MakeGenericType(formula.Expression), new ReductionParameters
        {
            Output = output,
            Operands = formula.Bind(View, output),
            Rows = space.Rows,
            Columns = space.Columns,
            Blocks = space[0],
        }, $"SumPixels {space} of {formula.Operations} operations", (formula.Operations + 1.0) * space.Size, Bytes(formula.Tensors, tensor.Shape));
    }

    private void LowerMove(Type kernel, Tensor tensor, int shift)
    {
        var source = tensor.Inputs[0];
        Emit(kernel, new MoveParameters
        {
            Output = View(tensor),
            Input = View(source),
            Rows = tensor.Shape.Rows,
            Columns = tensor.Shape.Columns,
            InputColumns = source.Shape.Columns,
            RowsPerInput = tensor.Shape.Rows / source.Shape.Rows,
            Shift = shift,
        }, $"{kernel.Name} {tensor.Shape}", 0, 8.0 * tensor.Shape.Size);
    }

    private static Operands Only(ArrayView<float> first, ArrayView<float> unused) => new()
    {
        X0 = first, X1 = unused, X2 = unused, X3 = unused, X4 = unused, X5 = unused, X6 = unused, X7 = unused,
    };

    /// <summary>Both outputs of the one pass are made when the first of them is asked for.</summary>
    private void LowerBce(Tensor tensor)
    {
        var logits = tensor.Inputs[0];
        float target = Target(tensor.Operation) ?? throw OperationFacts.Missing(tensor.Operation, "target");
        var family = fusion.Live.Where(other => other.Inputs.Count == 1 && other.Inputs[0] == logits && Target(other.Operation).Equals(target)).ToList();
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

        static float? Target(Operation operation) => operation switch
        {
            BceLoss loss => loss.Target,
            BceGradient gradient => gradient.Target,
            MeanProbability probability => probability.Target,
            _ => null,
        };
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

    private void LowerAffine(Type kernel, Tensor tensor, Border border)
    {
        var shape = tensor.Shape;
        // Eleven operations interpolate one element; positions and weights are shared by the channels.
        Emit(kernel, new AffineParameters
        {
            Output = View(tensor),
            Input = View(tensor.Inputs[0]),
            Coefficients = View(tensor.Inputs[1]),
            Images = shape[0],
            Height = shape[1],
            Width = shape[2],
            Channels = shape[3],
            Reflect = border == Border.Reflect ? 1 : 0,
        }, $"{kernel.Name} {shape}", 11.0 * shape.Size, Bytes(tensor.Inputs, shape));
    }

    private void LowerMix(Tensor tensor, MixChannels mix)
    {
        var shape = tensor.Shape;
        Emit(typeof(K.MixChannels), new MixParameters
        {
            Output = View(tensor),
            Input = View(tensor.Inputs[0]),
            Matrices = View(tensor.Inputs[1]),
            Images = shape[0],
            Pixels = shape[1] * shape[2],
            Channels = shape[3],
            Transpose = mix.Transpose ? 1 : 0,
        }, $"MixChannels {shape}", 2.0 * shape.Columns * shape.Size, Bytes(tensor.Inputs, shape));
    }

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

    private void LowerUpdate(Tensor tensor, ParameterUpdate update)
    {
        var set = update.Parameters;
        var gradients = variables.View(set.Gradients);
        foreach (var (parameter, gradient) in set.Parameters.Zip(tensor.Inputs))
        {
            bool isInPlace = pins.TryGetValue(Fusion.Storage(gradient), out var pin) && pin == (set.Gradients, parameter.Offset);
            if (!isInPlace)
                LowerElementwise(gradient, gradient.Shape, gradients.SubView(parameter.Offset, parameter.Shape.Size), $"Copy {gradient.Shape}", isRoot: false);
        }
        var rule = update.Rule switch
        {
            UpdateRule.Adam or UpdateRule.AdamW => typeof(AdamRule),
            UpdateRule.RmsProp => typeof(RmsPropRule),
            UpdateRule.Sgd => typeof(SgdRule),
            _ => throw new InvalidOperationException($"{update.Rule} has no kernel."),
        };
        var rates = tensor.Inputs.Skip(set.Parameters.Count).ToList();
        bool isDecoupled = update.Rule == UpdateRule.AdamW;
        // Values, gradients and average are always touched, and of the moments those that the rule has.
        double floats = 5 + (update.Rule != UpdateRule.RmsProp ? 2 : 0) + (update.Rule != UpdateRule.Sgd ? 2 : 0);
        Emit((HasLongItems ? typeof(ParameterUpdateInRanges<>) : typeof(K.ParameterUpdate<>)).MakeGenericType(rule), new UpdateParameters
        {
            Values = variables.View(set.Values),
            Gradients = gradients,
            FirstMoment = variables.View(set.FirstMoment),
            SecondMoment = variables.View(set.SecondMoment),
            Average = variables.View(set.Average),
            LearningRate = View(rates[0]),
            Beta1 = View(rates[1]),
            Beta2 = View(rates[2]),
            AverageHalfLife = View(rates[3]),
            Counters = variables.Counters,
            CounterIndex = variables.Index(update.Counter),
            Count = set.Values.Size,
            Epsilon = update.Epsilon,
            DecoupledDecay = isDecoupled ? update.WeightDecay : 0,
            WeightPenalty = isDecoupled ? 0 : update.WeightDecay,
        }, $"{update.Rule} {set.Name} [{set.Size}]", 16.0 * set.Size, 4 * floats * set.Size);
    }
}
