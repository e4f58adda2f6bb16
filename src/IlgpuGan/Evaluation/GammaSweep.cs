using IlgpuGan.Data;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Evaluation;

/// <summary>
/// Four short trainings that differ in the weight of D's penalty alone: which weight suits a size and a set nobody knows beforehand, and everybody tries. Each is a run in a folder of its own
/// inside <see cref="Folder"/>, which goes on like any other; run again the sweep goes on with what is not done.
/// </summary>
/// <param name="Folder">The folder of the sweep.</param>
/// <param name="Begin">What the runs begin with, as one training would: each takes a quarter of its steps and minutes, so that all take as long as one.</param>
public sealed record GammaSweep(string Folder, RunBeginning Begin)
{
    private const int Parts = 4, Judged = 2048;

    // What a glance takes in.
    private const int MostSide = 6, SheetSide = 640;

    /// <summary>The share of the weight that each run has.</summary>
    public static IReadOnlyList<float> Factors { get; } = [0.25f, 1, 4, 16];

    /// <summary>What is measured of each: what needs no network.</summary>
    private static readonly string[] Metrics = [.. Metric.Table.Where(metric => metric is { NeedsFeatures: false, TakesDetector: false }).Select(metric => metric.Name)];

    /// <summary>Puts what was asked for into the settings of a run that is there already: it must be there so.</summary>
    public Func<RunSettings, RunSettings> Change { get; init; } = saved => saved;

    /// <summary>Decides, once the images are known, what was not asked for; null where nothing is to be decided.</summary>
    public ChoiceByData? Choice { get; init; }

    /// <summary>Whether runs of an earlier sweep are replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The run folders of a sweep in a folder, by their factors.</summary>
    public static IReadOnlyList<string> RunsIn(string folder) => [.. Factors.Select(factor => PathIn(folder, factor))];

    private string SheetFile => Path.Combine(Folder, "gamma-sweep.png");

    private RunSettings Settings => Begin.Settings;

    private long Steps => Math.Max(1, Settings.Training.Steps / Parts);

    /// <summary>Refuses what cannot be swept, before anything is loaded.</summary>
    /// <exception cref="OptionException">There is no penalty, or there are no images to judge by.</exception>
    /// <exception cref="RunFolderException">The folder is that of a run, or holds runs that were made with other options.</exception>
    internal void Check()
    {
        var training = Settings.Training;
        if (training.Translation is { } translation)
        {
            throw new OptionException($"--gamma-sweep compares what is drawn from noise, and --method {translation.Method} translates images; leave it out.");
        }

        if (training.Penalty == OptionNames.None || training.EffectivePenaltyWeight is { From: 0, To: 0 })
        {
            throw new OptionException($"--gamma-sweep tries weights of D's penalty, and {(training.Penalty == OptionNames.None ? "--penalty is none" : "--penalty-weight is 0")}; "
                + "give another, or leave --gamma-sweep out.");
        }

        if (Settings.Data.Images is null && PointSet.IsName(Settings.Data.Source))
        {
            throw new OptionException($"--gamma-sweep judges by pixels, and {Settings.Data.Source} is points without any; leave it out.");
        }

        if (RunFolder.HasOptions(Folder))
        {
            throw new RunFolderException($"{Folder} is a run, and --gamma-sweep makes runs in a folder; give another --out.");
        }

        foreach (float factor in Force ? [] : Factors.Where(IsBegun))
        {
            var saved = RunFolder.ReadRecord(PathOf(factor)).Settings;
            var wanted = Change(saved);
            // A weight that is given is that of which the runs have their shares.
            bool isWeightGiven = wanted.Training.EffectivePenaltyWeight != saved.Training.EffectivePenaltyWeight;
            CheckAgrees(PathOf(factor), saved, isWeightGiven ? Times(wanted, factor) : wanted);
        }
    }

