using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>Fully connected networks, two hidden layers unless said otherwise, as in Goodfellow et al. 2014: for 2-D points and small images.</summary>
public static class Mlp
{
    /// <summary>G: latent [N, latent] to points [N, features], or images [N, H, W, C] in [-1, 1].</summary>
    /// <param name="output">Shape of one point or image; images end in tanh.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Units of a hidden layer.</param>
    /// <param name="depth">Number of hidden layers.</param>
    public static Network Generator(Shape output, int latent, int width, int depth = 2)
    {
        ArgumentNullException.ThrowIfNull(output);
        var network = Hidden(new Network("generator", Shape.Of(latent)), width, depth).Linear(output.Size);
        return output.Rank == 1 ? network : network.Tanh().Reshape(output.ToArray());
    }

    /// <summary>D: points or images to logit [N, 1].</summary>
    /// <param name="input">Shape of one point or image.</param>
    /// <param name="width">Units of a hidden layer.</param>
    /// <param name="hasSpectralNorm">Whether weights are divided by their largest singular value.</param>
    /// <param name="depth">Number of hidden layers.</param>
    /// <param name="bandwidth">Bandwidth of random features in the place of the first hidden layer; 0 for an ordinary one.</param>
    public static Network Discriminator(Shape input, int width, bool hasSpectralNorm = false, int depth = 2, float bandwidth = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        var network = new Network("discriminator", input);
        if (hasSpectralNorm)
            network.SpectralNorm();
        network.Reshape(input.Size);
        return bandwidth > 0
            ? Hidden(network.RandomFeatures(width, bandwidth), width, depth - 1).Linear(1)
            : Hidden(network, width, depth).Linear(1);
    }

    // Without biases at first every unit would bend where its input is zero: all of them in one point of the plane, far from most of the data.
    private static Network Hidden(Network network, int width, int depth)
    {
        for (int i = 0; i < depth; i++)
            network.Linear(width, biasDeviation: 1 / MathF.Sqrt(network.Output.Size)).LeakyRelu(0.2f);
        return network;
    }
}
