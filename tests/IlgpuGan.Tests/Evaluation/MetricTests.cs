using System.Text.RegularExpressions;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Graphs;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Evaluation;

/// <summary>The table of metrics, and that nothing else knows any by name.</summary>
[Collection(nameof(TestDevice))]
public sealed class MetricTests(TestDevice under)
{
    private const int Dimension = 6, Classes = 3;

    public static TheoryData<string> Names => [.. Metric.Table.Select(metric => metric.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_metric_gives_the_numbers_that_its_row_says(string name)
    {
        var metric = Metric.Named(name);
        var subject = Subject(metric.LeastImages + 20);

        var values = subject.Measure([metric]);

        Assert.Equal(metric.Numbers.Select(number => number.Key), values.Select(value => value.Metric));
        Assert.All(values, value => Assert.True(double.IsFinite(value.Value), $"{value}"));
        Assert.Equal(metric.Numbers.Select(number => number.IsSmallerBetter ?? false), values.Select(value => value.IsSmallerBetter));
    }

    /// <summary>One image fewer is refused by the formulas themselves, or is no measure: then the row asks for two.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_least_number_of_images_is_enough(string name)
    {
        var metric = Metric.Named(name);

        Assert.Equal(metric.Numbers.Count, Subject(metric.LeastImages).Measure([metric]).Count);
        if (metric.LeastImages > 2)
        {
            Assert.Throws<ArgumentException>(() => Subject(metric.LeastImages - 1).Measure([metric]));
        }
    }

    [Fact]
    public void Every_list_of_metrics_is_made_of_the_table()
    {
        Assert.Equal(Metric.Table.Select(metric => metric.Name), EvaluationMetrics.Names);
        Assert.All(Metric.Table, metric => Assert.Equal(metric.LeastImages, EvaluationMetrics.LeastImages(metric.Name)));
        Assert.All(Metric.Table, metric => Assert.Contains(metric.Described, EvaluationMetrics.Described, StringComparison.Ordinal));
        var trained = Metric.Table.Where(metric => metric.IsForTraining).SelectMany(metric => metric.Numbers).ToList();
        Assert.Equal(trained.Select(number => number.Key).Concat(["l1", "psnr", "ssim"]), new RunMetrics().Names);
        Assert.All(trained, number => Assert.NotNull(number.IsSmallerBetter));
        Assert.All(trained, number => Assert.Contains(number.Key, RunMetrics.Described, StringComparison.Ordinal));
        var all = Metric.Table.SelectMany(metric => metric.Numbers).ToList();
        Assert.Equal(all.Count, all.Select(number => number.Key).Distinct().Count());
        Assert.Equal("swd (sliced Wasserstein), fd (Frechet), kd (kernel), pr (precision, recall, density, coverage), score, memorisation, face-rate", EvaluationMetrics.Described);
    }

    /// <summary>Another metric is another row and its formula: whoever wrote a name elsewhere would have to be found and changed, too.</summary>
    [Fact]
    public void No_other_source_names_a_metric()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "IlgpuGan.sln")))
        {
            root = root.Parent;
        }
        string names = string.Join('|', Metric.Table.SelectMany(metric => metric.Numbers.Select(number => number.Key).Append(metric.Name)).Distinct());
        var naming = new Regex($"\"({names})\"|\\b({names})( \\([a-z A-Z]+\\))?, ({names})( \\(|,)");

        string[] folders = ["src/IlgpuGan/Evaluation", "tools/IlgpuGan.Cli"];
        var wrong = from folder in folders
                    from file in Directory.GetFiles(Path.Combine(root.FullName, folder), "*.cs", SearchOption.AllDirectories)
                    where !file.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(file) is not ("Metric.cs" or "MetricFormulas.cs")
                    from line in File.ReadAllLines(file)
                    where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && naming.IsMatch(line)
                    select $"{file}: {line.Trim()}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void A_report_tells_what_every_number_means_and_which_is_the_best()
    {
        using var folder = new TemporaryFolder();
        MetricValue[] values = [.. Metric.Table.SelectMany(metric => metric.Numbers).Select(number => new MetricValue(number.Key, number.Key, 0.5, null, number.IsSmallerBetter ?? false, null))];
        var protocol = new EvaluationProtocol { Shape = "1 x 1 x 1", Reference = "data", ReferenceHash = "00000000", Reals = 2, Fakes = 2, Seed = 1, Engine = "1" };
        EvaluationResult[] results = [new("one", null, protocol, values), new("other", null, protocol, [.. values.Select(value => value with { Value = 0.6 })])];

        EvaluationReport.Save(folder["report.html"], results, []);

        string[] sections = File.ReadAllText(folder["report.html"]).Split("<section class=\"metric\">")[1..];
        var numbers = Metric.Table.SelectMany(metric => metric.Numbers).ToList();
        Assert.Equal(numbers.Count, sections.Length);
        foreach (var (number, section) in numbers.Zip(sections))
        {
            Assert.Contains(System.Net.WebUtility.HtmlEncode(number.Meaning), section, StringComparison.Ordinal);
            string best = number.IsSmallerBetter switch { true => "<dd class=\"best\">0.5", false => "<dd class=\"best\">0.6", null => "" };
            Assert.Contains(best, section, StringComparison.Ordinal);
            Assert.Equal(best.Length > 0, section.Contains("is better", StringComparison.Ordinal));
        }
        // As a file of a later version may have it.
        EvaluationReport.Save(folder["report.html"], [results[0] with { Values = [values[0] with { Metric = "beauty", Name = "beauty" }] }], []);
        Assert.Contains("beauty", File.ReadAllText(folder["report.html"]), StringComparison.Ordinal);
    }

    private MetricSubject Subject(int count)
    {
        var (reals, fakes) = (Features(1, count), Features(2, count));
        float[] classes = [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, Classes).Select(c => c == i % Classes ? 0.5f : 0.25f))];
        return new MetricSubject
        {
            OpenDevice = under.Open,
            Reals = Images(1, count),
            Fakes = Images(2, count),
            Features = new(new Stand(), reals, token => FeatureMoments.Of(under.Open(), reals, token), fakes, new(classes, Classes)),
            Seed = 1,
            Cancellation = TestContext.Current.CancellationToken,
        };
    }

    private static FeatureMatrix Features(ulong seed, int count)
    {
        var values = new float[count * Dimension];
        Initialization.Normal(values, seed, 0);
        return new(values, Dimension);
    }

    private static ImageSet Images(int seed, int count)
    {
        var bytes = new byte[count * 16 * 16];
        new Random(seed).NextBytes(bytes);
        return ImageSet.FromBytes("noise", 16, 16, 1, bytes);
    }

    private sealed class Stand : IFeatureExtractor
    {
        public string Name => "stand";

        public string Hash => "";

        public string Resize => "none";

        public MetricNames? Names => null;

        public int Dimension => MetricTests.Dimension;

        public int Classes => MetricTests.Classes;

        public (float[] Features, float[] Probabilities) Read(ReadOnlySpan<byte> images) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
