using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using ProtoBuf;

namespace IlgpuGan.Export;

/// <summary>
/// A network from image to image as an ONNX model: <c>images</c> [batch, channels, height, width], of any height and width that the network can halve as often as it does, and, of
/// StarGAN, <c>labels</c> [batch, labels], to <c>translated</c> [batch, channels, height, width] in [-1, 1]. Nothing is dropped. A discriminator of patches gives <c>logits</c>
/// [batch, 1, rows, columns].
/// </summary>
internal static class OnnxTranslator
{
    /// <summary>Writes a model.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="network">The network, built for any size.</param>
    /// <param name="labels">How many labels it takes as planes beside the image, mostly none.</param>
    /// <param name="weights">Its parameters, laid out as <see cref="ParameterSet.Values"/>.</param>
    /// <param name="moments">The measured moments of its batch normalisations, laid out as <see cref="Network.Moments"/>; null to take those of each image.</param>
    /// <param name="version">Version of this program.</param>
    /// <param name="metadata">What else the model says of itself.</param>
    /// <exception cref="NotSupportedException">The network is too large for the format, or has a layer that works for one size alone.</exception>
    public static void Write(Stream stream, Network network, int labels, float[] weights, float[]? moments, string version, IReadOnlyDictionary<string, string> metadata)
    {
        bool isTranslator = network.Output[0] == network.Input[0] && network.Output[1] == network.Input[1] && network.Layers[^1] is TanhLayer;
        var model = OnnxModel.Of(network.Parameters.Name, isTranslator ? "Image to image, [batch, channels, height, width], drawn in [-1, 1]." : "Logits of the patches of images.", weights, version, metadata);
        var graph = model.Graph;
        var builder = new OnnxBuilder(graph);
        graph.Inputs.Add(OnnxBuilder.Images("images", network.Input[2], "height", "width"));
        if (labels > 0)
        {
            graph.Inputs.Add(OnnxBuilder.Value("labels", OnnxTensor.Float, labels));
        }
        string last = new OnnxLayers(builder, weights, moments).Add(TorchLayout.Of(network), "images");
        string name = isTranslator ? "translated" : "logits";
        builder.Node("Identity", name, [last]);
        graph.Outputs.Add(isTranslator ? OnnxBuilder.Images(name, network.Output[2], "height", "width") : OnnxBuilder.Images(name, network.Output[2], "rows", "columns"));
        Serializer.Serialize(stream, model);
    }
}
