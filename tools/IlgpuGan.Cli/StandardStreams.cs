using System.Globalization;

namespace IlgpuGan.Cli;

/// <summary>
/// The process's standard output and error. Where the caller closed one, the runtime gives its number to something else that it opens, and what is meant
/// for a terminal would be written there.
/// </summary>
internal static class StandardStreams
{
    /// <summary>Standard output, or nothing where it was closed.</summary>
    public static TextWriter Output => Open(1, () => Console.Out);

    /// <summary>Standard error, or nothing where it was closed.</summary>
    public static TextWriter Error => Open(2, () => Console.Error);

    private static TextWriter Open(int number, Func<TextWriter> open)
    {
        try
        {
            return IsClosed(number) ? TextWriter.Null : open();
        }
        // Nothing, too, where so few files may be open that not even this can be found out.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return TextWriter.Null;
        }
    }

    // Only Linux tells what a number stands for.
    private static bool IsClosed(int number)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/proc/self/fd"))
        {
            return false;
        }

        var name = number.ToString(CultureInfo.InvariantCulture);
        var target = TargetOf(name);
        return target is null || target.StartsWith("anon_inode:", StringComparison.Ordinal) || !IsWritable(name)
            // A pipe whose other end is ours, too, is one of the runtime's own.
            || (target.StartsWith("pipe:", StringComparison.Ordinal)
                && Directory.EnumerateFiles("/proc/self/fd").Select(Path.GetFileName).Any(other => TargetOf(other!) == target && !IsWritable(other!)));
    }

    private static string? TargetOf(string number) => new FileInfo($"/proc/self/fd/{number}").LinkTarget;

    private static bool IsWritable(string number)
    {
        try
        {
            // The last octal digit holds the mode: 0 to read, 1 to write, 2 both.
            var flags = File.ReadLines($"/proc/self/fdinfo/{number}").FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return flags is null || (flags[^1] & 3) != 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What cannot be found out is taken to be as it should.
            return true;
        }
    }
}
