using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace IlgpuGan.Export;

/// <summary>
/// Looks through a pickle (the stack machine's program that Python writes its objects as) without running it: where it ends, and which classes and
/// functions it names. So nothing is made before all of it is known to be allowed, and no length is believed that the file does not have.
/// </summary>
/// <param name="End">The byte after it.</param>
/// <param name="Names">What it names, as <c>module.name</c>, each once, in its order.</param>
internal sealed record PickleScan(int End, IReadOnlyList<string> Names)
{
    /// <summary>First byte of a pickle of protocol 2 or later.</summary>
    public const byte Protocol = 0x80;

    // Operation codes and what follows each: nothing, bytes of a number, or a text whose length stands before it (in 1, 4 or 8 bytes).
    private const string Plain = "(.012N)]}ldtbsuaeoRQ\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98";
    private const string OneByte = "Khq\x80", FourBytes = "Jjr", EightBytes = "G\x95", Lines = "IFLSVP";
    private const string ShortText = "UC\x8a\x8c", LongText = "TBX\x8b", VeryLongText = "\x8d\x8e\x96";

    /// <summary>Looks through one pickle.</summary>
    /// <param name="bytes">Begins with it.</param>
    /// <exception cref="FormatException">It is cut or malformed; the message says how.</exception>
    public static PickleScan Of(ReadOnlySpan<byte> bytes)
    {
        var names = new List<string>();
        // A name may be put together of the last two texts; any text may come back from the memo.
        string? before = null, top = null;
        var memo = new Dictionary<long, string?>();
        int at = 0;
        while (at < bytes.Length)
        {
            char code = (char)bytes[at++];
            if (code == '.')
            {
                return new(at, [.. names.Distinct()]);
            }
            string? text = null;
            if (Plain.Contains(code))
            {
                if (code == '\x93')
                {
                    names.Add(before is not null && top is not null ? $"{before}.{top}" : throw new FormatException($"the class named at byte {at - 1} is put together in a way that Python does not"));
                }
                if (code == '\x94')
                {
                    memo[memo.Count] = top;
                }
            }
            else if (code is 'c' or 'i')
            {
                names.Add($"{Line(bytes, ref at)}.{Line(bytes, ref at)}");
            }
            else if (code is 'h' or 'j')
            {
                text = memo.GetValueOrDefault(Number(bytes, ref at, code == 'h' ? 1 : 4));
            }
            else if (code is 'q' or 'r')
            {
                memo[Number(bytes, ref at, code == 'q' ? 1 : 4)] = top;
            }
            else if (code == 'g')
            {
                text = memo.GetValueOrDefault(Numeral(bytes, ref at));
            }
            else if (code == 'p')
            {
                memo[Numeral(bytes, ref at)] = top;
            }
            else if (OneByte.Contains(code))
            {
                Skip(bytes, ref at, 1);
            }
            else if (code == 'M')
            {
                Skip(bytes, ref at, 2);
            }
            else if (FourBytes.Contains(code))
            {
                Skip(bytes, ref at, 4);
            }
            else if (EightBytes.Contains(code))
            {
                Skip(bytes, ref at, 8);
            }
            else if (Lines.Contains(code))
            {
                Line(bytes, ref at);
            }
            else if (ShortText.Contains(code))
            {
                text = Text(bytes, ref at, 1);
            }
            else if (LongText.Contains(code))
            {
                text = Text(bytes, ref at, 4);
            }
            else if (VeryLongText.Contains(code))
            {
                text = Text(bytes, ref at, 8);
            }
            else
            {
                throw new FormatException($"byte {at - 1} of a pickle is 0x{(int)code:x2}, which is no operation");
            }
            // Storing what is on top leaves it there, and a frame is no object.
            if (code is not ('\x94' or 'p' or 'q' or 'r' or '\x95'))
            {
                (before, top) = (top, text);
            }
        }
        throw new FormatException("a pickle does not end");
    }

    private static long Number(ReadOnlySpan<byte> bytes, ref int at, int size)
    {
        var number = Skip(bytes, ref at, size);
        return size switch
        {
            1 => number[0],
            4 => BinaryPrimitives.ReadUInt32LittleEndian(number),
            _ => BinaryPrimitives.ReadInt64LittleEndian(number),
        };
    }

    private static long Numeral(ReadOnlySpan<byte> bytes, ref int at) => long.Parse(Line(bytes, ref at), NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Text(ReadOnlySpan<byte> bytes, ref int at, int size) => Encoding.UTF8.GetString(Skip(bytes, ref at, Number(bytes, ref at, size)));

    private static string Line(ReadOnlySpan<byte> bytes, ref int at)
    {
        int length = bytes[at..].IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(Skip(bytes, ref at, length < 0 ? long.MaxValue : length));
        at++;
        return line;
    }

    private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> bytes, ref int at, long length)
    {
        if (length < 0 || length > bytes.Length - at)
        {
            throw new FormatException($"the pickle's operation before byte {at} takes more bytes than there are");
        }
        int first = at;
        at += (int)length;
        return bytes.Slice(first, (int)length);
    }
}
