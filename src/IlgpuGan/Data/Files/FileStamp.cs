using System.Globalization;

namespace IlgpuGan.Data.Files;

/// <summary>What tells one state of a file from another without reading it.</summary>
internal static class FileStamp
{
    public static string Of(FileInfo file) => file.Exists
        ? string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}")
        : "absent";
}
