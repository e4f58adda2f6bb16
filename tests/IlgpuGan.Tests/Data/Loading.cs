using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

/// <summary>Loads without touching the user's cache.</summary>
internal static class Loading
{
    public static ImageSet Load(string source, Func<ImageSetOptions, ImageSetOptions>? with = null)
    {
        var options = new ImageSetOptions { Source = source, UseCache = false };
        return ImageSetLoader.Load(with is null ? options : with(options), null, TestContext.Current.CancellationToken);
    }

    /// <summary>Expects a load to fail with a message that contains every one of the parts.</summary>
    public static void Refuses<T>(string source, Func<ImageSetOptions, ImageSetOptions>? with, params string[] parts)
        where T : DataException
    {
        T error = Assert.Throws<T>(() => Load(source, with));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
    }
}
