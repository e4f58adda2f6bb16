using System.Globalization;
using System.Text.Json;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Watch;

/// <summary>What is known of one run folder, which another process may be writing meanwhile; nothing is ever written to it.</summary>
internal sealed class WatchedRun(string path, int number, TimeProvider clock)
{
    /// <summary>Rows of a curve: twice as many as a large screen has columns for it.</summary>
    public const int MostRows = 2000;

    private const int MostSamples = 1000;
    private const int MostFindings = 200;
    private const int MostMetrics = 32;
    private const int SpeedsKept = 9;

    private readonly Lock door = new();
    private readonly LogTail tail = new(System.IO.Path.Combine(path, "log.jsonl"));
    private readonly Queue<double> speeds = [];
    private readonly List<FindingNews> findings = [];
    private CurveTable reports = new(MostRows);
    private Dictionary<string, CurveTable> metrics = [];
    private IReadOnlyList<long> samples = [];
    private DateTime samplesWritten;
    private RunRecord? record;
    private DateTime recordWritten;
    private bool isInUse;
    private string? divergence;
    private double step;
    private double kimg;
    private double seconds;

    // Counted up when what was sent before no longer holds.
    private int curveVersion;
    private int findingVersion;
    private int sampleVersion;
    private int aboutVersion;
    private RunStatus? status;
    private int statusVersion;

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Whether more of a long log waits to be read.</summary>
    public bool HasMore => tail.HasMore;

    /// <summary>What the run is doing, by the last look.</summary>
    public RunState State
    {
        get
        {
            lock (door)
            {
                return CurrentState;
            }
        }
    }

    /// <summary>Looks at the folder; true when something is new.</summary>
    public bool Look()
    {
        lock (door)
        {
            var changed = LookAtRecord();
            changed |= LookAtLog();
            changed |= LookAtSamples();
            // See RunFolder.IsInUse: where nobody trains, asking again and again could be in the way of somebody who begins to.
            isInUse = (isInUse || changed) && RunFolder.IsInUse(path);
            var now = Status();
            if (now != status)
            {
                (status, changed) = (now, true);
                statusVersion++;
            }

            return changed;
        }
    }

    /// <summary>What a page has not been told yet; null for nothing.</summary>
    public RunNews? Since(PageMemory page)
    {
        lock (door)
        {
            if (status is null)
            {
                return null;
            }

            var news = new RunNews(number, status)
            {
                About = page.Learns("about", aboutVersion) ? About() : null,
                Findings = page.Learns("findings", findingVersion) ? [.. findings] : null,
                Samples = page.Learns("samples", sampleVersion) ? samples : null,
                Reports = page.Learns("reports", curveVersion, reports),
                Metrics = metrics.Select(metric => (metric.Key, News: page.Learns($"metric {metric.Key}", curveVersion, metric.Value)))
                    .Where(metric => metric.News is not null).ToDictionary(metric => metric.Key, metric => metric.News!) is { Count: > 0 } some ? some : null,
            };
            var isNew = page.Learns("status", statusVersion);
            return isNew || news is not { About: null, Findings: null, Samples: null, Reports: null, Metrics: null } ? news : null;
        }
    }

    /// <summary>
    /// Whether there is such a file in the folder, and really there: the page may be seen by more people than the links of a folder from elsewhere are meant for.
    /// </summary>
    public bool Holds(string file) => RegularFile.Is(file) && RegularFile.IsInside(path, file);

    /// <summary>Whether what images are drawn from lies in the folder.</summary>
    public bool HoldsCheckpoints
    {
        get
        {
            var checkpoints = RunFolder.CheckpointsIn(path);
            return Holds(System.IO.Path.Combine(path, "options.json")) && checkpoints.Steps().All(step => Holds(checkpoints.FileOf(step)));
        }
    }

    /// <summary>The file of a sample picture. Its name is made of a number, never of what a request says.</summary>
    public string SampleFile(long step) =>
        System.IO.Path.Combine(path, "samples", $"step-{step.ToString("D6", CultureInfo.InvariantCulture)}.png");

    private RunState CurrentState => record is null ? RunState.Preparing
        : isInUse ? RunState.Training
        : step >= record.Settings.Training.Steps ? RunState.Finished : RunState.Stopped;

    private bool LookAtRecord()
    {
        var written = File.GetLastWriteTimeUtc(System.IO.Path.Combine(path, "options.json"));
        if (written == recordWritten)
        {
            return false;
        }

        try
        {
            record = Holds(System.IO.Path.Combine(path, "options.json")) ? RunFolder.ReadRecord(path) : null;
        }
        catch (Exception fault) when (fault is RunFolderException or IOException or UnauthorizedAccessException)
        {
            // A run that is deleted, to be replaced; or is not there yet.
            record = null;
        }

        recordWritten = written;
        aboutVersion++;
        return true;
    }

    private bool LookAtLog()
    {
        try
        {
            var result = RegularFile.IsInside(path, System.IO.Path.Combine(path, "log.jsonl")) ? tail.Read(Take) : TailResult.Unchanged;
            if (result == TailResult.CutBack)
            {
                (reports, metrics) = (new CurveTable(MostRows), []);
                (step, kimg, seconds) = (0, 0, 0);
                speeds.Clear();
                findings.Clear();
                curveVersion++;
                findingVersion++;
                aboutVersion++;
                tail.Read(Take);
            }

            return result != TailResult.Unchanged;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It was deleted between two looks; the next one sees what there is.
            return false;
        }
    }

