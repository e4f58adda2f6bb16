using System.CommandLine;
using IlgpuGan.Data;
using IlgpuGan.Data.Files;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Evaluation;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using IlgpuGan.Watch;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan train DATA</c>.</summary>
internal static class TrainCommand
{
    /// <summary>Name of the command.</summary>
    public const string Name = "train";

    /// <summary>The switch by which it keeps nothing.</summary>
    public const string DryRunName = "--dry-run";

    public static Command Create(CliContext context)
    {
        var command = new Command(Name, "Trains a GAN on images and keeps everything of the run in one folder.");
        var data = new Argument<string?>("DATA")
        {
            Description = "faces (drawn, built in), ring or grid (points), a folder, zip or tar of images, Parquet, HDF5, npz or npy, IDX files (MNIST family), stack3: and IDX files "
                + "(three images as colours), or CIFAR's binary files.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var folder = OptionFactory.Text("--out", "Run folder (default runs/NAME after the data).", "FOLDER");
        var resume = new Option<string?>("--resume")
        {
            Description = "Continue the run in the folder: from its newest checkpoint, or from FROM, which is a step, best, or a file (or the folder itself, without --out); what was "
                + "made after that is put into left-N inside.",
            HelpName = "FROM",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = OptionFactory.Text(
            "--from", "Begin a new run with the networks of another: its folder, one of its checkpoints, weights that export or PyTorch wrote, or faces, which comes with the "
                + "program. What is not given of networks, objective and optimiser is the other's; what does not fit the data is named and begins anew. none: begin with noise, also where "
                + $"train would choose a network, as for fewer than {SmallSet.Table[0].Most + 1} images of one's own in colour.", "RUN|CHECKPOINT|WEIGHTS");
        var force = OptionFactory.Switch("--force", "Replace the run in the folder.");
        var sweep = OptionFactory.Switch(
            GammaSweepCommand.Switch, "Train four runs, each with a quarter of the steps, that differ in the weight of D's penalty: a quarter of it, the weight, four and sixteen times as much; then "
                + "say which is best by SWD, and draw images of all on one sheet. The same command goes on with what is not done.");
        var dryRun = OptionFactory.Switch(DryRunName, "Print sizes and the predicted time after two seconds of training, and write nothing.");
        var ranks = OptionFactory.Number<int>(
            RankLauncher.Option, "Processes that train together, by the mpirun of this machine; of several machines start mpirun or srun yourself. The batch is spread over them by --leaves, and "
                + "what is learnt has the same bits for any number of them.");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        command.Add(data);
        command.Add(folder);
        command.Add(resume);
        command.Add(from);
        command.Add(force);
        command.Add(sweep);
        var options = new TrainOptions(command);
        command.Add(dryRun);
        command.Add(ranks);
        command.Add(json);
        var watch = OptionFactory.Switch("--watch", "Show the run on a page in the browser while it trains; afterwards: ilgpugan watch RUN.");
        command.Add(watch);
        var page = new WatchPage(command);
        var tensorBoard = OptionFactory.Switch("--tensorboard", "Write event files for TensorBoard into the folder tensorboard of the run, too.");
        command.Add(tensorBoard);
        command.SetAction(parsed =>
        {
            bool isDry = parsed.GetValue(dryRun);
            if (RankEnvironment.Current is { } job && Join(context, job, parsed.GetValue(ranks), isDry) is { } over)
            {
                return over;
            }

            RunSettings Apply(RunSettings settings)
            {
                var given = options.Apply(parsed, settings);
                return (parsed.GetValue(ranks) ?? context.Ranks.Job?.Team.Ranks) is { } count && parsed.GetResult(resume) is null && given.Training is { Leaves: 1, Translation: null }
                    && !options.Given(parsed).Contains("leaves") ? JobRanks.InLeaves(given, count) : given;
            }

            var request = new Request(
                parsed.GetValue(data), parsed.GetValue(folder), parsed.GetResult(resume) is not null, parsed.GetValue(force), parsed.GetValue(json), Apply)
                { Usual = RunSettings.For("") }
                .From(parsed.GetValue(resume)).Looked(options.Given(parsed)) with
                {
                    ParentName = parsed.GetValue(from),
                    Given = [.. options.Given(parsed), .. Enumerable.Repeat("from", parsed.GetValue(from) is null ? 0 : 1)],
                    IsSweep = parsed.GetValue(sweep),
                };
            request.Check(isDry);
            if (RankEnvironment.Current is null && parsed.GetValue(ranks) is { } wanted && Launch(context, request, wanted, isDry, parsed) is { } end)
            {
                return end;
            }

            request = request with
            {
                TensorBoard = parsed.GetValue(tensorBoard),
                Page = parsed.GetValue(watch) ? page.Options(parsed, request.IsSweep ? GammaSweep.RunsIn(request.Path) : [request.Path]) with { IsOfTraining = true }
                    : page.Given(parsed) is { } option ? throw new OptionException($"{option} is of the page that --watch shows; give --watch, too, or leave it out.") : null,
            };
            // A run that goes on keeps its data as it was taken.
            var advising = request.Resume ? context : context.For(parsed);
            return isDry ? Forecast(advising, request, parsed.GetValue(ranks) ?? 0) : request.IsSweep ? Sweep(advising, request) : Train(advising, request);
        });
        return command;
    }

    /// <summary>Starts ranks, once it is known that they will not refuse what is asked for one after the other.</summary>
    /// <returns>The exit code; null where this process is all that there is to be.</returns>
    private static int? Launch(CliContext context, Request request, int wanted, bool isDry, ParseResult parsed)
    {
        if (wanted < 1)
        {
            throw new OptionException($"{RankLauncher.Option} is {wanted}; it must be 1 or more.");
        }

        request.CheckRanks(wanted, isDry);
        // More than there are cores would measure how they get in each other's way; what more ranks would take elsewhere follows from what these do.
        int started = isDry ? Math.Min(wanted, Math.Max(2, Environment.ProcessorCount)) : wanted;
        return started > 1 ? RankLauncher.Run(started, [.. parsed.Tokens.Select(token => token.Value)], context, keepsOption: isDry) : null;
    }

    /// <summary>Takes the place of this process among ranks.</summary>
    /// <returns>The exit code, where that is all; null where this process goes on as rank 0.</returns>
    private static int? Join(CliContext context, RankEnvironment job, int? wanted, bool isDry)
    {
        if (wanted is not null && wanted != job.Ranks && !isDry)
        {
            throw new OptionException($"{RankLauncher.Option} {wanted} contradicts {job.Starter}, which started {job.Ranks} processes; leave it out.");
        }

        context.Ranks.Job = JobRanks.Join(job, context.Failures ?? context.Error);
        if (context.Ranks.Job is null)
        {
            // With another code mpirun might end the first of the machine before it has said what is wrong.
            return 0;
        }

        if (context.Ranks.Job.Team.IsLeader)
        {
            context.Ranks.Job.Introduce();
            return null;
        }

        context.Ranks.Job.Follow(context with { Engine = EngineOf(context) });
        return 0;
    }

    private static ITrainingEngine EngineOf(CliContext context) =>
        context.Ranks.Job is { } job ? new TrainingEngine { Metrics = context.Engine.Metrics, Team = job.Team } : context.Engine;

    private static int Train(CliContext context, Request request)
    {
        var outcome = Shown(context, request, (request, observer, stop) =>
        {
            var engine = EngineOf(context);
            using var session = request.Resume
                ? TrainingSession.Resume(request.Path, request.Change, engine, observer, context.Clock, stop, request.Checkpoint)
                : TrainingSession.Start(
                    request.Path, request.Settings, request.Force, engine, observer, context.Clock, stop, request.Parent, request.Choice(observer));
            return session.Run(stop);
        });
        var folder = outcome.Folder;
        var resume = $"{CliContext.Invocation} train --out {Shell.Quote(folder)} --resume";
        if (request.Json)
        {
            context.Output.WriteJson(new { Event = "end", Reason = outcome.End, outcome.Step, outcome.Seconds, Folder = folder, Resume = resume });
        }

        var time = Figures.Duration(TimeSpan.FromSeconds(outcome.Seconds));
        context.Error.WriteLine(outcome.End switch
        {
            RunEnd.Completed => $"Done: {Amount.Of(outcome.Step, "step")} in {time}; look at {Path.Combine(folder, "samples")}, {More(folder)}",
            RunEnd.Collapsed => $"The watchdog ended the run at step {outcome.Step}: {outcome.Finding!.Sentence} Everything is saved; go on all the same with: {resume} --on-collapse warn",
            RunEnd.Stopped => $"Stopped at step {outcome.Step} after {time}; everything is saved. Continue with: {resume}",
            _ => $"The minutes are over at step {outcome.Step}; everything is saved. Continue with: {resume}",
        });
        if (outcome.Copying is { } copying)
        {
            context.Error.WriteLine(copying);
        }

        return outcome.End == RunEnd.Collapsed ? 1 : 0;
    }

    private static string More(string folder) => RunFolder.ReadRecord(folder).Settings.Training.Translation is null
        ? $"draw more with: {CliContext.Invocation} generate {Shell.Quote(folder)} --count 64 --seed 1 --out more.png"
        : $"translate images of yours with: {CliContext.Invocation} translate {Shell.Quote(folder)} IMAGE{Asked(folder)} --out translated.png";

    // One of the labels that can be asked for, as an example.
    internal static string Asked(string folder) => RunFolder.ReadRecord(folder).Labels is { Columns: [var column, ..] } ? $" --label {Shell.Quote($"{column.Name}={column.Values[0]}")}" : "";

    private static int Sweep(CliContext context, Request request)
    {
        long steps = 0;
        var result = Shown(context, request, (request, observer, stop) =>
        {
            steps = request.Settings.Training.Steps;
            return request.SweepOf(observer).Run(EngineOf(context), observer, context.Clock, stop);
        });
        return GammaSweepCommand.Report(context, result, steps, request.Json);
    }

    /// <summary>Does what trains, with all that shows how it goes.</summary>
    private static T Shown<T>(CliContext context, Request request, Func<Request, IRunObserver, CancellationToken, T> train) => Display.Show(context, shown =>
    {
        IRunObserver observer = request.Json ? new JsonObserver(shown, context.Output) : shown;
        using var events = request.TensorBoard ? new TensorBoardObserver(observer, context.Clock) : null;
        observer = events ?? observer;
        using var signals = new StopSignals(context.Clock, () => observer.Notice("Stopping after this step; press Ctrl-C again to end at once."), context.Stop,
            ofJob: context.Ranks.Job is not null);
        if (context.Ranks.Job is not null)
        {
            RankLauncher.WatchInput(signals.Ask);
        }

        // Before the data is loaded: a port that is taken is said at once. It ends after the training, so that the page hears how the run ended.
        var page = request.Page is null ? null : WatchPage.Open(request.Page, observer);
        try
        {
            request = request.WithParent(observer.Notice);
            request.Remark(observer);
            return train(request, observer, signals.Token);
        }
        finally
        {
            WatchPage.Close(page);
        }
    });

    private static int Forecast(CliContext context, Request request, int ranks)
    {
        var forecast = Display.Show(context, observer =>
        {
            using var signals = new StopSignals(context.Clock, () => observer.Notice("Stopping."), context.Stop);
            request = request.WithParent(observer.Notice);
            request.Remark(observer);
            if (request.IsSweep)
            {
                request.SweepOf(observer).Check();
            }

            return TrainingForecast.Measure(request.Settings, EngineOf(context), observer, context.Clock, signals.Token, request.Parent, request.Choice(observer), ranks);
        });
        var cost = forecast.Cost;
        if (request.Json)
        {
            context.Output.WriteJson(new
            {
                forecast.Device,
                forecast.Data,
                forecast.Taken,
                cost.GeneratorParameters,
                cost.DiscriminatorParameters,
                cost.GflopPerStep,
                cost.DeviceBytes,
                cost.AvailableBytes,
                cost.Precision,
                forecast.Steps,
                forecast.SecondsPerStep,
                forecast.ImagesPerSecond,
                forecast.Seconds,
                forecast.Ranks,
            });
            return 0;
        }

        context.Output.WriteLine(FormattableString.Invariant($"""
            device          {forecast.Device}
            precision       {cost.Precision}
            data            {forecast.Data.Count} of {forecast.Data.Width} x {forecast.Data.Height} x {forecast.Data.Channels}
            parameters      G {cost.GeneratorParameters}, D {cost.DiscriminatorParameters}
            work            {cost.GflopPerStep:G4} GFLOP per step
            device memory   {cost.DeviceBytes} bytes ({Figures.Bytes(cost.DeviceBytes)}){(cost.AvailableBytes > 0 ? $" of {Figures.Bytes(cost.AvailableBytes)} there are" : "")}
            speed           {forecast.SecondsPerStep * 1000:F1} ms per step, {forecast.ImagesPerSecond:F0} images/s
            predicted time  {Figures.Duration(TimeSpan.FromSeconds(forecast.Seconds))} for {Amount.Of(forecast.Steps, "step")}
            """));
        if (forecast.Ranks is { } several)
        {
            string most = several.MostLeaves * several.Ranks > several.Leaves ? "at most " : "";
            context.Output.WriteLine(FormattableString.Invariant($"""
                ranks           {several.Ranks}, of {several.Leaves} leaves each computes {most}{several.MostLeaves}; predicted from {several.Measured} of them
                computing       {several.ComputingSeconds * 1000:F1} ms per step
                exchange        {several.ExchangeSeconds * 1000:F2} ms per step: {several.BytesPerStep:F0} bytes ({Figures.Bytes((long)several.BytesPerStep)}) in {several.MessagesPerStep:G4} messages
                messages        {several.Latency * 1e6:F0} us and {several.BytesPerSecond / 1e6:F0} MB/s each way, measured
                memory a rank   {several.MemoryBytes} bytes ({Figures.Bytes(several.MemoryBytes)})
                efficiency      {100 * several.Efficiency:F1} % of {several.Ranks} times one rank
                """));
        }

        return 0;
    }

    /// <summary>What the command line asks for.</summary>
    private sealed record Request(string? Data, string? Folder, bool Resume, bool Force, bool Json, Func<RunSettings, RunSettings> Apply)
    {
        /// <summary>The checkpoint to go on from; null for the newest.</summary>
        public string? Checkpoint { get; private init; }

        /// <summary>What <c>--from</c> names; null for nothing.</summary>
        public string? ParentName { get; init; }

        /// <summary>What it begins with; null for noise.</summary>
        public Parent? Parent { get; private init; }

        /// <summary>Names of the options that were given.</summary>
        public IReadOnlyCollection<string> Given { get; init; } = [];

        /// <summary>Whether weights of the penalty are tried.</summary>
        public bool IsSweep { get; init; }

        /// <summary>The page to show the run on, or null.</summary>
        public WatchOptions? Page { get; init; }

        /// <summary>Whether to write event files for TensorBoard.</summary>
        public bool TensorBoard { get; init; }

        public string Path => Folder ?? System.IO.Path.Combine("runs", NameOf(Data!));

        public RunSettings Settings => Apply(Parent?.SettingsFor(Usual) ?? Usual);

        /// <summary>What suits the data by itself.</summary>
        public required RunSettings Usual { get; init; }

        /// <summary>What looks like images of two kinds, where it was looked for.</summary>
        public PairsSeen? Seen { get; init; }

        public RunSettings Change(RunSettings saved)
        {
            // The preset that counts in a run is said once more, whether it was named or not.
            var changed = Apply(saved with { Preset = saved.EffectivePreset, Data = Data is null ? saved.Data : saved.Data with { Source = Data } });
            // How long a run is to be it says itself.
            changed = Given.Contains("steps") ? changed : changed with { Training = changed.Training with { Steps = saved.Training.Steps } };
            return changed.Preset == saved.EffectivePreset ? changed with { Preset = saved.Preset } : changed;
        }

        /// <summary>Refuses, as far as it can be known before the data is read, what ranks would refuse: at that mpirun has words of its own.</summary>
        public void CheckRanks(int ranks, bool isDry)
        {
            TrainingOptions training;
            if (Resume)
            {
                training = RunFolder.ReadRecord(Path).GoingOn(Path, Change).Settings.Training;
            }
            else
            {
                var with = WithParent(_ => { });
                training = RunBeginning.Of(with.Settings, with.Parent).Settings.Training;
                if (!isDry)
                {
                    RunFolder.CheckCreate(Path, Force);
                }
            }

            if (training.Translation is null)
            {
                _ = Trainer.TreeOf(training, ranks);
            }
        }

        /// <summary>The same with what it begins with.</summary>
        public Request WithParent(Action<string> notice) =>
            ParentName is null || (ParentName == OptionNames.None && !System.IO.Path.Exists(ParentName)) ? this : this with { Parent = ParentFile.Read(ParentName, notice) };

        /// <summary>Chooses what suits few images, where it was not given.</summary>
        public ChoiceByData Choice(IRunObserver observer) => new SmallSetChoice(Given, Apply, observer.Notice).Choose;

        /// <summary>The trials of the penalty's weight that are asked for.</summary>
        public GammaSweep SweepOf(IRunObserver observer) =>
            new(Path, new(Settings, Parent)) { Change = Apply, Choice = Choice(observer), Force = Force };

        /// <summary>Says what a preset is for, where an option takes from it what it is named for, and where images of two kinds are taken for one set.</summary>
        public void Remark(IRunObserver observer)
        {
            if (Seen is not null && Settings.Training.Translation is { } translation)
            {
                observer.Notice($"{Seen} --method {translation.Method} learns that; with --method gan they are one set to be drawn from noise.");
            }
            else if (Seen is not null)
            {
                observer.Notice($"{Seen} train learns to draw them as one set; for one kind alone give a folder of nothing else, to translate them give --method pix2pix"
                    + $"{(Seen.IsCertain ? "" : $" --layout {PairLayoutRow.Of(Seen.Layout).Name}")}.");
            }

            if (Resume || Settings.Preset is not { } preset)
            {
                return;
            }

            if (Presets.PurposeOf(preset) is { } purpose)
            {
                long steps = Presets.Named(preset).Steps;
                string other = steps == Settings.Training.Steps ? "" : $" Its rates fall over {steps} steps, and this run makes {Settings.Training.Steps}.";
                observer.Notice($"--preset {preset} is for {purpose}, with images of about 64 x 64 pixels or less; --dry-run tells what it takes here.{other}");
            }

            if (Settings.Data.Size is { } asked && Presets.SizeOf(preset) is { } size && asked != size)
            {
                observer.Notice($"--preset {preset} is for images of {size.Width} x {size.Height}; they are brought to {asked.Width} x {asked.Height}, as --size asks.");
            }
        }

        /// <summary>The same with a look at the data of a new run, where nothing that is given says what to learn of it.</summary>
        public Request Looked(IEnumerable<string> given)
        {
            if (Resume || string.IsNullOrEmpty(Data))
            {
                return this;
            }

            if (given.Any(option => option is "method" or "network"))
            {
                return this with { Usual = RunSettings.For(Data) };
            }

            if (given.Contains("layout"))
            {
                // Whoever says how pairs lie has some.
                return this with { Usual = OptionRows.Table.Rows.First(row => row.Name == "method").Change("pix2pix")!(RunSettings.For(Data)) };
            }

            try
            {
                return this with { Usual = RunSettings.ForWhatIsSeen(Data, out var seen), Seen = seen };
            }
            catch (SourceUnsupportedException half)
            {
                throw new OptionException($"{half.Message} To draw all its images from noise give --method gan.");
            }
        }

        /// <summary>What is asked for with the word behind <c>--resume</c>: a run folder, a checkpoint, which may tell the run folder, too, or else the data.</summary>
        public Request From(string? word) =>
            word is null ? this
            : Data is null && Folder is null && RunFolder.HasOptions(word) ? this with { Folder = word }
            : Data is null && word != "best" && !word.All(char.IsAsciiDigit) && !word.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? this with { Data = word }
            : this with { Checkpoint = word, Folder = Folder ?? (Data is null ? RunFolder.RunOf(word) : null) };

        public void Check(bool dryRun)
        {
            if (Resume && (Force || dryRun))
            {
                throw new OptionException($"--resume continues a run and {(Force ? "--force replaces it" : "--dry-run writes nothing")}; give one of them.");
            }

            if (Resume && ParentName is not null)
            {
                throw new OptionException("--resume continues a run and --from begins one with what another has learnt; give one of them.");
            }

            if (Resume && IsSweep)
            {
                throw new OptionException($"--resume continues one run, and a sweep goes on by itself where {GammaSweepCommand.Switch} is given again; leave --resume out.");
            }

            if (string.IsNullOrEmpty(Data) && !(Resume && Folder is not null))
            {
                throw new OptionException("DATA is missing; give faces, a folder or file of images, or --resume with --out to continue a run.");
            }
        }

        private static string NameOf(string source)
        {
            var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(source));
            return Directory.Exists(full) ? System.IO.Path.GetFileName(full)
                : !File.Exists(full) && SourceList.Is(source) ? SourceList.StemOf(source) : System.IO.Path.GetFileNameWithoutExtension(full);
        }
    }
}
