using System.Runtime.InteropServices;

namespace IlgpuGan.Cli;

/// <summary>
/// Turns the first Ctrl-C, SIGTERM or SIGHUP into a request to stop; a later one ends the process at once, as without us. What follows within a
/// second is the same wish come twice: a signal to all processes of a group reaches us directly and through <c>dotnet run</c>. A terminal that closes
/// is nobody's impatience, whenever it does: SIGHUP never ends the process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration[] registrations;
    private readonly TimeProvider clock;
    private readonly Action notice;
    private long first;

    /// <param name="clock">Tells the time.</param>
    /// <param name="notice">Called once, on the first signal.</param>
    /// <param name="asked">Another way to ask.</param>
    public StopSignals(TimeProvider clock, Action notice, CancellationToken asked)
    {
        (this.clock, this.notice) = (clock, notice);
        source = CancellationTokenSource.CreateLinkedTokenSource(asked);
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = Take(context.Signal == PosixSignal.SIGHUP)))];
    }

    /// <summary>Cancelled when a stop was asked for.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    /// <summary>Takes one signal; false when it shall end the process.</summary>
    internal bool Take(bool isHangUp = false)
    {
        // The handlers of two signals may run at the same time.
        lock (source)
        {
            if (source.IsCancellationRequested)
            {
                return isHangUp || clock.GetElapsedTime(first) < Echo;
            }

            first = clock.GetTimestamp();
            notice();
            source.Cancel();
            return true;
        }
    }
}
