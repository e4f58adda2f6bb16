using Microsoft.Win32.SafeHandles;

namespace IlgpuGan.Data.Files;

/// <summary>A part of an open file, read without moving the file's own position, so that several threads can read parts at once.</summary>
internal sealed class PartStream(SafeFileHandle file, long first, long length) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int wanted = (int)Math.Min(buffer.Length, length - position);
        int read = wanted == 0 ? 0 : RandomAccess.Read(file, buffer[..wanted], first + position);
        position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
