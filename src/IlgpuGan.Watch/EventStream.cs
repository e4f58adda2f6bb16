using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace IlgpuGan.Watch;

/// <summary>What one page hears: a greeting, then whatever is new, and at last that the server ends.</summary>
internal static class EventStream
{
    // Short enough that a page soon sees the server again; a browser asks by itself.
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    // Routers between the two forget a connection on which nothing is said.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>The messages, as they come, until the page leaves or the server ends.</summary>
    public static async IAsyncEnumerable<SseItem<string>> ReadAsync(IBroadcast broadcast, End end, [EnumeratorCancellation] CancellationToken left)
    {
        broadcast.Enter();
        try
        {
            yield return broadcast.Greeting;
            var listen = broadcast.Listen();
            while (!left.IsCancellationRequested)
            {
                var (news, isEnding) = (broadcast.News, broadcast.Ending.IsCancellationRequested);
                foreach (var item in listen())
                {
                    yield return item;
                }

                if (isEnding)
                {
                    yield return Item("end", end, MessageJson.Default.End);
                    yield break;
                }

                using var either = CancellationTokenSource.CreateLinkedTokenSource(left, broadcast.Ending);
                if (await Task.WhenAny(news, Task.Delay(Silence, either.Token)) != news)
                {
                    yield return new SseItem<string>("", "still-here");
                }

                either.Cancel();
            }
        }
        finally
        {
            broadcast.Leave();
        }
    }

    /// <summary>The names of the folders, with so much of the way to them as tells them apart.</summary>
    internal static IEnumerable<string> NamesOf(IReadOnlyList<WatchedRun> runs)
    {
        var paths = runs.Select(run => Path.GetFullPath(run.Path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)).ToArray();
        for (var parts = 1; ; parts++)
        {
            var names = paths.Select(path => string.Join('/', path.TakeLast(parts))).ToArray();
            if (names.Distinct().Count() == names.Length || paths.All(path => path.Length <= parts))
            {
                return names;
            }
        }
    }

    /// <summary>A message of a name.</summary>
    public static SseItem<string> Item<T>(string name, T message, JsonTypeInfo<T> type) => new(JsonSerializer.Serialize(message, type), name) { ReconnectionInterval = Retry };
}
