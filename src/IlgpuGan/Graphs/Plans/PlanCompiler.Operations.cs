using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;
using K = IlgpuGan.Kernels;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The launches of every operation but products.</summary>
internal sealed partial class PlanCompiler
{
    private void Lower(Tensor tensor)
    {
        segmentOf[tensor] = segments.Count;
        switch (tensor.Operation)
        {
            case Read read when copies.Contains(tensor):
                LowerCopy(tensor, RegionOf(read.Variable, read.Offset, tensor.Shape.Size));
                break;
            case Constant when fusion.IsStored(tensor):
                LowerElementwise(tensor, tensor.Shape, RegionOf(tensor), $"Fill {tensor.Shape}");
                break;
            case SumRows or Unary or Binary or Broadcast or RepeatPixels or BatchNormalize when families.MakesInPassing(tensor):
                break;
            case Unary or Binary or Broadcast or RepeatPixels or BatchNormalize when fusion.IsStored(tensor):
                if (fusion.Absorbs(tensor) is { } product)
                {
                    LowerProduct(product, tensor);
                }
                else
                {
                    LowerElementwise(tensor, tensor.Shape, RegionOf(tensor), Describe(tensor));
                }
                break;
            case Assign assign:
                LowerElementwise(tensor.Inputs[0], tensor.Shape, RegionOf(assign.Variable, assign.Offset, tensor.Shape.Size),
                    $"Assign {assign.Variable}", isRoot: !fusion.IsStored(tensor.Inputs[0]));
                break;
            case SumRows:
                LowerSumRows(tensor);
                break;
            case SumColumns when IsCard:
                LowerSumColumns(tensor);
                break;
            case SumColumns:
                LowerReduction(tensor, typeof(SumColumns<>), RegionOf(tensor));
                break;
            case MaxColumns:
                LowerReduction(tensor, typeof(MaxColumns<>), RegionOf(tensor));
                break;
            case SumPixels when IsCard:
                LowerSumPixels(tensor);
                break;
            case SumPixels:
                LowerReduction(tensor, typeof(SumPixels<>), RegionOf(tensor), tensor.Shape[0]);
                break;
            case ShiftColumns(var shift):
                LowerShift(tensor, shift);
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
            case ReflectionPad pad:
                LowerReflection(typeof(K.ReflectionPad), tensor, tensor.Inputs[0].Shape, pad.Padding, pad.IsBorderTwice);
                break;
            case ReflectionPadTranspose pad:
                LowerReflection(typeof(K.ReflectionPadTranspose), tensor, tensor.Shape, pad.Padding, pad.IsBorderTwice);
                break;
            case GatherPlaces:
                LowerPlaces(typeof(K.GatherPlaces), tensor, tensor.Inputs[0].Shape, tensor.Shape[1]);
                break;
            case GatherPlacesTranspose:
                LowerPlaces(typeof(K.GatherPlacesTranspose), tensor, tensor.Shape, tensor.Inputs[0].Shape[1]);
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
                LowerGather(tensor, gather);
                break;
            case GatherRows gather:
                LowerGather(tensor, gather);
                break;
            case ParameterUpdate update:
                LowerUpdate(tensor, update);
                break;
            case SumLeaves sum:
                LowerSumLeaves(tensor, sum);
                break;
            case PlaceLeaf place:
                LowerPlaceLeaf(tensor, place);
                break;
            case CopyCounter(var from, var to):
                Emit(typeof(K.CopyCounter), $"Copy {from} to {to}", tensor.Cost(), new([CounterOf(to)], [CounterOf(from)], []),
                    new CopyCounterParameters { Counters = variables.Counters, From = variables.Index(from), To = variables.Index(to) }, (p, _) => p);
                break;
            case Advance(var counter):
                Emit(typeof(AdvanceCounter), $"Advance {counter}", tensor.Cost(), new([CounterOf(counter)], [], []),
                    new CounterParameters { Counters = variables.Counters, Index = variables.Index(counter) }, (p, _) => p);
                break;
            case CounterValue(var counter):
                LowerFilling(typeof(ReadCounter), $"Read {counter}", tensor, counter,
                    new ReadCounterParameters { Counters = variables.Counters, Index = variables.Index(counter) }, (p, output) => p with { Output = output });
                break;
            case SegmentEnd:
                segments.Add(steps.Count);
                break;
            // In memory already, or part of the formula or the product of whoever reads it.
            case Literal or Read or Reshape or Detach or Constant or Unary or Binary or Broadcast or RepeatPixels or BatchNormalize:
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

    private Region CounterOf(Counter counter) => Region.OfCounter(variables.Index(counter));

    /// <summary>A step that reads no tensor, but a counter.</summary>
    private void LowerFilling<TParameters>(
        Type kernel, string name, Tensor tensor, Counter counter, TParameters numbers, Func<TParameters, ArrayView<float>, TParameters> bind)
        where TParameters : struct
    {
        var output = RegionOf(tensor);
        IReadOnlyList<Region> counters = tensor.Operation is Drawn { Part.Leaf: var leaf } ? [CounterOf(counter), CounterOf(leaf.Counter)] : [CounterOf(counter)];
        Emit(kernel, name, tensor.Cost(), new([output], counters, []), numbers, (p, memory) => bind(p, memory[output]));
    }

    private void LowerElementwise(Tensor tensor, Shape space, Region output, string name, bool isRoot = true)
    {
        var formula = new Formula(fusion, tensor, space, isRoot: isRoot);
        EmitElementwise($"{name} by {formula.Operations} operations", formula, formula.Cost + Stored(output, space.Size), RegionsOf(formula.Tensors), output, space);
    }

    private void LowerCopy(Tensor tensor, Region source) =>
        EmitElementwise($"Copy {tensor.Shape}", new Formula(fusion, tensor, tensor.Shape, isRoot: false), Cost.OfFloats(2.0 * tensor.Shape.Size),
            [source], RegionOf(tensor), tensor.Shape);

    private void EmitElementwise(string name, Formula formula, Cost cost, IReadOnlyList<Region> inputs, Region output, Shape space)
    {
        int columns = formula.IsFlat ? space.Size : space.Columns;
        var width = WidthOf(output, output.IsOnQuads && formula.IsInQuads(columns, inputs));
        Emit(IsCard ? typeof(ElementwiseInGroups<,>).MakeGenericType(width, formula.Expression) : typeof(Elementwise<>).MakeGenericType(formula.Expression), name, cost,
            new([output], inputs, []),
            new ElementwiseParameters { Rows = space.Size / columns, Columns = columns },
            (p, memory) => p with { Output = memory[output], Operands = formula.Bind(memory.All(inputs), memory[output]) });
    }

    /// <summary>Columns of a thread that stores a formula.</summary>
    private static Type WidthOf(Region output, bool isInQuads) => !output.IsInPairs ? ProductKernels.Width(isInQuads)
        : isInQuads ? typeof(ByPairs) : throw new InvalidOperationException("What lies in pairs is stored by four numbers, which this is not.");

    /// <summary>What storing so many numbers costs.</summary>
    private static Cost Stored(Region output, double numbers) => Cost.OfFloats(output.IsInPairs ? numbers / 2 : numbers);

    /// <summary>Sums or the like of a formula.</summary>
    private void LowerReduction(Tensor tensor, Type kernel, Region output, int blocks = 1, int parts = 1)
    {
        var space = tensor.Inputs[0].Shape;
        var formula = new Formula(fusion, tensor.Inputs[0], space, isRoot: false);
        var inputs = RegionsOf(formula.Tensors);
        Emit(kernel.MakeGenericType(formula.Expression), $"{tensor.Operation.GetType().Name} {space} of {formula.Operations} operations",
            formula.Cost + new Cost(tensor.Flops(), 0) + Cost.OfFloats((double)parts * tensor.Shape.Size), new([output], inputs, []),
            new ReductionParameters { Rows = space.Rows, Columns = space.Columns, Blocks = blocks },
            (p, memory) => p with { Output = memory[output], Operands = formula.Bind(memory.All(inputs), memory[output]) });
    }

    private void LowerShift(Tensor tensor, int shift)
    {
        var source = tensor.Inputs[0];
        var (output, input) = (RegionOf(tensor), RegionOf(source));
        Emit(typeof(K.ShiftColumns), $"ShiftColumns {tensor.Shape}", tensor.Cost(), new([output], [input], []),
            new MoveParameters
            {
                Rows = tensor.Shape.Rows,
                Columns = tensor.Shape.Columns,
                InputColumns = source.Shape.Columns,
                Shift = shift,
            },
            (p, memory) => p with { Output = memory[output], Input = memory[input] });
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
        {
            return;
        }
        Region Output<TOperation>(int size) =>
            family.Find(member => member.Operation is TOperation) is { } member ? RegionOf(member) : Temporary((tensor, typeof(TOperation)), size);
        var input = RegionOf(logits);
        var (loss, gradient, probability) = (Output<BceLoss>(1), Output<BceGradient>(logits.Shape.Size), Output<MeanProbability>(1));
        // What nobody asks for is written all the same.
        Emit(typeof(BceWithLogits), $"Bce {logits.Shape}", new Cost(family.Sum(member => member.Flops()), 0) + OperationCosts.Touched([logits, .. family]),
            new([loss, gradient, probability], [input], []),
            new BceParameters { Target = target, Count = logits.Shape.Size },
            (p, memory) => p with { Logits = memory[input], Loss = memory[loss], Gradient = memory[gradient], Probability = memory[probability] });

        static float? Target(Operation operation) => operation switch
        {
            BceLoss loss => loss.Target,
            BceGradient gradient => gradient.Target,
            MeanProbability probability => probability.Target,
            _ => null,
        };
    }

    private void LowerRandom(Type kernel, Tensor tensor, ulong seed, int stream, Counter counter) =>
        LowerFilling(kernel, $"{kernel.Name} {tensor.Shape}", tensor, counter,
            new RandomParameters
            {
                Draws = DrawsOf(tensor, seed, stream, counter),
                Count = tensor.Shape.Size,
                Runs = ((Drawn)tensor.Operation).Part?.Runs ?? 1,
            },
            (p, output) => p with { Output = output });

    private Draws DrawsOf(Tensor tensor, ulong seed, int stream, Counter counter) => new()
    {
        Counters = variables.Counters,
        CounterIndex = variables.Index(counter),
        Stream = stream,
        SeedLow = (uint)seed,
        SeedHigh = (uint)(seed >> 32),
        LeafIndex = tensor.Operation is Drawn { Part.Leaf.Counter: var leaf } ? variables.Index(leaf) : 0,
        Leaves = (tensor.Operation as Drawn)?.Part?.Leaf.Count ?? 1,
    };

    private void LowerAffine(Type kernel, Tensor tensor, Border border)
    {
        var shape = tensor.Shape;
        var (output, input, coefficients) = (RegionOf(tensor), RegionOf(tensor.Inputs[0]), RegionOf(tensor.Inputs[1]));
        Emit(kernel, $"{kernel.Name} {shape}", tensor.Cost(), new([output], [input, coefficients], []),
            new AffineParameters
            {
                Images = shape[0],
                Height = shape[1],
                Width = shape[2],
                Channels = shape[3],
                Reflect = border == Border.Reflect ? 1 : 0,
            },
            (p, memory) => p with { Output = memory[output], Input = memory[input], Coefficients = memory[coefficients] });
    }

    private void LowerMix(Tensor tensor, MixChannels mix)
    {
        var shape = tensor.Shape;
        var (output, input, matrices) = (RegionOf(tensor), RegionOf(tensor.Inputs[0]), RegionOf(tensor.Inputs[1]));
        Emit(typeof(K.MixChannels), $"MixChannels {shape}", tensor.Cost(), new([output], [input, matrices], []),
            new MixParameters
            {
                Images = shape[0],
                Pixels = shape[1] * shape[2],
                Channels = shape[3],
                Transpose = mix.Transpose ? 1 : 0,
            },
            (p, memory) => p with { Output = memory[output], Input = memory[input], Matrices = memory[matrices] });
    }

    /// <param name="kernel">Which of the two.</param>
    /// <param name="tensor">What it makes.</param>
    /// <param name="shape">The images without the padding.</param>
    /// <param name="padding">Pixels on each side.</param>
    /// <param name="isBorderTwice">Whether those at the border come twice.</param>
    private void LowerReflection(Type kernel, Tensor tensor, Shape shape, int padding, bool isBorderTwice)
    {
        var (output, input) = (RegionOf(tensor), RegionOf(tensor.Inputs[0]));
        Emit(kernel, $"{kernel.Name} {tensor.Shape}", tensor.Cost(), new([output], [input], []),
            new ReflectionParameters
            {
                Images = shape[0],
                Height = shape[1],
                Width = shape[2],
                Channels = shape[3],
                Padding = padding,
                Twice = isBorderTwice ? 1 : 0,
            },
            (p, memory) => p with { Output = memory[output], Input = memory[input] });
    }

    /// <param name="kernel">Which of the two.</param>
    /// <param name="tensor">What it makes.</param>
    /// <param name="shape">The images.</param>
    /// <param name="taken">How many places are taken of each.</param>
    private void LowerPlaces(Type kernel, Tensor tensor, Shape shape, int taken)
    {
        var (output, input, key) = (RegionOf(tensor), RegionOf(tensor.Inputs[0]), RegionOf(tensor.Inputs[1]));
        Emit(kernel, $"{kernel.Name} {tensor.Shape}", tensor.Cost(), new([output], [input, key], []),
            new PlacesParameters
            {
                Images = shape[0],
                Places = shape[1] * shape[2],
                Taken = taken,
                Channels = shape[3],
            },
            (p, memory) => p with { Output = memory[output], Input = memory[input], Key = memory[key] });
    }

    private void LowerGather(Tensor tensor, GatherImages gather)
    {
        var bytes = variables.BytesOf(gather.Source);
        LowerFilling(typeof(K.GatherImages), $"GatherImages {tensor.Shape}", tensor, gather.Counter,
            new GatherParameters
            {
                Source = bytes.View,
                Draws = DrawsOf(tensor, gather.Seed, gather.Stream, gather.Counter),
                Count = gather.Source.Count,
                Batch = tensor.Shape[0],
                Width = tensor.Shape[2],
                Channels = tensor.Shape[3],
                ImageSize = tensor.Shape.Size / tensor.Shape[0],
                SpareRows = gather.Source.ImageShape[0] - tensor.Shape[1],
                SpareColumns = gather.Source.ImageShape[1] - tensor.Shape[2],
                Flip = gather.Flip ? 1 : 0,
                IsStaged = bytes.IsStaged ? 1 : 0,
            },
            (p, output) => p with { Output = output });
    }

    private void LowerGather(Tensor tensor, GatherLabels gather) =>
        LowerFilling(typeof(K.GatherLabels), $"GatherLabels {tensor.Shape}", tensor, gather.Counter,
            new GatherLabelsParameters
            {
                Source = variables.View(gather.Source),
                Draws = DrawsOf(tensor, gather.Seed, 0, gather.Counter),
                Count = gather.Source.Count,
                Batch = tensor.Shape[0],
                Columns = gather.Source.Classes.Count,
                Width = gather.Source.Width,
            },
            (p, output) => p with { Output = output });

    private void LowerGather(Tensor tensor, GatherRows gather) =>
        LowerFilling(typeof(K.GatherRows), $"GatherRows {tensor.Shape}", tensor, gather.Counter,
            new GatherRowsParameters
            {
                Source = variables.View(gather.Source),
                Draws = DrawsOf(tensor, gather.Seed, 0, gather.Counter),
                Rows = gather.Rows,
                Batch = tensor.Shape[0],
                RowSize = tensor.Shape.Size / tensor.Shape[0],
            },
            (p, output) => p with { Output = output });

    /// <summary>Brings to their place those gradients that are not computed there.</summary>
    private void LowerGradients(Tensor tensor, IReadOnlyList<Parameter> updated)
    {
        var set = updated[0].Set;
        foreach (var (parameter, gradient) in updated.Zip(tensor.Inputs))
        {
            bool isInPlace = pins.TryGetValue(gradient.Storage(), out var pin) && pin == (set.Gradients, parameter.Offset);
            if (!isInPlace)
            {
                LowerElementwise(gradient, gradient.Shape, RegionOf(set.Gradients, parameter.Offset, parameter.Shape.Size),
                    $"Copy {gradient.Shape}", isRoot: false);
            }
        }
    }

    private void LowerSumLeaves(Tensor tensor, SumLeaves sum)
    {
        LowerGradients(tensor, sum.Updated);
        Region values = Region.Of(variables.View(sum.Parameters.Gradients)), partials = Region.Of(variables.View(sum.Partials));
        Emit(typeof(K.SumLeaves), $"SumLeaves {sum.Parameters.Name} [{sum.Parameters.Gradients.Size}]", tensor.Cost(),
            new([values, partials], [values, partials, CounterOf(sum.Leaf.Counter)], []),
            new SumLeavesParameters
            {
                Counters = variables.Counters,
                LeafIndex = variables.Index(sum.Leaf.Counter),
                First = sum.Leaf.First,
                Leaves = sum.Leaf.Own,
                Count = sum.Parameters.Gradients.Size,
                Means = sum.Means,
                Share = sum.Leaf.Share,
            },
            (p, memory) => p with { Values = memory[values], Partials = memory[partials] });
    }

    private void LowerPlaceLeaf(Tensor tensor, PlaceLeaf place)
    {
        var rows = tensor.Inputs[0];
        var (output, input) = (RegionOf(place.Variable, place.Offset, place.Leaf.Count * rows.Shape.Size), RegionOf(rows));
        Emit(typeof(K.PlaceLeaf), $"PlaceLeaf {place.Variable}", tensor.Cost(), new([output], [input, CounterOf(place.Leaf.Counter)], []),
            new PlaceLeafParameters
            {
                Counters = variables.Counters,
                LeafIndex = variables.Index(place.Leaf.Counter),
                Leaves = place.Leaf.Count,
                Size = rows.Shape.Size,
            },
            (p, memory) => p with { Output = memory[output], Input = memory[input] });
    }

    private void LowerUpdate(Tensor tensor, ParameterUpdate update)
    {
        var set = update.Parameters;
        if (!update.AreSummed)
        {
            LowerGradients(tensor, update.Updated);
        }
        var rule = update.Rule switch
        {
            UpdateRule.Adam or UpdateRule.AdamW => typeof(AdamRule),
            UpdateRule.RmsProp => typeof(RmsPropRule),
            UpdateRule.Sgd => typeof(SgdRule),
            _ => throw new InvalidOperationException($"{update.Rule} has no kernel."),
        };
        var rates = RegionsOf(tensor.Inputs.TakeLast(ParameterUpdate.Rates));
        Region[] state = [.. new[] { set.Values, set.FirstMoment, set.SecondMoment, set.Average }.Select(Updated)];
        var gradients = Updated(set.Gradients);
        bool isDecoupled = update.Rule == UpdateRule.AdamW;
        Emit((HasLongItems ? typeof(ParameterUpdateInRanges<>) : typeof(K.ParameterUpdate<>)).MakeGenericType(rule),
            $"{update.Rule} {set.Name} [{update.Size}]", tensor.Cost(), new(state, [gradients, .. rates, CounterOf(update.Counter)], []),
            new UpdateParameters
            {
                Counters = variables.Counters,
                CounterIndex = variables.Index(update.Counter),
                Count = update.Extent,
                Epsilon = update.Epsilon,
                DecoupledDecay = isDecoupled ? update.WeightDecay : 0,
                WeightPenalty = isDecoupled ? 0 : update.WeightDecay,
            },
            (p, memory) => p with
            {
                Values = memory[state[0]],
                Gradients = memory[gradients],
                FirstMoment = memory[state[1]],
                SecondMoment = memory[state[2]],
                Average = memory[state[3]],
                LearningRate = memory[rates[0]],
                Beta1 = memory[rates[1]],
                Beta2 = memory[rates[2]],
                AverageHalfLife = memory[rates[3]],
            });

        Region Updated(Variable variable) => RegionOf(variable, update.Offset, update.Extent);
    }
}
