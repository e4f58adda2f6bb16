using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

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

    /// <summary>Adds them to a server, and a refusal of all else.</summary>
    /// <param name="application">The server.</param>
    /// <param name="first">The page that is asked for by the bare address; there is no other.</param>
    public static void Map(WebApplication application, string first)
    {
        foreach (var name in typeof(PageFiles).Assembly.GetManifestResourceNames().Where(name => name == first || (Types.ContainsKey(Path.GetExtension(name)) && Path.GetExtension(name) != ".html")))
        {
            application.MapGet(name == first ? "/" : $"/{name}", context => SendAsync(context, name));
        }

        application.MapFallback(context => Gate.RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such page here."));
    }

    private static async Task SendAsync(HttpContext context, string name)
    {
        context.Response.ContentType = Types[Path.GetExtension(name)];
        using var file = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        context.Response.ContentLength = file.Length;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
