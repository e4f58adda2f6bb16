using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using ProtoBuf;

namespace IlgpuGan.Export;

/// <summary>
/// Event files that TensorBoard reads: <c>events.out.tfevents.*</c> of a folder. Each session writes a file of its own. Records are framed as in
/// TFRecord files: length, its masked CRC-32C, bytes, their masked CRC-32C, all little-endian.
/// </summary>
internal sealed class TensorBoardLog : IDisposable
{
    private const string Prefix = "events.out.tfevents.";
    private const string Version = "brain.Event:2";
    private const int SessionStart = 1;
    private const int HeaderLength = 12;
    private const int FooterLength = 4;

    // The width, height and kind of colours of a PNG file stand at fixed places behind its signature.
    private const int PngHeaderLength = 26;

    private readonly TimeProvider clock;
    private readonly FileStream file;

    private TensorBoardLog(FileStream file, TimeProvider clock) => (this.file, this.clock) = (file, clock);

    /// <summary>The file of this session.</summary>
    public string Path => file.Name;

    /// <summary>
    /// Begins a session that goes on from a step. What older files hold of later steps, from a session that was killed after its checkpoint or a run that goes
    /// back, is cut off, so that no step is there twice; a viewer that has read it already is told to drop it.
    /// </summary>
    /// <param name="folder">The folder of the event files; it is made.</param>
    /// <param name="step">The last step that counts.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public static TensorBoardLog Begin(string folder, long step, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        Directory.CreateDirectory(folder);
        var older = Directory.GetFiles(folder, Prefix + "*");
        foreach (var path in older)
        {
            CutAfter(path, step);
        }

        var log = new TensorBoardLog(Create(folder, clock.GetUtcNow().ToUnixTimeSeconds()), clock);
        log.Append(new EventRecord { FileVersion = Version });
        if (older.Length > 0)
        {
            log.Append(new EventRecord { Step = step + 1, Session = new SessionRecord { Status = SessionStart } });
        }

        return log;
    }

    /// <summary>Adds numbers of a step.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void AddScalars(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var summary = new SummaryRecord();
        foreach (var (tag, value) in values)
        {
            summary.Values.Add(new SummaryValue { Tag = tag, Number = (float)value });
        }

        Append(new EventRecord { Step = step, Summary = summary });
    }

    /// <summary>Adds a picture of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="tag">Its name.</param>
    /// <param name="png">The bytes of a PNG file.</param>
    /// <exception cref="ArgumentException">They are not those of one.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public void AddImage(long step, string tag, byte[] png)
    {
        ArgumentNullException.ThrowIfNull(png);
        if (png.Length < PngHeaderLength || !png.AsSpan(1, 3).SequenceEqual("PNG"u8))
        {
            throw new ArgumentException("The bytes are not those of a PNG file.", nameof(png));
        }

        var image = new SummaryImage
        {
            Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)),
            // PNG numbers its kinds of colours: 0 grey, 2 RGB, 4 grey and alpha, 6 RGB and alpha; a palette, 3, stands for RGB.
            Colorspace = png[25] switch { 0 => 1, 4 => 2, 6 => 4, _ => 3 },
            Encoded = png,
        };
        Append(new EventRecord { Step = step, Summary = new SummaryRecord { Values = { new SummaryValue { Tag = tag, Image = image } } } });
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static FileStream Create(string folder, long seconds)
    {
        // Viewers read the files in the order of their names, and two sessions may begin within a second.
        for (; ; seconds++)
        {
            var path = System.IO.Path.Combine(folder, $"{Prefix}{seconds.ToString("D10", CultureInfo.InvariantCulture)}.ilgpugan");
            if (!File.Exists(path))
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
            }
        }
    }

    private void Append(EventRecord record)
    {
        record.WallTime = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        using var content = new MemoryStream();
        Serializer.Serialize(content, record);
        var bytes = content.ToArray();
        var framed = new byte[HeaderLength + bytes.Length + FooterLength];
        BinaryPrimitives.WriteInt64LittleEndian(framed, bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(8), MaskedCrc(framed.AsSpan(0, 8)));
        bytes.CopyTo(framed, HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(HeaderLength + bytes.Length), MaskedCrc(bytes));
        // At once and whole: a viewer may be reading.
        file.Write(framed);
        file.Flush();
    }

    // Records are in the order of their steps, so what is later is one piece at the end; so is what a crash left incomplete.
    private static void CutAfter(string path, long step)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        long end = 0;
        while (ReadAt(file, end) is var (record, length) && (record.Step <= step || record.Session is not null))
        {
            end += length;
        }

        file.SetLength(end);
    }

    private static (EventRecord Record, long Length)? ReadAt(FileStream file, long start)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        file.Position = start;
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != MaskedCrc(header[..8]))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(header);
        if (length < 0 || length > file.Length - start - HeaderLength - FooterLength)
        {
            return null;
        }

        var bytes = new byte[length];
        Span<byte> footer = stackalloc byte[FooterLength];
        file.ReadExactly(bytes);
        file.ReadExactly(footer);
        return BinaryPrimitives.ReadUInt32LittleEndian(footer) == MaskedCrc(bytes)
            ? (Serializer.Deserialize<EventRecord>(new MemoryStream(bytes)), HeaderLength + length + FooterLength)
            : null;
    }

    // CRC-32C, turned and shifted, as the sum of data that holds sums itself would be weak.
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var single in bytes)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8;
    }
}
