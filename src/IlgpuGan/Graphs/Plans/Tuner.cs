using IlgpuGan.Devices;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Chooses among the kernels that can make a product: as remembered, by timing them on random numbers, or the best guess.</summary>
internal sealed class Tuner(ComputeDevice device, Precision precision)
{
    /// <summary>The kernel for a product.</summary>
    /// <param name="product">The operation.</param>
    /// <param name="size">What its kernel computes: M x N sums of K terms.</param>
    /// <param name="candidates">The kernels, best guess first.</param>
    public ProductKernel Choose(Tensor product, ProductSize size, IReadOnlyList<ProductKernel> candidates)
    {
        var tuning = device.Tuning;
        if (candidates.Count == 1 || tuning.Mode == TuningMode.Off)
        {
            return candidates[0];
        }
        string shape = $"{device.Traits.Supported(precision)} {Describe(product)} {size}";
        string? name = tuning.Find(shape);
        if (candidates.FirstOrDefault(candidate => candidate.Name == name) is { } known)
        {
            return known;
        }
        if (!tuning.HasTime)
        {
            return candidates[0];
        }
        name = tuning.Measure(shape, () => Fastest(product, size, candidates).Name);
        return candidates.First(candidate => candidate.Name == name);
    }

    private ProductKernel Fastest(Tensor product, ProductSize size, IReadOnlyList<ProductKernel> candidates)
    {
        using var variables = new VariableStore(device, precision);
        var graph = new Graph();
        var inputs = product.Inputs.Select((input, i) => graph.Read(Speedometer.Random(variables, $"input{i}", input.Shape.Size), 0, input.Shape)).ToArray();
        var copy = graph.Repeat(product, inputs);
        // Careful enough to tell kernels apart, quick enough for a dozen shapes within the budget.
        var time = TimeSpan.FromMilliseconds(device.Tuning.Mode == TuningMode.Full ? 200 : 5);
        return candidates.MinBy(candidate =>
        {
            using var plan = Plan.Compile(variables, graph, new ProductKernels(device.Traits, precision) { Choose = Candidate }, copy);
            return Speedometer.Time(plan, time).Best;

            ProductKernel Candidate(Tensor other, ProductSize otherSize, IReadOnlyList<ProductKernel> others) =>
                (otherSize == size ? others.FirstOrDefault(kernel => kernel.Name == candidate.Name) : null) ?? others[0];
        })!;
    }

    private static string Describe(Tensor product) =>
        $"{product.Operation.GetType().Name} {string.Join(" ", product.Inputs.Select(input => input.Shape))} -> {product.Shape}{product.Operation switch
        {
            MatrixProduct matrix => $" {(matrix.TransposeLeft ? "T" : "N")}{(matrix.TransposeRight ? "T" : "N")}",
            Convolution(var g) => Describe(g),
            ConvolutionDataGradient(var g) => Describe(g),
            ConvolutionWeightGradient(var g) => Describe(g),
            // Two that differ would be one entry.
            var other => throw OperationFacts.Missing(other, "description for the tuner"),
        }}";

    private static string Describe(ConvolutionGeometry g) => $" {g.KernelHeight}x{g.KernelWidth} stride {g.Stride} padding {g.Padding}";
}
