using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Matrix products, and convolutions with both their gradients.</summary>
internal static class MatrixCases
{
    // Height, width, channels, filters, kernel height and width, stride, padding.
    private static readonly ConvolutionGeometry[] Small =
    [
        new(5, 5, 2, 3, 3, 3, 1, 0), new(5, 4, 2, 3, 3, 3, 1, 1), new(4, 6, 1, 2, 2, 2, 1, 0), new(6, 6, 2, 2, 4, 4, 2, 1),
        new(7, 5, 2, 3, 3, 3, 2, 1), new(7, 8, 1, 2, 3, 2, 3, 0), new(5, 6, 2, 1, 5, 3, 1, 2), new(8, 7, 1, 1, 4, 4, 3, 2),
        new(6, 5, 2, 2, 3, 3, 2, 0), new(3, 3, 2, 4, 1, 1, 1, 0), new(5, 5, 1, 2, 1, 1, 2, 0), new(2, 2, 1, 1, 3, 3, 1, 2),
        new(1, 5, 2, 2, 1, 3, 1, 0), new(2, 3, 2, 3, 2, 3, 1, 0), new(1, 1, 3, 2, 1, 1, 1, 0), new(4, 4, 1, 2, 3, 3, 3, 1),
        // Transposed: with an output padding of 1, and of 2.
        new(4, 6, 2, 2, 5, 5, 2, 2), new(4, 4, 1, 2, 3, 3, 2, 1), new(6, 6, 1, 2, 3, 4, 3, 1),
        // In groups, and with one filter for each channel.
        new(4, 5, 4, 6, 3, 3, 1, 1, 2), new(5, 4, 6, 3, 2, 2, 2, 1, 3), new(3, 3, 2, 4, 3, 3, 1, 0, 2), new(5, 4, 3, 3, 3, 3, 1, 1, 3),
        new(6, 4, 2, 2, 4, 4, 2, 1, 2), new(4, 4, 3, 3, 4, 4, 1, 0, 3), new(5, 7, 2, 2, 2, 3, 3, 2, 2),
    ];

    // The layers of DCGAN at several widths, odd channels, one channel, filters beyond every tile's width, borders that stay unused.
    private static readonly (int Batch, ConvolutionGeometry Geometry)[] Large =
    [
        (2, new(16, 16, 3, 32, 4, 4, 2, 1)), (3, new(8, 8, 32, 64, 4, 4, 2, 1)), (5, new(4, 4, 64, 1, 4, 4, 1, 0)),
        (7, new(4, 4, 48, 17, 4, 4, 1, 0)), (1, new(28, 28, 1, 8, 4, 4, 2, 1)), (1, new(13, 11, 13, 17, 3, 3, 1, 1)),
        (2, new(12, 16, 7, 65, 3, 5, 2, 2)), (2, new(9, 9, 64, 3, 4, 4, 2, 1)), (1, new(31, 17, 1, 1, 7, 3, 3, 0)),
        (2, new(32, 32, 4, 3, 1, 1, 1, 0)), (64, new(2, 2, 5, 31, 2, 2, 2, 0)), (1, new(8, 8, 129, 33, 2, 2, 1, 1)),
        (3, new(16, 16, 3, 32, 5, 5, 2, 2)), (2, new(8, 12, 33, 64, 5, 5, 2, 2)), (3, new(16, 12, 48, 96, 3, 3, 1, 1, 3)), (2, new(9, 8, 64, 64, 3, 3, 2, 1, 4)),
        (2, new(17, 16, 35, 35, 4, 4, 2, 1, 35)), (4, new(4, 4, 96, 96, 4, 4, 1, 0, 96)),
        // Groups of sixteen channels, in rows that end between two tiles, with a border on all sides and without one; classes of several sizes.
        (2, new(31, 33, 48, 48, 3, 3, 1, 1, 3)), (1, new(20, 21, 32, 32, 3, 3, 1, 0, 2)), (2, new(13, 10, 32, 64, 4, 4, 2, 1, 2)), (2, new(11, 9, 64, 32, 5, 3, 3, 2, 2)),
        // A weight gradient of few rows, whose sum over the pixels is cut in parts.
        (3, new(40, 36, 3, 20, 4, 4, 1, 1)),
    ];

    public static IEnumerable<OperationCase> All =>
        [.. Products(), .. Small.SelectMany(g => Convolutions(2, g, true)), .. Large.SelectMany(entry => Convolutions(entry.Batch, entry.Geometry, false))];

    private static IEnumerable<OperationCase> Products()
    {
        (int M, int K, int N, bool Small)[] sizes =
        [
            (3, 4, 5, true), (1, 3, 2, true), (2, 1, 3, true), (3, 2, 1, true), (1, 1, 1, true),
            (17, 1, 5, false), (1, 257, 1, false), (31, 37, 41, false), (64, 64, 64, false), (65, 129, 33, false), (127, 3, 257, false),
            (5, 1031, 7, false), (256, 16, 16, false), (16, 100, 512, false),
            // Few rows and a long sum, which is cut in parts.
            (48, 5001, 20, false),
        ];
        foreach (var (m, k, n, small) in sizes)
        {
            foreach (bool left in new[] { false, true })
            {
                foreach (bool right in new[] { false, true })
                {
                    yield return new($"MatrixProduct [{m}, {k}]{(left ? "^T" : "")} [{k}, {n}]{(right ? "^T" : "")}", inputs =>
                        [inputs.Graph.MatrixProduct(left ? inputs.Uniform(k, m) : inputs.Uniform(m, k), right ? inputs.Uniform(n, k) : inputs.Uniform(k, n), left, right)])
                    { Differentiable = small, Tolerance = Tolerance.Sum(k) };
                }
            }
        }
    }

    private static IEnumerable<OperationCase> Convolutions(int batch, ConvolutionGeometry g, bool small)
    {
        string name = $"{batch} x [{g.Height}, {g.Width}, {g.Channels}] with {g.KernelHeight} x {g.KernelWidth} x {g.Filters} stride {g.Stride} padding "
            + $"{g.Padding}{(g.Groups > 1 ? $" in {g.Groups} groups" : "")}";
        int[] x = g.Input(batch).ToArray(), w = g.Weights.ToArray(), y = g.Output(batch).ToArray();
        yield return new($"Convolution {name}", inputs => [inputs.Graph.Convolution(g, inputs.Uniform(x), inputs.Uniform(w))])
        {
            Differentiable = small,
            Tolerance = Tolerance.Sum(g.Weights.Rows),
        };
        yield return new($"ConvolutionDataGradient {name}", inputs => [inputs.Graph.ConvolutionDataGradient(g, inputs.Uniform(y), inputs.Uniform(w))])
        {
            Differentiable = small,
            Tolerance = Tolerance.Sum(g.KernelHeight * g.KernelWidth * g.Filters),
        };
        yield return new($"ConvolutionWeightGradient {name}", inputs => [inputs.Graph.ConvolutionWeightGradient(g, inputs.Uniform(x), inputs.Uniform(y))])
        {
            Differentiable = small,
            Tolerance = Tolerance.Sum(g.Output(batch).Rows),
        };
    }
}
