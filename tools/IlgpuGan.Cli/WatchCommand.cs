using System.CommandLine;
using IlgpuGan.Devices;
using IlgpuGan.Generation;
using IlgpuGan.Runs;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan watch RUN...</c>.</summary>
internal static class WatchCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("watch", "Shows runs on a page in the browser: curves and samples, live while they train, and new images when they have ended. Ends with Ctrl-C.");
        var runs = new Argument<string[]>(OptionFactory.RunName) { Description = "The run folders; several are shown side by side.", Arity = ArgumentArity.OneOrMore };
        command.Add(runs);
        var page = new WatchPage(command);
        var device = OptionFactory.Device();
        command.Add(device);
        command.SetAction(parsed =>
        {
            var folders = parsed.GetValue(runs)!;
            foreach (var folder in folders)
            {
                TrainedNetworks.CheckIsRun(folder);
                RunFolder.ReadRecord(folder);
            }

            // The page opens it when the first image is asked for, which is late for a misspelt name.
            if (parsed.GetValue(device) is { } selector and not ("auto" or "cpu"))
            {
                ComputeDevice.Open(selector).Dispose();
            }

            var options = page.Options(parsed, folders) with { Device = parsed.GetValue(device) };
            var observer = new PlainObserver(context.Error, context.Clock, context.Advised);
            using var signals = new StopSignals(context.Clock, () => { }, context.Stop);
            var server = WatchPage.Open(options, observer);
            observer.Notice("Press Ctrl-C to end.");
            signals.Token.WaitHandle.WaitOne();
            WatchPage.Close(server);
            return 0;
        });
        return command;
    }
}
