using IlgpuGan.Data;
using IlgpuGan.Evaluation;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Training.Translation;

/// <summary>Runs that translate, on the real engine, into folders of their own.</summary>
public sealed class TranslationSessionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RecordingObserver observer = new();

    public static TheoryData<string, string?> Methods => new() { { "pairs:faces", null }, { "pairs:faces-label", null }, { "unpaired:faces", null }, { "faces", "stargan" } };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_run_that_was_stopped_goes_on_as_if_it_had_not_been(string source, string? method)
    {
        var settings = Settings(source, method);
        Run("whole", settings, 6);
        Run("parts", settings, 3);
        Resume("parts", 6);

        var (whole, parts) = (Last("whole"), Last("parts"));
        Assert.Equal(6, parts.Step);
        Assert.Equal(whole.State.Keys.Order(), parts.State.Keys.Order());
        Assert.All(whole.State, tensor => Assert.Equal(tensor.Value.Floats, parts.State[tensor.Key].Floats));
        Assert.True(SKBitmap.DecodeBounds(folder["parts/samples/step-000006.png"]).Width >= 3 * 16);
        Assert.True(SKBitmap.DecodeBounds(folder["parts/reals.png"]).Width >= 16);
    }

    [Theory]
    [InlineData(Normalization.Instance, Upsampling.Resize)]
    [InlineData(Normalization.Instance, Upsampling.Transposed)]
    [InlineData(Normalization.Layer, Upsampling.Resize)]
    public void Every_weight_of_a_unet_learns(Normalization norm, Upsampling upsampling)
    {
        var settings = Settings("pairs:faces", null);
        Run("unet", settings with { Training = settings.Training with { Translation = settings.Training.Translation! with { Norm = norm, Upsampling = upsampling } } }, 1);
        var gradients = Last("unet").State.Where(tensor => tensor.Key.StartsWith("generator.adam.m.", StringComparison.Ordinal) && tensor.Key.EndsWith(".weight", StringComparison.Ordinal)).ToList();
        Assert.True(gradients.Count >= 6);
        Assert.All(gradients, gradient => Assert.True(gradient.Value.Floats!.Max(Math.Abs) > 1e-9f, gradient.Key));
    }

    [Fact]
    public void Reports_name_the_parts_of_the_loss_of_G()
    {
        Run("cycle", Settings("unpaired:faces", null), 2);
        var report = Assert.Single(new RunLog(folder["cycle/log.jsonl"]).Read(), line => line.Step == 2);
        Assert.Equal(["cycle", "identity"], report.Terms!.Keys);
        Assert.All(report.Terms.Values, value => Assert.InRange(value, 1e-3, 4));
        Assert.InRange(report.Change!.Value, 0, 10);
        Assert.InRange(report.Brightness!.Value, -1, 1);
    }

    [Fact]
    public void A_run_begins_with_the_networks_of_another_and_says_what_does_not_fit()
    {
        var settings = Settings("pairs:faces", null);
        Run("first", settings, 2);
        var parent = ParentFile.Read(folder["first"]);
        Run("second", parent.SettingsFor(settings) with { Data = settings.Data, Schedule = settings.Schedule }, 1, parent);
        Assert.Contains(observer.Notices, notice => notice.Contains("weights and averages are taken whole", StringComparison.Ordinal));

        var grey = parent.SettingsFor(settings) with { Data = settings.Data with { Channels = 1 }, Schedule = settings.Schedule };
        Run("grey", grey, 1, parent);
        Assert.Contains(observer.Notices, notice => notice.Contains("made anew are generator layer", StringComparison.Ordinal));
        Assert.Contains("draws images from noise", Assert.Throws<OptionException>(() => ParentFile.Read("faces").SettingsFor(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_are_cut_out_of_larger_images_and_the_run_has_their_size()
    {
        var settings = Settings("pairs:faces", null);
        var cropped = settings with { Training = settings.Training with { Flip = true, Translation = settings.Training.Translation! with { RandomCrop = true } } };
        Run("cropped", cropped, 2);
        Assert.Equal((16, 16), RunFolder.ReadRecord(folder["cropped"]).Data is var data ? (data.Height, data.Width) : default);
        var fault = Assert.Throws<OptionException>(() => Run("sizeless", cropped with { Data = cropped.Data with { Size = null } }, 1));
        Assert.Contains("RandomCrop", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_one_kind_is_refused_by_a_method_that_needs_two() => Assert.Contains("is of one kind", Assert.Throws<OptionException>(
        () => Run("none", Settings("pairs:faces", null) with { Data = new ImageSetOptions { Source = "faces" } }, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_are_asked_for_where_images_are_translated_between_them() => Assert.Contains("Condition", Assert.Throws<OptionException>(
        () => Run("none", Settings("faces", "stargan") is var settings ? settings with { Training = settings.Training with { Condition = null } } : null!, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_program_trains_on_pairs_by_their_folder_and_takes_the_translator()
    {
        foreach (string side in (string[])["A", "B"])
        {
            Directory.CreateDirectory(folder[$"pets/{side}"]);
            foreach (int i in (int[])[1, 2, 3])
            {
                ImageFile.SavePng(folder[$"pets/{side}/{i}.png"], [.. Enumerable.Range(0, 768).Select(place => (byte)(place * i + side[0]))], 16, 16, 3);
            }
        }

        var training = new GanTraining(folder["pets"]).With(options => options with { Width = 4, Batch = 1, Steps = 2 });
        Assert.Equal("pix2pix", training.Settings.Training.Translation!.Method);
        training = new(training.Settings with { Device = "cpu", Data = training.Settings.Data with { UseCache = false } });
        Assert.Equal(2, training.Run(folder["run"], stop: TestContext.Current.CancellationToken).Step);
        using var translator = Translator.Load(folder["run"], "cpu");
        using var image = new SKBitmap(21, 13);
        using var made = translator.Translate(image, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((21, 13), (made.Width, made.Height));
        Assert.Contains("Translator.Load", Assert.Throws<OptionException>(() => Generator.Train(training, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("translates images", Assert.Throws<RunFolderException>(() => Generator.Load(folder["run"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("psnr", true)]
    [InlineData("l1", true)]
    [InlineData("swd", false)]
    public void The_best_of_a_run_is_kept_by_the_truth(string metric, bool isOfPairs)
    {
        var settings = Settings("pairs:faces", null);
        settings = settings with { Schedule = settings.Schedule with { Metric = metric, MetricEvery = 2 } };
        if (isOfPairs)
        {
            Run("kept", settings, 4);
            Assert.Equal([2, 4], new RunLog(folder["kept/log.jsonl"]).ReadMetrics().Select(line => line.Step));
            Assert.NotNull(RunFolder.CheckpointsIn(folder["kept"]).ReadNamed("best").Checkpoint);
        }
        else
        {
            Assert.Contains("a set of targets", Assert.Throws<OptionException>(() => Run("kept", settings, 4)).Message, StringComparison.Ordinal);
        }
        Run("unpaired", Settings("unpaired:faces", null) with { Schedule = settings.Schedule }, 2);
        Assert.Single(new RunLog(folder["unpaired/log.jsonl"]).ReadMetrics());
    }

    private static RunSettings Settings(string source, string? method)
    {
        var settings = RunSettings.For(source);
        settings = method is null ? settings : settings.ForMethod(method);
        return settings with
        {
            Data = settings.Data with { FaceCount = 12, Size = new ImageSize(16, 16), UseCache = false },
            Training = settings.Training with
            {
                Width = 4,
                Batch = 2,
                Condition = method is null ? null : "hair-colour",
                Translation = settings.Training.Translation! with
                {
                    DiscriminatorWidth = 4,
                    PatchLayers = method is null ? 1 : settings.Training.Translation.PatchLayers,
                    // Full after two steps.
                    Pool = source == "unpaired:faces" ? 3 : settings.Training.Translation.Pool,
                },
            },
            Schedule = new RunSchedule { ReportEvery = 1 },
            Device = "cpu",
        };
    }

    private void Run(string name, RunSettings settings, long steps, Parent? parent = null)
    {
        using var session = TrainingSession.Start(
            folder[name], settings with { Training = settings.Training with { Steps = steps } }, force: false, new TrainingEngine { Metrics = new RunMetrics() }, observer,
            TimeProvider.System, TestContext.Current.CancellationToken, parent);
        session.Run(TestContext.Current.CancellationToken);
    }

    private void Resume(string name, long steps)
    {
        using var session = TrainingSession.Resume(folder[name], saved => saved with { Training = saved.Training with { Steps = steps } }, new TrainingEngine(), observer,
            TimeProvider.System, TestContext.Current.CancellationToken);
        session.Run(TestContext.Current.CancellationToken);
    }

    private Checkpoint Last(string name) => RunFolder.CheckpointsIn(folder[name]).ReadNewest(_ => { })!;
}
