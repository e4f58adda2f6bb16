using Spectre.Console;

namespace IlgpuGan.Cli;

/// <summary>Shows on standard error how much of a piece of work is done: a bar in a terminal, a line now and then elsewhere.</summary>
internal static class WorkDisplay
{
    /// <summary>Does some work, which says in words what it is at and which share of all is done, from 0 to 1.</summary>
    public static T Show<T>(CliContext context, Func<Action<string, double>, T> work)
    {
        if (!context.IsTerminal)
        {
            return work(Lines(context));
        }

        var console = TerminalOutput.Open(context.Error);
        return console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .AutoClear(true)
            .Start(bars =>
            {
                var bar = bars.AddTask("", maxValue: 1);
                return work((words, share) => (bar.Description, bar.Value) = (Markup.Escape(words), share));
            });
    }

    // Often enough to see that it goes on, seldom enough to be read in a log.
    private static Action<string, double> Lines(CliContext context)
    {
        var interval = TimeSpan.FromSeconds(5);
        var last = context.Clock.GetTimestamp();
        return (words, share) =>
        {
            if (context.Clock.GetElapsedTime(last) < interval)
            {
                return;
            }

            last = context.Clock.GetTimestamp();
            context.Error.WriteLine(FormattableString.Invariant($"{share,4:P0}  {words}"));
        };
    }
}
