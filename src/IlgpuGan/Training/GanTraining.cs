using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What becomes of a run that is in a folder already.</summary>
public enum ExistingRun
{
    /// <summary>It stays as it is, and the new one is not begun.</summary>
    Refuse,

    /// <summary>It goes on from its newest checkpoint; where there is none, one is begun.</summary>
    Resume,

    /// <summary>It is deleted when everything that the new one needs is at hand.</summary>
    Replace,
}

/// <summary>
/// A training as a program asks for it: what to train on and how, and who hears of it. It may be run any number of times, into a folder that keeps the
/// whole run, or without one, by <c>Generator.TrainAsync</c>.
/// </summary>
/// <example><code>
/// var training = new GanTraining("photos") { Progress = new Progress&lt;TrainingProgress&gt;(Console.WriteLine) };
/// RunOutcome outcome = await training.RunAsync("runs/photos", ExistingRun.Resume, stop.Token);
/// </code></example>
/// <param name="settings">All that decides the run; <see cref="RunSettings.For"/> gives those that suit a source of data.</param>
public sealed class GanTraining(RunSettings settings)
{
    /// <summary>
    /// Trains on a file or folder of images, translating them where they are of two kinds, or on data that is built in, with the settings that the command line takes,
    /// but for what that chooses for few images (<c>SmallSetChoice</c>).
    /// </summary>
    /// <param name="source">See <see cref="ImageSetOptions.Source"/>; <c>ring</c> and <c>grid</c> are points in the plane.</param>
    /// <param name="preset">Settings by name, one of <see cref="Presets.Names"/>; null for those that suit the data.</param>
    /// <exception cref="OptionException">There is no such preset.</exception>
    /// <exception cref="DataException">Folders are named as those of two kinds of images are, and one kind is missing.</exception>
    public GanTraining(string source, string? preset = null)
        : this(preset is null ? RunSettings.ForWhatIsSeen(source, out _) : RunSettings.For(source, preset))
    {
    }

    /// <summary>Trains on images that the program hands over, with the settings that the command line takes for a folder of them.</summary>
    /// <param name="images">The images.</param>
    /// <param name="preset">Settings by name, one of <see cref="Presets.Names"/>; null for those that suit images.</param>
    /// <exception cref="OptionException">There is no such preset.</exception>
    public GanTraining(ImageSequence images, string? preset = null)
        : this(For(images, preset))
    {
    }

    /// <summary>All that decides the run.</summary>
    public RunSettings Settings { get; init; } = settings ?? throw new ArgumentNullException(nameof(settings));

    /// <summary>What the networks of a new run begin with; null for noise.</summary>
    public Parent? Parent { get; init; }

    /// <summary>Hears how far it is: of images that are loaded, of each report, of what a user should know. Called on the thread that trains.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Hears all there is to hear, each step and each file that is written included. Called on the thread that trains.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Opens devices and measures metrics.</summary>
    public ITrainingEngine Engine { get; init; } = new TrainingEngine();

    /// <summary>Tells the time, by which pictures and checkpoints are due.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>A training with the settings that a run was made with, to let it go on, or to begin another like it.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="images">The images, where it was made of such as a program hands over; null for those that it was made of.</param>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    public static GanTraining Like(string folder, ImageSequence? images = null)
    {
        var settings = RunFolder.ReadRecord(folder).Settings;
        return new(images is null ? settings : settings with { Data = Of(images, settings.Data) });
    }

