using System.Buffers.Binary;
using System.Text;

namespace IlgpuGan.Tests.Fuzzing;

/// <summary>Damages inputs as disks, networks, editors and attackers do; what it does is a function of the random numbers alone.</summary>
internal static class Mutation
{
    private static readonly long[] ExtremeNumbers =
    [
        0, 1, -1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, int.MaxValue, int.MinValue, 0xFFFF_FFFE, 0x1_0000_0000, long.MaxValue, long.MinValue,
    ];

    private static readonly string[] ExtremeTexts =
    [
        "0", "-1", "1e999", "99999999999999999999", "2147483648", "4294967296", "0.5", "null", "true", "\"\"", "[]", "{}", "NaN", "\"\\ud800\"", "1E-400",
    ];

    /// <summary>A damaged copy of one of the seeds.</summary>
    public static byte[] Of(byte[][] seeds, Random random)
    {
        byte[] input = [.. seeds[random.Next(seeds.Length)]];
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            input = input.Length == 0 ? [.. Bytes(random, 8)] : Once(input, seeds, random);
        }

        return input;
    }

    private static byte[] Once(byte[] input, byte[][] seeds, Random random)
    {
        int at = random.Next(input.Length);
        switch (random.Next(9))
        {
            case 0:
                input[at] ^= (byte)(1 << random.Next(8));
                return input;
            case 1:
                input[at] = (byte)random.Next(256);
                return input;
            case 2:
                return input[..at];
            case 3:
                return [.. input[..at], .. Bytes(random, 64), .. input[at..]];
            case 4:
                return [.. input[..at], .. input[Math.Min(input.Length, at + random.Next(1, 64))..]];
            case 5:
                byte[] other = seeds[random.Next(seeds.Length)];
                return [.. input[..at], .. other[random.Next(other.Length + 1)..]];
            case 6:
                byte[] piece = input[at..Math.Min(input.Length, at + random.Next(1, 256))];
                return [.. input[..at], .. piece, .. piece, .. input[(at + piece.Length)..]];
            case 7:
                return WithText(input, at, random);
            default:
                PutNumber(input.AsSpan(at), random);
                return input;
        }
    }

    /// <summary>Overwrites 1, 2, 4 or 8 bytes with a number that lengths and counts are tried with, in either byte order.</summary>
    private static void PutNumber(Span<byte> at, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        long value = ExtremeNumbers[random.Next(ExtremeNumbers.Length)] + (random.Next(4) == 0 ? random.Next(-3, 4) : 0);
        int bytes = 1 << random.Next(4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            number = number[..bytes];
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            number = number[^bytes..];
        }

        number[..Math.Min(bytes, at.Length)].CopyTo(at);
    }

    /// <summary>Replaces the next digits at or after a place, as texts have them, with another value.</summary>
    private static byte[] WithText(byte[] input, int at, Random random)
    {
        int start = at + Math.Max(0, input.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9'));
        int length = Math.Max(0, input.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9'));
        return [.. input[..start], .. Encoding.ASCII.GetBytes(ExtremeTexts[random.Next(ExtremeTexts.Length)]), .. input[(start + length)..]];
    }

    private static byte[] Bytes(Random random, int most)
    {
        byte[] bytes = new byte[random.Next(1, most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}
