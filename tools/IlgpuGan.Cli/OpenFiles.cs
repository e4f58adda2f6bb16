using System.Globalization;

namespace IlgpuGan.Cli;

/// <summary>How many files the process may have open. The runtime keeps each of its libraries open, and fails in any way it likes where it cannot.</summary>
internal static class OpenFiles
{
    private const int Needed = 256;

    /// <summary>What is wrong with the limit, in a sentence; null where nothing is.</summary>
    public static string? Complaint()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Complaint(File.ReadAllLines("/proc/self/limits")) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with limits as <c>/proc/self/limits</c> lists them.</summary>
    internal static string? Complaint(string[] limits)
    {
        const string Name = "Max open files";
        var line = Array.Find(limits, limit => limit.StartsWith(Name, StringComparison.Ordinal));
        return line is not null && int.TryParse(line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None,
            CultureInfo.InvariantCulture, out var most) && most < Needed
            ? $"This process may have {most.ToString(CultureInfo.InvariantCulture)} files open, and {Needed.ToString(CultureInfo.InvariantCulture)} are needed; allow more with ulimit "
                + "-n 1024 and try again." : null;
    }
}
