using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation;
using IlgpuGan.Faces;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using IlgpuGan.Watch;

namespace IlgpuGan.Cli;

/// <summary>The command <c>ilgpugan</c>.</summary>
public static class CommandLine
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int BadInput = 2;

    private static readonly TimeSpan TurnOfRank0 = TimeSpan.FromSeconds(3);

    // Room for the names of many files; what libraries quote of a damaged one is not read to its end by anybody.
    private const int LongestSentence = 4000;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Results: JSON lines, tables, help.</param>
    /// <param name="error">Progress and messages.</param>
    /// <returns>0 success, 2 bad usage or bad input, 1 a run that failed.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var isTerminal = error != TextWriter.Null && ReferenceEquals(error, Console.Error)
            && !Console.IsErrorRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return Run(args, new CliContext(output, error, isTerminal, new TrainingEngine { Metrics = new RunMetrics() }, TimeProvider.System));
    }

    internal static int Run(string[] args, CliContext context)
    {
        OptionWords.SpeakToCommandLine();
        var (output, error) = (new LastingWriter(context.Output), new LastingWriter(context.Error));
        context = context with { Output = output, Error = error };
        if (args is [TrainCommand.Name, ..] && RankEnvironment.Current is { Rank: > 0 })
        {
            // Of ranks that train together rank 0 speaks.
            context = context with { Output = TextWriter.Null, Error = TextWriter.Null, Failures = error };
        }

        using var ranks = context.Ranks;
        var (code, keepsRun) = HasWorkingDirectory() ? Invoke(args, context) : (BadInput, false);
        output.Flush();
        if (IsSaidByRank0(code, context))
        {
            // mpirun ends all at the first that fails: let that be rank 0, once it has spoken.
            Thread.Sleep(TurnOfRank0);
        }
        if (output.Failure is not { } fault)
        {
            return code;
        }

        error.WriteLine($"Standard output could not be written to its end: {Excerpt.Of(fault.Message)}; free space or name another file and try again.");
        // A run that is saved is a success even where nobody reads its lines.
        return code == Success && !keepsRun ? Failure : code;

        bool HasWorkingDirectory()
        {
            try
            {
                _ = Directory.GetCurrentDirectory();
                return true;
            }
            catch (IOException)
            {
                error.WriteLine("The working directory was removed; change to one that exists and try again.");
                return false;
            }
        }
    }

    /// <summary>Whether a rank refuses its command line, which is that of all, before it has joined the others.</summary>
    private static bool IsSaidByRank0(int code, CliContext context) => code == BadInput && context is { Failures: not null, Ranks.Job: null };

    private static (int Code, bool KeepsRun) Invoke(string[] args, CliContext context)
    {
        // Not beside a library of MPI, which writes to the environment while it begins: another thread that reads it then may read what is freed.
        if (args is [TrainCommand.Name, ..] && RankEnvironment.Current is null)
        {
            TrainingSession.Prepare();
        }
        var root = new RootCommand("Trains and runs generative adversarial networks on whatever processor there is.")
        {
            DevicesCommand.Create(context),
            DrawCommand.Create(context),
            TrainCommand.Create(context),
            GenerateCommand.Create(context),
            InterpolateCommand.Create(context),
            ProjectCommand.Create(context),
            TranslateCommand.Create(context),
            TimelapseCommand.Create(context),
            ExportCommand.Create(context),
            ImportCommand.Create(context),
            EvaluateCommand.Create(context),
            ModesCommand.Create(context),
            WatchCommand.Create(context),
            LabCommand.Create(context),
            CompletionCommand.Create(context),
        };
        root.HelpName = "ilgpugan";
        // A path that begins with @ is a path.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // A command that takes any number of names takes a misspelt option for one of them.
        var misspelt = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .FirstOrDefault(name => name.StartsWith("--", StringComparison.Ordinal) && !Path.Exists(name));
        // A shell that asks what may come next has not typed all of it yet.
        var asksWhatNext = root.Directives.OfType<SuggestDirective>().Any(directive => parsed.GetResult(directive) is not null);
        if (!asksWhatNext && (misspelt is not null || parsed.Errors.Count > 0))
        {
            context.Error.WriteLine($"{(misspelt is null ? Explain(parsed, parsed.Errors[0].Message) : Unknown(misspelt))}; see {CommandName(parsed)} --help.");
            return (BadInput, false);
        }

        var command = parsed.CommandResult.Command;
        var keepsRun = command.Name == TrainCommand.Name && parsed.Action == command.Action && !parsed.GetValue<bool>(TrainCommand.DryRunName);
        try
        {
            SystemLibraries.Check();
            // Signals are ours: a run must finish its step and save, however long that takes.
            return (parsed.Invoke(new InvocationConfiguration
            {
                Output = context.Output,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            }), keepsRun);
        }
        catch (Exception fault)
        {
            return (Explain(fault, context), keepsRun);
        }
    }

    /// <summary>Says what is wrong with the command line; of several errors the one that a misspelling causes.</summary>
    private static string Explain(ParseResult parsed, string first)
    {
        var commands = parsed.CommandResult.Command.Subcommands;
        return parsed.UnmatchedTokens is [var unknown, ..]
            ? Unknown(unknown) + (commands.Count > 0 ? $", give one of {string.Join(", ", commands.Select(command => command.Name))}" : "")
            : commands.Count > 0 ? $"Give a command: {string.Join(", ", commands.Select(command => command.Name))}" : (NoRun(parsed) ?? first).TrimEnd('.');
    }

    // Where there is nothing of the name that was given, it is no help to hear what else is lacking.
    private static string? NoRun(ParseResult parsed) => parsed.Errors[0].SymbolResult is OptionResult { IdentifierToken: not null } ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>().Where(argument => argument.Argument.Name == OptionFactory.RunName)
            .SelectMany(argument => argument.Tokens).Select(token => TrainedNetworks.Absent(token.Value)).FirstOrDefault(absent => absent is not null);

    private static string Unknown(string word) => $"'{word}' is not known here";

    /// <summary>Says in one sentence what went wrong.</summary>
    private static int Explain(Exception fault, CliContext context)
    {
        var error = context.Failures ?? context.Error;
        var (code, sentence) = fault switch
        {
            DeviceException { HasFailed: true } => (Failure, fault.Message),
            OptionException or RunFolderException or CheckpointException or DataException or DeviceException or FolderNotEmptyException or WatchException =>
                (BadInput, fault.Message),
            TensorSizeException => (BadInput, fault.Message),
            RunWriteException or TrainingDivergedException or RanksException or PlatformNotSupportedException => (Failure, fault.Message),
            OperationCanceledException => (Failure, "Stopped before anything was made; nothing was saved."),
            IOException or UnauthorizedAccessException =>
                (Failure, $"{fault.Message.TrimEnd('.')}; free space or allow writing there and try again, or name another place."),
            OutOfMemoryException => (Failure, $"There is not enough memory beside the {Figures.Bytes(Environment.WorkingSet)} that this process takes, of "
                + $"{Figures.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} that it may; give a smaller --batch, --width or --size."),
            _ when DriverFault.IsOf(fault) => (Failure, $"The device's driver failed: {DriverFault.Describe(fault).TrimEnd('.')}; a run goes on from its last checkpoint with --resume, on this device "
                + "or with --device cpu. Set ILGPUGAN_DEBUG=1 to see where."),
            _ => (Failure, $"It failed unexpectedly: {DriverFault.Describe(fault).TrimEnd('.')}. Set ILGPUGAN_DEBUG=1 to see where; a run goes on from its last checkpoint with --resume."),
        };
        if (IsSaidByRank0(code, context))
        {
            return code;
        }
        string who = context.Failures is not null && RankEnvironment.Current is { } job ? FormattableString.Invariant($"Rank {job.Rank} on {Environment.MachineName}: ") : "";
        error.WriteLine($"{who}{Excerpt.Of(sentence, LongestSentence)}.");
        if (Environment.GetEnvironmentVariable("ILGPUGAN_DEBUG") == "1")
        {
            error.WriteLine(fault);
        }

        return code;
    }

    private static string CommandName(ParseResult parsed)
    {
        var names = new List<string>();
        for (Symbol? symbol = parsed.CommandResult.Command; symbol is Command and not RootCommand; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Insert(0, symbol.Name);
        }

        return string.Join(' ', names.Prepend("ilgpugan"));
    }
}