    /// <summary>Trains what is not trained yet, and judges when all are.</summary>
    /// <param name="engine">Opens trainers.</param>
    /// <param name="observer">Hears how it goes.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="stop">Stops the run that goes on, and the sweep with it; everything is saved.</param>
    /// <returns>What came of each; without measurements where it was stopped.</returns>
    /// <exception cref="OperationCanceledException">It was stopped before the first run was begun.</exception>
    public GammaSweepResult Run(ITrainingEngine engine, IRunObserver observer, TimeProvider clock, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(observer);
        Check();
        var runs = new List<SweptRun>();
        try
        {
            long steps = Steps;
            foreach (float factor in Factors)
            {
                var run = Train(factor, steps, engine, observer, clock, stop);
                runs.Add(run);
                if (run.IsStopped)
                {
                    return new(runs, null, IsComplete: false);
                }

                // The first is ended by its minutes; the others make as many steps, whatever else the machine does meanwhile.
                steps = factor == Factors[0] && run.Fault is null ? Math.Min(steps, run.Step) : steps;
            }

            var judged = runs.TrueForAll(run => run.Fault is not null) ? runs : Judge(runs, engine, observer, stop);
            return new(judged, judged == runs ? null : Draw(judged, engine, observer.Notice, stop), IsComplete: true);
        }
        catch (OperationCanceledException) when (runs.Count > 0)
        {
            // While the data of the next was loaded, or images were judged: what is trained is saved.
            return new(runs, null, IsComplete: false);
        }
    }

    private static string PathIn(string folder, float factor) => Path.Combine(folder, FormattableString.Invariant($"gamma-x{factor}"));

    private string PathOf(float factor) => PathIn(Folder, factor);

    private bool IsBegun(float factor) => RunFolder.HasOptions(PathOf(factor));

    private SweptRun Train(float factor, long steps, ITrainingEngine engine, IRunObserver observer, TimeProvider clock, CancellationToken stop)
    {
        string path = PathOf(factor);
        double? minutes = factor == Factors[0] ? Settings.Schedule.Minutes / Parts : null;
        if (!Force && IsBegun(factor) && MadeSteps(path) is var made && (made >= steps || IsOver(factor, minutes)))
        {
            return new(factor, RunFolder.ReadRecord(path).Settings.Training.EffectivePenaltyWeight, path, made);
        }

        int number = Factors.TakeWhile(other => other != factor).Count() + 1;
        observer.Notice(FormattableString.Invariant($"Run {number} of {Factors.Count}, with {factor} times the weight of the penalty, {Amount.Of(steps, "step")}:"));
        Schedule? weight = null;
        try
        {
            using var session = !Force && IsBegun(factor)
                ? TrainingSession.Resume(path, saved => Weighs(Limited(saved, steps, minutes)), engine, observer, clock, stop)
                : TrainingSession.Start(
                    path, Limited(Settings, steps, minutes), Force, engine, observer, clock, stop, Begin.Parent, (begin, images) => Weighed(begin, images, factor, Weighs));
            var outcome = session.Run(stop);
            return new(factor, weight!, path, outcome.Step) { IsStopped = outcome.End == RunEnd.Stopped };
        }
        catch (TrainingDivergedException fault)
        {
            // A weight that cannot be trained with is an answer, too.
            observer.Notice(fault.Message);
            return new(factor, weight!, path, MadeSteps(path)) { Fault = fault.Message };
        }

        RunSettings Weighs(RunSettings settings)
        {
            weight = settings.Training.EffectivePenaltyWeight;
            return settings;
        }
    }

    private static RunSettings Limited(RunSettings settings, long steps, double? minutes) =>
        settings with { Training = settings.Training with { Steps = steps }, Schedule = settings.Schedule with { Minutes = minutes } };

    private static long MadeSteps(string path) => RunFolder.CheckpointsIn(path).Steps() is [.., var newest] ? newest : 0;

    /// <summary>Whether a run was ended by its minutes: another was then begun after it.</summary>
    private bool IsOver(float factor, double? minutes) =>
        minutes is not null && Factors.Any(other => other != factor && IsBegun(other)) && RunFolder.ReadRecord(PathOf(factor)).Settings.Schedule.Minutes == minutes;

