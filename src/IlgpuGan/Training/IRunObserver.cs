using IlgpuGan.Data;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Hears how a run goes on, and how far what takes long before it and beside it is; called on the thread that trains.</summary>
public interface IRunObserver : IDataObserver
{
    /// <summary>Training begins.</summary>
    void Started(RunStart start);

    /// <summary>A step has been handed to the device.</summary>
    void Stepped(long step);

    /// <summary>A report has been logged.</summary>
    /// <param name="report">The report, as logged.</param>
    /// <param name="left">Time to the end of the run at the present speed.</param>
    void Reported(TrainingReport report, TimeSpan left);

    /// <summary>The watchdog has found something.</summary>
    void Found(Finding finding) => Notice($"Step {finding?.Step}: {finding?.Sentence}");

    /// <summary>A metric has been measured.</summary>
    void Measured(MetricLine value) => Notice(FormattableString.Invariant($"Step {value?.Step}: {value?.Metric} {value?.Value:G4}{(value?.Best == true ? ", the best so far" : "")}"));

    /// <summary>The run folder was moved, or removed and made anew elsewhere, and the run goes on there; a notice has said so.</summary>
    void Moved(string folder)
    {
    }

    /// <summary>A sample picture has been written.</summary>
    void SampleSaved(long step, string path);

    /// <summary>A checkpoint has been written.</summary>
    void CheckpointSaved(long step, string path);
}
