using System.Text.Json.Nodes;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Runs of a fake trainer on a few drawn faces, each in a folder of its own.</summary>
public abstract class SessionFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal FakeEngine Engine { get; } = new();

    internal RecordingObserver Observer { get; } = new();

    internal static RunSettings Settings => new()
    {
        Data = new ImageSetOptions { Source = "faces", FaceCount = 8, Size = new ImageSize(16, 16), UseCache = false },
        Training = Presets.Radford2016 with { Width = 5, Steps = 100, Batch = 64 },
        Schedule = new RunSchedule { ReportEvery = 10, CheckpointEvery = 25, SampleEvery = 40 },
    };

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal string this[string name] => folder[name];

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal RunOutcome Start(string name, RunSettings? settings = null, bool force = false, CancellationTokenSource? stop = null)
    {
        using var session = TrainingSession.Start(this[name], settings ?? Settings, force, Engine, Observer, Engine.Clock, Token);
        return session.Run(new FakePictures(session.Folder), stop?.Token ?? Token);
    }

    internal RunOutcome Resume(string name, Func<RunSettings, RunSettings>? change = null, CancellationTokenSource? stop = null)
    {
        using var session = TrainingSession.Resume(this[name], change ?? (saved => saved), Engine, Observer, Engine.Clock, Token);
        return session.Run(new FakePictures(session.Folder), stop?.Token ?? Token);
    }

    /// <summary>Starts a run that is asked to stop at a step.</summary>
    internal RunOutcome StartAndStop(string name, long step, RunSettings? settings = null)
    {
        using var stop = new CancellationTokenSource();
        Engine.OnStep = at => CancelAt(stop, at, step);
        var outcome = Start(name, settings, stop: stop);
        Engine.OnStep = _ => { };
        return outcome;
    }

    /// <summary>Starts a run that dies at a step without a chance to save.</summary>
    internal void StartAndDie(string name, long step, RunSettings? settings = null)
    {
        Engine.OnStep = at => _ = at == step ? throw new InvalidOperationException("died") : 0;
        Assert.Throws<InvalidOperationException>(() => Start(name, settings));
        Engine.OnStep = _ => { };
    }

    /// <summary>The lines of the log without what depends on the clock.</summary>
    internal List<string> Log(string name) => [.. File.ReadLines(this[$"{name}/log.jsonl"]).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("seconds");
        json.Remove("images_per_second");
        return json.ToJsonString();
    })];

    internal byte[] LastCheckpoint(string name)
    {
        var store = RunFolder.CheckpointsIn(this[name]);
        return File.ReadAllBytes(store.FileOf(store.Steps()[^1]));
    }

    internal List<string> Files(string name, string pattern = "*") =>
        [.. Directory.EnumerateFiles(this[name], pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(this[name], file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static void CancelAt(CancellationTokenSource stop, long at, long step)
    {
        if (at == step)
        {
            stop.Cancel();
        }
    }
}
