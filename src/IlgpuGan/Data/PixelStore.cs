using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace IlgpuGan.Data;

/// <summary>The bytes of an image set, addressed with 64 bits. A slice never crosses an image.</summary>
internal abstract class PixelStore : IDisposable
{
    /// <summary>Bytes inside one image.</summary>
    public abstract ReadOnlySpan<byte> Slice(long first, int length);

    /// <summary>Copies bytes, across images.</summary>
    public abstract void CopyTo(long first, Span<byte> destination);

    public abstract void Dispose();
}

/// <summary>Whole images in arrays of at most 64 MiB (or one image): no array is near .NET's 2 GB limit, and none is taken before it is filled.</summary>
internal sealed class ChunkedPixels(int bytesPerImage, int expectedCount) : PixelStore
{
    private const int TargetChunkBytes = 64 << 20;

    private readonly int chunkBytes = Math.Max(1, Math.Min(TargetChunkBytes / bytesPerImage, expectedCount)) * bytesPerImage;
    private readonly List<byte[]> chunks = [];
    private long length;
    private bool disposed;

    /// <summary>Appends bytes; images may arrive in pieces.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int offset = (int)(length % chunkBytes);
            if (offset == 0)
            {
                chunks.Add(GC.AllocateUninitializedArray<byte>(chunkBytes));
            }

            int piece = Math.Min(chunkBytes - offset, bytes.Length);
            bytes[..piece].CopyTo(chunks[^1].AsSpan(offset));
            bytes = bytes[piece..];
            length += piece;
        }
    }

    public override ReadOnlySpan<byte> Slice(long first, int length)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(ImageSet));
        return chunks[(int)(first / chunkBytes)].AsSpan((int)(first % chunkBytes), length);
    }

    public override void CopyTo(long first, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(ImageSet));
        while (!destination.IsEmpty)
        {
            int offset = (int)(first % chunkBytes);
            int piece = Math.Min(chunkBytes - offset, destination.Length);
            chunks[(int)(first / chunkBytes)].AsSpan(offset, piece).CopyTo(destination);
            destination = destination[piece..];
            first += piece;
        }
    }

    public override void Dispose()
    {
        disposed = true;
        chunks.Clear();
    }
}

/// <summary>
/// The first bytes of a file, mapped: the system reads pages when they are touched and drops them when memory is short. What is copied is read from the file instead,
/// so that a set larger than the memory does not fill this process with its pages.
/// </summary>
internal sealed unsafe class MappedPixels : PixelStore
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private readonly SafeFileHandle handle;
    private bool disposed;

    /// <summary>Maps <paramref name="length"/> (at least 1) bytes of a file; the stream may be closed afterwards.</summary>
    public MappedPixels(FileStream stream, long length)
    {
        handle = stream.SafeFileHandle;
        file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        start = pointer + view.PointerOffset;
    }

    public override ReadOnlySpan<byte> Slice(long first, int length)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(ImageSet));
        return new ReadOnlySpan<byte>(start + first, length);
    }

    public override void CopyTo(long first, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(ImageSet));
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle, destination, first);
            if (read == 0)
            {
                throw new EndOfStreamException("The cache file of the images became shorter while it was read.");
            }

            destination = destination[read..];
            first += read;
        }
    }

    public override void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        }
    }
}

/// <summary>Another store's bytes from one on; the store stays its owner's.</summary>
internal sealed class PartOfPixels(PixelStore whole, long start) : PixelStore
{
    public override ReadOnlySpan<byte> Slice(long first, int length) => whole.Slice(start + first, length);

    public override void CopyTo(long first, Span<byte> destination) => whole.CopyTo(start + first, destination);

    public override void Dispose()
    {
    }
}
