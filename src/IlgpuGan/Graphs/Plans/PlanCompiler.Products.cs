using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The launches of matrix products, convolutions and their gradients.</summary>
internal sealed partial class PlanCompiler
{
    /// <summary>A product or convolution, stored through the formula of the element-wise tensor that absorbs it.</summary>
    private void LowerProduct(Tensor product, Tensor result)
    {
        var a = product.Inputs[0];
        var b = product.Inputs[1];
        var shape = product.Shape;
        if (IsOverBoth(product) && result == product)
        {
            // The other one sums over the rows of both.
            return;
        }
        switch (product.Operation)
        {
            case MatrixProduct matrix:
                LowerMatrixProduct(product, result, matrix, a, b);
                break;
            case Convolution { Geometry: { IsDepthwise: true } g }:
                LowerDepthwise(typeof(DepthwiseConvolution), product, g, a, b, product);
                break;
            case ConvolutionDataGradient { Geometry: { IsDepthwise: true } g }:
                LowerDepthwise(typeof(DepthwiseDataGradient), product, g, product, b, a);
                break;
            case ConvolutionWeightGradient { Geometry: { IsDepthwise: true } g }:
                LowerDepthwise(typeof(DepthwiseWeightGradient), product, g, a, product, b);
                break;
            case Convolution(var g) when UnfoldsFor(product):
                Gemm(product, result, shape.Rows, g.Filters, g.Weights.Rows, UnfoldedRows(a, g), Outer(product, b, g.Filters), OutputRows.Plain(g.Filters));
                break;
            case ConvolutionWeightGradient(var g) when UnfoldsFor(product):
                Gemm(product, result, g.Weights.Rows, g.Filters, RowsOf(product, b), UnfoldedColumns(product, a, g), Outer(product, b, g.Filters), OutputRows.Plain(g.Filters));
                break;
            case Convolution(var g):
                LowerGroups(product, result, g, shape.Rows, g.Weights.Rows, WindowSide(product, a, g, windows => new WindowRows { Windows = windows }), Outer(product, b, g.Filters));
                break;
            case ConvolutionWeightGradient(var g):
                LowerGroups(product, result, g, g.Weights.Rows, RowsOf(product, b), WindowSide(product, a, g, windows => new WindowColumns { Windows = windows }), Outer(product, b, g.Filters));
                break;
            case ConvolutionDataGradient(var g) when Fusion.IsOfFewChannels(product) && Epilogue(product, result) is { IsFlat: true } epilogue:
                LowerFolded(product, result, g, a, b, epilogue);
                break;
            case ConvolutionDataGradient(var g):
                LowerDataGradient(product, result, g, a, b);
                break;
            default:
                throw OperationFacts.Missing(product.Operation, "lowering");
        }
    }

    private void LowerMatrixProduct(Tensor product, Tensor result, MatrixProduct matrix, Tensor a, Tensor b)
    {
        int m = product.Shape[0], n = product.Shape[1], k = matrix.TransposeLeft ? RowsOf(product, a) : a.Shape[1];
        var rows = OutputRows.Plain(n);
        // A single column lies as a row does.
        switch (matrix.TransposeLeft, matrix.TransposeRight || (Multiplies(product) && n == 1))
        {
            case (false, false):
                Gemm(product, result, m, n, k, Depth(product, a, k), Outer(product, b, n), rows);
                break;
            case (false, true):
                Gemm(product, result, m, n, k, Depth(product, a, k), Depth(product, b, k), rows);
                break;
            case (true, false):
                Gemm(product, result, m, n, k, Outer(product, a, m), Outer(product, b, n), rows);
                break;
            case (true, true):
                Gemm(product, result, m, n, k, Outer(product, a, m), Depth(product, b, k), rows);
                break;
        }
    }

