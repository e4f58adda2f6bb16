using System.CommandLine;
using IlgpuGan.Training;

namespace IlgpuGan.Cli;

/// <summary>What the commands reach the world through.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress and messages.</param>
/// <param name="IsTerminal">Whether messages go to a terminal that understands control codes.</param>
/// <param name="Engine">Opens trainers.</param>
/// <param name="Clock">Tells the time.</param>
internal sealed record CliContext(TextWriter Output, TextWriter Error, bool IsTerminal, ITrainingEngine Engine, TimeProvider Clock)
{
    /// <summary>Asks the commands to stop, besides the signals; for tests.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>This process among those that train together; empty where it trains alone.</summary>
    public RankPlace Ranks { get; } = new();

    /// <summary>What is said of a failure, where that is not <see cref="Error"/>: of ranks that follow nothing else is heard.</summary>
    public TextWriter? Failures { get; init; }

    /// <summary>The options that may be advised, such as <c>--size</c>: those that the command has and that were not given.</summary>
    public IReadOnlyCollection<string> Advised { get; private init; } = [];

    /// <summary>The same for a command line that is carried out, whose options may be advised.</summary>
    public CliContext For(ParseResult parsed) =>
        this with { Advised = [.. parsed.CommandResult.Command.Options.Where(option => parsed.GetResult(option) is null or { Implicit: true }).Select(option => option.Name)] };

    /// <summary>How this program is called, for messages that show a command to type.</summary>
    public static string Invocation
    {
        get
        {
            var program = Environment.ProcessPath ?? "ilgpugan";
            return Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? $"dotnet {Shell.Quote(Nearest(typeof(CliContext).Assembly.Location))}"
                : Shell.Quote(Nearest(program));
        }
    }

    // Relative while it lies below the working directory, where that is the shorter name.
    private static string Nearest(string path)
    {
        try
        {
            var relative = Path.GetRelativePath(".", path);
            return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        }
        catch (IOException)
        {
            // The working directory was removed meanwhile.
            return path;
        }
    }
}
