using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>Fully connected networks with two hidden layers, as in Goodfellow et al. 2014: for 2-D points and small images.</summary>
public static class Mlp
{
    /// <summary>G: latent [N, latent] to points [N, features], or images [N, H, W, C] in [-1, 1].</summary>
    /// <param name="output">Shape of one point or image; images end in tanh.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Units of a hidden layer.</param>
    public static Network Generator(Shape output, int latent, int width)
    {
        ArgumentNullException.ThrowIfNull(output);
        var network = new Network("generator", Shape.Of(latent))
            .Linear(width).LeakyRelu(0.2f)
            .Linear(width).LeakyRelu(0.2f)
            .Linear(output.Size);
        return output.Rank == 1 ? network : network.Tanh().Reshape(output.ToArray());
    }

    /// <summary>D: points or images to logit [N, 1].</summary>
    /// <param name="input">Shape of one point or image.</param>
    /// <param name="width">Units of a hidden layer.</param>
    /// <param name="hasSpectralNorm">Whether weights are divided by their largest singular value.</param>
    public static Network Discriminator(Shape input, int width, bool hasSpectralNorm = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        var network = new Network("discriminator", input);
        if (hasSpectralNorm)
            network.SpectralNorm();
        return network
            .Reshape(input.Size)
            .Linear(width).LeakyRelu(0.2f)
            .Linear(width).LeakyRelu(0.2f)
            .Linear(1);
    }
}
