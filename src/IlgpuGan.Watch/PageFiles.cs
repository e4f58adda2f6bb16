using System.Collections.Frozen;

namespace IlgpuGan.Watch;

/// <summary>The files of the page, out of the assembly.</summary>
internal static class PageFiles
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    /// <summary>The names that are served.</summary>
    public static IEnumerable<string> Names => typeof(PageFiles).Assembly.GetManifestResourceNames().Where(name => Types.ContainsKey(Path.GetExtension(name)));

    /// <summary>What a browser is told a file is.</summary>
    public static string TypeOf(string name) => Types[Path.GetExtension(name)];

    /// <summary>A file's bytes.</summary>
    public static Stream Open(string name) => typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
}
