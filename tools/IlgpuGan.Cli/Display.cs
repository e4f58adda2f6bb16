using IlgpuGan.Training;
using Spectre.Console;

namespace IlgpuGan.Cli;

/// <summary>Shows on standard error how far a run is, or anything else that takes long: with bars in a terminal, in plain lines elsewhere.</summary>
internal static class Display
{
    /// <summary>Does some work while it is shown.</summary>
    public static T Show<T>(CliContext context, Func<IRunObserver, T> work)
    {
        if (!context.IsTerminal)
        {
            return work(new PlainObserver(context.Error, context.Clock, context.Advised));
        }

        var console = TerminalOutput.Open(context.Error);
        return console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(bars => work(new LiveObserver(console, bars, context.Advised)));
    }
}
