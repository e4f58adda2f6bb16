using System.Text;
using System.Text.Unicode;

namespace IlgpuGan.Data.Files;

/// <summary>The bytes of a name in an archive.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="IsUtf8">Whether they are declared to be UTF-8.</param>
internal readonly record struct RawName(byte[] Bytes, bool IsUtf8);

/// <summary>
/// Names in archives. Those that are not declared as UTF-8 are it all the same where all can be; else they are GBK where all of them look like
/// Chinese in it, which Windows packs so, and CP437, zip's own, where not. Each reading keeps different names different.
/// </summary>
internal static class ArchiveNames
{
    // Behind it a row of the first level has five places without letters.
    private const byte LastOfLevel1 = 0xD7;
    private const byte LastInIt = 0xF9;

    /// <summary>The names, and for which of them the encoding was guessed; a guess is a remark.</summary>
    public static (string[] Names, bool[] IsGuessed) Read(IReadOnlyList<RawName> raw, string archive, List<string> remarks)
    {
        // One by one they would deceive: a single Chinese letter can be valid UTF-8. Whoever packed them used one encoding for all.
        bool[] guessed = [.. raw.Select(name => !Ascii.IsValid(name.Bytes) && !(name.IsUtf8 && Utf8.IsValid(name.Bytes)))];
        var undeclared = raw.Where((_, i) => guessed[i]).Select(name => name.Bytes).ToList();
        if (undeclared.TrueForAll(name => Utf8.IsValid(name)))
        {
            return ([.. raw.Select(name => Encoding.UTF8.GetString(name.Bytes))], new bool[raw.Count]);
        }

        bool chinese = undeclared.TrueForAll(name => IsGb2312(name));
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(chinese ? 936 : 437)!;
        remarks.Add($"{undeclared.Count} names in '{archive}' are not UTF-8 and are read as {(chinese ? "GBK" : "CP437")}; pack it anew with UTF-8 names if they look wrong.");
        return ([.. raw.Select((name, i) => (guessed[i] ? encoding : Encoding.UTF8).GetString(name.Bytes))], guessed);
    }

    // The characters of GB 2312: in CP437 the same bytes would be boxes and Greek, which no name holds.
    private static bool IsGb2312(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] < 0x80)
            {
                continue;
            }

            byte first = name[i++];
            if (first is < 0xB0 or > 0xF7 || i == name.Length || name[i] is < 0xA1 or > 0xFE || (first == LastOfLevel1 && name[i] > LastInIt))
            {
                return false;
            }
        }

        return true;
    }
}
