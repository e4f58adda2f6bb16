using System.Text.Json.Nodes;
using IlgpuGan.Data;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Cli;

/// <summary>Adds one JSON object per event on standard output to what another observer shows.</summary>
internal sealed class JsonObserver(IRunObserver inner, TextWriter output) : IRunObserver
{
    public void Notice(string sentence) => inner.Notice(sentence);

    public void Report(Work value) => inner.Report(value);

    public void Loaded(ImageSetSummary data) => inner.Loaded(data);

    public void Started(RunStart start)
    {
        inner.Started(start);
        output.WriteJson(new { Event = "start", start.Folder, Device = start.DeviceName, start.Step, start.Steps, start.Data, start.Taken, start.Cost });
    }

    public void Stepped(long step) => inner.Stepped(step);

    public void Reported(TrainingReport report, TimeSpan left)
    {
        inner.Reported(report, left);
        var line = new JsonObject { ["event"] = "report" };
        foreach (var (name, value) in JsonNode.Parse(RunLog.LineOf(report))!.AsObject())
        {
            line[name] = value?.DeepClone();
        }

        line["seconds_left"] = Math.Round(left.TotalSeconds, 1);
        output.WriteJson(line);
    }

    public void Found(Finding finding)
    {
        inner.Found(finding);
        var line = new JsonObject { ["event"] = "finding" };
        foreach (var (name, value) in JsonNode.Parse(RunLog.LineOf(finding))!.AsObject())
        {
            line[name] = value?.DeepClone();
        }

        output.WriteJson(line);
    }

    public void Measured(MetricLine value)
    {
        inner.Measured(value);
        var line = new JsonObject { ["event"] = "metric" };
        foreach (var (name, part) in JsonNode.Parse(RunLog.LineOf(value))!.AsObject())
        {
            line[name] = part?.DeepClone();
        }

        output.WriteJson(line);
    }

    public void Moved(string folder)
    {
        inner.Moved(folder);
        output.WriteJson(new { Event = "moved", Folder = folder });
    }

    public void SampleSaved(long step, string path)
    {
        inner.SampleSaved(step, path);
        output.WriteJson(new { Event = "sample", Step = step, Path = path });
    }

    public void CheckpointSaved(long step, string path)
    {
        inner.CheckpointSaved(step, path);
        output.WriteJson(new { Event = "checkpoint", Step = step, Path = path });
    }
}
