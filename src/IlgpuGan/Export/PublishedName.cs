namespace IlgpuGan.Export;

/// <summary>
/// What the published code calls a convolution and the normalisation behind it. Modules of an <c>nn.Sequential</c> are counted, those without weights, too; what all names of a network
/// begin with is <see cref="Prefix"/>.
/// </summary>
/// <param name="Convolution">The convolution.</param>
/// <param name="Norm">The normalisation; null where none follows.</param>
/// <param name="IsShifted">Whether the convolution has a bias whatever the normalisation is.</param>
internal sealed record PublishedName(string Convolution, string? Norm, bool IsShifted = false)
{
    /// <summary>The number of the first residual block in an <c>nn.Sequential</c>: those before are three convolutions, mirrored or not, each with what follows it.</summary>
    public const int FirstBlock = 10, FirstStarGanBlock = 9;

    /// <summary>What all names begin with.</summary>
    /// <param name="network">The network.</param>
    /// <param name="depth">Its depth, as <see cref="Networks.Translation.TranslationDesign.Depth"/>.</param>
    public static string Prefix(PublishedNetwork network, int depth) => network switch
    {
        PublishedNetwork.UNet => "model.model.",
        PublishedNetwork.Patch when depth == 0 => "net.",
        PublishedNetwork.StarGan => "main.",
        PublishedNetwork.StarGanDiscriminator => "",
        _ => "model.",
    };

    /// <summary>The names of a network, in the order in which it computes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="depth">Halvings or blocks.</param>
    /// <param name="drops">Whether residual blocks drop, which counts as a module.</param>
    public static IReadOnlyList<PublishedName> Of(PublishedNetwork network, int depth, bool drops) => [.. network switch
    {
        PublishedNetwork.UNet => UNet(depth),
        PublishedNetwork.ResNet => Residual(depth, FirstBlock, "conv_block", [1, 2, drops ? 6 : 5, drops ? 7 : 6], [(1, 2), (4, 5), (7, 8)]).Append(new($"{FirstBlock + depth + 7}", null, IsShifted: true)),
        PublishedNetwork.StarGan => Residual(depth, FirstStarGanBlock, "main", [0, 1, drops ? 4 : 3, drops ? 5 : 4], [(0, 1), (3, 4), (6, 7)]).Append(new($"{FirstStarGanBlock + depth + 6}", null)),
        PublishedNetwork.Patch => Patch(depth),
        _ => TwoHeads(depth),
    }];

    /// <summary>Each block holds that of the next halving as its submodule; the first and the last have no activation before, or no normalisation behind.</summary>
    private static IEnumerable<PublishedName> UNet(int depth)
    {
        string Within(int stage) => string.Concat(Enumerable.Repeat("3.model.", stage - 1).Prepend("1.model."));
        yield return new("0", null);
        for (int stage = 1; stage < depth; stage++)
        {
            yield return new($"{Within(stage)}1", stage == depth - 1 ? null : $"{Within(stage)}2");
        }
        for (int stage = depth - 1; stage > 0; stage--)
        {
            var (up, norm) = stage == depth - 1 ? (3, 4) : (5, 6);
            yield return new($"{Within(stage)}{up}", $"{Within(stage)}{norm}");
        }
        yield return new("3", null, IsShifted: true);
    }

    private static IEnumerable<PublishedName> Residual(int blocks, int first, string block, int[] modules, (int Convolution, int Norm)[] before) =>
    [
        .. before.Select(pair => new PublishedName($"{pair.Convolution}", $"{pair.Norm}")),
        .. from number in Enumerable.Range(first, blocks)
           from half in (int[])[0, 2]
           select new PublishedName($"{number}.{block}.{modules[half]}", $"{number}.{block}.{modules[half + 1]}"),
        new($"{first + blocks}", $"{first + blocks + 1}"),
        new($"{first + blocks + 3}", $"{first + blocks + 4}"),
    ];

    private static IEnumerable<PublishedName> Patch(int layers)
    {
        int between = Math.Max(1, layers);
        yield return new("0", null, IsShifted: true);
        for (int layer = 0; layer < between; layer++)
        {
            yield return new($"{3 * layer + 2}", $"{3 * layer + 3}");
        }
        yield return new($"{3 * between + 2}", null, IsShifted: layers > 0);
    }

    private static IEnumerable<PublishedName> TwoHeads(int halvings) =>
        [.. Enumerable.Range(0, halvings).Select(stage => new PublishedName($"main.{2 * stage}", null, IsShifted: true)), new("conv1", null), new("conv2", null)];
}
