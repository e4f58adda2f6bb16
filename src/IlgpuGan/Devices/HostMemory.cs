using System.Globalization;

namespace IlgpuGan.Devices;

/// <summary>
/// How much memory this process may still take. Linux hands out more than there is and kills whoever then uses it, without a word: so it is asked before.
/// </summary>
internal static class HostMemory
{
    /// <summary>Bytes that may be taken now: what the machine has left, or the container, or the control group, whichever is least.</summary>
    public static long Free()
    {
        var free = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        if (OperatingSystem.IsLinux())
        {
            free = Math.Min(free, OfMachine(ReadLines("/proc/meminfo")) ?? long.MaxValue);
            free = Math.Min(free, OfGroups("/sys/fs/cgroup", ReadLines("/proc/self/cgroup")) ?? long.MaxValue);
        }

        return Math.Max(0, free);
    }

    /// <summary>What <c>/proc/meminfo</c> says can be taken; null where it does not say.</summary>
    internal static long? OfMachine(IEnumerable<string> lines)
    {
        var values = lines.Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts.Length >= 2)
            .ToLookup(parts => parts[0], parts => Number(parts[1]) << 10);
        return values["MemAvailable"].FirstOrDefault() is { } available ? available + (values["SwapFree"].FirstOrDefault() ?? 0) : null;
    }

    /// <summary>What the control groups above a process leave it, the narrowest of them; null where none has a limit.</summary>
    /// <param name="root">Where the groups are mounted.</param>
    /// <param name="lines">The process's <c>/proc/self/cgroup</c>.</param>
    internal static long? OfGroups(string root, IEnumerable<string> lines)
    {
        // Version 2 is one hierarchy without a name. In a container its path may be one of outside; the root is the container's own then.
        if (lines.FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal)) is not { } own)
        {
            return null;
        }

        long? least = null;
        for (var path = own[3..].Trim('/'); ; path = Path.GetDirectoryName(path) ?? "")
        {
            var folder = Path.Combine(root, path);
            if (NumberIn(folder, "memory.max") is { } limit && NumberIn(folder, "memory.current") is { } used)
            {
                // Files that were read are dropped when there is need.
                var cached = ReadLines(Path.Combine(folder, "memory.stat")).Where(line => line.StartsWith("inactive_file ", StringComparison.Ordinal))
                    .Select(line => Number(line["inactive_file ".Length..])).FirstOrDefault() ?? 0;
                least = Math.Min(least ?? long.MaxValue, limit - used + cached);
            }

            if (path.Length == 0)
            {
                return least;
            }
        }
    }

    private static long? NumberIn(string folder, string file) => ReadLines(Path.Combine(folder, file)) is [var line, ..] ? Number(line) : null;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
