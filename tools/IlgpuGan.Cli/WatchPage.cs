using System.CommandLine;
using System.Net;
using IlgpuGan.Options;
using IlgpuGan.Training;
using IlgpuGan.Watch;

namespace IlgpuGan.Cli;

/// <summary>The options of a page that shows runs, and the server behind it.</summary>
internal sealed class WatchPage
{
    private readonly Option<int?> port = OptionFactory.Number<int>("--port", $"Port of the page, 0 for any free one (default {PageOptions.DefaultPort}, or the next that is free).");
    private readonly Option<string?> bind = OptionFactory.Text("--bind", "Address to serve the page at for other machines, such as 0.0.0.0 for all of this machine's; the page then "
        + "needs the printed token (default: this machine alone).", "ADDRESS");

    /// <param name="command">Takes the options.</param>
    public WatchPage(Command command)
    {
        command.Add(port);
        command.Add(bind);
    }

    /// <summary>Runs to show, where the command line asks for.</summary>
    /// <exception cref="OptionException">The address is none.</exception>
    /// <exception cref="WatchException">The port is none.</exception>
    public WatchOptions Options(ParseResult parsed, IReadOnlyList<string> runs) =>
        Placed(parsed, new WatchOptions { Runs = runs, Again = $"{CliContext.Invocation} watch {string.Join(' ', runs.Select(Shell.Quote))}" });

    /// <summary>A page where the command line asks for.</summary>
    /// <exception cref="OptionException">The address is none.</exception>
    /// <exception cref="WatchException">The port is none.</exception>
    public T Placed<T>(ParseResult parsed, T options)
        where T : PageOptions
    {
        var address = parsed.GetValue(bind);
        var placed = (T)(options with
        {
            Port = parsed.GetValue(port),
            Address = address is null ? IPAddress.Loopback
                : IPAddress.TryParse(address, out var parsedAddress) ? parsedAddress
                : throw new OptionException($"--bind is \"{address}\"; it must be an address in figures, such as 0.0.0.0 or 192.168.1.5."),
        });
        placed.Validate();
        return placed;
    }

    /// <summary>The first of its options that is given, or null.</summary>
    public string? Given(ParseResult parsed) => parsed.GetResult(port) is not null ? "--port" : parsed.GetResult(bind) is not null ? "--bind" : null;

    /// <summary>Starts to serve and says where.</summary>
    /// <exception cref="WatchException">The page cannot be served as asked.</exception>
    public static WatchServer Open(WatchOptions options, IRunObserver observer)
    {
        // The command line has no thread of its own that an answer could have to wait for.
        var server = WatchServer.StartAsync(options, observer.Notice).GetAwaiter().GetResult();
        observer.Notice($"Watch at {string.Join(" or ", server.Urls)}");
        return server;
    }

    /// <summary>Ends the server when it goes out of scope.</summary>
    public static void Close(WatchServer? server) => server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
