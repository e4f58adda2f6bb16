using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>Fully connected networks, as in Goodfellow et al. 2014: for 2-D points and small images.</summary>
public static class Mlp
{
    /// <summary>G: latent [N, latent] to points [N, features], or images [N, H, W, C] in [-1, 1].</summary>
    /// <param name="design">Point or image, latent, labels; its width is the units of a hidden layer. Images end in tanh.</param>
    public static Network Generator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        var output = design.Image;
        var network = Hidden(new Network("generator", Shape.Of(design.Latent)).Embed(design.Condition), design).Linear(output.Size);
        return output.Rank == 1 ? network : network.Tanh().Reshape(output.ToArray());
    }

    /// <summary>D: points or images to logit [N, 1].</summary>
    /// <param name="design">Point or image, labels; its width is the units of a hidden layer.</param>
    public static Network Discriminator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        var network = new Network("discriminator", design.Image)
            .SpectralNorm(design.HasSpectralNorm)
            .Reshape(design.Image.Size)
            .WithLabelChannels(design.Condition);
        if (design.Bandwidth > 0)
            network = Hidden(network.RandomFeatures(design.Width, design.Bandwidth), design with { Depth = design.Depth - 1 });
        else
            network = Hidden(network, design);
        return network.Head(design.Condition, outputs => new LinearLayer(outputs));
    }

    // Without biases at first every unit would bend where its input is zero: all of them in one point of the plane, far from most of the data.
    private static Network Hidden(Network network, NetworkDesign design)
    {
        for (int layer = 0; layer < design.Depth; layer++)
            network.Linear(design.Width, biasDeviation: 1 / MathF.Sqrt(network.Output.Size)).LeakyRelu(0.2f);
        return network;
    }
}
