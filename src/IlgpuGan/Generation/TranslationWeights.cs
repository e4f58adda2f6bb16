using IlgpuGan.Export;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>
/// Weights of a network from image to image, as PyTorch users have them: state dictionaries of pytorch-CycleGAN-and-pix2pix (unet, resnet, discriminators of patches) and of StarGAN. What the
/// network is, is read off names and shapes. Batch normalisation then draws by the file's running statistics, as <c>net.eval()</c> does; normalisation by instance by the image at hand,
/// and nothing is dropped.
/// </summary>
public sealed class TranslationWeights
{
    private readonly float[] weights;
    private readonly float[]? moments;

    private TranslationWeights(PublishedNetwork kind, TranslationDesign design, float[] weights, float[]? moments) =>
        (Kind, Design, this.weights, this.moments) = (kind, design, weights, moments);

    /// <summary>Which network it is.</summary>
    public PublishedNetwork Kind { get; }

    /// <summary>
    /// What it is built by. Of a discriminator the image is what it judges, and the depth is its layers or halvings. A network that works at every size has the published one: a U-Net the one
    /// that it halves to a pixel, a resnet 128 pixels with up to six blocks and 256 beyond.
    /// </summary>
    public TranslationDesign Design { get; }

    /// <summary>Its parameters, laid out as <see cref="Graphs.ParameterSet.Values"/> of what <see cref="Build"/> gives, at every size.</summary>
    public IReadOnlyList<float> Weights => weights;

    /// <summary>The moments of its batch normalisations, the running statistics of the file; null for a network without, and where the file has none.</summary>
    public IReadOnlyList<float>? Moments => moments;

    /// <summary>What it is, in words.</summary>
    public string Description => PublishedDesign.Describe(Kind, Design);

    /// <summary>Weights of a network of the library.</summary>
    /// <param name="kind">Which network it is.</param>
    /// <param name="design">What it is built by, with its depth.</param>
    /// <param name="weights">Its parameters, laid out as <see cref="Graphs.ParameterSet.Values"/>.</param>
    /// <param name="moments">The measured moments of its batch normalisations; null where there are none.</param>
    /// <exception cref="ArgumentException">There is no such network, or it has other numbers of weights and moments.</exception>
    public static TranslationWeights Of(PublishedNetwork kind, TranslationDesign design, float[] weights, float[]? moments)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(weights);
        if (design.Depth is null)
        {
            throw new ArgumentException("Weights are of a network of one depth; give the design its Depth.", nameof(design));
        }
        var network = new PublishedDesign(kind, design).Build("network");
        return weights.Length == network.Parameters.Values.Size && (moments is null || moments.Length == network.Moments.Size) ? new(kind, design, weights, moments)
            : throw new ArgumentException($"{weights.Length} weights and {moments?.Length ?? 0} moments are not the {network.Parameters.Values.Size} and {network.MomentsSize} of "
                + $"{PublishedDesign.Describe(kind, design)}.");
    }

    /// <summary>Reads the weights of one network out of a file of PyTorch.</summary>
    /// <param name="path">A file of <c>torch.save</c>, or safetensors.</param>
    /// <param name="part">The name of the network where the file holds several, such as <c>netG_A</c>; null: the only one, or the generator.</param>
    /// <exception cref="CheckpointException">The file is damaged, or of another network; the message says what it looks like.</exception>
    public static TranslationWeights FromPyTorch(string path, string? part = null) => Read(path, part, null);

    /// <summary>The same for a network whose names do not say all, such as one with scales and without running statistics.</summary>
    /// <param name="path">A file of <c>torch.save</c>, or safetensors.</param>
    /// <param name="kind">Which network it is.</param>
    /// <param name="design">What it is built by, with its depth.</param>
    /// <param name="part">The name of the network where the file holds several; null: the only one, or the generator.</param>
    /// <exception cref="CheckpointException">The file is damaged, or of another network.</exception>
    /// <exception cref="ArgumentException">There is no network of the design.</exception>
    public static TranslationWeights FromPyTorch(string path, PublishedNetwork kind, TranslationDesign design, string? part = null)
    {
        ArgumentNullException.ThrowIfNull(design);
        return design.Depth is null ? throw new ArgumentException("A file is of a network of one depth; give the design its Depth.", nameof(design)) : Read(path, part, new(kind, design));
    }

    /// <summary>The network for images of a size; StarGAN's discriminator has one size only.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="name">The name of its parameters.</param>
    /// <exception cref="ArgumentException">It takes no images of that size.</exception>
    public Network Build(int height, int width, string name = "generator") =>
        new PublishedDesign(Kind, Design with { Image = Graphs.Shape.Of(height, width, Design.Image[2]) }).Build(name);

    /// <summary>Writes the state dictionary of the published module, as safetensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RunWriteException">It cannot be written; an old one is unharmed.</exception>
    public void SavePyTorch(string path)
    {
        var tensors = PublishedWeights.Save(Kind, Design, new PublishedDesign(Kind, Design).Build("network"), weights, moments);
        RunWriteException.Guard(path, () => Safetensors.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt" }), hint: "");
    }

    /// <summary>Writes an ONNX model whose images may be of any height and width that the network takes, see <see cref="OnnxTranslator"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">
    /// What batch normalisation draws by: <see cref="MomentSource.Measured"/> for <see cref="Moments"/>, as <c>net.eval()</c> does, <see cref="MomentSource.Batch"/> for those of each image, as
    /// the published code does by default; null: by the former where there are some.
    /// </param>
    /// <exception cref="RunWriteException">It cannot be written; an old one is unharmed.</exception>
    /// <exception cref="ArgumentException">It is to draw by moments that there are none of.</exception>
    /// <exception cref="NotSupportedException">The network works at one size alone, or is too large for the format.</exception>
    public void SaveOnnx(string path, MomentSource? source = null)
    {
        var network = new PublishedDesign(Kind, Design).Build("network");
        if (source == MomentSource.Measured && network.MomentsSize > 0 && moments is null)
        {
            throw new ArgumentException("Its batch normalisations have no measured moments to draw by; let them take those of each image.", nameof(source));
        }
        var metadata = new Dictionary<string, string> { ["network"] = Description };
        var (labels, by) = (Design.Labels, source == MomentSource.Batch ? null : moments);
        RunWriteException.Guard(path, () => AtomicFile.Write(
            path, stream => OnnxTranslator.Write(stream, network, labels, weights, by, RunVersions.Current().Engine, metadata)), hint: "");
    }

    private static TranslationWeights Read(string path, string? part, PublishedDesign? design)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var (tensors, _) = StateDictionary.ReadPart(path, part, said => PortableNetwork.CheckIsNoCheckpoint(path, said));
            design ??= PublishedDesign.Of(path, tensors) ?? throw PublishedDesign.Unlike(path, tensors);
            var (weights, moments) = PublishedWeights.Load(path, design.Kind, design.Design, design.Build("network"), tensors);
            return new(design.Kind, design.Design, weights, moments);
        }
        catch (Exception fault) when (fault is SafetensorsException or WeightsException)
        {
            throw new CheckpointException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read: {Excerpt.Of(fault, path)}; allow reading it, or give another file.", fault);
        }
    }
}
