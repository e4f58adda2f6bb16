using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The launches of matrix products, convolutions and their gradients.</summary>
internal sealed partial class PlanCompiler
{
    // Up to here a product with as many columns would leave most of a vector, or of a GPU's tile, empty.
    private const int MostFoldedChannels = 4;

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
            case Convolution { Geometry: { IsDepthwise: true } g }:
                LowerDepthwise(typeof(DepthwiseConvolution), product, g, a, b, product);
                break;
            case ConvolutionDataGradient { Geometry: { IsDepthwise: true } g }:
                LowerDepthwise(typeof(DepthwiseDataGradient), product, g, product, b, a);
                break;
            case ConvolutionWeightGradient { Geometry: { IsDepthwise: true } g }:
                LowerDepthwise(typeof(DepthwiseWeightGradient), product, g, a, product, b);
                break;
            case Convolution(var g):
                foreach (var group in Groups(g))
                    Gemm(product, result, shape.Rows, group.Filters, g.Weights.Rows,
                        () => new WindowRows { Windows = Windows(g, group, View(a)) }, () => OuterFrom(b, group.FirstFilter, g.Filters),
                        ChannelGroup.Rows(g.Filters, group.FirstFilter), (group.Index, 0, 0));
                break;
            case ConvolutionWeightGradient(var g):
                foreach (var group in Groups(g))
                    Gemm(product, result, g.Weights.Rows, group.Filters, b.Shape.Rows,
                        () => new WindowColumns { Windows = Windows(g, group, View(a)) }, () => OuterFrom(b, group.FirstFilter, g.Filters),
                        ChannelGroup.Rows(g.Filters, group.FirstFilter), (group.Index, 0, 0));
                break;
            case ConvolutionDataGradient(var g) when g.Groups == 1 && g.Channels <= MostFoldedChannels && (long)a.Shape.Rows * g.Weights.Rows <= Shape.MostElements
                && Epilogue(product, result) is { IsFlat: true } epilogue:
                LowerFolded(product, result, g, a, b, epilogue);
                break;
            case ConvolutionDataGradient(var g):
                foreach (var group in Groups(g))
                    for (int class0 = 0; class0 < Math.Min(g.Stride, g.Height); class0++)
                        for (int class1 = 0; class1 < Math.Min(g.Stride, g.Width); class1++)
                            LowerDataGradient(product, result, g, group, a, b, class0, class1);
                break;
            default:
                throw OperationFacts.Missing(product.Operation, "lowering");
        }
    }

    private void LowerMatrixProduct(Tensor product, Tensor result, MatrixProduct matrix, Tensor a, Tensor b)
    {
        int m = product.Shape[0], n = product.Shape[1], k = a.Shape[matrix.TransposeLeft ? 0 : 1];
        var rows = OutputRows.Plain(n);
        switch (matrix.TransposeLeft, matrix.TransposeRight)
        {
            case (false, false):
                Gemm(product, result, m, n, k, () => Depth(a, k), () => Outer(b, n), rows);
                break;
            case (false, true):
                Gemm(product, result, m, n, k, () => Depth(a, k), () => Depth(b, k), rows);
                break;
            case (true, false):
                Gemm(product, result, m, n, k, () => Outer(a, m), () => Outer(b, n), rows);
                break;
            case (true, true):
                Gemm(product, result, m, n, k, () => Outer(a, m), () => Depth(b, k), rows);
                break;
        }
    }

    private void LowerDataGradient(Tensor product, Tensor result, ConvolutionGeometry g, ChannelGroup group, Tensor y, Tensor w, int class0, int class1)
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
        Gemm(product, result, y.Shape[0] * geometry.Lines * geometry.PixelsPerLine, group.Channels, tapsHigh * tapsWide * group.Filters,
            () => new ClassWindows
            {
                Data = From(View(y), group.FirstFilter),
                Class = geometry,
                Height = g.OutputHeight,
                Width = g.OutputWidth,
                Filters = group.Filters,
                PixelStride = g.Filters,
            },
            () => new ClassWeights
            {
                Data = From(View(w), group.FirstFilter),
                Class = geometry,
                KernelWidth = g.KernelWidth,
                Channels = group.Channels,
                Filters = group.Filters,
                ChannelStride = g.Filters,
            },
            new OutputRows
            {
                Lines = geometry.Lines,
                PixelsPerLine = geometry.PixelsPerLine,
                ImageStride = imageSize,
                LineStride = g.Stride * g.Width * g.Channels,
                PixelStride = g.Stride * g.Channels,
                Origin = (class0 * g.Width + class1) * g.Channels + group.FirstChannel,
            }, (group.Index, class0, class1));
    }

    /// <summary>A data gradient towards few channels: all taps by one dense product, then their sums.</summary>
    private void LowerFolded(Tensor product, Tensor result, ConvolutionGeometry g, Tensor y, Tensor w, Formula epilogue)
    {
        int pixels = y.Shape[0] * g.OutputHeight * g.OutputWidth, columns = g.Weights.Rows;
        ArrayView<float> Taps() => Temporary((product, "taps"), (long)pixels * columns);
        Gemm(product, typeof(Accumulator), Taps, taps => Only(taps, taps), Shape.Of(pixels, columns), pixels, columns, g.Filters,
            () => Depth(y, g.Filters), () => Depth(w, g.Filters), OutputRows.Plain(columns));
        var taps = Taps();
        var output = View(result);
        Emit((HasLongItems ? typeof(FoldTapsByLines<>) : typeof(FoldTaps<>)).MakeGenericType(epilogue.Expression), new FoldParameters
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
        }, $"FoldTaps {result.Shape}", (double)pixels * columns, 4.0 * ((double)pixels * columns + result.Shape.Size));
    }

    private void LowerDepthwise(Type kernel, Tensor product, ConvolutionGeometry g, Tensor x, Tensor w, Tensor y) =>
        Emit(kernel, new DepthwiseParameters
        {
            X = View(x),
            W = View(w),
            Y = View(y),
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
        }, $"{kernel.Name} {product.Shape}", 2.0 * y.Shape.Size * g.KernelHeight * g.KernelWidth, Bytes(product.Inputs, product.Shape));

    private static IEnumerable<ChannelGroup> Groups(ConvolutionGeometry g) =>
        Enumerable.Range(0, g.Groups).Select(index => new ChannelGroup(index, g.Channels / g.Groups, g.Filters / g.Groups));

    /// <summary>A part of a convolution's channels with the filters that see them.</summary>
    private readonly record struct ChannelGroup(int Index, int Channels, int Filters)
    {
        public int FirstChannel => Index * Channels;

        public int FirstFilter => Index * Filters;

        /// <summary>Rows of a matrix of more columns than the group's.</summary>
        public static OutputRows Rows(int columns, int first) => OutputRows.Plain(columns) with { Origin = first };
    }

    private static ArrayView<float> From(ArrayView<float> view, int first) => view.IsValid ? view.SubView(first) : view;

    private static Windows Windows(ConvolutionGeometry g, ChannelGroup group, ArrayView<float> x) => new()
    {
        Data = From(x, group.FirstChannel),
        Height = g.Height,
        Width = g.Width,
        Channels = group.Channels,
        PixelStride = g.Channels,
        KernelWidth = g.KernelWidth,
        OutputHeight = g.OutputHeight,
        OutputWidth = g.OutputWidth,
        Stride = g.Stride,
        Padding = g.Padding,
    };

    private DepthMajor Depth(Tensor tensor, int stride) => new() { Data = View(tensor), Stride = stride };

    private OuterMajor Outer(Tensor tensor, int stride) => OuterFrom(tensor, 0, stride);

    private OuterMajor OuterFrom(Tensor tensor, int first, int stride) => new() { Data = From(View(tensor), first), Stride = stride };

    private void Gemm<TLeft, TRight>(
        Tensor product, Tensor result, int m, int n, int k, Func<TLeft> left, Func<TRight> right, OutputRows rows, (int, int, int) part = default)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        var formula = Epilogue(product, result);
        // Parts can be added by a second pass, but the epilogue knows only the first one's places.
        bool canSplit = formula.Expression == typeof(Accumulator) && rows.IsPlain(n);
        var (splits, splitDepth) = canSplit ? products.Split(m, n, k) : (1, k);
        ArrayView<float> Parts() => Temporary((product, "parts"), (long)splits * m * n);
        Gemm(product, formula.Expression, () => splits == 1 ? View(result) : Parts(), output => formula.Bind(View, output), result.Shape,
            m, n, k, left, right, rows, part, splits, splitDepth);
        if (splits > 1)
            SumParts((product, "parts"), result, splits);
    }

    /// <summary>A product of m x n sums of k terms. Views are asked for launch by launch: that is how the arena learns who lives how long.</summary>
    /// <param name="product">The operation; its second input is the right operand.</param>
    /// <param name="epilogue">What becomes of the sums.</param>
    /// <param name="output">Where they go.</param>
    /// <param name="operands">What the epilogue takes, given the output.</param>
    /// <param name="written">Shape of what is written.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="rows">Where the rows go.</param>
    /// <param name="part">Which part of the tensor the right operand is, where there are several.</param>
    /// <param name="splits">Parts of each sum, which are written one product after the other.</param>
    /// <param name="splitDepth">Terms of a part.</param>
    private void Gemm<TLeft, TRight>(
        Tensor product, Type epilogue, Func<ArrayView<float>> output, Func<ArrayView<float>, Operands> operands, Shape written,
        int m, int n, int k, Func<TLeft> left, Func<TRight> right, OutputRows rows, (int, int, int) part = default, int splits = 1, int splitDepth = 0)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        var kernel = products.Choose(product, new(m, n, k), products.Candidates(m, n, k, left(), right(), splits));
        object? packing = null;
        if (kernel.Tile is { } tile)
        {
            packing = (Fusion.Storage(product.Inputs[1]), tile, typeof(TRight), n, k, part);
            if (packings.Add(packing))
                Emit(typeof(PackRight<,>).MakeGenericType(tile, typeof(TRight)), new PackParameters<TRight>
                {
                    Right = right(),
                    N = n,
                    K = k,
                    Packed = Packed(),
                    Scratch = Scratch(),
                }, $"PackRight {n}x{k}", 0, 8.0 * n * k);
        }
        var target = output();
        Emit(kernel.Close(typeof(TLeft), typeof(TRight), epilogue), new GemmParameters<TLeft, TRight>
        {
            M = m,
            N = n,
            K = k,
            Left = left(),
            Right = right(),
            Output = target,
            Rows = rows,
            Operands = operands(target),
            Cores = products.Traits.Multiprocessors,
            Splits = splits,
            SplitDepth = splitDepth,
            SplitStride = m * n,
            MostGroups = kernel.MostGroups,
            StoresQuads = Quads.Lie(target) ? 1 : 0,
            Packed = packing is null ? target : Packed(),
            Scratch = packing is null ? target : Scratch(),
        }, $"{product.Operation.GetType().Name} {m}x{n}x{k}", 2.0 * m * n * k, Bytes(product.Inputs, written));

        ArrayView<float> Packed() => Temporary(packing!, (long)HostBlocking.PackedSize(n, 1, TileColumns(kernel.Tile!)) * Math.Max(1, k));
    }

    private static int TileColumns(Type tile) => (int)tile.GetProperty(nameof(ITile.Columns))!.GetValue(null)!;

    private ArrayView<float> Scratch() => Temporary("scratch", HostBlocking.ScratchSize(variables.Device.Workers));

    private Formula Epilogue(Tensor product, Tensor result) => product == result
        ? new Formula(fusion, product, product.Shape, product, isRoot: false)
        : new Formula(fusion, result, result.Shape, product);
}
