using System.Text.RegularExpressions;
using IlgpuGan.Data;
using IlgpuGan.Evaluation;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Evaluation;

public sealed class EvaluationTests : IDisposable
{
    private const int Side = 16;

    private readonly TemporaryFolder folder = new();
    private readonly RecordingObserver observer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Folders_are_compared_with_a_data_set_and_say_how()
    {
        Write("data", 40, seed: 1);
        Write("fakes", 30, seed: 2);

        var result = Evaluate("fakes", new() { Metrics = ["swd", "fd", "kd", "pr"], Device = "cpu" });

        Assert.Equal(["swd", "fd", "kd", "precision", "recall", "density", "coverage"], result.Values.Select(value => value.Metric));
        Assert.Equal("random-convolution Frechet distance", result.Values[1].Name);
        Assert.All(result.Values, value => Assert.True(double.IsFinite(value.Value)));
        var protocol = result.Protocol;
        Assert.Equal(("random-convolution", "none", "16 x 16 x 3", 40, 30, "N - 1"),
            (protocol.Extractor, protocol.Resize, protocol.Shape, protocol.Reals, protocol.Fakes, protocol.Covariance));
        Assert.Equal(16, protocol.ExtractorHash!.Length);
    }

    [Fact]
    public void Every_metric_tells_how_far_it_is_up_to_the_whole()
    {
        Write("data", 40, seed: 1, side: 32);
        Write("fakes", 40, seed: 2, side: 32);
        WorkKind[] read = [WorkKind.Measuring, WorkKind.Decoding], features = [.. read, WorkKind.ReadingFeatures];
        void Tells(string metric, params WorkKind[] kinds)
        {
            observer.Works.All.Clear();
            Evaluate("fakes", new() { Metrics = [metric], Device = "cpu" });
            observer.Works.AssertWhole(kinds);
        }

        Tells("swd", [.. read, WorkKind.ComparingPatches]);
        // Two levels, 32 and 16 pixels high, of two sets.
        Assert.Equal(2 * 2 * 40, observer.Works.All[^1].Total);
        Tells("fd", [.. features, WorkKind.ComparingMoments]);
        Tells("kd", [.. features, WorkKind.ComparingSubsets]);
        Tells("pr", [.. features, WorkKind.FindingNeighbours]);
        Tells("memorisation", [.. read, WorkKind.FindingCopies]);
    }

    [Fact]
    public void Generating_what_is_judged_reaches_the_whole()
    {
        var engine = new FakeEngine();
        var settings = RunSettings.For("faces");
        settings = settings with { Data = settings.Data with { FaceCount = 8, Size = new(Side, Side), UseCache = false }, Training = settings.Training with { Steps = 2 } };
        new GanTraining(settings) { Engine = engine, Clock = engine.Clock }.Run(folder["run"], stop: Token);

        new ImageEvaluation { Metrics = ["swd"], Count = 300, UseCache = false }.Evaluate([folder["run"]], engine, observer, Token);

        var generated = observer.Works.All.Where(work => work.Kind == WorkKind.Generating).ToList();
        Assert.Equal((300, 300), (generated[^1].Done, generated[^1].Total));
        observer.Works.AssertWhole(WorkKind.Decoding, WorkKind.Generating, WorkKind.ComparingPatches);
    }

    [Fact]
    public void A_folder_against_itself_is_at_no_distance_and_full_of_copies()
    {
        Write("data", 40, seed: 1);

        var values = Evaluate("data", new() { Metrics = ["swd", "fd", "pr", "memorisation"], Device = "cpu" }).Values.ToDictionary(value => value.Metric, value => value.Value);

        Assert.Equal((0, 1, 1, 0), (values["swd"], values["precision"], values["recall"], values["memorisation"]));
        // Rounding of features of size 1 in single precision, squared and summed over 256.
        Assert.Equal(0, values["fd"], 1e-3);
    }

    [Fact]
    public void Copies_of_training_images_are_told_from_images_of_the_same_kind()
    {
        Write("data", 40, seed: 1);
        Write("fresh", 40, seed: 2);
        Write("copies", 40, seed: 1, noise: 3);
        double Ratio(string name) => Evaluate(name, new() { Metrics = ["memorisation"] }).Values.Single().Value;

        // Noise is as far from noise as any other.
        Assert.InRange(Ratio("fresh"), 0.9, 1.1);
        Assert.InRange(Ratio("copies"), 0.001, 0.2);
    }

