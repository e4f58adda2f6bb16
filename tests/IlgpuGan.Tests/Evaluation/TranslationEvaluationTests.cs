using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Evaluation;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Data.Pairs;
using IlgpuGan.Tests.Generation;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Evaluation;

/// <summary>Runs that translate, trained for two steps and measured beside direct computation.</summary>
public sealed class TranslationEvaluationTests(TranslationRuns runs) : IClassFixture<TranslationRuns>, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RecordingObserver observer = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Translations_of_held_out_pairs_stand_beside_the_mean_target()
    {
        string run = runs.Train("pix2pix");

        var result = Evaluate(run, "l1", "psnr", "ssim", "swd", "kd");

        using PairSet set = PairLoading.Load("pairs:faces-label", o => o with { Data = o.Data with { FaceCount = 40, Size = new ImageSize(32, 32) } });
        using var translator = Translator.Load(run, "cpu");
        var errors = TranslationErrors.Of(set, Each(translator, 32 * 32), Stop)!;
        var mean = TranslationErrors.OfMeanTarget(set, Stop)!;
        // Sums of batches in one order.
        Assert.Equal(
            [errors.L1, mean.L1, errors.Psnr, mean.Psnr, errors.Ssim!.Value, mean.Ssim!.Value], result.Values.Take(6).Select(value => value.Value), (one, other) => Math.Abs(one - other) < 1e-9);
        // Maps of classes are no pictures that could be compared.
        Assert.Equal(["l1", "l1-mean", "psnr", "psnr-mean", "ssim", "ssim-mean", "swd", "kd"], result.Values.Select(value => value.Metric));
        Assert.Equal((64, 40, "pairs:faces-label", set.Fingerprint), (result.Protocol.Fakes, result.Protocol.Reals, result.Protocol.Reference, result.Protocol.ReferenceHash));
        Assert.Equal("random-convolution", result.Protocol.Extractor);
        Assert.True(result.Values.Single(value => value.Metric == "psnr") is { IsSmallerBetter: false });
        Assert.True(result.Values.Single(value => value.Metric == "l1-mean") is { IsSmallerBetter: true });
    }

    [Fact]
    public void Two_sets_are_measured_by_the_known_truth_the_inputs_and_the_way_back()
    {
        string run = runs.Train("cyclegan");

        var result = Evaluate(run, "l1", "psnr", "ssim", "cycle", "swd");

        using PairSet set = PairLoading.Load("unpaired:faces", o => o with { Data = o.Data with { FaceCount = 40, Size = new ImageSize(32, 32) }, Pairing = Pairing.Unpaired });
        using Translator forth = Translator.Load(run, "cpu"), back = Translator.Load(run, "cpu", back: true);
        double Of(string key) => result.Values.Single(value => value.Metric == key).Value;
        var errors = TranslationErrors.Of(set, Each(forth, 32 * 32 * 3), Stop)!;
        Assert.Equal((errors.L1, errors.Psnr), (Of("l1"), Of("psnr")));
        Assert.Equal(TranslationErrors.OfInputs(set, Stop)!.Psnr, Of("psnr-input"), 1e-9);
        Assert.Equal(TranslationErrors.OfMeanTarget(set, Stop)!.Ssim!.Value, Of("ssim-mean"), 1e-9);
        Assert.Equal(TranslationErrors.OfCycle(set.HeldOutInputs!, Each(forth, 32 * 32 * 3), Each(back, 32 * 32 * 3), Stop).L1, Of("cycle"), 1e-9);
        Assert.Equal(result.SlicedWassersteinLevels!.Average(), Of("swd"), 1e-9);
        observer.Works.AssertWhole(WorkKind.Decoding, WorkKind.Translating, WorkKind.ComparingPatches);
    }

    [Fact]
    public void Labels_are_asked_for_in_turn_and_read_by_a_classifier_of_the_data()
    {
        DrawLabelled("coloured");
        string run = Train("stargan", folder["coloured"], "folder");

        var result = new ImageEvaluation { Device = "cpu", UseCache = false, Metrics = ["asked", "cycle", "swd"], Count = 20 }.Evaluate([run], new TrainingEngine(), observer, Stop).Single();

        var asked = result.Values.Where(value => value.Metric == "asked").ToList();
        Assert.Equal(["asked folder", "asked folder=blue", "asked folder=green", "asked folder=red"], asked.Select(value => value.Name));
        Assert.Equal([null, "blue", "green", "red"], asked.Select(value => value.Class));
        // Each is asked of equally many.
        Assert.Equal(asked.Skip(1).Average(value => value.Value), asked[0].Value, 0.02);
        // Three flat colours are read rightly.
        Assert.Equal(1, result.Values.First(value => value is { Metric: "asked-truth", Class: null }).Value);
        Assert.True(result.Values.Single(value => value.Metric == "cycle").Value is > 0 and < 255);
        // Twenty images, each to the two classes that it has not.
        Assert.Equal(40, result.Protocol.Fakes);
        Assert.Contains(observer.Notices, notice => notice.Contains("measured by what it was trained on", StringComparison.Ordinal));
        Refuses(run, "kept", "kept cannot be measured", "has no other labels");
    }

    [Fact]
    public void Other_data_of_the_same_kind_is_judged_whole()
    {
        DrawPairs("pairs", 8, 1);
        DrawPairs("others", 5, 2);
        string run = Train("pix2pix", folder["pairs"], null);
        int Judged(ImageEvaluation evaluation) =>
            (evaluation with { Device = "cpu", UseCache = false, Metrics = ["l1"] }).Evaluate([run], new TrainingEngine(), observer, Stop).Single().Protocol.Fakes;

        Assert.Equal(5, Judged(new() { Data = folder["others"] }));
        Assert.Equal(3, Judged(new() { Data = folder["others"], Count = 3 }));
        // As it is by itself.
        Assert.Equal(Judged(new()), Judged(new() { Data = folder["pairs"] }));
    }

    [Fact]
    public void What_makes_no_sense_is_one_sentence()
    {
        string pairs = runs.Train("pix2pix");

        Refuses(pairs, "memorisation", "memorisation is of images that are drawn from noise", "translates images");
        Refuses(pairs, "score", "score is of images that are drawn from noise");
        Refuses(pairs, "classes", "classes cannot be measured of", "its translations are pictures");
        Refuses(pairs, "cycle", "cycle cannot be measured of", "pix2pix learns no way back");
        Refuses(pairs, "asked", "asked cannot be measured of", "asked for no label");
        Refuses(pairs, "psnr2", "psnr2");
        Refuses(new ImageEvaluation { PerClass = true }, pairs, "PerClass is for images that are drawn from noise");
        Refuses(new ImageEvaluation { HeldOut = "faces" }, pairs, "HeldOut faces is for images that are drawn from noise");
        Refuses(new ImageEvaluation { Size = new(16, 16) }, pairs, "Size 16");
        Assert.Contains("nowhere' does not exist", Assert.Throws<SourceUnavailableException>(() => Evaluate(new ImageEvaluation { Data = "nowhere" }, pairs)).Message, StringComparison.Ordinal);
        DrawPairs("pairs", 4, 1);
        Refuses(new ImageEvaluation { Data = folder["pairs"] }, pairs, "inputs", "those of the run 40 classes");
        Refuses(folder["pairs/A"], "psnr", "psnr is of runs that translate images");
    }

    private static Func<byte[], byte[]> Each(Translator translator, int size) => inputs => [.. inputs.Chunk(size).SelectMany(image => translator.Translate(image, 32, 32))];

    private EvaluationResult Evaluate(string run, params string[] metrics) => Evaluate(new ImageEvaluation { Metrics = metrics }, run);

    private EvaluationResult Evaluate(ImageEvaluation evaluation, string run) =>
        (evaluation with { Device = "cpu", UseCache = false }).Evaluate([run], new TrainingEngine(), observer, Stop).Single();

    private void Refuses(string run, string metric, params string[] parts) => Refuses(new ImageEvaluation { Metrics = [metric] }, run, parts);

    private void Refuses(ImageEvaluation evaluation, string run, params string[] parts)
    {
        string message = Assert.Throws<OptionException>(() => Evaluate(evaluation, run)).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }

    private string Train(string method, string source, string? condition)
    {
        var usual = TranslationMethod.UsualOf(method);
        var settings = new RunSettings
        {
            Data = new ImageSetOptions { Source = source, Size = new ImageSize(16, 16), UseCache = false },
            Training = usual with { Width = 4, Batch = 2, Steps = 2, Condition = condition, Translation = usual.Translation! with { DiscriminatorWidth = 4 } },
            Device = "cpu",
        };
        using var session = TrainingSession.Start(folder[method], settings, force: false, new TrainingEngine(), observer, TimeProvider.System, Stop);
        session.Run(Stop);
        return folder[method];
    }

    private void DrawLabelled(string name)
    {
        foreach (var (place, colour) in "red green blue".Split(' ').Index())
        {
            Directory.CreateDirectory(folder[$"{name}/{colour}"]);
            for (int i = 0; i < 20; i++)
            {
                // Flat, each of another brightness.
                byte[] pixels = [.. Enumerable.Range(0, 16 * 16 * 3).Select(at => (byte)(at % 3 == place ? 150 + (5 * i) : 20 + i))];
                ImageFile.SavePng(folder[$"{name}/{colour}/{i}.png"], pixels, 16, 16, 3);
            }
        }
    }

    private void DrawPairs(string name, int count, int seed)
    {
        var random = new Random(seed);
        foreach (string side in new[] { "A", "B" })
        {
            Directory.CreateDirectory(folder[$"{name}/{side}"]);
            for (int i = 0; i < count; i++)
            {
                byte[] pixels = new byte[16 * 16 * 3];
                random.NextBytes(pixels);
                ImageFile.SavePng(folder[$"{name}/{side}/{i}.png"], pixels, 16, 16, 3);
            }
        }
    }
}
