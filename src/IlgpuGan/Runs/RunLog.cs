using System.Text;
using System.Text.Json;

namespace IlgpuGan.Runs;

/// <summary>The file <c>log.jsonl</c>: one report per line, and between them what the watchdog found and what was measured; a run that goes on appends to it, and cuts it only to go back.</summary>
public sealed class RunLog : IRunLog
{
    internal RunLog(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The report as one line of JSON, without a line end.</summary>
    public static string LineOf(TrainingReport report) => JsonSerializer.Serialize(report, ReportJson.Default.TrainingReport);

    /// <summary>The finding as one line of JSON, without a line end.</summary>
    public static string LineOf(Finding finding) => JsonSerializer.Serialize(finding, ReportJson.Default.Finding);

    /// <summary>The measured value as one line of JSON, without a line end.</summary>
    public static string LineOf(MetricLine value) => JsonSerializer.Serialize(value, ReportJson.Default.MetricLine);

    /// <summary>The finding of one line of JSON in UTF-8, as <see cref="LineOf(Finding)"/> makes it.</summary>
    /// <exception cref="JsonException">It is no finding.</exception>
    public static Finding? FindingOf(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize(line, ReportJson.Default.Finding);

    /// <summary>Adds a report.</summary>
    /// <exception cref="RunWriteException">The disk is full or the file may not be written.</exception>
    public void Append(TrainingReport report) => Append(LineOf(report));

    /// <summary>Adds a finding.</summary>
    /// <exception cref="RunWriteException">The disk is full or the file may not be written.</exception>
    public void Append(Finding finding) => Append(LineOf(finding));

    /// <summary>Adds a measured value.</summary>
    /// <exception cref="RunWriteException">The disk is full or the file may not be written.</exception>
    public void Append(MetricLine value) => Append(LineOf(value));

    /// <summary>Adds that the run went back to a checkpoint that the user chose.</summary>
    /// <exception cref="RunWriteException">The disk is full or the file may not be written.</exception>
    internal void Append(ResumedLine line) => Append(JsonSerializer.Serialize(line, ReportJson.Default.ResumedLine));

    /// <summary>Adds that the user let the run go on with other options.</summary>
    /// <exception cref="RunWriteException">The disk is full or the file may not be written.</exception>
    internal void Append(ChangedLine line) => Append(JsonSerializer.Serialize(line, ReportJson.Default.ChangedLine));

    /// <summary>The reports so far; a last line that a crash left incomplete is passed over.</summary>
    public IReadOnlyList<TrainingReport> Read() => [.. Lines().Select(line => line.Content).OfType<TrainingReport>()];

    /// <summary>What the watchdog found so far, also before it made the run go back.</summary>
    public IReadOnlyList<Finding> ReadFindings() => [.. Lines().Select(line => line.Content).OfType<Finding>()];

    /// <summary>The checkpoints that the user let the run go back to so far.</summary>
    public IReadOnlyList<ResumedLine> ReadResumed() => [.. Lines().Select(line => line.Content).OfType<ResumedLine>()];

    /// <summary>The options that the user has changed on the way so far.</summary>
    public IReadOnlyList<ChangedLine> ReadChanges() => [.. Lines().Select(line => line.Content).OfType<ChangedLine>()];

    /// <summary>The change of one line of JSON in UTF-8; null where something is missing.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ChangedLine? ChangeOf(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize(line, ReportJson.Default.ChangedLine) is { IsWhole: true } whole ? whole : null;

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<MetricLine> ReadMetrics() => [.. Lines().Select(line => line.Content).OfType<MetricLine>()];

    /// <summary>
    /// Cuts the log back to what it held when a checkpoint of <paramref name="step"/> was made by a run that had not been stopped: later lines
    /// go, as the resumed run writes them again, and so does the last line of a session that ended between two regular reports. Findings that made
    /// the run go back stay, for what they speak of is no longer there to be found again.
    /// </summary>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="reportEvery">Steps between regular reports, by the last line.</param>
    /// <param name="rollbacks">How often the run had gone back by then.</param>
    /// <exception cref="RunWriteException">The file may not be written.</exception>
    internal void CutAfter(long step, int reportEvery, int rollbacks = 0)
    {
        if (!File.Exists(Path))
        {
            return;
        }

        var kept = new StringBuilder();
        var lines = Lines();
        // Reports before a change of the interval were regular by the one before.
        var intervals = new int[lines.Count];
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            intervals[i] = reportEvery;
            reportEvery = (lines[i].Content as ChangedLine)?.ReportEveryBefore ?? reportEvery;
        }

        foreach (var (i, (text, content)) in lines.Index())
        {
            var stays = content switch
            {
                TrainingReport report => report.Step <= step && report.Step % intervals[i] == 0,
                MetricLine metric => metric.Step <= step,
                Finding { Rollback: { } number } => number <= rollbacks,
                Finding finding => finding.Step <= step,
                ResumedLine resumed => resumed.Resumed <= step,
                ChangedLine changed => changed.Changed <= step,
                _ => throw new InvalidOperationException($"A line of kind {content.GetType().Name} neither stays nor goes."),
            };
            if (stays)
            {
                kept.Append(text).Append('\n');
            }
        }

        RunWriteException.Guard(Path, () => AtomicFile.Write(Path, stream => stream.Write(Encoding.UTF8.GetBytes(kept.ToString()))));
    }

    void IRunLog.CutAfter(long step, int reportEvery, int rollbacks) => CutAfter(step, reportEvery, rollbacks);

    private void Append(string line) => RunWriteException.Guard(Path, () => File.AppendAllText(Path, line + "\n"));

    private List<(string Text, object Content)> Lines()
    {
        var lines = new List<(string, object)>();
        if (!RegularFile.Is(Path))
        {
            return lines;
        }

        foreach (var line in File.ReadLines(Path))
        {
            try
            {
                object? content = line.StartsWith("{\"finding\"", StringComparison.Ordinal) ? JsonSerializer.Deserialize(line, ReportJson.Default.Finding)
                    : line.StartsWith("{\"metric\"", StringComparison.Ordinal) ? JsonSerializer.Deserialize(line, ReportJson.Default.MetricLine)
                    : line.StartsWith("{\"resumed\"", StringComparison.Ordinal) ? JsonSerializer.Deserialize(line, ReportJson.Default.ResumedLine)
                    : line.StartsWith("{\"changed\"", StringComparison.Ordinal) ? ChangeOf(Encoding.UTF8.GetBytes(line))
                    : JsonSerializer.Deserialize(line, ReportJson.Default.TrainingReport);
                if (content is not null)
                {
                    lines.Add((line, content));
                }
            }
            // Half of a surrogate pair is an operation that is not valid, a number that does not fit a format, to the reader of JSON.
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException or FormatException)
            {
                // Half a line: the process died, or the disk filled up, while it was written; or somebody else wrote it.
            }
        }

        return lines;
    }
}

/// <summary>A line of the log that says that the user let the run go on from an earlier checkpoint than its newest.</summary>
/// <param name="Resumed">The step that it went on from.</param>
/// <param name="Checkpoint">The file that was chosen.</param>
/// <param name="Left">The run folder inside that holds what had been made after that step; null where there was nothing.</param>
public sealed record ResumedLine(long Resumed, string Checkpoint, string? Left);
