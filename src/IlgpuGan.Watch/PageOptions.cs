using System.Net;

namespace IlgpuGan.Watch;

/// <summary>Where a page is served.</summary>
public record PageOptions
{
    /// <summary>The first port that is tried when none was asked for.</summary>
    public const int DefaultPort = 6060;

    /// <summary>The port, 0 for any free one; null: <see cref="DefaultPort"/> or the next that is free.</summary>
    public int? Port { get; init; }

    /// <summary>The address to listen on. Any but a loopback one asks every request for a secret that the server's addresses carry.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Checks what can be checked before anything is served.</summary>
    /// <exception cref="WatchException">The port is none.</exception>
    public virtual void Validate()
    {
        if (Port is < 0 or > ushort.MaxValue)
        {
            throw new WatchException($"--port is {Port}; it must be 1 to {ushort.MaxValue}, or 0 for any free port.");
        }
    }
}
