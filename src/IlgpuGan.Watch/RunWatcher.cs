using System.Net.ServerSentEvents;

namespace IlgpuGan.Watch;

/// <summary>Looks at the runs about once a second while somebody is there to see it, and not at all otherwise: training goes first.</summary>
internal sealed class RunWatcher(IReadOnlyList<WatchedRun> runs, TimeProvider clock) : IBroadcast, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock door = new();
    private readonly CancellationTokenSource ending = new();
    private TaskCompletionSource news = NewSignal();
    private Task looking = Task.CompletedTask;
    private int visitors;

    /// <summary>The runs, by number.</summary>
    public IReadOnlyList<WatchedRun> Runs => runs;

    /// <summary>Whether somebody is there.</summary>
    public bool IsLooking
    {
        get
        {
            lock (door)
            {
                return visitors > 0;
            }
        }
    }

    /// <summary>Which runs there are.</summary>
    public SseItem<string> Greeting => EventStream.Item("hello", new Hello([.. EventStream.NamesOf(runs)]), MessageJson.Default.Hello);

    /// <inheritdoc/>
    public CancellationToken Ending => ending.Token;

    /// <inheritdoc/>
    public void Enter()
    {
        lock (door)
        {
            if (visitors++ == 0 && looking.IsCompleted)
            {
                looking = Task.Run(LookAsync);
            }
        }
    }

    /// <inheritdoc/>
    public void Leave()
    {
        lock (door)
        {
            visitors--;
        }
    }

    /// <inheritdoc/>
    public Task News
    {
        get
        {
            lock (door)
            {
                return news.Task;
            }
        }
    }

    /// <inheritdoc/>
    public Func<IEnumerable<SseItem<string>>> Listen()
    {
        var memories = runs.Select(_ => new PageMemory()).ToArray();
        return () => from run in runs.Index()
                     let told = run.Item.Since(memories[run.Index])
                     where told is not null
                     select EventStream.Item("run", told, MessageJson.Default.RunNews);
    }

    /// <summary>Takes a last look and tells everybody that this was all.</summary>
    public void End()
    {
        if (IsLooking)
        {
            LookOnce();
        }

        ending.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => ending.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task LookAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            lock (door)
            {
                if (visitors == 0)
                {
                    // Under the lock: who comes now finds that nobody looks.
                    looking = Task.CompletedTask;
                    return;
                }
            }

            if (!LookOnce())
            {
                await Task.Delay(Pause, clock, CancellationToken.None);
            }
        }
    }

    private bool LookOnce()
    {
        var (isNew, hasMore) = (false, false);
        foreach (var run in runs)
        {
            isNew |= run.Look();
            hasMore |= run.HasMore;
        }

        if (isNew)
        {
            lock (door)
            {
                news.SetResult();
                news = NewSignal();
            }
        }

        return hasMore;
    }
}
