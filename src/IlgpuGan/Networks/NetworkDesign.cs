using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>What a pair of networks is built by.</summary>
/// <param name="Image">Shape of an image [H, W, C], or of a point [features].</param>
/// <param name="Latent">Length of z.</param>
/// <param name="Width">Width, in the sense of the family.</param>
public sealed record NetworkDesign(Shape Image, int Latent, int Width)
{
    /// <summary>The labels; null for none.</summary>
    public Condition? Condition { get; init; }

    /// <summary>Normalisation between D's layers, where the family leaves a choice.</summary>
    public Normalization Norm { get; init; } = Normalization.Batch;

    /// <summary>Whether D's weights are divided by their largest singular value.</summary>
    public bool HasSpectralNorm { get; init; }

    /// <summary>Whether D sees the standard deviation over groups of images.</summary>
    public bool HasMinibatchDeviation { get; init; }

    /// <summary>Hidden layers of an mlp, or residual blocks of a stage of r3.</summary>
    public int Depth { get; init; } = 2;

    /// <summary>Channels of a stage of r3 or dcgan for each side of its images, from the smallest; null: those that <see cref="Width"/> gives.</summary>
    public IReadOnlyList<int>? StageWidths { get; init; }

    /// <summary>Whether a learnt shift of each colour follows the last convolution of dcgan's G.</summary>
    public bool HasOutputBias { get; init; }

    /// <summary>Whether dcgan's G begins with a matrix product, each of whose outputs is normalised by itself, rather than with a transposed convolution, whose channels are.</summary>
    public bool HasLinearStart { get; init; }

    /// <summary>Which sides dcgan halves.</summary>
    public Halving Halving { get; init; } = Halving.Any;

    /// <summary>How dcgan's G doubles its feature maps.</summary>
    public Upsampling Upsampling { get; init; } = Upsampling.Transposed;

    /// <summary>Side of the kernels of transposed convolutions by which dcgan's G doubles its feature maps; an odd one has an output padding of 1.</summary>
    public int GeneratorKernel { get; init; } = 4;

    /// <summary>Whether the convolutions of dcgan's D add a learnt shift of each filter, those before a normalisation, too.</summary>
    public bool HasDiscriminatorBias { get; init; }

    /// <summary>Channels of a group of r3's 3 x 3 convolutions.</summary>
    public int GroupSize { get; init; } = 16;
}
