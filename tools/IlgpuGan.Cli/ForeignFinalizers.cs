using System.Runtime.ExceptionServices;

namespace IlgpuGan.Cli;

/// <summary>
/// ILGPU's objects have finalizers that may throw where a driver failed while they were made; by itself the runtime ends the program at that, with nothing of it wrong and perhaps hours of work
/// not saved. Nobody waits for what a finalizer does, so that it may be left undone.
/// </summary>
public static class ForeignFinalizers
{
    /// <summary>Lets the program outlive them; once a process.</summary>
    public static void Outlive() => ExceptionHandling.SetUnhandledExceptionHandler(IsTheirs);

    /// <summary>Whether an exception left a finalizer of ILGPU.</summary>
    internal static bool IsTheirs(Exception fault) => fault.StackTrace is { } trace && trace.Contains("ILGPU.Util.DisposeBase.Finalize()", StringComparison.Ordinal);
}
