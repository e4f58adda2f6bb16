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
        // A mode of points is a plateau of G with steep sides: units that saturate make one of few layers, where leaky ones leave bridges
        // between the modes (on grid at equal cost 95 % of points within 3 sigma, and 86 %).
        bool isOfPoints = output.Rank == 1;
        var network = Hidden(new Network("generator", Shape.Of(design.Latent)).Embed(design.Condition), design,
            layer => isOfPoints ? layer.Tanh() : layer.LeakyRelu(0.2f)).Linear(output.Size);
        return isOfPoints ? network : network.Tanh().Reshape(output.ToArray());
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
        return Hidden(network, design, layer => layer.LeakyRelu(0.2f)).Head(design.Condition);
    }

    // Without biases at first every unit would bend where its input is zero: all of them in one point of the plane, far from most of the data.
    private static Network Hidden(Network network, NetworkDesign design, Func<Network, Network> activation)
    {
        for (int layer = 0; layer < design.Depth; layer++)
        {
            activation(network.Linear(design.Width, biasDeviation: 1 / MathF.Sqrt(network.Output.Size)));
        }
        return network;
    }
}
