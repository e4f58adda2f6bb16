using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>A list of layers with their parameters; built by calling one method per line of the paper's table.</summary>
public sealed class Network
{
    private readonly List<Layer> layers = [];
    private readonly Block block;
    private Variable? moments;

    /// <summary>An empty network for inputs of a shape (without the batch).</summary>
    public Network(string name, Shape input)
    {
        Parameters = new(name);
        (Input, Output) = (input, input);
        block = new(this);
    }

    /// <summary>Its trainable tensors.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Shape of the input, without the batch.</summary>
    public Shape Input { get; }

    /// <summary>Shape of the output, without the batch.</summary>
    public Shape Output { get; private set; }

    /// <summary>Floats of means and variances that its batch normalisations keep.</summary>
    internal int MomentsSize { get; set; }

    /// <summary>Measured means and variances of all batch normalisations, for sampling.</summary>
    internal Variable Moments => moments ??= new($"{Parameters.Name}.moments", Math.Max(16, MomentsSize));

    /// <summary>Weights of the old and the new value when moments are measured over several batches.</summary>
    internal Variable Blend { get; } = new("blend", 2);

    /// <summary>Adds the next layer.</summary>
    public Network Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Output = layer.Declare(block, Output);
        layers.Add(layer);
        return this;
    }

    /// <summary>Convolution without bias, weights from N(0, 0.02^2): [H, W, C] to [P, Q, filters].</summary>
    public Network Convolution(int filters, int kernel, int stride, int padding) =>
        Convolution(filters, kernel, kernel, stride, padding);

    /// <summary>Convolution with a kernel of any shape.</summary>
    public Network Convolution(int filters, int kernelHeight, int kernelWidth, int stride, int padding) =>
        Add(new ConvolutionLayer(filters, kernelHeight, kernelWidth, stride, padding));

    /// <summary>Transposed convolution without bias, weights from N(0, 0.02^2): [P, Q, K] to [H, W, channels].</summary>
    public Network ConvolutionTransposed(int channels, int kernel, int stride, int padding) =>
        ConvolutionTransposed(channels, kernel, kernel, stride, padding);

    /// <summary>Transposed convolution with a kernel of any shape.</summary>
    public Network ConvolutionTransposed(int channels, int kernelHeight, int kernelWidth, int stride, int padding) =>
        Add(new ConvolutionTransposedLayer(channels, kernelHeight, kernelWidth, stride, padding));

    /// <summary>Batch normalisation over all axes but the channels, scale from N(1, 0.02^2), shift 0 (Ioffe and Szegedy 2015).</summary>
    public Network BatchNorm() => Add(new BatchNormLayer());

    /// <summary>Matrix product with bias, weights from N(0, 2 / fan in) (He et al. 2015): [features] to [features].</summary>
    public Network Linear(int features) => Add(new LinearLayer(features));

    /// <summary>max(x, 0)</summary>
    public Network Relu() => LeakyRelu(0);

    /// <summary>x where positive, else slope x.</summary>
    public Network LeakyRelu(float slope) => Add(new ActivationLayer(x => x.LeakyRelu(slope)));

    /// <summary>Hyperbolic tangent.</summary>
    public Network Tanh() => Add(new ActivationLayer(x => x.Tanh()));

    /// <summary>The same numbers under another shape (without the batch).</summary>
    public Network Reshape(params int[] lengths) => Add(new ReshapeLayer(Shape.Of(lengths)));

    /// <summary>The network's output for a batch, as it is trained: current weights, moments of the batch.</summary>
    public Tensor Apply(Tensor x) => Apply(x, Parameters.Values, MomentSource.Batch);

    /// <summary>The network's output for a batch [N, ...] with the weights and moments given.</summary>
    public Tensor Apply(Tensor x, Variable weights, MomentSource source)
    {
        ArgumentNullException.ThrowIfNull(x);
        var pass = new Pass(x.Graph, weights, source);
        return layers.Aggregate(x, (value, layer) => layer.Apply(pass, value));
    }
}
