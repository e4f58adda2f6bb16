using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The launches of sums.</summary>
internal sealed partial class PlanCompiler
{
    private Type SumsOfRows => HasLongItems ? typeof(SumRowsInStrips<>) : typeof(SumRows<>);

    private void LowerSumRows(Tensor tensor)
    {
        if (IsCard)
        {
            LowerFamily(families.Take(tensor));
            return;
        }
        var space = tensor.Inputs[0].Shape;
        // Enough parts for every core of the device, none of them tiny.
        int parts = Math.Clamp(space.Size / 8192, 1, Math.Max(1, Math.Min(32, space.Rows / 8)));
        Region Parts(Tensor sum) => parts == 1 ? RegionOf(sum) : Temporary((sum, "parts"), (long)parts * space.Columns);
        var second = IsHost ? families.Take(tensor).Second : null;
        var outputs = new[] { tensor, second }.OfType<Tensor>().Select(Parts).ToList();
        if (second is null)
        {
            LowerReduction(tensor, SumsOfRows, outputs[0], parts, parts);
        }
        else
        {
            LowerTwoSums(tensor, second, outputs, parts);
        }
        foreach (var (sum, output) in new[] { tensor, second }.OfType<Tensor>().Zip(outputs))
        {
            if (parts > 1)
            {
                SumParts(output, sum, parts, new Formula(fusion, sum, sum.Shape, sum, isRoot: false));
            }
        }
    }

    /// <summary>Two sums by one pass of a processor's workers.</summary>
    private void LowerTwoSums(Tensor first, Tensor second, List<Region> outputs, int parts)
    {
        var space = first.Inputs[0].Shape;
        var formula = new Formula(fusion, first.Inputs[0], space, isRoot: false);
        var term = formula.And(second.Inputs[0]);
        var inputs = RegionsOf(formula.Tensors);
        Emit(typeof(TwoSumRows<,>).MakeGenericType(formula.Expression, term), $"Two SumRows {space} of {formula.Operations} operations",
            formula.Cost + new Cost(first.Flops() + second.Flops(), 0) + Cost.OfFloats(2.0 * parts * first.Shape.Size), new(outputs, inputs, []),
            new TwoSumParameters { Rows = space.Rows, Columns = space.Columns, Blocks = parts },
            (p, memory) => p with { First = memory[outputs[0]], Second = memory[outputs[1]], Operands = formula.Bind(memory.All(inputs), memory[outputs[0]]) });
    }

    private void LowerFamily(SumFamily family)
    {
        var (first, second, areMoments, tail) = family;
        var space = first.Inputs[0].Shape;
        int columns = space.Columns;
        var formula = new Formula(fusion, first.Inputs[0], space, isRoot: false);
        var secondTerm = second is null || areMoments ? typeof(Accumulator) : formula.And(second.Inputs[0]);
        var inputs = RegionsOf(formula.Tensors);
        var outputs = new SumOutputs(RegionOf(first), second is null ? null : RegionOf(second), tail is null ? null : RegionOf(tail));
        var end = tail is null ? null : new Formula(fusion, tail, tail.Shape);
        IReadOnlyList<Region> endInputs = end is null ? [] : RegionsOf(end.Tensors);
        var width = ProductKernels.Width(
            formula.IsInQuads(columns, inputs) && outputs.All.All(region => region.IsOnQuads) && (end is null || end.IsInQuads(columns, endInputs)));
        string name = areMoments ? "Moments" : second is null ? "SumRows" : "Two SumRows";
        var cost = formula.Cost + new Cost(first.Flops() + (second?.Flops() ?? 0) + (areMoments ? 2.0 * space.Size : 0), 0);
        var tiling = RowTiling.Of(space.Rows, columns, width, products.Traits.Multiprocessors);
        if (tiling.Parts == 1)
        {
            EmitSums(Kernel(formula.Expression, secondTerm, isLast: true), $"{name} {space} of {formula.Operations} operations",
                cost, outputs, inputs, formula.Bind, end, endInputs, tiling.Parameters(space.Rows, columns));
            return;
        }
        Region Parts(Tensor sum, string what = "parts") => Temporary((sum, what), (long)tiling.Parts * columns);
        var parts = new SumOutputs(Parts(first), second is null ? null : Parts(second), areMoments ? Parts(first, "lifts of parts") : null);
        EmitSums(Kernel(formula.Expression, secondTerm, isLast: false), $"{name} {space} of {formula.Operations} operations",
            cost, parts, inputs, formula.Bind, null, [], tiling.Parameters(space.Rows, columns));
        EmitSums(Kernel(null, second is null ? typeof(Accumulator) : typeof(Full<Slot1>), isLast: true), $"{name} [{tiling.Parts}, {columns}]",
            Cost.OfFloats((double)parts.All.Count * tiling.Parts * columns), outputs, parts.All, All, end, endInputs,
            RowTiling.OfParts(tiling.Parts, columns, width).Parameters(tiling.Parts, columns) with { RowsBefore = space.Rows });

        Type Kernel(Type? term, Type otherTerm, bool isLast)
        {
            if (!areMoments)
            {
                return typeof(RowSums<,,,>).MakeGenericType(width, term ?? typeof(Full<Slot0>), otherTerm, typeof(Accumulator));
            }
            var terms = term is null ? typeof(PartMoments<>).MakeGenericType(width) : typeof(ElementMoments<,>).MakeGenericType(width, term);
            return typeof(RowMoments<,,>).MakeGenericType(width, terms, isLast && end is not null ? end.Expression : typeof(Accumulator));
        }

        static Operands All(IReadOnlyList<ArrayView<float>> views, ArrayView<float> unused) =>
            Only(views[0], unused) with { X1 = views.Count > 1 ? views[1] : unused, X2 = views.Count > 2 ? views[2] : unused };
    }

