namespace IlgpuGan.Cli;

/// <summary>Writes arguments so that they can be pasted into a shell.</summary>
internal static class Shell
{
    /// <summary>The argument as it is, or in quotes when a shell would take it apart.</summary>
    public static string Quote(string argument)
    {
        if (argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=+,@%\\".Contains(c, StringComparison.Ordinal)))
        {
            return argument;
        }

        return OperatingSystem.IsWindows() ? $"\"{argument}\"" : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
