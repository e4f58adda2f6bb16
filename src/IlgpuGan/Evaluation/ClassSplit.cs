using IlgpuGan.Data;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Options;

namespace IlgpuGan.Evaluation;

/// <summary>Which real and which judged images are of one class.</summary>
/// <param name="Classes">Names of the classes.</param>
/// <param name="Reals">The class of each real image.</param>
/// <param name="Fakes">The class of each judged image; -1 where no real image has it.</param>
internal sealed record ClassSplit(IReadOnlyList<string> Classes, IReadOnlyList<int> Reals, IReadOnlyList<int> Fakes)
{
    /// <summary>Classes of judged images that no real image has, with the number of their images.</summary>
    private IReadOnlyList<(string Name, int Count)> Unmatched { get; init; } = [];

    /// <summary>Matches the labels of both sides by their names.</summary>
    /// <param name="subject">What is judged.</param>
    /// <param name="judged">Its label columns.</param>
    /// <param name="reals">The real images.</param>
    /// <exception cref="OptionException">Either side has no labels, or they are of other things.</exception>
    public static ClassSplit Of(string subject, IReadOnlyList<LabelColumn> judged, ImageSet reals)
    {
        CheckReals(reals);
        var (mine, theirs) = (from a in judged from b in reals.Labels where a.Name == b.Name select (a, b))
            .Append((judged is [var own, ..] ? own : null, reals.Labels[0])).First();
        if (mine is null)
        {
            throw new OptionException($"--per-class needs to know the class of each image of {subject}; give a run that was trained with --condition, or a folder with one folder for "
                + "each class, or leave it out.");
        }
        var names = theirs.ValueNames.ToList();
        int[] classOf = [.. mine.ValueNames.Select(name => names.IndexOf(name))];
        if (Array.TrueForAll(classOf, index => index < 0))
        {
            throw new OptionException($"--per-class: the classes of {subject} ({Few(mine.ValueNames)}) are none of {reals.Name}'s ({Few(names)}); name the folders of both alike, or leave it out.");
        }
        return new(names, theirs.Values, [.. mine.Values.Select(value => classOf[value])])
        {
            Unmatched = [.. mine.ValueNames.Select((name, value) => (name, mine.Values.Count(of => of == value))).Where((of, value) => classOf[value] < 0 && of.Item2 > 0)],
        };
    }

    /// <summary>Says early that real images have no classes.</summary>
    public static void CheckReals(ImageSet reals)
    {
        if (reals.Labels.Count == 0)
        {
            throw new OptionException($"--per-class needs labels, and the images of {reals.Name} have none; give each class a folder of its own, or a dataset.json, or leave it out.");
        }
    }

    /// <summary>Measures each class by itself.</summary>
    /// <param name="metrics">What to measure; what is not of features is passed over.</param>
    /// <param name="all">All images with their features.</param>
    /// <param name="notice">Hears of classes with too few images.</param>
    public IEnumerable<MetricValue> Measure(IReadOnlyList<Metric> metrics, MetricSubject all, Action<string> notice)
    {
        var asked = metrics.Where(metric => metric.NeedsFeatures).ToList();
        var features = all.Features!;
        if (Unmatched.Count > 0)
        {
            notice($"Judged images of classes that no real image has are in no class by itself: {Few([.. Unmatched.Select(of => FormattableString.Invariant($"{of.Name} ({of.Count})"))])}.");
        }
        for (int index = 0; index < Classes.Count; index++)
        {
            string name = Classes[index];
            int[] realRows = Rows(Reals, index), fakeRows = Rows(Fakes, index);
            var enough = asked.Where(metric => fakeRows.Length >= metric.LeastImages && (!metric.NeedsReals || realRows.Length >= metric.LeastImages)).ToList();
            if (asked.Except(enough).ToList() is [_, ..] left)
            {
                notice($"{Metric.Names(left)} of class {name} {(left.Count == 1 ? "is" : "are")} left out: it has {realRows.Length} real and {Amount.Of(fakeRows.Length, "judged image")}.");
            }
            if (enough.Count == 0)
            {
                continue;
            }
            // What compares with no real image may be of a class that none has.
            var reals = features.Reals.At(realRows.Length > 0 ? realRows : [0]);
            var part = new MetricSubject
            {
                OpenDevice = all.OpenDevice,
                Reals = all.Reals,
                Fakes = all.Fakes,
                Features = new(features.Extractor, reals, token => FeatureMoments.Of(all.Device, reals, token), features.Fakes.At(fakeRows), features.Probabilities?.At(fakeRows)),
                Seed = all.Seed,
                Cancellation = all.Cancellation,
            };
            foreach (var value in part.Measure(enough))
            {
                yield return value with { Name = $"{value.Name}, {name}", Class = name, Remark = null };
            }
        }
    }

    private static int[] Rows(IReadOnlyList<int> classes, int index) => [.. Enumerable.Range(0, classes.Count).Where(i => classes[i] == index)];

    private static string Few(IReadOnlyList<string> names) => string.Join(", ", names.Take(6)) + (names.Count > 6 ? ", ..." : "");
}
