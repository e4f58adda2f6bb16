using System.Buffers.Binary;
using System.Text;

namespace IlgpuGan.Tests.Export;

/// <summary>One event, as an independent reader finds it.</summary>
internal sealed record TensorBoardEvent(long Step, double WallTime, string? Version, bool IsSessionStart, IReadOnlyDictionary<string, float> Numbers,
    IReadOnlyDictionary<string, (long Height, long Width, long Channels, byte[] Png)> Images);

/// <summary>Reads event files by the published formats alone: TFRecord, CRC-32C bit by bit, and the wire format of protocol buffers.</summary>
internal static class TensorBoardReader
{
    public static List<TensorBoardEvent> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<TensorBoardEvent>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var record = bytes.AsMemory(at + 12, length);
            Assert.Equal(Masked(record.Span), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(EventOf(record));
            at += length + 16;
        }

        return events;
    }

    /// <summary>All events of a folder, in the order of its files.</summary>
    public static List<TensorBoardEvent> ReadFolder(string folder) =>
        [.. Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal).SelectMany(Read)];

    private static TensorBoardEvent EventOf(ReadOnlyMemory<byte> record)
    {
        var fields = Fields(record).ToLookup(field => field.Number);
        var numbers = new Dictionary<string, float>();
        var images = new Dictionary<string, (long, long, long, byte[])>();
        foreach (var value in fields[5].SelectMany(summary => Fields(summary.Bytes)).Where(field => field.Number == 1))
        {
            var parts = Fields(value.Bytes).ToDictionary(field => field.Number);
            var tag = Encoding.UTF8.GetString(parts[1].Bytes.Span);
            if (parts.TryGetValue(2, out var number))
            {
                numbers.Add(tag, BinaryPrimitives.ReadSingleLittleEndian(number.Bytes.Span));
            }

            if (parts.TryGetValue(4, out var image))
            {
                var inner = Fields(image.Bytes).ToDictionary(field => field.Number);
                images.Add(tag, (inner[1].Varint, inner[2].Varint, inner[3].Varint, inner[4].Bytes.ToArray()));
            }
        }

        return new(
            fields[2].Select(field => field.Varint).SingleOrDefault(),
            BinaryPrimitives.ReadDoubleLittleEndian(fields[1].Single().Bytes.Span),
            fields[3].Select(field => Encoding.UTF8.GetString(field.Bytes.Span)).SingleOrDefault(),
            fields[7].Any(session => Fields(session.Bytes).Any(field => field is { Number: 1, Varint: 1 })),
            numbers,
            images);
    }

    private static IEnumerable<(int Number, long Varint, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message.Span, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return (number, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return (number, 0, message.Slice(at, 8));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    yield return (number, 0, message.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    yield return (number, 0, message.Slice(at, 4));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7}.");
            }
        }
    }

    private static long Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (long)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var part in bytes)
        {
            crc ^= part;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }
}
