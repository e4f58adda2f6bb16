using System.CommandLine;
using IlgpuGan.Evaluation;
using IlgpuGan.Inception;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan evaluate RUN|FOLDER|ZIP...</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("evaluate", "Measures how near the images of runs, folders or zips come to a data set: distances, precision and recall, copies of "
            + "training images; of runs that translate, how far they are from the truth.");
        var subjects = new Argument<string[]>("RUN|FOLDER|ZIP") { Description = "Run folders, generators (safetensors, pth), or folders or zips of images.", Arity = ArgumentArity.OneOrMore };
        var data = OptionFactory.Text("--data", "The real images (default: what each run was trained on; what --detector finds needs none).", "DATA");
        var heldOut = OptionFactory.Text("--held-out", "Real images that no run was trained on, for memorisation.", "DATA");
        var count = OptionFactory.Number<int>("--count", "Number of images to judge (default 10000 of a run, all of a folder, of a run that translates all that are held out).");
        var seed = OptionFactory.Number<ulong>("--seed", "Chooses images, patches and subsets (default 1).");
        var size = OptionFactory.Size("--size", "Size that folders and zips are brought to, a side or width x height (default: near their own, as train has it).");
        var channels = OptionFactory.Number<int>("--channels", "1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (default: those of the data, also for folders and zips that are compared with it).");
        var perClass = OptionFactory.Switch("--per-class", "Measure features of each class by itself, too, where data and images have labels.");
        var metrics = OptionFactory.Choices("--metrics", $"What to measure: {EvaluationMetrics.Described}; of runs that translate {EvaluationMetrics.DescribedOfTranslations} "
            + "(default: all that apply, face-rate with --detector).", EvaluationMetrics.Names, EvaluationMetrics.OfTranslations);
        var inception = OptionFactory.Text("--inception", "Inception-v3 as an ONNX file, for FID, KID and IS; without it features are of a classifier of the data's labels, or a random "
            + "convolution.", "FILE.onnx");
        var features = OptionFactory.Text("--features", $"A ResNet-18 for features of photographs, for FD-ResNet18 and KD-ResNet18: {ResNet18Network.Name} where NuGet keeps its packages, "
            + "or the folder of the package Microsoft.ML.DnnImageFeaturizer.ResNet18.", $"{ResNet18Network.Name}|FOLDER");
        var detector = OptionFactory.Text("--detector", "Finds faces, for face-rate: an LBP or Haar cascade of OpenCV, or a detector as an ONNX file (default: a classifier trained on the data, where "
            + "--metrics names face-rate).", "FILE.xml|FILE.onnx");
        var device = OptionFactory.Device();
        var noCache = OptionFactory.Switch("--no-cache", "Keep no images, classifiers and features in the cache folder, and take none from there.");
        var compare = OptionFactory.Text("--compare", "Show the results of an earlier call with --json or --out FILE.json beside these.", "FILE.json");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output instead of a table.");
        var target = OptionFactory.Text("--out", "A report: FILE.html with pictures, or FILE.json.", "FILE.html|FILE.json");
        command.Add(subjects);
        foreach (var option in new Option[] { data, heldOut, count, seed, size, channels, metrics, perClass, inception, features, detector, device, noCache, compare, json, target })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            var (file, earlier) = (parsed.GetValue(target), parsed.GetValue(compare));
            var isHtml = Check(file);
            if (earlier is not null && parsed.GetValue(json) && !isHtml)
            {
                throw new OptionException($"--compare {earlier} stands beside these results in the table or in FILE.html, and --json prints these alone; leave one of them out, or give "
                    + "--out FILE.html.");
            }

            var (onnx, folder) = (parsed.GetValue(inception), parsed.GetValue(features));
            string named = onnx is null ? $"--features {folder}" : $"--inception {onnx}";
            if (onnx is not null && folder is not null)
            {
                throw new OptionException($"--inception {onnx} and --features {folder} both make the features; leave one of them out.");
            }

            if ((onnx ?? folder) is not null && parsed.GetValue(metrics)?.Any(EvaluationMetrics.OfFeatures.Contains) == false)
            {
                throw new OptionException($"{named} is for metrics of features, and --metrics has none; add {string.Join(", ", EvaluationMetrics.OfFeatures)}, or leave it out.");
            }

            // What cannot be read is said before minutes of work, not after.
            using var network = onnx is null ? null : InceptionNetwork.Open(onnx);
            using var residual = folder is null ? null : ResNet18Network.Open(folder);
            using var finder = parsed.GetValue(detector) is { } faces ? FaceDetectors.Open(faces) : null;
            var evaluation = new ImageEvaluation
            {
                Data = parsed.GetValue(data),
                HeldOut = parsed.GetValue(heldOut),
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed) ?? 1,
                Size = parsed.GetValue(size),
                Channels = parsed.GetValue(channels),
                PerClass = parsed.GetValue(perClass),
                Metrics = parsed.GetValue(metrics),
                Device = parsed.GetValue(device),
                UseCache = !parsed.GetValue(noCache),
                Extractor = network is not null ? network.For : residual is not null ? residual.For : null,
                Detector = finder,
                WithPictures = isHtml,
            };
            var before = earlier is null ? [] : EvaluationFile.Read(earlier);
            var results = Display.Show(context.For(parsed), observer =>
            {
                using var signals = new StopSignals(context.Clock, () => observer.Notice("Stopping."), context.Stop);
                return evaluation.Evaluate(parsed.GetValue(subjects)!, context.Engine, observer, signals.Token);
            });
            return Report(context, results, before, parsed.GetValue(json), file, isHtml);
        });
        return command;
    }

    private static bool Check(string? target)
    {
        if (target is null)
        {
            return false;
        }

        var isHtml = Path.GetExtension(target).ToLowerInvariant() is ".html" or ".htm";
        if (!(isHtml || Path.GetExtension(target).Equals(".json", StringComparison.OrdinalIgnoreCase)) || Directory.Exists(target))
        {
            throw new OptionException($"--out {target}: give a name that ends with .html or .json.");
        }

        OutputCheck.File("--out", target);
        return isHtml;
    }

    private static int Report(
        CliContext context, IReadOnlyList<EvaluationResult> results, IReadOnlyList<EvaluationResult> before, bool json, string? target, bool isHtml)
    {
        EvaluationResult[] all = [.. results, .. before];
        var warnings = EvaluationFile.Warnings(all);
        if (json)
        {
            foreach (var result in results)
            {
                context.Output.WriteLine(EvaluationFile.LineOf(result));
            }
        }
        else
        {
            PrintTable(context.Output, all);
        }

        foreach (var warning in warnings)
        {
            context.Error.WriteLine($"Warning: {warning}");
        }

        if (target is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            if (isHtml)
            {
                EvaluationReport.Save(target, all, warnings);
            }
            else
            {
                EvaluationFile.Save(target, results);
            }

            context.Error.WriteLine($"Wrote {target}.");
        }

        return 0;
    }

    private static void PrintTable(TextWriter output, EvaluationResult[] results)
    {
        var names = results.SelectMany(result => result.Values).Select(value => value.Name).Distinct().ToList();
        var width = names.Append("").Max(name => name.Length);
        var columns = results.Select(result => Math.Max(result.Subject.Length, 16)).ToArray();
        output.WriteLine($"{"".PadRight(width)}{string.Concat(results.Select((result, i) => "  " + result.Subject.PadLeft(columns[i])))}".TrimEnd());
        foreach (var name in names)
        {
            var cells = results.Select((result, i) => "  " + (result.Values.FirstOrDefault(value => value.Name == name) is { } value
                ? EvaluationReport.Number(value.Value) + (value.Spread is { } spread ? $" +- {EvaluationReport.Number(spread)}" : "") : "").PadLeft(columns[i]));
            output.WriteLine($"{name.PadRight(width)}{string.Concat(cells)}".TrimEnd());
        }

        foreach (var result in results)
        {
            var protocol = result.Protocol;
            output.WriteLine($"{result.Subject}: {Amount.Of(protocol.Fakes, "image")} of {protocol.Shape}"
                + $"{(protocol.ReferenceHash is { } hash ? $" against {protocol.Reals} of {protocol.Reference} ({hash[..8]})" : "")}"
                + (protocol.Extractor is null ? "" : $"; features of {protocol.Extractor} ({protocol.ExtractorHash}), covariances over {protocol.Covariance}")
                + string.Concat(result.Values.Where(value => value.Remark is not null).Select(value => value.Remark).Distinct().Select(remark => $"; {remark}")) + ".");
        }

        output.Flush();
    }
}