    private bool LookAtSamples()
    {
        var folder = System.IO.Path.Combine(path, "samples");
        var written = Directory.GetLastWriteTimeUtc(folder);
        if (written == samplesWritten)
        {
            return false;
        }

        try
        {
            var steps = Directory.Exists(folder) && RegularFile.IsInside(path, folder)
                ? Directory.EnumerateFiles(folder, "step-*.png").Select(StepOf).Where(step => step >= 0).Order().ToArray()
                : [];
            var every = (steps.Length + MostSamples - 1) / MostSamples;
            // The newest always, and the same of the others whatever the number.
            samples = [.. steps.Where((_, i) => every <= 1 || i % every == 0 || i == steps.Length - 1)];
            samplesWritten = written;
            sampleVersion++;
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long StepOf(string file)
    {
        var digits = System.IO.Path.GetFileNameWithoutExtension(file)["step-".Length..];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;
    }

    private void Take(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                Take(document.RootElement, line.Span);
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Half a line, which a crash left in the midst of the log, or text that is no Unicode.
        }
    }

    private void Take(JsonElement line, ReadOnlySpan<byte> text)
    {
        if (line.TryGetProperty("finding", out var kind))
        {
            if (RunLog.FindingOf(text) is { } finding && findings.Count < MostFindings)
            {
                findings.Add(new FindingNews(kind.GetString() ?? "", finding.Step, finding.Sentence, finding.IsCollapse));
                findingVersion++;
            }
        }
        else if (line.TryGetProperty("changed", out _))
        {
            if (RunLog.ChangeOf(text) is { } change && findings.Count < MostFindings)
            {
                findings.Add(new FindingNews("changed", change.Changed, change.Sentence, IsCollapse: false));
                findingVersion++;
            }
        }
        else if (line.TryGetProperty("metric", out var metric) && metric.ValueKind == JsonValueKind.String)
        {
            var name = metric.GetString()!;
            if (metrics.TryGetValue(name, out var table) || metrics.Count < MostMetrics)
            {
                (metrics[name] = table ?? new CurveTable(MostRows)).Add(Numbers(line, ""));
            }
        }
        else if (line.TryGetProperty("step", out _))
        {
            if (divergence is null && line.TryGetProperty("divergence", out var name))
            {
                divergence = name.GetString();
                aboutVersion++;
            }

            var numbers = Numbers(line, "").ToList();
            reports.Add(numbers);
            var byName = numbers.ToLookup(pair => pair.Key, pair => pair.Value);
            (step, kimg, seconds) = (byName["step"].LastOrDefault(step), byName["kimg"].LastOrDefault(kimg), byName["seconds"].LastOrDefault(seconds));
            speeds.Enqueue(byName["images_per_second"].LastOrDefault());
            if (speeds.Count > SpeedsKept)
            {
                speeds.Dequeue();
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, double>> Numbers(JsonElement line, string prefix)
    {
        foreach (var property in line.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetDouble(out var value) && double.IsFinite(value))
            {
                yield return new(prefix + property.Name, value);
            }
            else if (property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                yield return new(prefix + property.Name, property.Value.GetBoolean() ? 1 : 0);
            }
            else if (property.Value.ValueKind == JsonValueKind.Object && prefix.Length == 0)
            {
                foreach (var inner in Numbers(property.Value, $"{property.Name}/"))
                {
                    yield return inner;
                }
            }
        }
    }

    private RunStatus Status()
    {
        var speed = speeds.Count == 0 ? 0 : speeds.Order().ElementAt(speeds.Count / 2);
        return new RunStatus(
            CurrentState, (long)step, kimg, speed, seconds, CurrentState == RunState.Training ? SecondsLeft(speed) : null, tail.HasMore ? Math.Round(tail.Progress, 2) : null);
    }

    private double? SecondsLeft(double speed)
    {
        if (step <= 0 || speed <= 0)
        {
            return null;
        }

        var left = (record!.Settings.Training.Steps - step) * (kimg * 1000 / step) / speed;
        // Each session of a run begins by writing the record.
        var budget = record.Settings.Schedule.Minutes is { } minutes ? (minutes * 60) - (clock.GetUtcNow() - recordWritten).TotalSeconds : left;
        return Math.Max(0, Math.Min(left, Math.Round(budget)));
    }

    private RunAbout? About()
    {
        if (record is null)
        {
            return null;
        }

        var (training, data) = (record.Settings.Training, record.Data);
        var translation = training.Translation;
        var network = translation is null ? training.Network : $"{translation.Method} by {Choice.Name(translation.Translator)}";
        var sides = data.Input is { } input && data.Target is { } target ? $"{input.Name} to {target.Name}, " : "";
        var one = translation?.Method == TranslationMethod.Pix2Pix ? "pair" : "image";
        var shape = data.IsPoints ? Amount.Of(data.Count, "point")
            : FormattableString.Invariant($"{Amount.Of(data.Count, one)} of {data.Width} x {data.Height}{(record.Taken?.Originals?.Before is { } before ? $" made of {before}" : "")}");
        return new RunAbout(
            training.Steps,
            record.DeviceName,
            FormattableString.Invariant(
                $"{sides}{network}, {training.Loss}{(training.Penalty == "none" ? "" : $" with {training.Penalty}")}, batch {training.Batch}, {shape}")
                + (record.Parent is { } parent ? $", from {parent}" : ""),
            divergence,
            data.IsPoints,
            [.. (record.Labels?.Columns ?? []).Select(column => new LabelNews(column.Name, column.Values))],
            (recordWritten.Ticks / TimeSpan.TicksPerMillisecond) + curveVersion)
        {
            Translation = translation is null ? null : new TranslationNews(TranslationStudio.MostBytes),
        };
    }
}
