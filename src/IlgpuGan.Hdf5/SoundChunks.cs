using System.Reflection;
using PureHDF.VOL.Native;

namespace IlgpuGan.Hdf5;

/// <summary>
/// Keeps chunks of an array, and looks at how long each is said to be before the library takes that memory to read it: a chunk is no longer than its file. The library has no public
/// word for it, so the object that is to read the chunk is asked.
/// </summary>
/// <param name="byteCount">How much is kept.</param>
/// <param name="fileBytes">Length of the file.</param>
internal sealed class SoundChunks(ulong byteCount, long fileBytes) : IReadingChunkCache
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly SimpleReadingChunkCache kept = new(chunkSlotCount: 521, byteCount: byteCount);

    /// <inheritdoc/>
    public Memory<byte> GetChunk(ulong chunkIndex, Func<Memory<byte>> chunkReader) => kept.GetChunk(chunkIndex, () =>
    {
        long length = LengthOf(chunkReader, chunkIndex);
        return length <= fileBytes ? chunkReader() : throw new InvalidDataException($"A chunk claims {length} bytes of a file of {fileBytes}.");
    });

    private static long LengthOf(Func<Memory<byte>> reader, ulong index)
    {
        object closure = reader.Target ?? throw new MissingMemberException(nameof(Func<>), nameof(reader.Target));
        object chunks = closure.GetType().GetFields(Hidden).Select(field => field.GetValue(closure)).First(value => value?.GetType().GetMethod("GetReadChunkInfo", Hidden) is not null)!;
        object info = chunks.GetType().GetMethod("GetReadChunkInfo", Hidden)!.Invoke(chunks, BindingFlags.DoNotWrapExceptions, null, [index], null)!;
        return Convert.ToInt64(info.GetType().GetProperty("Size", Hidden)!.GetValue(info), null);
    }
}
