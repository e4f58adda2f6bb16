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

/// <summary>
/// Serves one page that shows run folders, live while they train. It listens on this machine alone unless told otherwise, reads the folders and
/// writes nothing, and does nothing while nobody looks.
/// </summary>
public sealed class WatchServer : IAsyncDisposable
{
    private const int PortsTried = 20;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly WebApplication application;
    private readonly RunWatcher watcher;
    private readonly SampleStudio studio;
    private readonly TranslationStudio translations;
    private bool isDisposed;

    private WatchServer(WebApplication application, RunWatcher watcher, SampleStudio studio, TranslationStudio translations, IReadOnlyList<string> urls)
    {
        (this.application, this.watcher, this.studio, this.translations) = (application, watcher, studio, translations);
        Urls = urls;
    }

    /// <summary>The addresses of the page, the best first; with the token where one is needed.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>Whether a page is open somewhere; if not, the server does nothing at all.</summary>
    internal bool IsLooking => watcher.IsLooking;

    /// <summary>Starts to serve.</summary>
    /// <param name="options">What, and where.</param>
    /// <param name="notice">Hears of what a user should know, such as damaged checkpoints.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="WatchException">There are too many runs, the port is none or taken, or the address is none of this machine's.</exception>
    public static async Task<WatchServer> StartAsync(WatchOptions options, Action<string> notice, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(notice);
        options.Validate();
        int[] ports = options.Port is { } port ? [port] : [.. Enumerable.Range(WatchOptions.DefaultPort, PortsTried), 0];
        foreach (var candidate in ports)
        {
            if (await TryStartAsync(options, candidate, notice, cancellation) is { } server)
            {
                return server;
            }
        }

        throw new WatchException($"--port {options.Port} is in use by another program; give another, or leave --port out to take the next that is free.");
    }

    /// <summary>Tells the pages what the runs have come to, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        watcher.End();
        using (var patience = new CancellationTokenSource(Farewell))
        {
            await application.StopAsync(patience.Token);
        }

        await application.DisposeAsync();
        await studio.DisposeAsync();
        await translations.DisposeAsync();
        watcher.Dispose();
    }

    private static async Task<WatchServer?> TryStartAsync(WatchOptions options, int port, Action<string> notice, CancellationToken cancellation)
    {
        var gate = new Gate(options.Address);
        var watcher = new RunWatcher([.. options.Runs.Select((path, number) => new WatchedRun(path, number, TimeProvider.System))], TimeProvider.System);
        var studio = new SampleStudio(options.Device, notice);
        var translations = new TranslationStudio(options.Device, notice);
        var application = Build(options, port);
        new WatchRoutes(watcher, studio, translations, new End(options.IsOfTraining, options.Again)).Map(application, gate);
        try
        {
            await application.StartAsync(cancellation);
            return new WatchServer(application, watcher, studio, translations, UrlsOf(application, options.Address, gate.Token));
        }
        catch (Exception fault)
        {
            await application.DisposeAsync();
            await studio.DisposeAsync();
            await translations.DisposeAsync();
            watcher.Dispose();
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

    private static WebApplication Build(WatchOptions options, int port)
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
