using System.Globalization;
using System.Text.RegularExpressions;
using IlgpuGan.Options;

namespace IlgpuGan.Generation;

/// <summary>
/// The files in which the published trainings keep their networks: <c>latest_net_G.pth</c> or, of CycleGAN, <c>latest_net_G_A.pth</c>, and those of an epoch in place of the latest, of
/// pytorch-CycleGAN-and-pix2pix; <c>200000-G.ckpt</c> of StarGAN.
/// </summary>
internal static partial class PublishedFiles
{
    /// <summary>The generator's file in a folder, of the latest step; null where there is none.</summary>
    public static string? GeneratorIn(string folder) => Directory.EnumerateFiles(folder)
        .Select(file => (File: file, Match: Generator().Match(Path.GetFileName(file)))).Where(found => found.Match.Success)
        .OrderByDescending(found => found.Match.Groups[1].Success).ThenByDescending(found => Step(found.Match.Groups["step"].Value)).ThenBy(found => found.File, StringComparer.Ordinal)
        .Select(found => found.File).FirstOrDefault();

    /// <summary>The file of another network of the same step; null where there is none.</summary>
    /// <param name="generator">The generator's.</param>
    /// <param name="name">The name of the network in runs.</param>
    public static string? Beside(string generator, string name)
    {
        var match = Generator().Match(Path.GetFileName(generator));
        bool isCycle = match.Value.Contains("_G_A", StringComparison.Ordinal);
        string? role = name switch
        {
            TranslationNetworks.BackGenerator => isCycle ? "_G_B" : null,
            TranslationNetworks.Discriminator => isCycle ? "_D_A" : "D",
            TranslationNetworks.BackDiscriminator => isCycle ? "_D_B" : null,
            _ => null,
        };
        if (!match.Success || role is null)
        {
            return null;
        }
        string[] parts = isCycle ? match.Value.Split("_G_A") : [match.Value[..match.Value.LastIndexOf('G')], match.Value[(match.Value.LastIndexOf('G') + 1)..]];
        string file = Path.Combine(Path.GetDirectoryName(generator) ?? "", string.Join(role, parts));
        return File.Exists(file) ? file : null;
    }

    private static long Step(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : 0;

    [GeneratedRegex(@"^(?:(latest)|(?:iter_)?(?<step>[0-9]+))_net_G(?:_A)?\.pth$|^(?<step>[0-9]+)-G\.ckpt$", RegexOptions.CultureInvariant)]
    private static partial Regex Generator();
}
