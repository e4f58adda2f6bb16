using System.Diagnostics;
using System.Net.ServerSentEvents;
using IlgpuGan.Theory;

namespace IlgpuGan.Watch;

/// <summary>
/// Makes the updates that pages ask for, one after the other on a thread of its own, and tells all pages what there is to see. Between two sights are so few updates that a class sees what moves.
/// </summary>
internal sealed class LectureStage : IBroadcast, IAsyncDisposable
{
    /// <summary>The most updates that can be asked for at once.</summary>
    public const int MostTimes = 100;

    // Of further requests, before those are made that wait.
    private const int MostLeft = 1000;

    private const int MostRows = 1000, ShownPoints = 1000;

    // Sights of one request.
    private const int Sights = 25;

    private const float Thousand = 1000;

    // Points farther out than this are nowhere near the picture.
    private const float Far = 30;

    // An eye follows 25 pictures a second; updates in turns take as much time as a sight of them.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private readonly Lock door = new();
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim work = new(0);
    private readonly LectureTraining training;
    private readonly LectureSetting setting;

    // All below are changed under the lock alone.
    private readonly List<(LectureAct Act, int Left, int Stride)> asked = [];
    private TaskCompletionSource news = NewSignal();
    private CurveTable curve = new(MostRows);
    private LectureMoment moment;
    private LectureSight? sight;
    private bool isRunning;
    private int making;
    private int restarts;
    private int version;
    private int sights;

    /// <param name="training">Belongs to the stage from now on, but is disposed by its owner after this.</param>
    public LectureStage(LectureTraining training)
    {
        this.training = training;
        setting = new LectureSetting(training.Source, training.Loss, training.DiscriminatorSteps, MostTimes)
        {
            Points = training.Points is { } points ? new PointsSetting(points.Modes.Count, InThousandths(LectureTraining.Extent), LectureTraining.Grid, Shown(points.Points)) : null,
        };
        Working = Task.Run(WorkAsync);
    }

    /// <summary>Ends with the stage, or fails with the training.</summary>
    public Task Working { get; }

    /// <inheritdoc/>
    public SseItem<string> Greeting => new("", "still-here");

    /// <inheritdoc/>
    public CancellationToken Ending => ending.Token;

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
    public void Enter()
    {
    }

    /// <inheritdoc/>
    public void Leave()
    {
    }

    /// <summary>Takes a request; false when too many updates wait already.</summary>
    public bool Take(LectureAct act, int times)
    {
        lock (door)
        {
            var isUpdate = act is LectureAct.Discriminator or LectureAct.Generator or LectureAct.Next;
            if (isUpdate && Left + times > MostLeft)
            {
                return false;
            }

            isRunning = act == LectureAct.Run;
            if (!isUpdate)
            {
                asked.Clear();
            }

            if (isUpdate || act == LectureAct.Restart)
            {
                asked.Add((act, isUpdate ? times : 0, Math.Max(1, (times + Sights - 1) / Sights)));
            }

            Tell();
        }

        work.Release();
        return true;
    }

    /// <inheritdoc/>
    public Func<IEnumerable<SseItem<string>>> Listen()
    {
        var memory = new PageMemory();
        return () =>
        {
            lock (door)
            {
                return memory.Learns("version", version) && sight is not null ? [EventStream.Item("lecture", Since(memory), MessageJson.Default.LectureNews)] : [];
            }
        };
    }

    /// <summary>Makes no further update and tells everybody that this was all.</summary>
    public void End() => ending.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        End();
        await Working.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        ending.Dispose();
        work.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int Left => making + asked.Sum(request => request.Left);

    private LectureNews Since(PageMemory memory) => new(isRunning ? LectureMoment.Turns : moment, isRunning, Left)
    {
        Setting = memory.Learns("setting", 0) ? setting : null,
        Sight = memory.Learns("sight", sights) ? sight : null,
        Curve = memory.Learns("curve", restarts, curve),
    };

    private void Tell()
    {
        version++;
        news.SetResult();
        news = NewSignal();
    }

    private async Task WorkAsync()
    {
        Show(0);
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            if (!Act())
            {
                try
                {
                    await work.WaitAsync(ending.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                continue;
            }

            if (Pace - Stopwatch.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, CancellationToken.None);
            }
        }
    }

    /// <summary>Does a little of what is asked for, and shows it; false when there is nothing to do.</summary>
    private bool Act()
    {
        (LectureAct Act, int Left, int Stride) request;
        lock (door)
        {
            if (ending.IsCancellationRequested || (asked.Count == 0 && !isRunning))
            {
                return false;
            }

            request = isRunning ? (LectureAct.Run, 0, 0) : asked[0];
            making = Math.Min(request.Left, request.Stride);
            if (!isRunning)
            {
                asked[0] = request with { Left = request.Left - making };
                asked.RemoveAll(waiting => waiting.Left == 0);
            }
        }

        if (request.Act == LectureAct.Restart)
        {
            training.Restart();
            Show(0, isAnew: true);
            return true;
        }

        // What runs, runs in whole rounds of the algorithm.
        var (updates, ofGenerator, started) = (0, 0, Stopwatch.GetTimestamp());
        while (request.Act == LectureAct.Run ? updates == 0 || training.Next == Trained.Generator || Stopwatch.GetElapsedTime(started) < Pace : updates < making)
        {
            var trained = request.Act switch
            {
                LectureAct.Discriminator => Trained.Discriminator,
                LectureAct.Generator => Trained.Generator,
                _ => training.Next,
            };
            training.Update(trained);
            updates++;
            ofGenerator += trained == Trained.Generator ? 1 : 0;
            lock (door)
            {
                moment = trained == Trained.Generator ? LectureMoment.Generator : LectureMoment.Discriminator;
            }
        }

        Show(ofGenerator / (double)updates);
        return true;
    }

    /// <summary>Looks, and tells it to all pages.</summary>
    /// <param name="generators">Of the updates since the last look, the share of G's.</param>
    /// <param name="isAnew">Whether what was seen before is forgotten.</param>
    private void Show(double generators, bool isAnew = false)
    {
        var look = training.Look();
        var seen = new LectureSight(look.DiscriminatorUpdates, look.GeneratorUpdates, look.Value, look.Bound, look.RealBelief, look.FakeBelief)
        {
            Points = training.Points is null ? null : Shown(look.Points),
            Decision = training.Points is null ? null : look.Decision,
            Sheet = training.Points is null ? look.Sheet : null,
        };
        lock (door)
        {
            if (isAnew)
            {
                (curve, moment, restarts) = (new CurveTable(MostRows), LectureMoment.Beginning, restarts + 1);
            }

            (sight, sights, making) = (seen, sights + 1, 0);
            curve.Add([
                new("step", look.DiscriminatorUpdates + look.GeneratorUpdates), new("value", look.Value), new("bound", look.Bound ?? double.NaN), new("generators", generators),
            ]);
            Tell();
        }
    }

    private static int InThousandths(float value) => (int)MathF.Round(value * Thousand);

    private static List<int> Shown(float[] points)
    {
        var shown = new List<int>(2 * ShownPoints);
        for (var i = 0; i < Math.Min(points.Length, 2 * ShownPoints); i += 2)
        {
            if (Math.Abs(points[i]) < Far && Math.Abs(points[i + 1]) < Far)
            {
                shown.AddRange([InThousandths(points[i]), InThousandths(points[i + 1])]);
            }
        }

        return shown;
    }
}
