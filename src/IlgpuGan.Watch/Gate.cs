using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace IlgpuGan.Watch;

/// <summary>
/// Decides which requests come in. A page of the web that runs in the same browser can send requests to this machine, and can let a name of its own
/// stand for this machine's address; so what is not addressed to this machine by one of its own names, and what another page sends, is refused.
/// </summary>
internal sealed class Gate
{
    private const string TokenName = "token";

    private static readonly string[] LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    private readonly IPAddress address;
    private readonly byte[]? tokenHash;

    /// <param name="address">What the server listens on; any but a loopback address makes a token.</param>
    public Gate(IPAddress address)
    {
        this.address = address;
        if (!IPAddress.IsLoopback(address))
        {
            Token = RandomNumberGenerator.GetHexString(32, lowercase: true);
            tokenHash = Hash(Token);
        }
    }

    /// <summary>The secret that requests must carry; null for none.</summary>
    public string? Token { get; }

    /// <summary>Lets a request through, or answers it with a refusal.</summary>
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Pictures of a step change when a run goes back; on this machine asking again costs nothing.
        headers.CacheControl = "no-cache";

        var request = context.Request;
        if (!IsOurName(request.Host.Host))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This page is served for this machine's own names only, such as localhost or 127.0.0.1.");
        }
        else if (!HttpMethods.IsGet(request.Method) && request.Headers.Origin is { Count: > 0 } origin && origin != $"{request.Scheme}://{request.Host.Value}")
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Another page may not send requests here.");
        }
        else if (!HasToken(context))
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "Open the address that ilgpugan printed, with its token; a server that was started again has a new one.");
        }
        else
        {
            await next(context);
        }
    }

    /// <summary>Answers with one sentence.</summary>
    public static Task RefuseAsync(HttpContext context, int code, string sentence)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n");
    }

    // The port is free: a tunnel to a distant machine has another one at this end.
    private bool IsOurName(string host) =>
        LoopbackNames.Contains(host, StringComparer.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var asked)
            // Names can be made to point anywhere; an address in figures is itself.
            && (asked.Equals(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    private bool HasToken(HttpContext context)
    {
        if (tokenHash is null)
        {
            return true;
        }

        // Cookies are of a host, not of a port; two servers must not take each other's.
        var cookie = $"ilgpugan-{context.Connection.LocalPort}";
        if (context.Request.Query[TokenName] is [{ } given] && IsToken(given))
        {
            context.Response.Cookies.Append(cookie, given, new CookieOptions { HttpOnly = true, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict, Path = "/" });
            return true;
        }

        return context.Request.Cookies[cookie] is { } kept && IsToken(kept);
    }

    // Digests have one length, so that not even that of the token shows in the time it takes.
    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(Hash(given), tokenHash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