    /// <summary>A training that begins with the networks of another and the settings that belong to them, as the command line's <c>--from</c>.</summary>
    /// <param name="parent">What it begins with.</param>
    /// <param name="source">See <see cref="ImageSetOptions.Source"/>.</param>
    /// <exception cref="OptionException">The parent draws points and the data is images, or the other way round.</exception>
    public static GanTraining From(Parent parent, string source)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return new(parent.SettingsFor(RunSettings.For(source))) { Parent = parent };
    }

    /// <inheritdoc cref="From(Parent, string)"/>
    /// <param name="parent">What it begins with.</param>
    /// <param name="images">The images.</param>
    public static GanTraining From(Parent parent, ImageSequence images)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return new(parent.SettingsFor(For(images, preset: null))) { Parent = parent };
    }

    /// <summary>The same training with other options.</summary>
    /// <param name="change">Makes the options wanted from those there are: <c>options => options with { Steps = 2000 }</c>.</param>
    public GanTraining With(Func<TrainingOptions, TrainingOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return With(Settings with { Training = change(Settings.Training) });
    }

    /// <summary>The same training on the same images in another shape.</summary>
    /// <param name="change">Makes what is wanted from what there is: <c>data => data with { Size = new ImageSize(32, 32) }</c>.</param>
    public GanTraining WithData(Func<ImageSetOptions, ImageSetOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return With(Settings with { Data = change(Settings.Data) });
    }

    /// <summary>Trains into a folder, which keeps options, log, pictures and checkpoints; returns when the run ends.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="existing">What becomes of a run that is there.</param>
    /// <param name="stop">Asks it to end: while images are loaded at once, later after the step that is running, when everything is saved.</param>
    /// <returns>How it ended; a run that was stopped says so.</returns>
    /// <exception cref="OperationCanceledException">It was stopped before the training began.</exception>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="RunFolderException">The folder is taken, or its run cannot go on with these settings or this data.</exception>
    /// <exception cref="CheckpointException">No checkpoint of the run that is to go on is usable.</exception>
    /// <exception cref="DataException">The images cannot be loaded.</exception>
    /// <exception cref="DeviceException">There is no such device, or it has too little memory.</exception>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a weight is no longer finite.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public RunOutcome Run(string folder, ExistingRun existing = ExistingRun.Refuse, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var observer = new ProgressObserver(Progress, Observer);
        using var session = existing == ExistingRun.Resume && RunFolder.HasOptions(folder)
            ? TrainingSession.Resume(folder, saved => Settings with { Training = Settings.Training.GoingOn(saved.Training) }, Engine, observer, Clock, stop)
            : TrainingSession.Start(folder, Settings, existing == ExistingRun.Replace, Engine, observer, Clock, stop, Parent);
        return session.Run(stop);
    }

    /// <inheritdoc cref="Run"/>
    /// <summary>Trains into a folder, which keeps options, log, pictures and checkpoints, on a thread of its own.</summary>
    public Task<RunOutcome> RunAsync(string folder, ExistingRun existing = ExistingRun.Refuse, CancellationToken stop = default) =>
        OnThreadOfItsOwn(() => Run(folder, existing, stop), stop);

    /// <summary>Trains without a folder.</summary>
    /// <returns>The last state, and the device, which belongs to the caller.</returns>
    /// <exception cref="OperationCanceledException">It was stopped before the first step.</exception>
    internal (ITrainingDevice Device, RunRecord Record, Checkpoint Last) RunInMemory(CancellationToken stop)
    {
        if (Settings.Training.Translation is { } translation)
        {
            throw new OptionException($"--method {translation.Method} makes no generator that draws from noise; run it into a folder and take that with Translator.Load, or give --method gan.");
        }

        using var session = TrainingSession.StartInMemory(Settings, Engine, new ProgressObserver(Progress, Observer), Clock, stop, Parent);
        if (session.Run(stop).Step == 0)
        {
            stop.ThrowIfCancellationRequested();
        }

        return session.HandOver();
    }

    /// <summary>Does work that takes long without keeping a thread from the pool.</summary>
    internal static Task<T> OnThreadOfItsOwn<T>(Func<T> work, CancellationToken stop) =>
        Task.Factory.StartNew(work, stop, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    private GanTraining With(RunSettings settings) => new(settings) { Parent = Parent, Progress = Progress, Observer = Observer, Engine = Engine, Clock = Clock };

    private static RunSettings For(ImageSequence images, string? preset)
    {
        ArgumentNullException.ThrowIfNull(images);
        var settings = RunSettings.For("", preset);
        return settings with { Data = Of(images, settings.Data) };
    }

    private static ImageSetOptions Of(ImageSequence images, ImageSetOptions options)
    {
        var of = ImageSetOptions.Of(images);
        return options with { Source = of.Source, Images = of.Images };
    }
}
