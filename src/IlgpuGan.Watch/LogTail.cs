namespace IlgpuGan.Watch;

/// <summary>What a look at a growing file gave.</summary>
internal enum TailResult
{
    /// <summary>Nothing new.</summary>
    Unchanged,

    /// <summary>New lines.</summary>
    Grown,

    /// <summary>It is another file than before, or shorter: what was read of it no longer counts.</summary>
    CutBack,
}

/// <summary>
/// Reads the lines that are appended to a file. It looks at the file's length, as notifications of file systems are lost over networks and in
/// containers. A file that was cut back and has grown again is known by the bytes before the place that was reached.
/// </summary>
internal sealed class LogTail(string path)
{
    // More in one look would keep others waiting; a log of a gigabyte shows its first curves at once.
    private const int Portion = 8 << 20;

    private const int MarkLength = 256;

    private long position;
    private byte[] mark = [];
    private (long Length, DateTime Written) seen;
    private bool skipsLine;

    /// <summary>The share of the file that has been read, 0 to 1.</summary>
    public double Progress => seen.Length == 0 ? 1 : Math.Min(1, (double)position / seen.Length);

    /// <summary>Whether a portion was read and more is there.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Hands over the lines that are new, without their ends; one that is not complete yet waits.</summary>
    public TailResult Read(Action<ReadOnlyMemory<byte>> take)
    {
        var file = new FileInfo(path);
        var now = file.Exists ? (file.Length, file.LastWriteTimeUtc) : (0, default);
        if (now == seen && !HasMore)
        {
            return TailResult.Unchanged;
        }

        if (now.Length == 0)
        {
            seen = now;
            return Forget();
        }

        // Deleting and replacing stay allowed: a watcher must never be in a run's way.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!Continues(stream))
        {
            return Forget();
        }

        seen = now;
        var buffer = new byte[Math.Min(Portion, Math.Max(0, stream.Length - position))];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var used = Split(buffer.AsMemory(0, length), take);
        HasMore = length == Portion;
        if (used == 0 && HasMore)
        {
            // No line of a log is that long.
            (used, skipsLine) = (length, true);
        }

        if (used == 0)
        {
            return TailResult.Unchanged;
        }

        position += used;
        mark = buffer[Math.Max(0, used - MarkLength)..used];
        return TailResult.Grown;
    }

    private int Split(ReadOnlyMemory<byte> bytes, Action<ReadOnlyMemory<byte>> take)
    {
        var start = 0;
        while (bytes.Span[start..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            if (!skipsLine)
            {
                take(bytes.Slice(start, length));
            }

            skipsLine = false;
            start += length + 1;
        }

        return start;
    }

    private bool Continues(FileStream stream)
    {
        if (stream.Length < position)
        {
            return false;
        }

        var before = new byte[mark.Length];
        stream.Position = position - mark.Length;
        return stream.ReadAtLeast(before, before.Length, throwOnEndOfStream: false) == mark.Length && before.AsSpan().SequenceEqual(mark);
    }

    private TailResult Forget()
    {
        var knew = position > 0;
        (position, mark, HasMore, skipsLine) = (0, [], false, false);
        if (knew)
        {
            // So that the next look reads what there is now.
            seen = default;
        }

        return knew ? TailResult.CutBack : TailResult.Unchanged;
    }
}
