using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IlgpuGan.Watch;

/// <summary>Serves a page behind its gate, at a port that is free.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private const int PortsTried = 20;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly WebApplication application;

    private PageServer(WebApplication application, IReadOnlyList<string> urls) => (this.application, Urls) = (application, urls);

    /// <summary>The addresses of the page, the best first; with the token where one is needed.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>Starts to serve.</summary>
    /// <param name="options">Where; valid.</param>
    /// <param name="map">Adds to a server, behind its gate, what there is to ask for.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="WatchException">The port is taken, or the address is none of this machine's.</exception>
    public static async Task<PageServer> StartAsync(PageOptions options, Action<WebApplication> map, CancellationToken cancellation)
    {
        int[] ports = options.Port is { } port ? [port] : [.. Enumerable.Range(PageOptions.DefaultPort, PortsTried), 0];
        foreach (var candidate in ports)
        {
            if (await TryStartAsync(options, candidate, map, cancellation) is { } server)
            {
                return server;
            }
        }

        throw new WatchException($"--port {options.Port} is in use by another program; give another, or leave --port out to take the next that is free.");
    }

    /// <summary>Ends; answers that take long are not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(Farewell))
        {
            await application.StopAsync(patience.Token);
        }

        await application.DisposeAsync();
    }

    private static async Task<PageServer?> TryStartAsync(PageOptions options, int port, Action<WebApplication> map, CancellationToken cancellation)
    {
        var gate = new Gate(options.Address);
        var application = Build(options, port);
        application.Use((context, next) => gate.PassAsync(context, next));
        map(application);
        try
        {
            await application.StartAsync(cancellation);
            return new PageServer(application, UrlsOf(application, options.Address, gate.Token));
        }
        catch (Exception fault)
        {
            await application.DisposeAsync();
            return fault switch
            {
                IOException { InnerException: AddressInUseException } => null,
                SocketException { SocketErrorCode: SocketError.AddressNotAvailable } or IOException { InnerException: SocketException { SocketErrorCode: SocketError.AddressNotAvailable } } =>
                    throw new WatchException($"--bind {options.Address} is no address of this machine; give one that is, 0.0.0.0 for all, or leave --bind out to be seen by this machine "
                        + "alone.", fault),
                SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                    throw new WatchException($"--port {port} may not be used by this user; give one above 1023, or leave --port out.", fault),
                _ => throw new WatchException($"The page cannot be served at {options.Address}, port {port}: {fault.Message.TrimEnd('.')}; give another --port or --bind.", fault),
            };
        }
    }

    private static WebApplication Build(PageOptions options, int port)
    {
        // Empty: neither the environment nor a file in the working directory can open another address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 << 10;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Listen(options.Address, port);
        });
        builder.Services.AddRoutingCore();
        // Ctrl-C is the caller's, who may have a run to save first.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        return builder.Build();
    }

    private static IReadOnlyList<string> UrlsOf(WebApplication application, IPAddress address, string? token)
    {
        var served = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var port = new Uri(served).Port.ToString(CultureInfo.InvariantCulture);
        IPAddress[] addresses = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? [.. OwnAddresses(), IPAddress.Loopback] : [address];
        return [.. addresses.Select(own => $"http://{(own.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{own}]" : own)}:{port}/{(token is null ? "" : $"?token={token}")}")];
    }

    private static IEnumerable<IPAddress> OwnAddresses() =>
        from card in NetworkInterface.GetAllNetworkInterfaces()
        where card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback
        from own in card.GetIPProperties().UnicastAddresses
        where own.Address.AddressFamily == AddressFamily.InterNetwork
        select own.Address;

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
