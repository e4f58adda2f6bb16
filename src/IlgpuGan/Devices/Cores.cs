using System.Globalization;

namespace IlgpuGan.Devices;

/// <summary>The cores of this machine, as Linux tells.</summary>
internal static class Cores
{
    /// <summary>How many there are.</summary>
    public static int OfMachine => Count("/sys/devices/system/cpu/online", "") ?? Environment.ProcessorCount;

    /// <summary>How many of them the process that started this one may use.</summary>
    public static int OfStarter => Text("/proc/self/status", "PPid:") is { } parent ? Count($"/proc/{parent.Trim()}/status", "Cpus_allowed_list:") ?? OfMachine : OfMachine;

    /// <summary>Whether this process was bound to some of those.</summary>
    public static bool AreChosen => Count("/proc/self/status", "Cpus_allowed_list:") is { } allowed && allowed < OfStarter;

    /// <summary>How many cores all ranks of this machine have.</summary>
    public static int OfRanks => AreChosen ? OfStarter : Environment.ProcessorCount;

    /// <summary>How many a list such as 0-3,8 names.</summary>
    internal static int CountOf(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(range => range.Split('-')).Sum(ends => int.Parse(ends[^1], CultureInfo.InvariantCulture) - int.Parse(ends[0], CultureInfo.InvariantCulture) + 1);

    private static int? Count(string file, string name)
    {
        try
        {
            return Text(file, name) is { } list ? CountOf(list) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(string file, string name)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