    /// <summary>A product for each group of a convolution, all in one launch, towards filters.</summary>
    private void LowerGroups<TLeft>(Tensor product, Tensor result, ConvolutionGeometry g, int m, int k, ProductSide<TLeft> left, ProductSide<OuterMajor> right)
        where TLeft : struct, IOperand
    {
        int channels = g.Channels / g.Groups, filters = g.Filters / g.Groups;
        var rows = OutputRows.Plain(g.Filters);
        if (g.Groups == 1)
        {
            Gemm(product, result, m, filters, k, left, right, rows);
            return;
        }
        Gemm(product, result, m, filters, k, left.InGroups(channels), right.InGroups(filters), rows, groups: g.Groups);
    }

    /// <summary>A product for each class of every group, all in one launch.</summary>
    private void LowerDataGradient(Tensor product, Tensor result, ConvolutionGeometry g, Tensor y, Tensor w)
    {
        int channels = g.Channels / g.Groups, filters = g.Filters / g.Groups;
        var classes = new GradientClasses
        {
            Images = y.Shape[0],
            Height = g.Height,
            Width = g.Width,
            PixelStride = g.Channels,
            KernelHeight = g.KernelHeight,
            KernelWidth = g.KernelWidth,
            Filters = filters,
            Stride = g.Stride,
            Padding = g.Padding,
        };
        var geometries = Enumerable.Range(0, classes.Count).Select(classes.At).ToArray();
        // What the kernel is chosen by: the most rows, taps and terms of any.
        var largest = geometries[0] with { TapsHigh = geometries.Max(one => one.TapsHigh), TapsWide = geometries.Max(one => one.TapsWide) };
        int m = geometries.Max(classes.Rows), k = geometries.Max(classes.Depth);
        int words = Words(product, filters), stride = Words(product, g.Filters);
        var windows = new ClassWindows { Class = largest, Height = g.OutputHeight, Width = g.OutputWidth, Filters = words, PixelStride = stride };
        var weights = new ClassWeights { Class = largest, KernelWidth = g.KernelWidth, Channels = channels, Filters = words, ChannelStride = stride };
        var left = Side(product, y, windows.Run, data => windows with { Data = data });
        var right = Side(product, w, weights.Run, data => weights with { Data = data });
        var rows = classes.Output(0, geometries[0]);
        if (g.Groups == 1)
        {
            Gemm(product, result, m, channels, k, left, right, rows, classes: classes);
            return;
        }
        Gemm(product, result, m, channels, k, left.InGroups(filters), right.InGroups(filters), rows, g.Groups, classes);
    }

    /// <summary>A data gradient towards few channels: all taps by one dense product, then their sums.</summary>
    private void LowerFolded(Tensor product, Tensor result, ConvolutionGeometry g, Tensor y, Tensor w, Formula epilogue)
    {
        int pixels = y.Shape[0] * g.OutputHeight * g.OutputWidth, columns = g.Weights.Rows;
        // Four taps are stored together, or one float.
        var taps = Multiplies(product) && columns % 4 == 0 ? TemporaryPairs((product, "taps"), (long)pixels * columns) : Temporary((product, "taps"), (long)pixels * columns);
        var moved = Stored(taps, (double)pixels * columns);
        Gemm(product, typeof(Accumulator), [], (_, output) => Only(output, output), taps,
            new Cost(product.Flops(), 0) + FactorsOf(product) + moved, pixels, columns, g.Filters,
            Depth(product, y, g.Filters), Depth(product, w, g.Filters), OutputRows.Plain(columns));
        var output = RegionOf(result);
        var inputs = RegionsOf(epilogue.Tensors);
        var kernel = HasLongItems ? typeof(FoldTapsByLines<>).MakeGenericType(epilogue.Expression)
            : typeof(FoldTaps<,>).MakeGenericType(taps.IsInPairs ? typeof(ByPairs) : typeof(ByFloats), epilogue.Expression);
        Emit(kernel, $"FoldTaps {result.Shape}",
            epilogue.Cost + moved + Cost.OfFloats(result.Shape.Size), new([output], [taps, .. inputs], []),
            new FoldParameters
            {
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
            },
            (p, memory) => p with { Output = memory[output], Taps = memory[taps], Operands = epilogue.Bind(memory.All(inputs), memory[output]) });
    }

