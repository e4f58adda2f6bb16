using IlgpuGan.Data;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Options;

/// <summary>A family of networks: how its G and D are built, and what they draw.</summary>
/// <param name="Name">Name in <see cref="TrainingOptions.Network"/>.</param>
/// <param name="Generator">Builds G.</param>
/// <param name="Discriminator">Builds D.</param>
/// <param name="Sizes">The sizes of images that it draws.</param>
/// <param name="Sides">What their sides must be, as the end of a sentence; null where any will do.</param>
internal sealed record NetworkFamily(
    string Name, Func<NetworkDesign, Network> Generator, Func<NetworkDesign, Network> Discriminator, SizeRule Sizes, string? Sides)
{
    /// <summary>The families; the first is what images take by default.</summary>
    public static IReadOnlyList<NetworkFamily> Table { get; } =
    [
        new("dcgan", Dcgan.Generator, Dcgan.Discriminator, SizeRule.MultiplesOf4, "are multiples of 4 and at least 16"),
        new("mlp", Mlp.Generator, Mlp.Discriminator, SizeRule.Any, null) { DrawsPoints = true },
        new("r3", R3.Generator, R3.Discriminator, new("r3", R3.Supports), "halve down to 4 to 7 pixels"),
        new("resnet", ResNet.Generator, ResNet.Discriminator, new("resnet", ResNet.Supports), "halve down to 4 to 7 pixels from at least 16"),
    ];

    /// <summary>Whether it draws points, too.</summary>
    public bool DrawsPoints { get; private init; }

    /// <summary>The family of a name.</summary>
    /// <exception cref="OptionException">There is none of that name.</exception>
    public static NetworkFamily Named(string name) => Table.FirstOrDefault(family => family.Name == name)
        ?? throw new OptionException($"--network is \"{name}\"; it must be one of {string.Join(", ", TrainingOptions.Networks)}.");
}
