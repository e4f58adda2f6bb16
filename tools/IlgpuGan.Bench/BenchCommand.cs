using System.CommandLine;
using IlgpuGan.Bench.Quality;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;

namespace IlgpuGan.Bench;

/// <summary>The command line of the benchmarks.</summary>
internal static class BenchCommand
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int BadInput = 2;

    // A median of a few dozen of the slower rows; what the two heaviest take for as many is longer.
    private const double UsualSeconds = 1;
    private const double HeavySeconds = 5;

    // The step that a processor is compared by, beside the one asked for.
    private const int SmallSide = 32, SmallBatch = 64;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Results.</param>
    /// <param name="error">Progress and messages.</param>
    /// <returns>0 success, 2 bad usage or bad input, 1 a failure.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        bool isTerminal = ReferenceEquals(error, Console.Error)
            && !Console.IsErrorRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return Run(args, new BenchContext(output, error, isTerminal, TimeProvider.System));
    }

    internal static int Run(string[] args, BenchContext context)
    {
        OptionWords.SpeakToCommandLine();
        var root = new RootCommand("Measures the engine's kernels and training steps against what the device can do.")
        {
            MatMul(context), Convolution(context), Elementwise(context), Step(context), Launch(context), Metrics(context), SampleBench.Create(context), TranslateBench.Create(context),
            SoakBench.Create(context), QualityBench.Create(context), RanksBench.Create(context), Report(context),
        };
        root.HelpName = "bench";
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors is [var first, ..])
        {
            context.Error.WriteLine($"{Explain(parsed, first.Message)}; see --help.");
            return BadInput;
        }
        try
        {
            return parsed.Invoke(new() { Output = context.Output, Error = context.Error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception fault)
        {
            var (code, sentence) = Explain(fault);
            context.Error.WriteLine(sentence);
            return code;
        }
    }

    private static Command MatMul(BenchContext context)
    {
        var sizes = BenchOptions.Numbers("--size", "sides of the square matrices", MatMulBench.DefaultSizes);
        return Rows(context, "matmul", "Products of square matrices.", HeavySeconds, [sizes],
            parsed => MatMulBench.Cases(parsed.GetValue(sizes)!));
    }

    private static Command Convolution(BenchContext context)
    {
        var network = new NetworkOptions();
        var layer = new Option<string?>("--layer") { Description = "only this layer, such as D2", HelpName = "NAME" };
        return Rows(context, "conv", "Every convolution of DCGAN: forward, data gradient, weight gradient.", UsualSeconds, [.. network.All, layer],
            parsed => ConvolutionBench.Cases(parsed.GetValue(network.Size), parsed.GetValue(network.Width), parsed.GetValue(network.Batch), parsed.GetValue(layer)));
    }

    private static Command Elementwise(BenchContext context)
    {
        var floats = Floats();
        return Rows(context, "elementwise", "Activations, normalisation, optimiser, loss, random numbers: what memory limits.", UsualSeconds, [floats],
            parsed => ElementwiseBench.Cases(parsed.GetValue(floats)));
    }

    private static Command Step(BenchContext context)
    {
        var preset = BenchOptions.Text("--preset", string.Join(", ", TrainingOptions.Networks), "NAME", "dcgan");
        var network = new NetworkOptions();
        var loss = BenchOptions.Text("--loss", string.Join(", ", TrainingOptions.Losses), "NAME", "non-saturating");
        var penalty = BenchOptions.Text("--penalty", $"one after the other, with commas between them: {string.Join(", ", TrainingOptions.Penalties)}", "NAME,...", "none");
        var norm = BenchOptions.Text("--d-norm", string.Join(", ", Choice.Names<DiscriminatorNormalization>()), "NAME", "auto");
        var count = new Option<bool>("--count")
        {
            Description = $"on the stand-in for a CUDA card: what each kernel does, and a model of its time, of a step of {CountBench.UsualBatch} images in tf32 and in bf16",
        };
        var each = new Option<bool>("--each") { Description = "with --count, a row for each shape of a kernel" };
        IReadOnlyList<TrainingOptions> Steps(ParseResult parsed, int batch) =>
        [
            .. parsed.GetValue(penalty)!.Split(',').Select(name => Presets.Radford2016 with
            {
                Network = parsed.GetValue(preset)!,
                Width = parsed.GetValue(network.Width),
                Batch = batch,
                Loss = parsed.GetValue(loss)!,
                Penalty = name,
                DiscriminatorNorm = Choice.Read<DiscriminatorNormalization>(parsed.GetValue(norm)) ?? throw new OptionException(
                    $"--d-norm is \"{parsed.GetValue(norm)}\"; it must be one of {string.Join(", ", Choice.Names<DiscriminatorNormalization>())}."),
            }),
        ];
        return Rows(context, "step", "One training step: D's update and G's update.", HeavySeconds, [preset, loss, penalty, norm, .. network.All, count, each],
            parsed => [.. Steps(parsed, parsed.GetValue(network.Batch)).SelectMany(options => StepBench.Cases(options, parsed.GetValue(network.Size)))],
            instead: (parsed, precision, isJson) => !parsed.GetValue(count) ? null : CountBench.Of(
                context, Steps(parsed, IsGiven(parsed, network.Batch) ? parsed.GetValue(network.Batch) : CountBench.UsualBatch), parsed.GetValue(network.Size), precision,
                parsed.GetValue(each), isJson));
    }

    private static Command Launch(BenchContext context) =>
        Rows(context, "launch", "Plans with next to nothing to do: what a launch and an operation cost.", UsualSeconds, [], _ => LaunchBench.Cases());

    private static Command Metrics(BenchContext context)
    {
        var images = BenchOptions.Number("--images", "images of each set of the sliced Wasserstein distance", SlicedWasserstein.MostImages);
        var size = BenchOptions.Number("--size", "side of the square images", 32);
        var rows = BenchOptions.Number("--features", "feature rows of each set of the other distances", 10_000);
        var dimension = BenchOptions.Number("--dimension", "length of a feature row", 512);
        return Rows(context, "metrics", "Distances between sets of images, once each; the sliced Wasserstein distance on the processor, the others on the "
            + "device.", UsualSeconds, [images, size, rows, dimension],
            parsed => MetricsBench.Cases(parsed.GetValue(images), parsed.GetValue(size), parsed.GetValue(rows), parsed.GetValue(dimension)));
    }

    private static Command Report(BenchContext context)
    {
        var network = new NetworkOptions();
        var products = BenchOptions.Numbers("--product", "sides of the square matrices", MatMulBench.DefaultSizes);
        var floats = Floats();
        var folder = BenchOptions.Text("--out", "folder for roofline.png and report.md, made if missing", "DIR", ".");
        var quick = new Option<bool>("--quick") { Description = "a first look: 0.05 seconds for each row" };
        return Rows(context, "report", "Everything above on one device, as a roofline plot and a Markdown table.", UsualSeconds,
            [.. network.All, products, floats, folder, quick],
            parsed =>
            {
                // Before minutes of measuring, not after them.
                BenchReport.Prepare(parsed.GetValue(folder)!);
                var (size, width, batch) = (parsed.GetValue(network.Size), parsed.GetValue(network.Width), parsed.GetValue(network.Batch));
                return
                [
                    .. MatMulBench.Cases(parsed.GetValue(products)!),
                    .. ConvolutionBench.Cases(size, width, batch, layer: null),
                    .. ElementwiseBench.Cases(parsed.GetValue(floats)),
                    .. StepBench.Cases(Presets.Radford2016 with { Width = width, Batch = batch }, size),
                    .. StepBench.Cases(Presets.Radford2016 with { Width = SmallSide, Batch = SmallBatch }, SmallSide),
                    .. LaunchBench.Cases(),
                ];
            },
            seconds: parsed => parsed.GetValue(quick) ? BenchReport.QuickSeconds : null,
            finish: (parsed, run) => BenchReport.Write(context, parsed.GetValue(folder)!, run));
    }

    private static Option<int> Floats() => BenchOptions.Number("--floats", "floats of a tensor, far more than the caches hold", 16 << 20);

    /// <summary>A command that measures rows and prints them.</summary>
    private static Command Rows(
        BenchContext context,
        string name,
        string description,
        double usualSeconds,
        IReadOnlyList<Option> options,
        Func<ParseResult, IReadOnlyList<BenchCase>> cases,
        Func<ParseResult, double?>? seconds = null,
        Action<ParseResult, BenchRun>? finish = null,
        Func<ParseResult, Precision?, bool, Action<ComputeDevice>?>? instead = null)
    {
        var (device, precision, tune, time, json) =
            (BenchOptions.Device(), BenchOptions.Precision(), BenchOptions.Tune(), BenchOptions.Seconds(usualSeconds), BenchOptions.Json());
        var command = new Command(name, description);
        foreach (var option in (Option[])[.. options, device, precision, tune, time, json])
        {
            command.Add(option);
        }
        command.SetAction(parsed =>
        {
            if (instead?.Invoke(parsed, IsGiven(parsed, precision) ? parsed.GetValue(precision) : null, parsed.GetValue(json)) is { } other)
            {
                using var counted = ComputeDevice.Open(parsed.GetValue(device)!);
                other(counted);
                return Success;
            }
            var wanted = cases(parsed);
            using var opened = ComputeDevice.Open(parsed.GetValue(device)!);
            opened.Tune(parsed.GetValue(tune), context.Error.WriteLine);
            var run = BenchRun.Measure(context, new(opened, parsed.GetValue(precision)), wanted, TimeSpan.FromSeconds(seconds?.Invoke(parsed) ?? parsed.GetValue(time)));
            RowWriter.Write(context.Output, run, parsed.GetValue(json));
            finish?.Invoke(parsed, run);
            return Success;
        });
        return command;
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static string Explain(ParseResult parsed, string first)
    {
        var commands = parsed.CommandResult.Command.Subcommands;
        return parsed.UnmatchedTokens is [var unknown, ..]
            ? $"'{unknown}' is not known here" + (commands.Count > 0 ? $", give one of {string.Join(", ", commands.Select(command => command.Name))}" : "")
            : commands.Count > 0 ? $"Give a command: {string.Join(", ", commands.Select(command => command.Name))}" : first.TrimEnd('.');
    }

    private static (int Code, string Sentence) Explain(Exception fault) => fault switch
    {
        OptionException or DataException or DeviceException or RunFolderException or CheckpointException => (BadInput, fault.Message),
        RanksException => (Failure, fault.Message),
        IOException or UnauthorizedAccessException =>
            (Failure, $"{fault.Message.TrimEnd('.')}; free space or allow writing there and try again, or name another place with --out."),
        OutOfMemoryException => (Failure, "There is not enough memory; give a smaller --batch, --width, --size or --floats."),
        _ => (Failure, $"It failed unexpectedly: {DriverFault.Describe(fault)}"),
    };

    /// <summary>What chooses a DCGAN.</summary>
    private sealed class NetworkOptions
    {
        public Option<int> Size { get; } = BenchOptions.Number("--size", "side of the square images", 64);

        public Option<int> Width { get; } = BenchOptions.Number("--width", "channels nearest the image", 64);

        public Option<int> Batch { get; } = BenchOptions.Number("--batch", "images per update", 16);

        public IReadOnlyList<Option> All => [Size, Width, Batch];
    }
}
