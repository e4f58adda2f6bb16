using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;

namespace IlgpuGan.Tests.Data.Pairs;

/// <summary>Loads pairs without touching the user's cache.</summary>
internal static class PairLoading
{
    public static PairSet Load(string source, Func<PairOptions, PairOptions>? with = null)
    {
        var options = new PairOptions { Data = new ImageSetOptions { Source = source, UseCache = false } };
        return PairLoader.Load(with is null ? options : with(options), SizeRule.MultiplesOf4, null, TestContext.Current.CancellationToken);
    }

    /// <summary>Expects a load to fail with a sentence that contains every one of the parts.</summary>
    public static void Refuses<T>(string source, Func<PairOptions, PairOptions>? with, params string[] parts)
        where T : DataException
    {
        T error = Assert.Throws<T>(() => Load(source, with).Dispose());
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>The first bytes of both sides of each pair.</summary>
    public static (byte Input, byte Target)[] FirstBytes(this PairSet set, ImageSet pairs) =>
        [.. Enumerable.Range(0, pairs.Count).Select(i => (pairs.Image(i)[0], pairs.Image(i)[set.Input.Channels]))];

    /// <summary>A grey picture of one shade.</summary>
    public static byte[] Shade(byte shade, int width = 16, int height = 16) => TestImages.Png(width, height, shade, shade, shade);
}
