using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>A list of layers with their parameters; built by calling one method per line of the paper's table.</summary>
public sealed class Network
{
    private readonly List<Layer> layers = [];
    private readonly List<PlacedLayer> placed = [];
    private readonly Block block;
    private Variable? moments;
    private SpectralNorm? spectral;

    /// <summary>An empty network for inputs of a shape (without the batch).</summary>
    public Network(string name, Shape input)
    {
        Parameters = new(name);
        ArgumentNullException.ThrowIfNull(input);
        (Input, Output, LargestLayer) = (input, input, input.Size);
        block = new(this);
    }

    /// <summary>Its trainable tensors.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Its layers, the first first.</summary>
    internal IReadOnlyList<Layer> Layers => layers;

    /// <summary>The same with what each has declared.</summary>
    internal IReadOnlyList<PlacedLayer> Placed => placed;

    /// <summary>Shape of the input, without the batch.</summary>
    public Shape Input { get; }

    /// <summary>Shape of the output, without the batch.</summary>
    public Shape Output { get; private set; }

    /// <summary>Numbers of the blocks of layers that have parameters, the first first.</summary>
    internal IReadOnlyList<int> Blocks => [.. Parameters.Parameters.Select(Block.NumberOf).OfType<int>().Distinct().Order()];

    /// <summary>The parameters without those of some blocks at one end: neighbours in their set, and of tables of labels all.</summary>
    /// <param name="blocks">How many blocks to leave out.</param>
    /// <param name="areLast">Whether they are the last, rather than the first.</param>
    internal IReadOnlyList<Parameter> Without(int blocks, bool areLast)
    {
        var left = (areLast ? Blocks.TakeLast(blocks) : Blocks.Take(blocks)).ToHashSet();
        return [.. Parameters.Parameters.Where(parameter => Block.NumberOf(parameter) is not { } number || !left.Contains(number))];
    }

    /// <summary>Floats of means and variances that its batch normalisations keep.</summary>
    internal int MomentsSize { get; set; }

    /// <summary>How many of its layers drop at random.</summary>
    internal int Dropouts { get; set; }

    /// <summary>Measured means and variances of all batch normalisations, for sampling.</summary>
    internal Variable Moments => moments ??= new($"{Parameters.Name}.moments", Math.Max(16, MomentsSize));

    /// <summary>Weights of the old and the new value when moments are measured over several batches.</summary>
    internal Variable Blend { get; } = new("blend", 2);

    /// <summary>The largest batch that all of its layers can be applied to: tensors hold <see cref="Shape.MostElements"/>.</summary>
    internal int MostBatch => Shape.MostElements / LargestLayer;

    /// <summary>Elements of the largest of what its layers make of one image.</summary>
    internal int LargestLayer { get; private set; }

    /// <summary>Takes note of what a layer makes of one image.</summary>
    internal void Meet(Shape output) => LargestLayer = Math.Max(LargestLayer, output.Size);

    /// <summary>Adds the next layer.</summary>
    public Network Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var (input, declared) = (Output, Parameters.Parameters.Count);
        Output = layer.Declare(block, Output);
        layers.Add(layer);
        placed.Add(new(layer, input, Output, [.. Parameters.Parameters.Skip(declared)]));
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
        ConvolutionTransposed(channels, kernelHeight, kernelWidth, stride, padding, outputPadding: 0);

    /// <summary>
    /// Transposed convolution with a kernel of any shape whose output is larger at the bottom and on the right: H = (P - 1) stride - 2 padding + kernelHeight + outputPadding, W likewise. A
    /// convolution of some stride makes the same of several sizes; this says of which its transpose makes the image.
    /// </summary>
    /// <param name="channels">Channels of the output.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="stride">Pixels of the output from one of the input to the next.</param>
    /// <param name="padding">Pixels that the output is cut by on every side.</param>
    /// <param name="outputPadding">Rows at the bottom, and columns on the right, that are then kept; fewer than the stride.</param>
    /// <exception cref="ArgumentException">It is not below the stride.</exception>
    public Network ConvolutionTransposed(int channels, int kernelHeight, int kernelWidth, int stride, int padding, int outputPadding) =>
        Add(new ConvolutionTransposedLayer(channels, kernelHeight, kernelWidth, stride, padding, outputPadding));

    /// <summary>Batch normalisation over all axes but the channels, scale from N(1, 0.02^2), shift 0 (Ioffe and Szegedy 2015).</summary>
    public Network BatchNorm() => Add(new BatchNormLayer());

