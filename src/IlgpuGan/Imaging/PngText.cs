using System.Buffers.Binary;
using System.Text;

namespace IlgpuGan.Imaging;

/// <summary>Texts in PNG files: chunks iTXt, uncompressed and in UTF-8 (PNG, third edition, section 11.3.3.4).</summary>
internal static class PngText
{
    // The signature, and the chunk IHDR, which is always the first and as long.
    private const int Head = 8 + 12 + 13;

    private static ReadOnlySpan<byte> Type => "iTXt"u8;

    // After the keyword: not compressed, by no method, of no language, not translated.
    private static ReadOnlySpan<byte> Plain => [0, 0, 0, 0, 0];

    /// <summary>A PNG file with a text before its pixels.</summary>
    /// <param name="png">The file.</param>
    /// <param name="keyword">What the text is, 1 to 79 Latin letters.</param>
    /// <param name="text">The text.</param>
    public static byte[] Added(ReadOnlySpan<byte> png, string keyword, string text)
    {
        byte[] content = [.. Type, .. Encoding.Latin1.GetBytes(keyword), .. Plain, .. Encoding.UTF8.GetBytes(text)];
        byte[] length = new byte[4], check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length - Type.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc(content));
        return [.. png[..Head], .. length, .. content, .. check, .. png[Head..]];
    }

    /// <summary>The text of a keyword, as <see cref="Added"/> writes it; null where there is none.</summary>
    /// <param name="png">A PNG file, whole.</param>
    /// <param name="keyword">What the text is.</param>
    public static string? Read(ReadOnlySpan<byte> png, string keyword)
    {
        byte[] start = [.. Type, .. Encoding.Latin1.GetBytes(keyword), .. Plain];
        for (int at = 8; at <= png.Length - 12;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (at + 12 + length > png.Length)
            {
                break;
            }

            var content = png.Slice(at + 4, 4 + (int)length);
            if (content.StartsWith(start))
            {
                return Encoding.UTF8.GetString(content[start.Length..]);
            }

            at += 12 + (int)length;
        }

        return null;
    }

    // The polynomial of annex D, bit by bit: texts are short.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
