using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Bench;

/// <summary>Everything between two products: what is bound by memory, on tensors beyond the caches.</summary>
internal static class ElementwiseBench
{
    private const float Slope = 0.2f;

    // A feature map of DCGAN nearest the image; the last axis of what is normalised.
    private const int Channels = 64;

    private static readonly (string Name, Action<Scene, int> Build)[] Operations =
    [
        ("copy", Copy),
        ("leaky relu", LeakyRelu),
        ("leaky relu gradient", LeakyReluGradient),
        ("tanh", Tanh),
        ("batch norm and leaky relu", BatchNorm),
        ("batch norm and leaky relu gradient", BatchNormGradient),
        ("adam and average", Adam),
        ("bce", Bce),
        ("random normal", RandomNormal),
    ];

    /// <summary>One row for each operation.</summary>
    /// <exception cref="OptionException">The number of floats is out of range.</exception>
    public static IReadOnlyList<BenchCase> Cases(int floats)
    {
        if (floats is < Channels or > 1 << 28)
        {
            throw new OptionException($"--floats is {floats}; it must be between {Channels} and {1 << 28}.");
        }
        // Whole rows of channels.
        floats -= floats % Channels;
        return [.. Operations.Select(operation =>
        {
            string name = $"elementwise {operation.Name} {floats}";
            return new BenchCase(name, (target, time) =>
            {
                var scene = new Scene();
                operation.Build(scene, floats);
                var (timing, cost) = scene.Measure(target, time);
                return new(name, operation.Name, BenchKind.Elementwise, timing, cost.Flops, cost.Bytes);
            });
        })];
    }

    private static Shape Image(int floats) => Shape.Of(floats / Channels, Channels);

    private static void Copy(Scene scene, int floats)
    {
        var (from, to) = (scene.Noise(Image(floats)), new Variable("to", floats));
        scene.Begin();
        scene.Graph.Assign(to, 0, scene.Graph.Read(from, 0, Image(floats)));
    }

    private static void LeakyRelu(Scene scene, int floats)
    {
        var x = scene.Noise(Image(floats));
        scene.Begin();
        scene.Output(scene.Graph.Read(x, 0, Image(floats)).LeakyRelu(Slope));
    }

    private static void LeakyReluGradient(Scene scene, int floats)
    {
        var (y, gradient) = (scene.Noise(Image(floats)), scene.Noise(Image(floats)));
        scene.Begin();
        var graph = scene.Graph;
        var slope = graph.Binary(BinaryFunction.LeakySlope, graph.Read(y, 0, Image(floats)), graph.Constant(Slope));
        scene.Output(graph.Read(gradient, 0, Image(floats)) * slope);
    }

    private static void Tanh(Scene scene, int floats)
    {
        var x = scene.Noise(Image(floats));
        scene.Begin();
        scene.Output(scene.Graph.Read(x, 0, Image(floats)).Tanh());
    }

    private static void BatchNorm(Scene scene, int floats)
    {
        var x = scene.Noise(Image(floats));
        scene.Begin();
        scene.Output(Normalization().Apply(scene.Graph.Read(x, 0, Image(floats))));
    }

    // Mean, deviation and output are made by the forward pass, as in training; what is measured reads them.
    private static void BatchNormGradient(Scene scene, int floats)
    {
        var network = Normalization();
        var (input, upstream) = (scene.Noise(Image(floats)), scene.Noise(Image(floats)));
        var x = scene.Graph.Read(input, 0, Image(floats));
        var y = network.Apply(x);
        scene.Begin();
        var loss = (y * scene.Graph.Read(upstream, 0, Image(floats))).Sum();
        scene.Output(Differentiation.Gradients(loss, [x, .. network.Parameters.Parameters.Select(scene.Graph.Read)]));
    }

    private static void Adam(Scene scene, int floats)
    {
        var set = new ParameterSet("adam");
        set.Add("weight", Image(floats), 0, 0);
        // Made in the first segment, and there the plan puts it right where the update reads it.
        var gradient = scene.Graph.RandomNormal(Image(floats), seed: 1, stream: 0, scene.Counter);
        scene.Begin();
        scene.Graph.Update(set, [gradient], new(UpdateRule.Adam) { LearningRate = 2e-4f, Beta1 = 0.5f, AverageHalfLife = 1000 }, scene.Counter);
    }

    private static void Bce(Scene scene, int floats)
    {
        var logits = scene.Noise(Image(floats));
        scene.Begin();
        var x = scene.Graph.Read(logits, 0, Image(floats));
        scene.Output(scene.Graph.BceLoss(x, target: 1), scene.Graph.BceGradient(x, target: 1), scene.Graph.MeanProbability(x, target: 1));
    }

    private static void RandomNormal(Scene scene, int floats)
    {
        scene.Begin();
        scene.Output(scene.Graph.RandomNormal(Image(floats), seed: 1, stream: 0, scene.Counter));
    }

    private static Network Normalization() => new Network("norm", Shape.Of(Channels)).BatchNorm().LeakyRelu(Slope);
}