    /// <summary>One of a depthwise convolution and its gradients, with the tensors that stand for x, w and y; one of them is what it makes.</summary>
    private void LowerDepthwise(Type kernel, Tensor product, ConvolutionGeometry g, Tensor x, Tensor w, Tensor y)
    {
        var (xs, ws, ys) = (RegionOf(x), RegionOf(w), RegionOf(y));
        Emit(kernel, $"{kernel.Name} {product.Shape}", product.Cost(), new([RegionOf(product)], RegionsOf(product.Inputs), []),
            new DepthwiseParameters
            {
                Images = x.Shape[0],
                Height = g.Height,
                Width = g.Width,
                Channels = g.Channels,
                KernelHeight = g.KernelHeight,
                KernelWidth = g.KernelWidth,
                OutputHeight = g.OutputHeight,
                OutputWidth = g.OutputWidth,
                Stride = g.Stride,
                Padding = g.Padding,
            },
            (p, memory) => p with { X = memory[xs], W = memory[ws], Y = memory[ys] });
    }

    private static Windows Windows(ConvolutionGeometry g, ArrayView<float> x) => new()
    {
        Data = x,
        Height = g.Height,
        Width = g.Width,
        Channels = g.Channels / g.Groups,
        PixelStride = g.Channels,
        KernelHeight = g.KernelHeight,
        KernelWidth = g.KernelWidth,
        OutputHeight = g.OutputHeight,
        OutputWidth = g.OutputWidth,
        Stride = g.Stride,
        Padding = g.Padding,
    };

    /// <summary>An operand.</summary>
    private ProductSide<TOperand> Side<TOperand>(Tensor product, Tensor tensor, int run, Func<ArrayView<float>, TOperand> over)
        where TOperand : struct, IOperand => new(IsOverBoth(product) ? TwinsOf(tensor) : Multiplies(product) ? PairsOf(tensor) : RegionOf(tensor), run, over);

    private ProductSide<DepthMajor> Depth(Tensor product, Tensor tensor, int columns)
    {
        int stride = Words(product, columns);
        return Side(product, tensor, stride, data => new DepthMajor { Data = data, Stride = stride });
    }

    private ProductSide<OuterMajor> Outer(Tensor product, Tensor tensor, int columns)
    {
        int stride = Words(product, columns);
        return Side(product, tensor, stride, data => new OuterMajor { Data = data, Stride = stride });
    }

    private ProductSide<TOperand> WindowSide<TOperand>(Tensor product, Tensor x, ConvolutionGeometry g, Func<Windows, TOperand> over)
        where TOperand : struct, IOperand
    {
        var windows = Windows(g, default);
        (windows.Channels, windows.PixelStride) = (Words(product, windows.Channels), Words(product, windows.PixelStride));
        return Side(product, x, over(windows).Run, data => over(windows with { Data = data }));
    }

    private ProductSide<DepthMajor> UnfoldedRows(Tensor x, ConvolutionGeometry g)
    {
        int stride = (int)Pairs.Words(PairStorage.UnfoldedColumns(g));
        return new(UnfoldedOf(x, g), stride, data => new DepthMajor { Data = data, Stride = stride });
    }

    private ProductSide<OuterMajor> UnfoldedColumns(Tensor product, Tensor x, ConvolutionGeometry g)
    {
        int stride = (int)Pairs.Words(PairStorage.UnfoldedColumns(g));
        return new(IsOverBoth(product) ? TwinsOf(x, Unfolding(g)) : UnfoldedOf(x, g), stride, data => new OuterMajor { Data = data, Stride = stride });
    }

    private bool UnfoldsFor(Tensor product) => Multiplies(product) && PairStorage.Unfolds(product);

    /// <summary>Floats of memory that so many neighbouring factors take.</summary>
    private int Words(Tensor product, int factors) => Multiplies(product) ? (int)Pairs.Words(factors) : factors;

