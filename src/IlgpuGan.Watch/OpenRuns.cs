using IlgpuGan.Runs;

namespace IlgpuGan.Watch;

/// <summary>What draws for runs that have ended: opened when it is first asked for, kept until its run goes on, used by one at a time.</summary>
/// <param name="open">Opens it for a run folder.</param>
internal sealed class OpenRuns<T>(Func<string, T> open) : IAsyncDisposable
    where T : class, IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<string, (T Opened, (long Step, DateTime Written) Version)> known = [];

    /// <summary>Lets it draw, on a thread of its own: opening a device takes a second, and the server has other pages to answer.</summary>
    public async Task<TResult> UseAsync<TResult>(string path, Func<T, TResult> use, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => use(Of(path)), cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        foreach (var (opened, _) in known.Values)
        {
            opened.Dispose();
        }

        known.Clear();
        turn.Dispose();
    }

    private T Of(string path)
    {
        var version = (RunFolder.CheckpointsIn(path).Steps() is [.., var newest] ? newest : -1, File.GetLastWriteTimeUtc(Path.Combine(path, "options.json")));
        if (known.Remove(path, out var kept))
        {
            if (kept.Version == version)
            {
                known[path] = kept;
                return kept.Opened;
            }

            kept.Opened.Dispose();
        }

        var opened = open(path);
        known[path] = (opened, version);
        return opened;
    }
}