    /// <summary>The pixels of an image are a part of the rows, whose sum is wanted.</summary>
    private void LowerSumPixels(Tensor tensor)
    {
        var space = tensor.Inputs[0].Shape;
        var formula = new Formula(fusion, tensor.Inputs[0], space, isRoot: false);
        var (inputs, output) = (RegionsOf(formula.Tensors), RegionOf(tensor));
        var width = ProductKernels.Width(output.IsOnQuads && formula.IsInQuads(space.Columns, inputs));
        int images = space[0];
        EmitSums(typeof(RowSums<,,,>).MakeGenericType(width, formula.Expression, typeof(Accumulator), typeof(Accumulator)),
            $"SumPixels {space} of {formula.Operations} operations", formula.Cost + new Cost(tensor.Flops(), 0), new(output, null, null), inputs, formula.Bind, null, [],
            RowTiling.OfParts(space.Rows / images, space.Columns, width).Parameters(space.Rows, space.Columns) with { Parts = images });
    }

    private void LowerSumColumns(Tensor tensor)
    {
        var space = tensor.Inputs[0].Shape;
        var formula = new Formula(fusion, tensor.Inputs[0], space, isRoot: false);
        var (inputs, output) = (RegionsOf(formula.Tensors), RegionOf(tensor));
        var width = ProductKernels.Width(formula.IsInQuads(space.Columns, inputs));
        Emit(typeof(ColumnSums<,>).MakeGenericType(width, formula.Expression), $"SumColumns {space} of {formula.Operations} operations",
            formula.Cost + new Cost(tensor.Flops(), 0) + Cost.OfFloats(tensor.Shape.Size), new([output], inputs, []),
            new ColumnSumParameters { Rows = space.Rows, Columns = space.Columns, Along = RowTiling.Along(space.Columns, width) },
            (p, memory) => p with { Output = memory[output], Operands = formula.Bind(memory.All(inputs), memory[output]) });
    }

    /// <summary>Adds the parts [parts, size] of a tensor, in an order that their number decides, and lets a formula make the tensor of the sums.</summary>
    private void SumParts(Region source, Tensor tensor, int parts, Formula end)
    {
        int size = tensor.Shape.Size;
        var output = RegionOf(tensor);
        string name = $"SumRows [{parts}, {size}]";
        // Its additions are among those of the tensor, which whoever made the parts has counted.
        var cost = Cost.OfFloats((double)parts * size);
        if (!IsCard)
        {
            Emit(SumsOfRows.MakeGenericType(typeof(Full<Slot0>)), name, cost + Cost.OfFloats(size), new([output], [source], []),
                new ReductionParameters { Rows = parts, Columns = size, Blocks = 1 },
                (p, memory) => p with { Output = memory[output], Operands = Only(memory[source], memory[output]) });
            return;
        }
        var inputs = RegionsOf(end.Tensors);
        var width = WidthOf(output, source.IsOnQuads && output.IsOnQuads && size % 4 == 0 && end.IsInQuads(tensor.Shape.Columns, inputs));
        EmitSums(typeof(RowSums<,,,>).MakeGenericType(width, typeof(Full<Slot0>), typeof(Accumulator), end.Expression), name, cost, new(output, null, null), [source],
            (views, unused) => Only(views[0], unused), end, inputs,
            RowTiling.OfParts(parts, size, width).Parameters(parts, size) with { EndColumns = tensor.Shape.Columns });
    }

    /// <summary>A launch of sums on a card. What their formula costs is given; what they write and what the formula behind them costs is added.</summary>
    private void EmitSums(
        Type kernel, string name, Cost cost, SumOutputs outputs, IReadOnlyList<Region> inputs, Func<IReadOnlyList<ArrayView<float>>, ArrayView<float>, Operands> operands,
        Formula? end, IReadOnlyList<Region> endInputs, RowSumParameters numbers)
    {
        cost += outputs.All.Select(output => Stored(output, (double)numbers.Parts * numbers.Columns)).Aggregate(default(Cost), (sum, one) => sum + one) + (end?.Cost ?? default);
        // A formula behind the sums may read them where they are written.
        var others = endInputs.Where(region => region.Block is null || outputs.All.All(output => output.Block != region.Block));
        Emit(kernel, name, cost, new(outputs.All, [.. inputs, .. others], []),
            numbers with { HasSecond = outputs.Second is null ? 0 : 1, HasTail = outputs.Tail is not null && end is not null ? 1 : 0 },
            (p, memory) =>
            {
                var first = memory[outputs.First];
                return p with
                {
                    First = first,
                    Second = memory[outputs.Second ?? outputs.First],
                    Tail = memory[outputs.Tail ?? outputs.First],
                    Operands = operands(memory.All(inputs), first),
                    EndOperands = end is null ? Only(first, first) : end.Bind(memory.All(endInputs), first),
                };
            });
    }

    /// <summary>Where sums go.</summary>
    private sealed record SumOutputs(Region First, Region? Second, Region? Tail)
    {
        public IReadOnlyList<Region> All => [.. new[] { First, Second, Tail }.OfType<Region>()];
    }
}
