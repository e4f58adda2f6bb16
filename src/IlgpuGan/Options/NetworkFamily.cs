using IlgpuGan.Data;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Options;

/// <summary>A family of networks: how its G and D are built, and what they draw.</summary>
/// <param name="Name">Name in <see cref="TrainingOptions.Network"/>.</param>
/// <param name="Generator">Builds G, named <c>generator</c>.</param>
/// <param name="Discriminator">Builds D, named <c>discriminator</c>.</param>
public sealed record NetworkFamily(string Name, Func<NetworkDesign, Network> Generator, Func<NetworkDesign, Network> Discriminator)
{
    /// <summary>
    /// A family of one's own, for <see cref="TrainingOptions.With(NetworkFamily)"/>: layers that are added to a generator, which begins with a latent [latent] and must end in
    /// an image, <see cref="NetworkDesign.Image"/>, and to a discriminator, which begins with that image and must end in a logit, as <see cref="Network.Head(Condition?)"/> makes it.
    /// </summary>
    /// <param name="name">The name that options give it; a run that goes on, or is drawn by, knows its network by it.</param>
    /// <param name="generator">Adds G's layers.</param>
    /// <param name="discriminator">Adds D's layers.</param>
    public NetworkFamily(string name, Action<Network, NetworkDesign> generator, Action<Network, NetworkDesign> discriminator)
        : this(name, design => Built(new("generator", Shape.Of(design.Latent)), generator, design), design => Built(new("discriminator", design.Image), discriminator, design))
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
    }

    /// <summary>The families; the first is what images take by default.</summary>
    internal static IReadOnlyList<NetworkFamily> Table { get; } =
    [
        new("dcgan", Dcgan.Generator, Dcgan.Discriminator)
        {
            Sizes = SizeRule.MultiplesOf4,
            Sides = "are multiples of 4 and at least 16",
            TakesLabels = true,
            Follows = ["stage-widths", "output-bias", "linear-start", "halving", "upsampling", "d-bias"],
        },
        new("mlp", Mlp.Generator, Mlp.Discriminator) { TakesLabels = true, DrawsPoints = true, Follows = ["depth"] },
        new("r3", R3.Generator, R3.Discriminator)
        {
            Sizes = new("r3", R3.Supports),
            Sides = "halve down to 4 to 7 pixels",
            TakesLabels = true,
            Follows = ["depth", "stage-widths", "group-size"],
        },
        new("resnet", ResNet.Generator, ResNet.Discriminator)
        {
            Sizes = new("resnet", ResNet.Supports),
            Sides = "halve down to 4 to 7 pixels from at least 16",
            TakesLabels = true,
        },
    ];

    /// <summary>The sizes of images that it draws.</summary>
    public SizeRule Sizes { get; init; } = SizeRule.Any;

    /// <summary>What their sides must be, as the end of a sentence; null where any will do.</summary>
    public string? Sides { get; init; }

    /// <summary>Whether its networks follow labels: G embeds them (<see cref="Network.Embed"/>), and D's head judges by them.</summary>
    public bool TakesLabels { get; init; }

    /// <summary>
    /// The options that not every family follows and this one does: <c>depth</c>, <c>stage-widths</c>, <c>output-bias</c>, <c>linear-start</c>, <c>halving</c>, <c>upsampling</c>,
    /// <c>d-bias</c>, <c>group-size</c>.
    /// </summary>
    internal IReadOnlyList<string> Follows { get; private init; } = [];

    /// <summary>Whether it draws points, too.</summary>
    public bool DrawsPoints { get; init; }

    private static Network Built(Network network, Action<Network, NetworkDesign> layers, NetworkDesign design)
    {
        layers(network, design);
        return network;
    }
}
