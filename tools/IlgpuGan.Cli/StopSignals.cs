using System.Runtime.InteropServices;

namespace IlgpuGan.Cli;

/// <summary>
/// Turns the first Ctrl-C, SIGTERM or SIGHUP into a request to stop; a later one ends the process at once, as without us. What follows within a
/// second is the same wish come twice: a signal to all processes of a group reaches us directly and through <c>dotnet run</c>. A terminal that closes
/// is nobody's impatience, whenever it does: SIGHUP never ends the process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // SIGUSR1, which .NET has no name for, but takes by its number.
    private static readonly PosixSignal User = (PosixSignal)(OperatingSystem.IsLinux() ? 10 : 30);

    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration[] registrations;
    private readonly TimeProvider clock;
    private readonly Action notice;
    private readonly Action? atOnce;
    private long first;
    private bool isOver;

    /// <param name="clock">Tells the time.</param>
    /// <param name="notice">Called once, on the first signal.</param>
    /// <param name="asked">Another way to ask.</param>
    /// <param name="ofJob">Whether the process is one of a job: what starts jobs hands on SIGUSR1, and Slurm sends it before the time is over.</param>
    /// <param name="atOnce">What a later signal does instead of ending the process; null for that.</param>
    public StopSignals(TimeProvider clock, Action notice, CancellationToken asked, bool ofJob = false, Action? atOnce = null)
    {
        (this.clock, this.notice, this.atOnce) = (clock, notice, atOnce);
        source = CancellationTokenSource.CreateLinkedTokenSource(asked);
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Concat(ofJob && !OperatingSystem.IsWindows() ? [User] : [])
            .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = Take(context.Signal == PosixSignal.SIGHUP)))];
    }

    /// <summary>Asks to stop, as the first signal does; later ones then end the process.</summary>
    public void Ask() => Take(isHangUp: true);

    /// <summary>Cancelled when a stop was asked for.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        // Who asks from elsewhere may come too late.
        lock (source)
        {
            isOver = true;
        }

        source.Dispose();
    }

    /// <summary>Takes one signal; false when it shall end the process.</summary>
    internal bool Take(bool isHangUp = false)
    {
        // The handlers of two signals may run at the same time.
        lock (source)
        {
            if (isOver)
            {
                return true;
            }

            if (source.IsCancellationRequested)
            {
                if (isHangUp || clock.GetElapsedTime(first) < Echo)
                {
                    return true;
                }

                atOnce?.Invoke();
                return atOnce is not null;
            }

            first = clock.GetTimestamp();
            notice();
            source.Cancel();
            return true;
        }
    }
}
