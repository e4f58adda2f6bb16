using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Training;

/// <summary>Trainings that a program asks for, by the real engine in a few steps of little networks.</summary>
public sealed class GanTrainingTests : IDisposable
{
    private const int Count = 24, Side = 16;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Images_from_memory_train_bit_for_bit_as_a_folder_of_them_into_a_folder_and_without()
    {
        var settings = Small(OfFolder());
        using (var session = TrainingSession.Start(folder["files"], settings, force: false, new TrainingEngine(), new RecordingObserver(), TimeProvider.System, Token))
        {
            session.Run(Token);
        }

        var outcome = await OfMemory().RunAsync(folder["memory"], stop: Token);
        using var direct = await Generator.TrainAsync(OfMemory(), Token);
        using var saved = Generator.Load(folder["files"], "cpu");

        Assert.Equal((RunEnd.Completed, 4L, folder["memory"]), (outcome.End, outcome.Step, outcome.Folder));
        Assert.Equal(Checkpoint("files", 4), Checkpoint("memory", 4));
        Assert.Equal((4L, saved.Data), (direct.Step, direct.Data));
        Assert.Equal(saved.SampleFloats(9, seed: 5, cancellation: Token), direct.SampleFloats(9, seed: 5, cancellation: Token));
    }

    [Fact]
    public async Task A_run_of_images_from_memory_goes_on_with_the_same_images_and_with_no_others()
    {
        await OfMemory().RunAsync(folder["whole"], stop: Token);
        using var stop = new CancellationTokenSource();
        var stopped = await OfMemory(observer: new StopAt(2, stop)).RunAsync(folder["run"], ExistingRun.Resume, stop.Token);

        var fault = await Assert.ThrowsAsync<RunFolderException>(() => OfMemory(first: 1).RunAsync(folder["run"], ExistingRun.Resume, Token));
        var elsewhere = Assert.Throws<SourceUnavailableException>(() => GanTraining.Like(folder["run"]).Run(folder["run"], ExistingRun.Resume, Token));
        var outcome = await GanTraining.Like(folder["run"], Given()).RunAsync(folder["run"], ExistingRun.Resume, Token);

        Assert.Equal((RunEnd.Stopped, 2L), (stopped.End, stopped.Step));
        Assert.Contains("is not the data", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'given' were handed over by a program", elsewhere.Message, StringComparison.Ordinal);
        Assert.Equal((RunEnd.Completed, 4L), (outcome.End, outcome.Step));
        Assert.Equal(Checkpoint("whole", 4), Checkpoint("run", 4));
    }

    [Fact]
    public async Task A_run_from_memory_goes_on_from_a_folder_of_the_same_images()
    {
        using var stop = new CancellationTokenSource();
        await OfMemory(observer: new StopAt(2, stop)).RunAsync(folder["run"], stop: stop.Token);
        await OfMemory().RunAsync(folder["whole"], stop: Token);

        await new GanTraining(Small(OfFolder())).RunAsync(folder["run"], ExistingRun.Resume, Token);

        Assert.Equal(Checkpoint("whole", 4), Checkpoint("run", 4));
    }

    [Fact]
    public async Task A_run_that_is_there_is_refused_resumed_or_replaced()
    {
        var training = OfMemory();
        await training.RunAsync(folder["run"], stop: Token);
        var first = Checkpoint("run", 4);

        await Assert.ThrowsAsync<RunFolderException>(() => training.RunAsync(folder["run"], stop: Token));
        var resumed = await training.RunAsync(folder["run"], ExistingRun.Resume, Token);
        Assert.Equal((RunEnd.Completed, 4L), (resumed.End, resumed.Step));
        await training.With(options => options with { Seed = 9 }).RunAsync(folder["run"], ExistingRun.Replace, Token);
        var other = Checkpoint("run", 4);
        var contradicts = await Assert.ThrowsAsync<RunFolderException>(() => training.RunAsync(folder["run"], ExistingRun.Resume, Token));

        Assert.NotEqual(first, other);
        Assert.Contains("Seed 1 contradicts", contradicts.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_gives_nothing_of_it_goes_on_with_a_run_of_an_earlier_default()
    {
        var training = OfMemory().With(options => Presets.Usual with { Width = options.Width, LatentSize = options.LatentSize, Batch = options.Batch, Steps = options.Steps });
        using var stop = new CancellationTokenSource();
        await OfMemory(observer: new StopAt(2, stop)).RunAsync(folder["run"], stop: stop.Token);
        await OfMemory().RunAsync(folder["whole"], stop: Token);

        await training.RunAsync(folder["run"], ExistingRun.Resume, Token);

        Assert.Equal(Checkpoint("whole", 4), Checkpoint("run", 4));
        var given = training.With(options => options with { MinibatchDeviation = true });
        Assert.Contains("MinibatchDeviation", (await Assert.ThrowsAsync<RunFolderException>(() => given.RunAsync(folder["run"], ExistingRun.Resume, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_before_the_first_step_gets_an_exception_and_later_what_was_learnt()
    {
        using var stop = new CancellationTokenSource();
        using var learnt = await Generator.TrainAsync(OfMemory(observer: new StopAt(2, stop)), stop.Token);
        using var early = new CancellationTokenSource();
        IEnumerable<SourceImage> Images()
        {
            early.Cancel();
            yield return SourceImage.FromPixels(new byte[Side * Side], Side, Side, 1);
        }

        var loading = Generator.TrainAsync(new GanTraining(Small(ImageSetOptions.Of(new ImageSequence("late", Images())))), early.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);

        Assert.Equal(2, learnt.Step);
        Assert.Equal(Side * Side * 3, learnt.SampleFloats(1, cancellation: Token).Length);
        Assert.True(loading.IsCanceled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OfMemory().RunAsync(folder["never"], stop: new CancellationToken(canceled: true)));
        Assert.False(Directory.Exists(folder["never"]));
    }

    [Fact]
    public async Task It_trains_on_a_thread_of_its_own_and_tells_how_far_it_is()
    {
        var told = new Told();
        var threads = new ThreadNames();
        var training = new GanTraining(Small(ImageSetOptions.Of(Given())) with { Schedule = new RunSchedule { ReportEvery = 2 } }) { Progress = told, Observer = threads };

        await training.RunAsync(folder["run"], stop: Token);

        Assert.Equal([false], threads.ArePooled.Distinct());
        Assert.Equal([(2L, 0.5), (4L, 1.0)], told.All.Where(now => now.Report is not null).Select(now => (now.Step, now.Share)));
        Assert.Contains(told.All, now => now.Work is { Kind: WorkKind.Receiving, Done: Count });
        Assert.Contains(told.All, now => now.Sentence == "given: 24 images without labels.");
        Assert.StartsWith("Step 4 of 4: loss of D ", told.All.Last(now => now.Report is not null).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_folder_nothing_is_drawn_or_written_on_the_way()
    {
        var observer = new RecordingObserver();
        using var generator = Generator.Train(new GanTraining(
            Small(ImageSetOptions.Of(Given())) with { Schedule = new RunSchedule { SampleEvery = 1, CheckpointEvery = 1 } }) { Observer = observer }, Token);

        Assert.Empty(observer.Samples);
        Assert.Empty(observer.Checkpoints);
        Assert.Equal("", observer.Start!.Folder);
        Assert.Equal(4, generator.Step);
    }

    [Fact]
    public void Points_and_labels_are_trained_on_without_a_folder_too()
    {
        using var ring = Generator.Train(new GanTraining("ring") { Settings = RunSettings.For("ring") with { Device = "cpu" } }.With(options => options with { Steps = 2 }), Token);
        var labelled = new ImageSequence("kinds", Enumerable.Range(0, Count).Select(i => SourceImage.FromBitmap(Bitmap(i)) with { Label = i % 2 == 0 ? "even" : "odd" }));
        using var kinds = Generator.Train(new GanTraining(Small(ImageSetOptions.Of(labelled))).With(options => options with { Condition = "class" }), Token);

        Assert.Equal(10, ring.SampleFloats(5, cancellation: Token).Length);
        Assert.Equal(["even", "odd"], kinds.Labels!.Columns.Single().Values);
        Assert.NotEqual(kinds.Sample(1, labels: "even", cancellation: Token), kinds.Sample(1, labels: "odd", cancellation: Token));
    }

    [Theory]
    [InlineData(1, RunEnd.Completed, 1000)]
    [InlineData(9, RunEnd.Collapsed, 640)]
    public void A_collapse_brings_a_run_without_a_folder_back_as_it_does_with_one(int healsAfter, RunEnd end, long step)
    {
        var engine = new FakeEngine { Spread = (at, rollbacks) => at >= 600 && rollbacks < healsAfter ? 0.05 : 0.9 };
        var settings = SessionFixture.Settings with
        {
            Training = SessionFixture.Settings.Training with { Steps = 1000 },
            Watchdog = new WatchdogOptions { OnCollapse = CollapseAction.Rollback },
        };
        var observer = new RecordingObserver();
        using var session = TrainingSession.StartInMemory(settings, engine, observer, engine.Clock, Token);
        var outcome = session.Run(Token);
        var (_, _, last) = session.HandOver();
        using var folderSession = TrainingSession.Start(folder["run"], settings, force: false, engine, new RecordingObserver(), engine.Clock, Token);
        var withFolder = folderSession.Run(new FakePictures(folderSession.Folder), Token);

        Assert.Equal((end, step), (outcome.End, outcome.Step));
        Assert.Equal((end, step), (withFolder.End, withFolder.Step));
        Assert.Equal(Math.Min(healsAfter, 3), observer.Findings.Count(finding => finding.Rollback is not null));
        Assert.Equal(folderSession.Folder.Checkpoints.ReadNewest(_ => { })!.State["weights"].Floats, last.State["weights"].Floats);
    }

    [Fact]
    public void What_is_no_number_ends_a_run_without_a_folder_with_a_sentence()
    {
        var engine = new FakeEngine { SpoilAt = 50 };
        var fault = Assert.Throws<TrainingDivergedException>(() => Generator.Train(new GanTraining(SessionFixture.Settings) { Engine = engine, Clock = engine.Clock }, Token));

        Assert.Contains("it was good at step", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_takes_unless_told_otherwise_is_what_the_command_line_takes()
    {
        Assert.Equal(RunSettings.For("photos"), new GanTraining("photos").Settings);
        Assert.Equal(RunSettings.For("photos", "dcgan-2016"), new GanTraining("photos", "dcgan-2016").Settings);
        var given = new GanTraining(Given(), "dcgan-2016").Settings;
        Assert.Equal(RunSettings.For("photos", "dcgan-2016").Training, given.Training);
        Assert.Equal(new ImageSize(64, 64), given.Data.Size);
    }

    private static GanTraining OfMemory(int first = 0, IRunObserver? observer = null) => new(Small(ImageSetOptions.Of(Given(first)))) { Observer = observer };

    private static RunSettings Small(ImageSetOptions data) => new()
    {
        Data = data with { UseCache = false },
        Training = new TrainingOptions { Width = 8, LatentSize = 12, Steps = 4, Batch = 8 },
        Device = "cpu",
        Tune = TuningMode.Off,
    };

    private static ImageSequence Given(int first = 0) => new("given", Enumerable.Range(first, Count).Select(Bitmap));

    private ImageSetOptions OfFolder()
    {
        Directory.CreateDirectory(folder["given"]);
        for (int i = 0; i < Count; i++)
        {
            using var bitmap = Bitmap(i);
            using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            using var file = File.Create(folder[$"given/{i:D3}.png"]);
            png.SaveTo(file);
        }

        return new ImageSetOptions { Source = folder["given"] };
    }

    private byte[] Checkpoint(string run, long step) => File.ReadAllBytes(RunFolder.CheckpointsIn(folder[run]).FileOf(step));

    private static SKBitmap Bitmap(int seed)
    {
        byte[] pixels = new byte[Side * Side * 3];
        new Random(seed).NextBytes(pixels);
        return ImageFile.ToBitmap(pixels, Side, Side, 3);
    }

    /// <summary>Asks to stop when a step is made.</summary>
    private sealed class StopAt(long last, CancellationTokenSource stop) : Silent
    {
        public override void Stepped(long step)
        {
            if (step == last)
            {
                stop.Cancel();
            }
        }
    }

    private sealed class ThreadNames : Silent
    {
        public List<bool> ArePooled { get; } = [];

        public override void Stepped(long step) => ArePooled.Add(Thread.CurrentThread.IsThreadPoolThread);
    }

    private abstract class Silent : IRunObserver
    {
        public void Notice(string sentence)
        {
        }

        public void Report(Work value)
        {
        }

        public void Started(RunStart start)
        {
        }

        public abstract void Stepped(long step);

        public void Reported(TrainingReport report, TimeSpan left)
        {
        }

        public void SampleSaved(long step, string path)
        {
        }

        public void CheckpointSaved(long step, string path)
        {
        }
    }

    private sealed class Told : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }
}
