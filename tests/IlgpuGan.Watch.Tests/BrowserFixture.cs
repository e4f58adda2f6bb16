using Microsoft.Playwright;

namespace IlgpuGan.Watch.Tests;

/// <summary>A Chromium that is installed on the machine, without a window; none is downloaded.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>Milliseconds until a wait for the page is in vain: a shared machine may take its time over a training and a browser at once.</summary>
    public const float Patience = 120_000;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    // A browser calls home of its own accord otherwise.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? playwright;

    /// <summary>The browser; null where there is none.</summary>
    public IBrowser? Browser { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (Find() is { } path)
        {
            playwright = await Playwright.CreateAsync();
            Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments, Timeout = Patience });
            Assertions.SetDefaultExpectTimeout(Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(_ => Names, (folder, name) => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