    private RunBeginning Weighed(RunBeginning begin, ImageSet images, float factor, Func<RunSettings, RunSettings> take)
    {
        var metric = SweptRun.Judge;
        if (images.Count < metric.LeastImages || Math.Min(images.Height, images.Width) < metric.LeastSide)
        {
            throw new OptionException($"--gamma-sweep judges by {metric.Name}, which needs at least {metric.LeastImages} images of {metric.LeastSide} x {metric.LeastSide}; "
                + $"{begin.Settings.Data.Source} has {Amount.Of(images.Count, "image")} of {images.Width} x {images.Height}; leave it out.");
        }

        begin = Choice?.Invoke(begin, images) ?? begin;
        foreach (float other in Force ? [] : Factors.Where(other => other != factor && IsBegun(other)))
        {
            var record = RunFolder.ReadRecord(PathOf(other));
            if (record.Data.Fingerprint != images.Fingerprint || record.Parent?.Sha256 != begin.Parent?.Run.Sha256)
            {
                throw new RunFolderException($"{PathOf(other)} was made {(record.Data.Fingerprint != images.Fingerprint ? "of other images" : "with another --from")}; "
                    + "give another --out, or --force to begin the sweep anew.");
            }

            CheckAgrees(PathOf(other), record.Settings, Times(begin.Settings, other));
        }

        return begin with { Settings = take(Times(begin.Settings, factor)) };
    }

    private static RunSettings Times(RunSettings settings, float factor) =>
        settings with { Training = settings.Training with { PenaltyWeight = settings.Training.EffectivePenaltyWeight.Times(factor) } };

    /// <summary>Runs that differ in more than the weight do not say which weight is best.</summary>
    private static void CheckAgrees(string path, RunSettings saved, RunSettings wanted)
    {
        var other = OptionRows.Table.Rows.FirstOrDefault(
            row => row.Part is OptionPart.Training or OptionPart.Data && row.Keeps != Keeps.UntilChanged && !row.IsSame(saved, wanted));
        if (other is not null)
        {
            throw new RunFolderException($"{path} was made with --{other.Name} {other.TextInEffect(saved) ?? OptionNames.None}, and {other.TextInEffect(wanted) ?? OptionNames.None} is asked for; "
                + "give what it was made with, another --out, or --force to begin the sweep anew.");
        }
    }

    private List<SweptRun> Judge(List<SweptRun> runs, ITrainingEngine engine, IRunObserver observer, CancellationToken stop)
    {
        // As many as there are: the distance of sets of one size is the fairest.
        int count = Math.Min(Judged, RunFolder.ReadRecord(runs[0].Folder).Data.Count);
        var evaluation = new ImageEvaluation { Count = count, Metrics = Metrics, Device = Settings.Device, UseCache = Settings.Data.UseCache };
        var results = evaluation.Evaluate([.. runs.Where(run => run.Fault is null).Select(run => run.Folder)], engine, observer, stop).ToDictionary(result => result.Subject);
        return [.. runs.Select(run => run.Fault is null ? run with { Values = results[run.Folder].Values } : run)];
    }

    /// <summary>Images of the same latents from each run, side by side.</summary>
    private string Draw(IReadOnlyList<SweptRun> runs, ITrainingEngine engine, Action<string> notice, CancellationToken stop)
    {
        var captions = new List<string>();
        var pixels = new List<byte>();
        var best = GammaSweepResult.BestOf(runs);
        (long Height, long Width, int Channels) shape = default;
        foreach (var run in runs.Where(run => run.Fault is null))
        {
            using var generator = Generator.Load(run.Folder, Settings.Device, engine, notice);
            var data = generator.Data;
            int columns = Math.Clamp(SheetSide / data.Width, 1, MostSide), rows = Math.Clamp(SheetSide / data.Height, 1, MostSide);
            var layout = GridLayout.Within(SheetSide, columns, rows, data.Height, data.Width);
            pixels.AddRange(ImageGrid.Compose(layout, generator.Sample(columns * rows, Settings.Training.Seed, cancellation: stop), columns * rows, data.Height, data.Width, data.Channels));
            captions.Add(FormattableString.Invariant($"{run.Weight} (x {run.Factor}), SWD {run.Distance:F1}") + (run == best ? ", best" : ""));
            shape = (layout.Height, layout.Width, data.Channels);
        }

        RunWriteException.Guard(SheetFile, () => CaptionRow.Save(SheetFile, captions, pixels.ToArray(), (int)shape.Height, (int)shape.Width, shape.Channels));
        return SheetFile;
    }
}
