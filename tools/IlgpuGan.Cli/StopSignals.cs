using System.Runtime.InteropServices;

namespace IlgpuGan.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a request to stop; the second ends the process at once, as without us.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration[] registrations;

    /// <param name="notice">Called once, on the first signal.</param>
    /// <param name="asked">Another way to ask.</param>
    public StopSignals(Action notice, CancellationToken asked)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(asked);
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context => Handle(context, notice)))];
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

    private void Handle(PosixSignalContext context, Action notice)
    {
        // The handlers of two signals may run at the same time.
        lock (source)
        {
            context.Cancel = !source.IsCancellationRequested;
            if (context.Cancel)
            {
                notice();
                source.Cancel();
            }
        }
    }
}