    [Fact]
    public void What_cannot_be_measured_is_one_sentence()
    {
        Write("data", 40, seed: 1);
        Write("few", 3, seed: 2);
        Write("large", 12, seed: 3, side: 24);
        Directory.CreateDirectory(folder["empty"]);

        Refuses("few", new() { Metrics = ["pr"] }, "pr needs at least 4 images", "few has 3", "Metrics");
        Refuses("large", new() { Metrics = ["swd"] }, "large are 24 x 24 x 3", "16 x 16 x 3", "Size");
        Refuses("data", new() { Metrics = ["score"], Device = "cpu" }, "score needs probabilities", "Extractor");
        Assert.Contains("is empty", Assert.Throws<SourceUnsupportedException>(() => Evaluate("empty", new())).Message, StringComparison.Ordinal);
        Assert.Contains("give Data", Assert.Throws<OptionException>(() => new ImageEvaluation { UseCache = false }
            .Evaluate([folder["data"]], new FakeEngine(), observer, Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_images_leave_a_metric_out_when_nobody_asked_for_it()
    {
        Write("data", 40, seed: 1);
        Write("few", 3, seed: 2);

        var result = Evaluate("few", new() { Device = "cpu" });

        Assert.DoesNotContain(result.Values, value => value.Metric == "precision");
        Assert.Contains(observer.Notices, notice => notice.Contains("pr needs at least 4 images", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_of_different_protocols_bring_a_warning_that_says_what_differs()
    {
        Write("data", 40, seed: 1);
        Write("fakes", 30, seed: 2);
        var one = Evaluate("fakes", new() { Metrics = ["swd"] });
        var fewer = Evaluate("fakes", new() { Metrics = ["swd"], Count = 20 });

        Assert.Empty(EvaluationFile.Warnings([one, one with { Protocol = one.Protocol with { Seed = 7 } }]));
        Assert.Contains("number of images: 20 and 30", Assert.Single(EvaluationFile.Warnings([one, fewer])), StringComparison.Ordinal);
    }

    [Fact]
    public void Results_are_read_as_they_were_written_and_nothing_else_is()
    {
        Write("data", 40, seed: 1);
        var result = Evaluate("data", new() { Metrics = ["swd", "memorisation"] });
        EvaluationFile.Save(folder["r.json"], [result, result]);
        File.WriteAllText(folder["other.json"], "{\"a\": 1}\n");
        File.WriteAllText(folder["none.json"], "");

        Assert.Equal(EvaluationFile.LineOf(result), EvaluationFile.LineOf(EvaluationFile.Read(folder["r.json"])[1]));
        Assert.Contains("is not a report", Assert.Throws<OptionException>(() => EvaluationFile.Read(folder["other.json"])).Message, StringComparison.Ordinal);
        Assert.Contains("holds no results", Assert.Throws<OptionException>(() => EvaluationFile.Read(folder["none.json"])).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<OptionException>(() => EvaluationFile.Read(folder["nothing.json"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_needs_nothing_from_elsewhere_and_takes_no_name_for_markup()
    {
        Write("data", 40, seed: 1);
        var result = Evaluate("data", new() { Metrics = ["swd", "memorisation"], WithPictures = true });

        EvaluationReport.Save(folder["r.html"], [result with { Subject = "<b>&x" }], ["<i>careful"]);
        string page = File.ReadAllText(folder["r.html"]);

        Assert.Equal(3, page.Split("data:image/png;base64,").Length - 1);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;&amp;x", page, StringComparison.Ordinal);
        Assert.Contains("&lt;i&gt;careful", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    /// <summary>What axe found in earlier reports: no main landmark, a heading level left out, groups in lists of definitions that define nothing.</summary>
    [Fact]
    public void A_report_can_be_read_out_in_order()
    {
        Write("data", 40, seed: 1);
        var result = Evaluate("data", new() { Metrics = ["swd", "memorisation"] });
        EvaluationReport.Save(folder["r.html"], [result, result with { Subject = "other" }], ["careful"]);
        string page = File.ReadAllText(folder["r.html"]);
        string body = page[page.IndexOf("<body>", StringComparison.Ordinal)..];

        string main = Assert.Single(Regex.Matches(body, "<body>\\s*<main>(.*)</main>\\s*</body>", RegexOptions.Singleline)).Groups[1].Value;
        int[] levels = [.. Regex.Matches(main, "<h([1-6])>").Select(heading => heading.Groups[1].Value[0] - '0')];
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.InRange(pair.Second, 2, pair.First + 1));
        var lists = Regex.Matches(main, "<dl[^>]*>(.*?)</dl>", RegexOptions.Singleline);
        Assert.NotEmpty(lists);
        Assert.All(lists, list => Assert.Matches(new Regex("^\\s*(?:(?:<div>)?<dt>[^<]*</dt>(?:<dd[^>]*>(?:(?!</?d[tdl]).)*</dd>)+(?:</div>)?\\s*)+$", RegexOptions.Singleline), list.Groups[1].Value));
    }

    [Fact]
    public void Features_are_kept_and_a_damaged_file_of_them_costs_a_sentence()
    {
        Write("data", 20, seed: 1);
        var options = new ImageSetOptions { Source = folder["data"], UseCache = false };
        float[] Features()
        {
            using var reference = ReferenceSet.Open(options, folder["cache"], observer, Token);
            reference.OpenFeatures(null, "cpu", null, observer, Token);
            return reference.Features!.Values;
        }

        float[] first = Features();
        string file = Assert.Single(Directory.GetFiles(folder["cache"]));
        Assert.Equal(first, Features());
        Assert.Empty(observer.Notices);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);

        Assert.Equal(first, Features());
        Assert.Contains("is damaged and is made anew", Assert.Single(observer.Notices), StringComparison.Ordinal);
        Assert.Equal(first, Features());
        Assert.Single(observer.Notices);
    }

    [Fact]
    public void Images_that_all_lie_in_one_place_are_not_called_precise_without_a_word()
    {
        var random = new Random(4);
        // Of 32 numbers: the middle of a cloud is nearer to each of its points than their neighbours are.
        FeatureMatrix Cloud(int count, float spread) => new([.. Enumerable.Range(0, count * 32).Select(_ => spread * (random.NextSingle() - 0.5f))], 32);
        FeatureMatrix reals = Cloud(300, 1), middle = Cloud(100, 0.01f), alike = Cloud(300, 1);
        using var device = IlgpuGan.Devices.ComputeDevice.Open("cpu");
        var shares = PrecisionRecall.Between(device, reals, middle, cancellation: Token);

        Assert.Equal((1, 0), (shares.Precision, shares.Recall));
        string doubt = Assert.Single(FeatureDoubts.Of("it", reals, middle, shares));
        Assert.Contains("do not speak of quality", doubt, StringComparison.Ordinal);
        Assert.Contains("of the width of the reals", doubt, StringComparison.Ordinal);
        Assert.Empty(FeatureDoubts.Of("it", reals, alike, PrecisionRecall.Between(device, reals, alike, cancellation: Token)));
    }

    [Fact]
    public void Images_in_one_ball_of_an_outlier_are_not_called_precise_without_a_word()
    {
        var random = new Random(4);
        // Three hundred reals about the origin and one far outlier, whose ball reaches everything between.
        float[] Cloud(int count, float spread, float at) => [.. Enumerable.Range(0, count * 8).Select(_ => at + spread * (random.NextSingle() - 0.5f))];
        FeatureMatrix reals = new([.. Cloud(300, 1, 0), .. Cloud(1, 0, 9)], 8), between = new(Cloud(100, 0.1f, 5), 8), alike = new(Cloud(100, 1, 0), 8);
        using var device = IlgpuGan.Devices.ComputeDevice.Open("cpu");
        string[] Doubts(FeatureMatrix fakes) => [.. FeatureDoubts.Of("it", reals, fakes, PrecisionRecall.Between(device, reals, fakes, cancellation: Token))];

        Assert.Contains(Doubts(between), doubt => doubt.Contains("about a few outliers", StringComparison.Ordinal));
        Assert.Empty(Doubts(alike));
    }

    [Fact]
    public void Grey_images_are_judged_against_grey_data_and_channels_can_be_asked_for()
    {
        byte[] pixels = new byte[40 * Side * Side];
        new Random(1).NextBytes(pixels);
        File.WriteAllBytes(folder["grey-idx3-ubyte"], Data.TestImages.Idx([40, Side, Side], pixels));
        Write("fakes", 30, seed: 2);
        EvaluationResult Judge(int? channels) => new ImageEvaluation { Data = folder["grey-idx3-ubyte"], Channels = channels, UseCache = false, Metrics = ["kd"], Device = "cpu" }
            .Evaluate([folder["fakes"]], new FakeEngine(), observer, Token).Single();

        Assert.Equal("16 x 16 x 1", Judge(null).Protocol.Shape);
        Assert.Equal("16 x 16 x 3", Judge(3).Protocol.Shape);
    }

    [Fact]
    public void What_is_misspelt_is_said_before_any_image_is_read()
    {
        Write("data", 40, seed: 1);
        // Had it been opened, this would be what is complained of.
        File.WriteAllText(folder["broken.zip"], "no zip");
        void Says(string words, ImageEvaluation evaluation, params string[] subjects) =>
            Assert.Contains(words, Assert.ThrowsAny<Exception>(() => evaluation.Evaluate(subjects, new FakeEngine(), observer, Token)).Message, StringComparison.Ordinal);
        var good = new ImageEvaluation { Data = folder["data"], UseCache = false };
        string broken = folder["broken.zip"], nothing = folder["nothing"];

        Says("nothing' does not exist", good, broken, nothing);
        Says("nothing' does not exist", good with { Data = nothing }, broken);
        Says("nothing' does not exist", good with { HeldOut = nothing }, broken);
        Says("Channels is 7", good with { Channels = 7 }, broken);
        Says("Metrics is \"beauty\"", good with { Metrics = ["swd", "beauty"] }, broken);
        Says("HeldOut", good with { HeldOut = folder["data"], Metrics = ["swd"] }, broken);
        Says("PerClass", good with { PerClass = true, Metrics = ["swd"] }, broken);
        Says("Count is 3", good with { Count = 3, Metrics = ["pr"] }, broken);
        Says("quantum", good with { Device = "quantum" }, broken);
        Says("give Data", good with { Data = null }, broken);
    }

    [Fact]
    public void Each_class_is_measured_by_itself_by_every_metric_of_features()
    {
        foreach (string set in new[] { "data", "fakes" })
        {
            Write($"{set}/cat", 30, seed: set.Length);
            // Of the second class the fakes are copies.
            Write($"{set}/dog", 30, seed: 9);
        }

        Write("fakes/fox", 2, seed: 3);
        var result = Evaluate("fakes", new() { Metrics = ["fd", "kd", "pr", "score"], PerClass = true, Device = "cpu" });
        double Of(string metric, string name) => result.Values.Single(value => value.Metric == metric && value.Class == name).Value;

        Assert.Equal(["fd", "kd", "precision", "recall", "density", "coverage", "score"], result.Values.Where(value => value.Class == "dog").Select(value => value.Metric));
        Assert.Equal(["cat", "dog"], result.Values.Select(value => value.Class).OfType<string>().Distinct());
        Assert.Equal(result.Values.Count, result.Values.Select(value => value.Name).Distinct().Count());
        Assert.Equal(1, Of("precision", "dog"));
        Assert.InRange(Of("fd", "dog"), 0, Of("fd", "cat") / 10);
        Refuses("fakes/cat", new() { PerClass = true, Metrics = ["kd"], Device = "cpu" }, "PerClass", "class of each image");
    }

    [Fact]
    public void A_number_that_is_none_is_null_in_json_and_comes_back_as_none()
    {
        Write("data", 40, seed: 1);
        var result = Evaluate("data", new() { Metrics = ["swd"] });
        result = result with { Values = [result.Values[0] with { Value = double.NaN, Spread = double.PositiveInfinity }] };

        EvaluationFile.Save(folder["r.json"], [result]);

        Assert.Contains("\"value\":null,\"spread\":null", File.ReadAllText(folder["r.json"]), StringComparison.Ordinal);
        Assert.Equal(double.NaN, EvaluationFile.Read(folder["r.json"])[0].Values[0].Value);
        EvaluationReport.Save(folder["r.html"], [result], []);
        Assert.DoesNotContain("NaN", File.ReadAllText(folder["r.html"]), StringComparison.Ordinal);
    }

    private EvaluationResult Evaluate(string subject, ImageEvaluation evaluation) =>
        (evaluation with { Data = folder["data"], UseCache = false }).Evaluate([folder[subject]], new FakeEngine(), observer, Token).Single();

    private void Refuses(string subject, ImageEvaluation evaluation, params string[] parts)
    {
        string sentence = Assert.Throws<OptionException>(() => Evaluate(subject, evaluation)).Message;
        Assert.All(parts, part => Assert.Contains(part, sentence, StringComparison.Ordinal));
    }

    private void Write(string name, int count, int seed, int noise = 0, int side = Side)
    {
        Directory.CreateDirectory(folder[name]);
        var (random, other) = (new Random(seed), new Random(99));
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = [.. Enumerable.Range(0, side * side * 3).Select(_ => (byte)Math.Clamp(random.Next(256) + other.Next(-noise, noise + 1), 0, 255))];
            ImageFile.SavePng(folder[$"{name}/{i:D3}.png"], pixels, side, side, 3);
        }
    }
}
