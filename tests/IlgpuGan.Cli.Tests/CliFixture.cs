using IlgpuGan.Evaluation;
using IlgpuGan.Tests;
using IlgpuGan.Tests.Training;

namespace IlgpuGan.Cli.Tests;

/// <summary>Runs the command line in this process on a fake trainer, in a folder of its own.</summary>
public abstract class CliFixture : IDisposable
{
    // What the tests count with; the defaults may change.
    private const string Sizes = "--width 32 --batch 64 --lr 0.0002";

    // Whether images are drawn, decoded or found in the cache is not what a test of sentences asks.
    private static readonly string[] Loading = [.. Enum.GetValues<WorkKind>().Select(kind => new Work(kind, 0, 0).Words), "Taken from ", "In colour, ", "All are grey"];

    private readonly TemporaryFolder folder = new();

    internal FakeEngine Engine { get; } = new() { Metrics = new RunMetrics() };

    /// <summary>What the last call wrote to standard output.</summary>
    internal string Output { get; private set; } = "";

    /// <summary>What the last call wrote to standard error.</summary>
    internal string Error { get; private set; } = "";

    internal string this[string name] => folder[name];

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Calls the program; the arguments are separated by spaces, and $ stands for the test's folder.</summary>
    internal int Call(string arguments) => Run(arguments, TestContext.Current.CancellationToken);

    /// <summary>Calls the program with streams of one's own; the arguments are as for <see cref="Call"/>.</summary>
    internal int CallWith(string arguments, TextWriter output, TextWriter error) =>
        CommandLine.Run(Parts(arguments), new CliContext(output, error, IsTerminal: false, Engine, Engine.Clock) { Stop = TestContext.Current.CancellationToken });

    /// <summary>Trains on a few small faces for a few steps; further arguments may follow.</summary>
    internal int Train(string more = "")
    {
        var steps = more.StartsWith("--steps", StringComparison.Ordinal) ? "" : "--steps 20";
        return Call($"train faces --faces 8 --size 16 --no-cache {steps} --report-every 5 --out $/run {Sizes} {more}".TrimEnd());
    }

    /// <summary>Calls the program and asks it to stop at a step.</summary>
    internal int CallAndStop(string arguments, long step)
    {
        using var stop = new CancellationTokenSource();
        Engine.OnStep = at => Cancel(stop, at == step);
        try
        {
            return Run(arguments, stop.Token);
        }
        finally
        {
            Engine.OnStep = _ => { };
        }
    }

    /// <summary>Calls a program that runs until it is asked to stop, and has been.</summary>
    internal int CallStopped(string arguments) => CallStoppedBy(arguments, new CancellationToken(canceled: true));

    /// <summary>Calls the program, which the test may ask to stop whenever it likes.</summary>
    internal int CallStoppedBy(string arguments, CancellationToken stop) => Run(arguments, stop);

    /// <summary>Asserts that the last call said one sentence, without a stack trace, and nothing on standard output.</summary>
    internal void AssertOneSentence(params string[] parts)
    {
        var sentence = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !IsOfLoading(line));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence.TrimEnd(), StringComparison.Ordinal);
        foreach (var part in parts)
        {
            Assert.Contains(part.Replace("$", folder.Path, StringComparison.Ordinal), sentence, StringComparison.Ordinal);
        }

        Assert.Empty(Output);
    }

    // What a run took is said before anything can be wrong with it.
    private static bool IsOfLoading(string line) => Loading.Any(start => line.StartsWith(start, StringComparison.Ordinal)) || line.Contains(" in all", StringComparison.Ordinal);

    private int Run(string arguments, CancellationToken stop)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.Run(Parts(arguments), new CliContext(output, error, IsTerminal: false, Engine, Engine.Clock) { Stop = stop });
        (Output, Error) = (output.ToString(), error.ToString());
        return code;
    }

    private string[] Parts(string arguments) =>
        [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Replace("$", folder.Path, StringComparison.Ordinal))];

    private static void Cancel(CancellationTokenSource stop, bool now)
    {
        if (now)
        {
            stop.Cancel();
        }
    }
}
