using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;

namespace IlgpuGan.Bench;

/// <summary>
/// Every convolution of the DCGAN discriminator with its two gradients, which are those of the generator's transposed convolutions
/// as well: the same geometry in mirrored roles. The two dense ends, D's logit and G's projection of the latent, stand at the end.
/// </summary>
internal static class ConvolutionBench
{
    // As published, and what a run takes unless told otherwise.
    private const int Latent = 100;

    private static readonly string[] Directions = ["forward", "data gradient", "weight gradient"];

    /// <summary>Three rows for each layer.</summary>
    /// <param name="size">Side of the images.</param>
    /// <param name="width">Channels nearest the image.</param>
    /// <param name="batch">Images.</param>
    /// <param name="layer">The one layer wanted, such as <c>D2</c>; null for all.</param>
    /// <exception cref="OptionException">There is no network of that size, or no such layer.</exception>
    public static IReadOnlyList<BenchCase> Cases(int size, int width, int batch, string? layer)
    {
        if (!Dcgan.Supports(size, size))
        {
            throw new OptionException($"--size is {size}; dcgan draws images whose sides are multiples of 4 and at least 16.");
        }
        var layers = Layers(size, width);
        var wanted = layers.Where(item => layer is null || item.Name.Equals(layer, StringComparison.OrdinalIgnoreCase)).ToList();
        if (wanted.Count == 0)
        {
            throw new OptionException($"--layer {layer} is no layer of dcgan at this size; give one of {string.Join(", ", layers.Select(item => item.Name))}.");
        }
        return [.. from item in wanted from direction in Enumerable.Range(0, Directions.Length) select Case(item, direction, batch)];
    }

    private static IReadOnlyList<Layer> Layers(int size, int width)
    {
        var graph = new Graph();
        var image = graph.Constant(0).BroadcastTo(Shape.Of(1, size, size, 3));
        Dcgan.Discriminator(new(Shape.Of(size, size, 3), 100, width)).Apply(image);
        ConvolutionGeometry[] stages = [.. graph.Tensors.Select(tensor => tensor.Operation).OfType<Convolution>().Select(convolution => convolution.Geometry)];
        var (height, breadth, channels) = (stages[^1].OutputHeight, stages[^1].OutputWidth, stages[^1].Filters);
        ConvolutionGeometry Dense(int filters) => new(height, breadth, channels, filters, height, breadth, Stride: 1, Padding: 0);
        return [
            .. stages.Select((geometry, i) => new Layer($"D{i + 1}", geometry, IsTransposed: false)),
            new($"D{stages.Length + 1}", Dense(filters: 1), IsTransposed: false),
            new("G1", Dense(Latent), IsTransposed: true)];
    }

    private static BenchCase Case(Layer layer, int direction, int batch)
    {
        var g = layer.Geometry;
        string name = $"conv {layer.Name} {layer.Shapes} {Directions[direction]}";
        return new(name, (target, time) =>
        {
            var (input, output) = (g.Input(batch), g.Output(batch));
            var scene = new Scene();
            var (x, y, w) = (scene.Noise(input), scene.Noise(output), scene.Noise(g.Weights));
            scene.Begin();
            scene.Output(layer.Operation(direction) switch
            {
                0 => scene.Graph.Convolution(g, scene.Graph.Read(x, 0, input), scene.Graph.Read(w, 0, g.Weights)),
                1 => scene.Graph.ConvolutionDataGradient(g, scene.Graph.Read(y, 0, output), scene.Graph.Read(w, 0, g.Weights)),
                _ => scene.Graph.ConvolutionWeightGradient(g, scene.Graph.Read(x, 0, input), scene.Graph.Read(y, 0, output)),
            });
            var (timing, cost) = scene.Measure(target, time);
            return new(name, $"{layer.Name} {Directions[direction]}", BenchKind.Convolution, timing, cost.Flops, cost.Bytes);
        });
    }

    /// <summary>A convolution, or with its roles mirrored a transposed one.</summary>
    private sealed record Layer(string Name, ConvolutionGeometry Geometry, bool IsTransposed)
    {
        private string Image => $"{Geometry.Channels}x{Geometry.Height}x{Geometry.Width}";

        private string Features => $"{Geometry.Filters}x{Geometry.OutputHeight}x{Geometry.OutputWidth}";

        /// <summary>Channels, rows and columns of input and output.</summary>
        public string Shapes => IsTransposed ? $"{Features} -> {Image}" : $"{Image} -> {Features}";

        /// <summary>0 for the convolution, 1 for its data gradient, 2 for its weight gradient.</summary>
        public int Operation(int direction) => IsTransposed && direction < 2 ? 1 - direction : direction;
    }
}