    /// <summary>The normalisation of a kind; a learnt shift where that is none.</summary>
    public Network Normalize(Normalization kind) => kind switch
    {
        Normalization.None => Bias(),
        Normalization.Batch => BatchNorm(),
        Normalization.Layer => Add(new LayerNormLayer()),
        Normalization.Instance => Add(new InstanceNormLayer()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A learnt shift of each channel, 0 at first.</summary>
    public Network Bias() => Add(new BiasLayer());

    /// <summary>Standard deviation within groups of four images, as one more channel (Karras et al. 2018, section 3): D can then see that fakes are all alike.</summary>
    public Network MinibatchDeviation() => Add(new MinibatchDeviationLayer());

    /// <summary>Puts an embedding of the labels beside G's latent.</summary>
    public Network Embed(Condition? condition) => condition is null ? this : Add(new EmbeddingLayer(condition));

    /// <summary>Gives D the labels as channels, where that is how it takes them.</summary>
    public Network WithLabelChannels(Condition? condition) =>
        condition?.Kind == ConditionKind.Concatenation ? Add(new LabelChannelsLayer(condition)) : this;

    /// <summary>D's last layer: a matrix product with bias to a logit [1], or [1 + classes] where D reads labels too; labels are judged as the condition says.</summary>
    public Network Head(Condition? condition) => Head(condition, outputs => new LinearLayer(outputs));

    /// <summary>The same with a last layer that is made for so many outputs.</summary>
    public Network Head(Condition? condition, Func<int, Layer> head) => Add(new HeadLayer(head, condition));

    /// <summary>Matrix product with bias, weights from N(0, 2 / fan in) (He et al. 2015): [features] to [features].</summary>
    /// <param name="features">Length of the output.</param>
    /// <param name="biasDeviation">Standard deviation of the bias at first.</param>
    public Network Linear(int features, float biasDeviation = 0) => Add(new LinearLayer(features, biasDeviation: biasDeviation));

    /// <summary>max(x, 0)</summary>
    public Network Relu() => LeakyRelu(0);

    /// <summary>x where positive, else slope x.</summary>
    public Network LeakyRelu(float slope) => Add(new LeakyReluLayer(slope));

    /// <summary>Hyperbolic tangent.</summary>
    public Network Tanh() => Add(new TanhLayer());

    /// <summary>The same numbers under another shape (without the batch).</summary>
    public Network Reshape(params int[] lengths) => Add(new ReshapeLayer(Shape.Of(lengths)));

    /// <summary>Divides weights by their largest singular value from here on: call before the first layer.</summary>
    /// <param name="isOn">Whether to do so at all.</param>
    public Network SpectralNorm(bool isOn = true)
    {
        spectral = isOn ? new(Parameters) : null;
        return this;
    }

    /// <summary>What its constraints keep from step to step, to be saved with a run; empty for most.</summary>
    public IReadOnlyList<(Variable Variable, float[] Initial)> State => spectral is null ? [] : [spectral.State];

    /// <summary>Where in <see cref="State"/> the vector of each weight begins that spectral normalisation follows; empty without.</summary>
    internal IEnumerable<(Parameter Parameter, int Place)> SpectralPlaces => spectral?.VectorPlaces ?? [];

    /// <summary>
    /// The weights as they are trained, at this point of a graph. With spectral normalisation this is one step of its power iteration: take them
    /// once for all passes of an update.
    /// </summary>
    public Weights Take(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var weights = new Weights(graph, Parameters.Values);
        spectral?.Normalize(graph, weights);
        return weights;
    }

    /// <summary>Iterates once for <see cref="TakeIterated"/>, where a constraint does.</summary>
    internal void Iterate(Graph graph) => spectral?.Iterate(graph, new Weights(graph, Parameters.Values));

    /// <summary>What <see cref="Take"/> gives, without another step of an iteration: for an update whose batch comes in leaves, each of which takes them.</summary>
    internal Weights TakeIterated(Graph graph)
    {
        var weights = new Weights(graph, Parameters.Values);
        spectral?.Divide(graph, weights);
        return weights;
    }

    /// <summary>The weights as they are trained, for a look at them that changes nothing: constraints do not iterate.</summary>
    public Weights Look(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var weights = new Weights(graph, Parameters.Values);
        spectral?.Hold(graph, weights);
        return weights;
    }

    /// <summary>The network's output for a batch, as it is trained: current weights, moments of the batch.</summary>
    public Tensor Apply(Tensor x) => Apply(x, Take((x ?? throw new ArgumentNullException(nameof(x))).Graph));

    /// <summary>The network's output for a batch [N, ...], as it is trained, with weights taken before.</summary>
    /// <param name="x">The batch.</param>
    /// <param name="weights">What <see cref="Take"/> gave.</param>
    /// <param name="labels">The condition of each image, [N, classes] of zeros and ones, where the network has one.</param>
    /// <param name="dropout">What dropout draws from; null to drop nothing.</param>
    public Tensor Apply(Tensor x, Weights weights, Tensor? labels = null, DropoutDraws? dropout = null) => Apply(x, weights, MomentSource.Batch, labels, dropout);

    /// <summary>The network's output for a batch [N, ...] with the weights and moments given.</summary>
    public Tensor Apply(Tensor x, Variable weights, MomentSource source, Tensor? labels = null) =>
        Apply(x, new Weights((x ?? throw new ArgumentNullException(nameof(x))).Graph, weights), source, labels, null);

    /// <summary>
    /// What each layer makes of a batch [N, ...], the first first, as the network is trained: what features are compared by. Nothing is computed of those that nobody reads.
    /// </summary>
    /// <param name="x">The batch.</param>
    /// <param name="weights">What <see cref="Take"/> gave.</param>
    /// <param name="labels">The condition of each image, where the network has one.</param>
    /// <param name="dropout">What dropout draws from; null to drop nothing.</param>
    public IReadOnlyList<Tensor> ApplyByLayers(Tensor x, Weights weights, Tensor? labels = null, DropoutDraws? dropout = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        var pass = new Pass(x.Graph, weights, MomentSource.Batch, labels) { Dropout = dropout };
        var made = new List<Tensor>(layers.Count);
        foreach (var layer in layers)
        {
            made.Add(x = layer.ApplyAsDeclared(pass, x));
        }
        return made;
    }

    /// <summary>What the last layer reads, for a batch [N, ...] with weights taken before: of a discriminator, the features that it judges by.</summary>
    public Tensor Features(Tensor x, Weights weights, Tensor? labels = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        var pass = new Pass(x.Graph, weights, MomentSource.Batch, labels);
        return layers.SkipLast(1).Aggregate(x, (value, layer) => layer.Apply(pass, value));
    }

    private Tensor Apply(Tensor x, Weights weights, MomentSource source, Tensor? labels, DropoutDraws? dropout)
    {
        var pass = new Pass(x.Graph, weights, source, labels) { Dropout = dropout };
        return layers.Aggregate(x, (value, layer) => layer.ApplyAsDeclared(pass, value));
    }
}
