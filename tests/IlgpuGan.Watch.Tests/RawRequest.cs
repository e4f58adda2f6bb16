using System.Net.Sockets;
using System.Text;

namespace IlgpuGan.Watch.Tests;

/// <summary>Sends a request as it is written: a client of the library would tidy up the paths that matter here.</summary>
internal static class RawRequest
{
    /// <summary>The whole answer, head and body.</summary>
    public static async Task<string> GetAsync(Uri server, string target, string? host = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellation);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {host ?? server.Authority}\r\nConnection: close\r\n\r\n"), cancellation);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(cancellation);
    }
}
