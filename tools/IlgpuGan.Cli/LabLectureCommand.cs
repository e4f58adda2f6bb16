using System.CommandLine;
using IlgpuGan.Options;
using IlgpuGan.Theory;
using IlgpuGan.Watch;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab lecture [DATA]</c>.</summary>
internal static class LabLectureCommand
{
    private const string DefaultData = "ring";

    public static Command Create(CliContext context)
    {
        var command = new Command(
            "lecture", "Shows a training on a page in the browser, for a class: one picture, one curve, what is fixed and what is trained, one update of D or of G with a key. Ends with Ctrl-C.");
        var data = LabTrials.Data(DefaultData);
        command.Add(data);
        var page = new WatchPage(command);
        var options = new TrainOptions(
            command, LabTrials.Table(LectureTraining.Options, ("loss", LectureTraining.Losses)), LabTrials.Usual(LectureTraining.Usual, DefaultData));
        command.SetAction(parsed => Run(
            context, options.Apply(parsed, LectureTraining.Usual(parsed.GetValue(data) ?? DefaultData)), page.Placed(parsed, new PageOptions())));
        return command;
    }

    private static int Run(CliContext context, RunSettings settings, PageOptions page)
    {
        using var signals = new StopSignals(context.Clock, () => { }, context.Stop);
        // The command line has no thread of its own that an answer could have to wait for.
        var server = Display.Show(context, shown => LectureServer.StartAsync(page, settings, context.Engine, shown, signals.Token).GetAwaiter().GetResult());
        try
        {
            context.Error.WriteLine($"Lecture at {string.Join(" or ", server.Urls)}");
            context.Error.WriteLine("Press Ctrl-C to end.");
            var stopped = new TaskCompletionSource();
            using var registration = signals.Token.Register(stopped.SetResult);
            Task.WhenAny(stopped.Task, server.Training).Unwrap().GetAwaiter().GetResult();
            return 0;
        }
        finally
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
