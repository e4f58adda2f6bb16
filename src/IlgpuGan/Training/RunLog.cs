using System.Text;
using System.Text.Json;

namespace IlgpuGan.Training;

/// <summary>The file <c>log.jsonl</c>: one report per line, only ever appended to while a run goes on.</summary>
public sealed class RunLog
{
    internal RunLog(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The report as one line of JSON, without a line end.</summary>
    public static string LineOf(TrainingReport report) => JsonSerializer.Serialize(report, ReportJson.Default.TrainingReport);

    /// <summary>Adds a report.</summary>
    /// <exception cref="RunWriteException">The disk is full or the file may not be written.</exception>
    public void Append(TrainingReport report) =>
        RunWriteException.Guard(Path, () => File.AppendAllText(Path, LineOf(report) + "\n"));

    /// <summary>The reports so far; a last line that a crash left incomplete is passed over.</summary>
    public IReadOnlyList<TrainingReport> Read() => [.. Lines().Select(line => line.Report)];

    /// <summary>
    /// Cuts the log back to what it held when a checkpoint of <paramref name="step"/> was made by a run that had not been stopped: later lines
    /// go, as the resumed run writes them again, and so does the last line of a session that ended between two regular reports.
    /// </summary>
    /// <exception cref="RunWriteException">The file may not be written.</exception>
    internal void CutAfter(long step, int reportEvery)
    {
        if (!File.Exists(Path))
        {
            return;
        }

        var kept = new StringBuilder();
        foreach (var (text, report) in Lines())
        {
            if (report.Step <= step && report.Step % reportEvery == 0)
            {
                kept.Append(text).Append('\n');
            }
        }

        RunWriteException.Guard(Path, () => AtomicFile.Write(Path, stream => stream.Write(Encoding.UTF8.GetBytes(kept.ToString()))));
    }

    private List<(string Text, TrainingReport Report)> Lines()
    {
        var lines = new List<(string, TrainingReport)>();
        if (!File.Exists(Path))
        {
            return lines;
        }

        foreach (var line in File.ReadLines(Path))
        {
            try
            {
                if (JsonSerializer.Deserialize(line, ReportJson.Default.TrainingReport) is { } report)
                {
                    lines.Add((line, report));
                }
            }
            catch (JsonException)
            {
                // Half a line: the process died, or the disk filled up, while it was written.
            }
        }

        return lines;
    }
}
