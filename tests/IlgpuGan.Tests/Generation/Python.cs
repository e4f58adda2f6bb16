using System.ComponentModel;
using System.Diagnostics;

namespace IlgpuGan.Tests.Generation;

/// <summary>A python3 that has PyTorch.</summary>
internal static class Python
{
    // To ask costs seconds.
    private static readonly Lazy<string?> Found = new(Look);

    public static string? Find() => Found.Value;

    public static void Run(string program, string[] arguments) => Read(program, arguments);

    /// <summary>What a program says on standard output.</summary>
    public static string Read(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(error.Result);
    }

    private static string? Look()
    {
        foreach (var name in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                Run(name, ["-c", "import torch, numpy"]);
                return name;
            }
            catch (Exception fault) when (fault is Win32Exception or InvalidOperationException)
            {
                // Not this one.
            }
        }

        return null;
    }
}
