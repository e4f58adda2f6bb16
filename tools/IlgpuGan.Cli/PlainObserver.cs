using System.Globalization;
using IlgpuGan.Data;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Cli;

/// <summary>Tells of a run in plain lines, without control codes: for files, pipes and terminals that know none.</summary>
/// <param name="error">Takes the lines.</param>
/// <param name="clock">Says when the next line of one work is due.</param>
/// <param name="advised">The options that may be advised.</param>
internal sealed class PlainObserver(TextWriter error, TimeProvider clock, IReadOnlyCollection<string> advised) : IRunObserver
{
    // Often enough to see that it goes on, seldom enough to be read in a log.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private WorkKind? kind;
    private long told, steps;

    /// <summary>What a run begins with, in one line.</summary>
    public static string Words(RunStart start)
    {
        var count = Amount.Of(start.Data.Count, start.Data.IsPoints ? "point" : "image");
        var shape = start.Data.IsPoints ? "" : $" of {start.Data.Width} x {start.Data.Height} x {start.Data.Channels}";
        var begin = start.Step == 0 ? "" : $", from step {start.Step}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Training on {count}{shape} into {start.Folder}{begin}; device {start.DeviceName} in {start.Cost.Precision}; G {start.Cost.GeneratorParameters} and D "
                + $"{start.Cost.DiscriminatorParameters} parameters, {start.Cost.GflopPerStep:G3} GFLOP a step, {Figures.Bytes(start.Cost.DeviceBytes)}.");
    }

    public void Notice(string sentence) => error.WriteLine(sentence);

    public void Report(Work value)
    {
        var isNew = kind != value.Kind;
        if (value.Total == 0 || (!isNew && clock.GetElapsedTime(told) < Interval))
        {
            return;
        }

        (kind, told) = (value.Kind, clock.GetTimestamp());
        error.WriteLine(isNew ? $"{value.Title}: {value.Count(value.Total)}" : value.ToString());
    }

    public void Loaded(ImageSetSummary data)
    {
        foreach (var line in DataWords.Lines(data, advised))
        {
            error.WriteLine(line);
        }
    }

    public void Started(RunStart start)
    {
        steps = start.Steps;
        error.WriteLine(Words(start));
    }

    public void Stepped(long step)
    {
    }

    public void Reported(TrainingReport report, TimeSpan left) => error.WriteLine(Figures.StatusLine(report, steps, left));

    public void SampleSaved(long step, string path) => error.WriteLine($"drew {path}");

    public void CheckpointSaved(long step, string path) => error.WriteLine($"saved {path}");
}
