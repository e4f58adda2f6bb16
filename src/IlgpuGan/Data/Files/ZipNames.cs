using System.Text;

namespace IlgpuGan.Data.Files;

/// <summary>
/// Names in a zip. Those that are not declared as UTF-8 are it all the same where they can be; else they are GBK where all of them look like
/// Chinese in it, which Windows packs so, and CP437, as the format has it, where not. Each reading keeps different names different.
/// </summary>
internal static class ZipNames
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The names, and the encoding that was guessed for those that say none, or null.</summary>
    public static (string[] Names, string? Guessed, bool[] IsGuessed) Read(IReadOnlyList<ZipRecord> records)
    {
        string?[] names = [.. records.Select(record => record.IsUtf8 ? Encoding.UTF8.GetString(record.Name) : Utf8OrNull(record.Name))];
        bool[] guessed = [.. names.Select(name => name is null)];
        if (!guessed.Contains(true))
        {
            return ([.. names.OfType<string>()], null, guessed);
        }

        bool chinese = records.Where((_, i) => guessed[i]).All(record => IsGb2312(record.Name));
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(chinese ? 936 : 437)!;
        return ([.. names.Select((name, i) => name ?? encoding.GetString(records[i].Name))], chinese ? "GBK" : "CP437", guessed);
    }

    private static string? Utf8OrNull(byte[] name)
    {
        try
        {
            return Strict.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
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

            if (name[i] is < 0xB0 or > 0xF7 || ++i == name.Length || name[i] is < 0xA1 or > 0xFE)
            {
                return false;
            }
        }

        return true;
    }
}
