using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Size of a DCGAN: square images whose side is a power of two from 8 on, G's last width, its latents, the batch.</summary>
internal sealed record DcganSize(int Side, int Channels, int Width, int Latent, int Batch)
{
    /// <summary>Layers of each net: one for 4 x 4, one for each doubling.</summary>
    public int Layers => int.Log2(Side) - 1;

    /// <summary>Layer i of D, counted from the image; G's are the same ones, transposed, counted from the latents.</summary>
    public ConvolutionGeometry Discriminator(int i) => i == Layers - 1
        ? new(4, 4, Depth(i), 1, 4, 4, 1, 0)
        : new(Side >> i, Side >> i, Depth(i), Depth(i + 1), 4, 4, 2, 1);

    /// <summary>Layer i of G, counted from the latents, by the convolution that it transposes.</summary>
    public ConvolutionGeometry Generator(int i) => i == 0
        ? new(4, 4, Depth(Layers - 1), Latent, 4, 4, 1, 0)
        : new(4 << i, 4 << i, Depth(Layers - 1 - i), Depth(Layers - i), 4, 4, 2, 1);

    private int Depth(int i) => i == 0 ? Channels : Width << (i - 1);
}

/// <summary>
/// One step of the DCGAN of pytorch/examples, written with nothing but the graph's operations: D on real and fake, Adam, then G
/// through the updated D with the same latents, Adam. Parameters are named as in the fixture.
/// </summary>
internal sealed class DcganStep
{
    private readonly DcganSize size;

    /// <summary>Builds the step.</summary>
    public DcganStep(DcganSize size, bool minimax = false)
    {
        this.size = size;
        AddParameters();
        Reals = new("reals", size.Batch * size.Side * size.Side * size.Channels);
        Latents = new("latents", size.Batch * size.Latent);

        var real = Discriminate(Graph.Read(Reals, 0, Shape.Of(size.Batch, size.Side, size.Side, size.Channels)));
        var image = Generate(Graph.Read(Latents, 0, Shape.Of(size.Batch, 1, 1, size.Latent)));
        var fake = Discriminate(image);
        LossD = Graph.BceLoss(real, 1) + Graph.BceLoss(fake, 0);
        GradientsD = Differentiation.Gradients(LossD, Discriminator);
        Graph.Update(Discriminator, GradientsD, Published, Updates);

        var same = Discriminate(image);
        LossG = minimax ? -Graph.BceLoss(same, 0) : Graph.BceLoss(same, 1);
        GradientsG = Differentiation.Gradients(LossG, Generator);
        Graph.Update(Generator, GradientsG, Published, Updates);
        Graph.Advance(Updates);
        Probabilities = [Graph.MeanProbability(real, 1), Graph.MeanProbability(fake, 0), Graph.MeanProbability(same, minimax ? 0 : 1)];
    }

    public Graph Graph { get; } = new();

    public ParameterSet Generator { get; } = new("generator");

    public ParameterSet Discriminator { get; } = new("discriminator");

    /// <summary>Running mean and variance of each normalised layer, by <c>net.layerI</c>.</summary>
    public Dictionary<string, (Variable Mean, Variable Variance)> Running { get; } = [];

    /// <summary>Steps done.</summary>
    public Counter Updates { get; } = new("updates");

    public Variable Reals { get; }

    public Variable Latents { get; }

    public Tensor LossD { get; }

    public Tensor LossG { get; }

    /// <summary>Mean of D(x), of D(G(z)) before D's update, and of D(G(z)) after it.</summary>
    public Tensor[] Probabilities { get; }

    public Tensor[] GradientsD { get; }

    public Tensor[] GradientsG { get; }

    private static Optimizer Published { get; } = new(UpdateRule.Adam) { LearningRate = 2e-4f, Beta1 = 0.5f };

    private void AddParameters()
    {
        for (int i = 0; i < size.Layers; i++)
        {
            Generator.Add($"layer{i}.weight", size.Generator(i).Weights, 0, 0.02f);
            if (i < size.Layers - 1)
            {
                AddNorm(Generator, i, size.Generator(i).Channels);
            }
        }
        for (int i = 0; i < size.Layers; i++)
        {
            Discriminator.Add($"layer{i}.weight", size.Discriminator(i).Weights, 0, 0.02f);
            if (i > 0 && i < size.Layers - 1)
            {
                AddNorm(Discriminator, i, size.Discriminator(i).Filters);
            }
        }
    }

    private void AddNorm(ParameterSet set, int layer, int channels)
    {
        set.Add($"layer{layer}.gamma", Shape.Of(channels), 1, 0.02f);
        set.Add($"layer{layer}.beta", Shape.Of(channels), 0, 0);
        string name = $"{set.Name}.layer{layer}";
        Running[name] = (new($"{name}.mean", channels), new($"{name}.variance", channels));
    }

    private Tensor Generate(Tensor x)
    {
        for (int i = 0; i < size.Layers; i++)
        {
            x = Graph.ConvolutionDataGradient(size.Generator(i), x, Read(Generator, $"layer{i}.weight"));
            if (i < size.Layers - 1)
            {
                x = Normalize(Generator, i, x).LeakyRelu(0);
            }
        }
        return x.Tanh();
    }

    private Tensor Discriminate(Tensor x)
    {
        for (int i = 0; i < size.Layers; i++)
        {
            x = Graph.Convolution(size.Discriminator(i), x, Read(Discriminator, $"layer{i}.weight"));
            if (i > 0 && i < size.Layers - 1)
            {
                x = Normalize(Discriminator, i, x);
            }
            if (i < size.Layers - 1)
            {
                x = x.LeakyRelu(0.2f);
            }
        }
        return x;
    }

    private Tensor Normalize(ParameterSet set, int layer, Tensor x)
    {
        int rows = x.Shape.Rows;
        var mean = x.SumRows() * (1f / rows);
        var variance = (x - mean).Square().SumRows() * (1f / rows);
        var (runningMean, runningVariance) = Running[$"{set.Name}.layer{layer}"];
        Average(runningMean, mean);
        Average(runningVariance, variance * ((float)rows / (rows - 1)));
        return Graph.BatchNormalize(x, mean, (variance + 1e-5f).ReciprocalSqrt(), Read(set, $"layer{layer}.gamma"), Read(set, $"layer{layer}.beta"));
    }

    private void Average(Variable running, Tensor present) =>
        Graph.Assign(running, 0, Graph.Read(running, 0, present.Shape) * 0.9f + present * 0.1f);

    private Tensor Read(ParameterSet set, string name) => Graph.Read(set.Parameters.Single(parameter => parameter.Name == name));
}
