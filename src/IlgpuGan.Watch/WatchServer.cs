namespace IlgpuGan.Watch;

/// <summary>
/// Serves one page that shows run folders, live while they train. It listens on this machine alone unless told otherwise, reads the folders and
/// writes nothing, and does nothing while nobody looks.
/// </summary>
public sealed class WatchServer : IAsyncDisposable
{
    private readonly RunWatcher watcher;
    private readonly SampleStudio studio;
    private readonly TranslationStudio translations;
    private PageServer? page;
    private bool isDisposed;

    private WatchServer(WatchOptions options, Action<string> notice)
    {
        watcher = new RunWatcher([.. options.Runs.Select((path, number) => new WatchedRun(path, number, TimeProvider.System))], TimeProvider.System);
        studio = new SampleStudio(options.Device, notice);
        translations = new TranslationStudio(options.Device, notice);
    }

    /// <summary>The addresses of the page, the best first; with the token where one is needed.</summary>
    public IReadOnlyList<string> Urls => page!.Urls;

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
        var server = new WatchServer(options, notice);
        try
        {
            var routes = new WatchRoutes(server.watcher, server.studio, server.translations, new End(options.IsOfTraining, options.Again));
            server.page = await PageServer.StartAsync(options, routes.Map, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells the pages what the runs have come to, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        watcher.End();
        if (page is not null)
        {
            await page.DisposeAsync();
        }

        await studio.DisposeAsync();
        await translations.DisposeAsync();
        watcher.Dispose();
    }
}