    /// <summary>Rows of a factor that a product sums over.</summary>
    private int RowsOf(Tensor product, Tensor factor) => (IsOverBoth(product) ? 2 : 1) * factor.Shape.Rows;

    /// <summary>What reading a product's factors costs.</summary>
    private Cost FactorsOf(Tensor product)
    {
        double Floats(Tensor factor, double numbers) => factor.Operation is Constant ? 0 : Multiplies(product) ? numbers / 2 : fusion.Pairs?.Floats(factor) ?? numbers;
        var (a, b) = (product.Inputs[0], product.Inputs[1]);
        double left = UnfoldsFor(product) ? (double)WindowsOf(product) * PairStorage.UnfoldedColumns(PairStorage.GeometryOf(product)!) : a.Shape.Size;
        return Cost.OfFloats((IsOverBoth(product) ? 2 : 1) * (Floats(a, left) + (a == b ? 0 : Floats(b, b.Shape.Size))));
    }

    // Pixels of y.
    private static int WindowsOf(Tensor product) => product.Operation is Convolution ? product.Shape.Rows : product.Inputs[1].Shape.Rows;

    /// <summary>A product of m x n sums of k terms, or one for each group and class, stored through the epilogue of its result.</summary>
    private void Gemm<TLeft, TRight>(
        Tensor product, Tensor result, int m, int n, int k, ProductSide<TLeft> left, ProductSide<TRight> right, OutputRows rows, int groups = 1,
        GradientClasses classes = default)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        bool isOverBoth = IsOverBoth(product);
        var formula = Epilogue(product, isOverBoth ? product : result);
        // The second pass, which adds the parts, knows only whole rows one after the other; on a processor, only sums that nothing becomes of.
        bool canSplit = rows.IsPlain(groups * n) && classes.Count == 1 && (IsCard || formula.Expression == typeof(Accumulator));
        var output = RegionOf(result);
        var (splits, splitDepth) = canSplit ? products.Split(m, n, k, groups, left.Region.IsInPairs, output.IsInPairs) : (1, k);
        var cost = new Cost((isOverBoth ? 2 : 1) * product.Flops(), 0) + FactorsOf(product);
        if (splits == 1)
        {
            var inputs = RegionsOf(formula.Tensors);
            Gemm(product, formula.Expression, inputs, formula.Bind, output, cost + Stored(output, product.Shape.Size) + formula.Cost, m, n, k, left, right, rows, groups, classes,
                touches: formula.Touches);
            return;
        }
        long size = (long)splits * product.Shape.Size;
        var sum = isOverBoth ? null : fusion.JoinedIn(product);
        var parts = sum is null ? Temporary((product, "parts"), size) : Temporary((sum, "parts"), 2 * size);
        // The later of two products is the one that the sum is stored with.
        bool isLast = sum is null || result == sum;
        Gemm(product, typeof(Accumulator), [], (_, output) => Only(output, output), sum is null ? parts : isLast ? parts.From((int)size) : parts.Until((int)size),
            cost + Cost.OfFloats((double)splits * product.Shape.Size), m, n, k, left, right, rows, groups, classes, splits, splitDepth);
        if (isLast)
        {
            SumParts(parts, result, sum is null ? splits : 2 * splits, sum is null ? formula : Epilogue(product, product));
        }
    }

    /// <summary>A product of m x n sums of k terms.</summary>
    /// <param name="product">The operation; its second input is the right operand.</param>
    /// <param name="epilogue">What becomes of the sums.</param>
    /// <param name="inputs">What the epilogue reads.</param>
    /// <param name="operands">What the epilogue takes, given its inputs and the output.</param>
    /// <param name="output">Where the sums go.</param>
    /// <param name="cost">What it costs.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="rows">Where the rows go.</param>
    /// <param name="groups">Products of m x n sums, one beside the other.</param>
    /// <param name="classes">The classes of a data gradient; m and k are the most of any.</param>
    /// <param name="splits">Parts of each sum, which are written one product after the other.</param>
    /// <param name="splitDepth">Terms of a part.</param>
    /// <param name="touches">Which inputs have a value for each element.</param>
    private void Gemm<TLeft, TRight>(
        Tensor product, Type epilogue, IReadOnlyList<Region> inputs, Func<IReadOnlyList<ArrayView<float>>, ArrayView<float>, Operands> operands,
        Region output, Cost cost, int m, int n, int k, ProductSide<TLeft> left, ProductSide<TRight> right, OutputRows rows,
        int groups = 1, GradientClasses classes = default, int splits = 1, int splitDepth = 0, int touches = 0)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        var kernel = products.Choose(product, new(m, n, k), products.Candidates(m, n, k, left, right, splits * groups * classes.Count));
        var packed = kernel.Tile is { } tile ? Pack(product, tile, n, k, right, groups, classes) : null;
        var scratch = packed is null ? null : Scratch();
        Emit(kernel.Close(typeof(TLeft), typeof(TRight), epilogue), $"{product.Operation.GetType().Name} {(groups * classes.Count > 1 ? $"{groups * classes.Count} x " : "")}{m}x{n}x{k}",
            cost, new([output], [left.Region, right.Region, .. inputs, .. Present(packed)], [.. Present(scratch)]),
            new GemmParameters<TLeft, TRight>
            {
                M = m,
                N = n,
                K = k,
                Rows = rows,
                Cores = products.Traits.Multiprocessors,
                Splits = splits,
                SplitDepth = splitDepth,
                SplitStride = groups * m * n,
                MostGroups = kernel.MostGroups,
                Groups = groups,
                Classes = classes,
                StoresQuads = output.IsOnQuads ? 1 : 0,
                StoresPairs = output.IsInPairs ? 1 : 0,
                Touches = touches,
            },
            (p, memory) => p with
            {
                Left = left.Bind(memory),
                Right = right.Bind(memory),
                Output = memory[output],
                Operands = operands(memory.All(inputs), memory[output]),
                // Kernels that pack nothing get a view that is valid.
                Packed = memory[packed ?? output],
                Scratch = memory[scratch ?? output],
            });
    }

    /// <summary>The right operand of a product as the CPU's kernel takes it; packed once for all products of it.</summary>
    private Region Pack<TRight>(Tensor product, Type tile, int n, int k, ProductSide<TRight> right, int groups, GradientClasses classes)
        where TRight : struct, IOperand
    {
        // Of the classes it is the taps that are packed, whatever the batch and the size of images.
        var taps = (classes.Count, classes.KernelHeight, classes.KernelWidth, classes.Stride, classes.Padding);
        var key = (product.Inputs[1].Storage(), tile, typeof(TRight), (n, k), groups, taps);
        int parts = groups * classes.Count;
        var packed = Temporary(key, parts * (long)HostBlocking.PackedSize(n, 1, TileColumns(tile)) * Math.Max(1, k));
        var scratch = Scratch();
        if (packings.Add(key))
        {
            Emit(typeof(PackRight<,>).MakeGenericType(tile, typeof(TRight)), $"PackRight {(parts > 1 ? $"{parts} x " : "")}{n}x{k}", Cost.OfFloats(2.0 * product.Inputs[1].Shape.Size),
                new([packed], [right.Region], [scratch]),
                new PackParameters<TRight> { N = n, K = k, Groups = groups, Classes = classes },
                (p, memory) => p with { Right = right.Bind(memory), Packed = memory[packed], Scratch = memory[scratch] });
        }
        return packed;
    }

    private static int TileColumns(Type tile) => (int)tile.GetProperty(nameof(ITile.Columns))!.GetValue(null)!;

    private Region Scratch() => Temporary("scratch", HostBlocking.ScratchSize(products.Traits.Multiprocessors));

    private static IEnumerable<Region> Present(Region? region) => region is null ? [] : [region];

    private Formula Epilogue(Tensor product, Tensor result) => product == result
        ? new Formula(fusion, product, product.Shape, product, isRoot: false)
        : new Formula(fusion, result, result.Shape, product);
}
