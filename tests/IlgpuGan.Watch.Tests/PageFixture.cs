using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace IlgpuGan.Watch.Tests;

/// <summary>Opens the page in a browser; whatever a test does with it, it asks nobody else for anything and has no faults.</summary>
public abstract class PageFixture(BrowserFixture fixture) : IAsyncDisposable
{
    private readonly ConcurrentBag<string> requests = [];
    private readonly ConcurrentBag<string> faults = [];
    private readonly List<Uri> served = [];
    private IBrowserContext? context;

    public async ValueTask DisposeAsync()
    {
        if (context is not null)
        {
            await context.DisposeAsync();
        }

        Assert.All(requests, url => Assert.True(url.StartsWith("blob:http://127.0.0.1", StringComparison.Ordinal) || served.Any(server => server.IsBaseOf(new Uri(url))), url));
        Assert.Empty(faults);
        GC.SuppressFinalize(this);
    }

    internal Task<IPage> OpenAsync(WatchServer server, int width = 1280, ColorScheme scheme = ColorScheme.Light, bool hasTouch = false) => OpenAsync(server.Urls[0], width, scheme, hasTouch);

    internal async Task<IPage> OpenAsync(string url, int width = 1280, ColorScheme scheme = ColorScheme.Light, bool hasTouch = false, int height = 800, string? language = null)
    {
        Assert.SkipWhen(fixture.Browser is null, "There is no Chromium; on Debian: apt-get install chromium.");
        served.Add(new Uri(url));
        context = await fixture.Browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, HasTouch = hasTouch, Locale = language });
        context.SetDefaultTimeout(BrowserFixture.Patience);
        var page = await context.NewPageAsync();
        page.Request += (_, request) => requests.Add(request.Url);
        page.PageError += (_, fault) => faults.Add(fault);
        page.Console += (_, message) =>
        {
            // A server that is down, and one that refuses a seed, are part of a test; the browser says so for itself.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                faults.Add(message.Text);
            }
        };
        await page.GotoAsync(url);
        return page;
    }

    internal static Task<WatchServer> ServeAsync(string path, int port = 0) => ServeAsync(new WatchOptions { Runs = [path], Port = port });

    internal static Task<WatchServer> ServeAsync(WatchOptions options) => WatchServer.StartAsync(options, _ => { }, TestContext.Current.CancellationToken);

    // Playwright's own way compiles the condition in the page, which its policy forbids, as it should.
    internal static async Task SeesAsync(IPage page, string condition) => await Until.TrueAsync(() => page.EvaluateAsync<bool>($"Boolean({condition})"));
}
