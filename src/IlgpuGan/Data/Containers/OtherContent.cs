using System.Text;

namespace IlgpuGan.Data.Containers;

/// <summary>Files that are not what their names say, such as a page that says why there is no download.</summary>
internal static class OtherContent
{
    private const int MostShown = 40;
    private const string Pointer = "version https://git-lfs";

    /// <summary>The refusal of a file that is named like one of a kind.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SourceCorruptException Of(string path, string kind)
    {
        byte[] start = new byte[MostShown];
        using FileStream stream = File.OpenRead(path);
        int read = stream.ReadAtLeast(start, MostShown, throwOnEndOfStream: false);
        string text = Encoding.UTF8.GetString(start.AsSpan(0, read)).TrimEnd('\uFFFD');
        return new(read == 0 ? $"'{path}' is empty, where a file of {kind} was expected; download or copy it again."
            : text.StartsWith(Pointer, StringComparison.Ordinal) ? $"'{path}' is a pointer of Git LFS, which stands for a file of {kind}; fetch that with git lfs pull."
            : text.All(sign => sign != '\uFFFD' && (!char.IsControl(sign) || char.IsWhiteSpace(sign)))
                ? $"'{path}' is text that begins with '{Excerpt.Of(text, MostShown)}', where a file of {kind} was expected; download it again, or give it the ending of what it is."
                : $"'{path}' does not begin as a file of {kind} does; download or copy it again, or give it the ending of what it is.");
    }
}
