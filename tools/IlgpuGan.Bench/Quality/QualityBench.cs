using System.CommandLine;
using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Options;

namespace IlgpuGan.Bench.Quality;

/// <summary>Pictures per minute: trains variants for equal time, with several seeds, and says how good what they draw is.</summary>
internal static class QualityBench
{
    private const string Results = "results.jsonl", Times = "steps.jsonl";

    /// <summary>The command.</summary>
    public static Command Create(BenchContext context)
    {
        var names = new Argument<string[]>("VARIANT") { Description = "names of variants; the first of the table is always among them (default: all)", Arity = ArgumentArity.ZeroOrMore };
        var table = BenchOptions.Text("--variants", "a file of lines \"name: options of train\" (default: that of the program)", "FILE", "");
        var data = new Option<string[]>("--data")
        {
            Description = "faces, folders, archives and files of images, as train takes them", HelpName = "DATA ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["faces"],
        };
        var size = BenchOptions.Text("--size", "side of the images, or width x height (default: what suits the data)", "N|WxH", "");
        var minutes = BenchOptions.Real("--minutes", "training time of each, by its step time measured alone", 2, 0.001, 100_000);
        var step = BenchOptions.Real("--step-ms", "step time of the first variant, by which those of the others are reckoned (0: it is measured)", 0, 0, 1e6);
        var seeds = BenchOptions.Number("--seeds", "trainings of each variant", 5);
        var count = BenchOptions.Number("--count", "images that are judged of each", 2000);
        var folder = BenchOptions.Text("--out", "folder for results, generators and pictures; what is there already is not made again", "DIR", "quality");
        var markdown = new Option<bool>("--markdown") { Description = "print the table of what is there in Markdown, with commands, and train nothing" };
        var blind = new Option<bool>("--blind") { Description = "of two variants: draw pairs of sheets, left and right at random, to be judged without knowing which is which" };
        var pairs = BenchOptions.Number("--pairs", "with --blind: how many", 40);
        var score = BenchOptions.Text("--score", "count the answers of a folder that --blind made, and train nothing", "DIR", "");
        var device = BenchOptions.Device();
        var command = new Command("quality", "Trains variants for equal time and measures what they draw: distances, recall, coverage, labels.")
        {
            names, table, data, size, minutes, step, seeds, count, folder, markdown, blind, pairs, score, device,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(score) is { Length: > 0 } judged)
            {
                context.Output.WriteLine(BlindTest.Score(judged));
                return 0;
            }
            ImageSize? side = null;
            if (parsed.GetValue(size) is { Length: > 0 } text)
            {
                side = ImageSize.TryParse(text, out var read) ? read : throw new OptionException($"--size is \"{Excerpt.Of(text)}\"; it must be a side such as 64, or width x height such as 64x48.");
            }
            var all = VariantTable.Read(parsed.GetValue(table)!);
            string[] wanted = parsed.GetValue(names)!;
            var chosen = VariantTable.Chosen(all, wanted);
            var bench = new Comparison(context, parsed.GetValue(folder)!, parsed.GetValue(step));
            QualityTask[] tasks =
            [
                .. parsed.GetValue(data)!.Select(source => new QualityTask(source, side, parsed.GetValue(minutes), parsed.GetValue(count), parsed.GetValue(device)!)),
            ];
            foreach (var task in tasks)
            {
                CheckData(task.Data);
                foreach (var variant in chosen)
                {
                    task.SettingsOf(variant, 1, 1).Validate();
                }
            }
            foreach (var task in tasks)
            {
                if (parsed.GetValue(blind))
                {
                    bench.DrawPairs(task, wanted, parsed.GetValue(pairs));
                    continue;
                }
                if (!parsed.GetValue(markdown))
                {
                    bench.Train(task, chosen, parsed.GetValue(seeds));
                }
                bench.Print(task, parsed.GetValue(markdown));
            }
            return 0;
        });
        return command;
    }

    private static void CheckData(string source)
    {
        if (PointSet.IsName(source))
        {
            throw new OptionException($"--data {source} is points, which have no pixels to judge; give images.");
        }
        string path = source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal) ? source[Stack3Source.Prefix.Length..] : source;
        if (!ImageSetOptions.BuiltIn.Contains(source) && !Path.Exists(path))
        {
            throw new OptionException($"--data {source} does not exist; give faces, or a folder, archive or file of images.");
        }
    }

    /// <summary>The comparisons of one folder.</summary>
    private sealed class Comparison(BenchContext context, string folder, double stepMilliseconds)
    {
        private readonly LineFile<QualityResult> results = new(Path.Combine(folder, Results));
        private readonly LineFile<StepTime> times = new(Path.Combine(folder, Times));

        /// <summary>Trains what is not done: a seed of all variants, then the next.</summary>
        public void Train(QualityTask task, IReadOnlyList<QualityVariant> variants, int seeds)
        {
            OutputCheck.Folder("--out", folder);
            Directory.CreateDirectory(FolderOf(task));
            using var progress = new Progress(context);
            var steps = StepsOf(task, variants, progress);
            for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            {
                foreach (var variant in variants)
                {
                    if (results.Read().Any(result => result.IsOf(task, variant, seed)))
                    {
                        continue;
                    }
                    results.Add(new QualityRun(task, variant, FolderOf(task)).Make(steps[variant], seed, progress, CancellationToken.None));
                }
            }
        }

        /// <summary>Prints all that is there of a task.</summary>
        public void Print(QualityTask task, bool isMarkdown)
        {
            var there = results.Read().Where(result => result.IsOf(task)).ToList();
            if (there.Count == 0)
            {
                throw new OptionException($"{folder} has no results of {task.Name} with {Amount.Of(task.Count, "image")}; leave --markdown out to make them.");
            }
            context.Output.WriteLine(isMarkdown ? $"### {task.Name}, {Amount.Of(task.Count, "image")}\n" : $"{task.Name}, {Amount.Of(task.Count, "image")}");
            foreach (string line in isMarkdown ? QualityTable.Markdown(there) : QualityTable.Plain(there))
            {
                context.Output.WriteLine(line);
            }
            context.Output.Flush();
        }

        /// <summary>Makes a blind test of two variants that are trained.</summary>
        public void DrawPairs(QualityTask task, string[] names, int pairs)
        {
            if (names.Length != 2)
            {
                throw new OptionException($"--blind compares two variants, and {(names.Length == 0 ? "none is" : $"{names.Length} are")} named; give two.");
            }
            (string, IReadOnlyList<string>)[] sides =
            [
                .. names.Select(name => (name, (IReadOnlyList<string>)
                [
                    .. results.Read().Where(result => result.IsOf(task) && result.Variant == name).Select(result => QualityRun.WeightsIn(FolderOf(task), name, result.Seed)).Where(File.Exists),
                ])),
            ];
            if (Array.Find(sides, side => side.Item2.Count == 0) is { Item1: { } missing })
            {
                throw new OptionException($"{missing} is not trained for {task.Name} in {folder}; train it first, without --blind.");
            }
            string target = Path.Combine(folder, $"blind-{task.Name}-{names[0]}-{names[1]}");
            BlindTest.Draw(target, sides[0], sides[1], pairs, task.Device, _ => RandomNumberGenerator.GetInt32(2) == 1);
            context.Error.WriteLine($"Write into {Path.Combine(target, "answers.txt")} which of each pair is better, then: bench quality --score {target}");
        }

        private string FolderOf(QualityTask task) => Path.Combine(folder, task.Name);

        /// <summary>Steps of each variant in the minutes; those that are not timed yet are timed together with the first.</summary>
        private Dictionary<QualityVariant, long> StepsOf(QualityTask task, IReadOnlyList<QualityVariant> variants, Progress progress)
        {
            bool IsOf(StepTime time) => (time.Data, time.Size) == (task.Data, task.Size?.ToString());
            var known = times.Read().Where(IsOf).ToList();
            if (known.Count > 0 && stepMilliseconds > 0 && known[0].Milliseconds != stepMilliseconds)
            {
                throw new OptionException(FormattableString.Invariant(
                    $"--step-ms is {stepMilliseconds}, and what is in {folder} was made by {known[0].Milliseconds}; leave it out, or give another --out."));
            }
            var missing = variants.Where(variant => known.All(time => time.Options != variant.Options)).ToList();
            if (missing.Count > 0)
            {
                progress.Show($"timing steps of {Amount.Of(missing.Count, "variant")}");
                var (milliseconds, shares) = StepClock.Measure(task, [variants[0], .. missing.Where(variant => variant != variants[0])], new QualityObserver(progress, "timing"));
                double unit = known.Count > 0 ? known[0].Milliseconds : stepMilliseconds > 0 ? stepMilliseconds : milliseconds;
                foreach (var (variant, share) in (missing.Contains(variants[0]) ? missing : [variants[0], .. missing]).Zip(shares).Where(pair => missing.Contains(pair.First)))
                {
                    times.Add(new(task.Data, task.Size?.ToString(), variant.Options, share, unit));
                }
                known = [.. times.Read().Where(IsOf)];
            }
            return variants.ToDictionary(variant => variant, variant => Steps(variant, known.First(time => time.Options == variant.Options)));

            long Steps(QualityVariant variant, StepTime time)
            {
                long steps = time.StepsIn(task.Minutes);
                context.Error.WriteLine(FormattableString.Invariant($"{task.Name}, {variant.Name}: {time.Share:F3} x {time.Milliseconds:F2} ms a step, {steps} steps"));
                return steps;
            }
        }
    }
}
