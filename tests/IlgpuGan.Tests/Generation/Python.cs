using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace IlgpuGan.Tests.Generation;

/// <summary>A python3 that has PyTorch, or other modules.</summary>
internal static class Python
{
    // To ask costs seconds.
    private static readonly ConcurrentDictionary<string, string?> Found = new();

    public static string? Find(string modules = "torch, numpy") => Found.GetOrAdd(modules, Look);

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

    private static string? Look(string modules)
    {
        foreach (var name in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                Run(name, ["-c", $"import {modules}"]);
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
