using ILGPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Devices;

/// <summary>What a driver said when it failed.</summary>
internal static class DriverFault
{
    // As much of a compiler's complaint as a sentence holds.
    private const int MostOfALog = 300;

    /// <summary>
    /// The innermost reason of a failure in one line, a driver's error with its name and code: the exceptions of ILGPU leave out OpenCL's, and wrap
    /// what a device lacks into "an internal compiler error". Any other exception keeps its message.
    /// </summary>
    public static string Describe(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case CLException { Error: var error } when error != CLError.CL_SUCCESS:
                    return $"{error} ({(int)error})";
                case CudaException { Error: { Length: > 0 } error }:
                    return OneLine($"{inner.Message.Trim()} ({error})");
                case OutOfMemoryException:
                    return "there is not enough memory";
            }
        }
        while (fault is { InnerException: { } inner } and (InternalCompilerException or System.Reflection.TargetInvocationException))
        {
            fault = inner;
        }
        return OneLine(fault.Message);
    }

    /// <summary>Whether it was the driver of a device that failed.</summary>
    public static bool IsOf(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault is CudaException or CLException || (fault.InnerException is { } inner && IsOf(inner));
    }

    /// <summary>The line of a compiler's output that tells the most: the first that speaks of an error, else the first with words.</summary>
    internal static string Gist(string? log)
    {
        string[] lines = (log ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string line = lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.FirstOrDefault() ?? "its compiler does not say why";
        return line.Length <= MostOfALog ? line : $"{line[..MostOfALog]}...";
    }

    private static string OneLine(string message) => string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
