using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using ProtoBuf;

namespace IlgpuGan.Export;

/// <summary>
/// A generator as an ONNX model: <c>latents</c> [batch, latent] and, with a condition, <c>labels</c> [batch, columns] (numbers of
/// values) to <c>images</c> [batch, channels, height, width] in [-1, 1], or to <c>points</c> [batch, 2].
/// </summary>
internal static class OnnxGenerator
{
    /// <summary>Writes a model.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="generator">The network.</param>
    /// <param name="classes">The number of values of each label column; empty for a network without a condition.</param>
    /// <param name="weights">Its parameters, laid out as <see cref="ParameterSet.Values"/>.</param>
    /// <param name="moments">The measured moments of its batch normalisations, laid out as <see cref="Network.Moments"/>; empty for a network without.</param>
    /// <param name="version">Version of this program.</param>
    /// <param name="metadata">What else the model says of itself.</param>
    /// <exception cref="NotSupportedException">The network is too large for the format, or has a layer that no generator has.</exception>
    public static void Write(
        Stream stream, Network generator, IReadOnlyList<int> classes, float[] weights, float[] moments, string version, IReadOnlyDictionary<string, string> metadata)
    {
        bool isOfPoints = generator.Output.Rank == 1;
        var model = OnnxModel.Of(
            "generator", isOfPoints ? "Generator of points in the plane." : "Generator of images, [batch, channels, height, width] in [-1, 1].", weights, version, metadata);
        var graph = model.Graph;
        var builder = new OnnxBuilder(graph);
        graph.Inputs.Add(OnnxBuilder.Value("latents", OnnxTensor.Float, generator.Input.Size));
        if (classes.Count > 0)
        {
            graph.Inputs.Add(OnnxBuilder.Value("labels", OnnxTensor.Int64, classes.Count));
        }
        string last = new OnnxLayers(builder, weights, moments) { Classes = classes, IsOfLatents = true }.Add(TorchLayout.Of(generator), "latents");
        if (isOfPoints)
        {
            builder.Node("Identity", "points", [last]);
            graph.Outputs.Add(OnnxBuilder.Value("points", OnnxTensor.Float, generator.Output.Size));
        }
        else
        {
            builder.Node("Clip", "images", [last, builder.Tensor("black", [], [-1f]), builder.Tensor("white", [], [1f])]);
            graph.Outputs.Add(OnnxBuilder.Value("images", OnnxTensor.Float, generator.Output[2], generator.Output[0], generator.Output[1]));
        }
        Serializer.Serialize(stream, model);
    }
}
