using System.Numerics;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Operations on memory that may be longer than a span.</summary>
internal static unsafe class NativeSpans
{
    private const int Piece = 1 << 30;

    public static void Fill(byte* start, nuint words, uint value)
    {
        for (nuint done = 0; done < words; done += Piece / 4)
        {
            new Span<uint>((uint*)start + done, (int)Math.Min(words - done, Piece / 4)).Fill(value);
        }
    }

    public static void Fill(byte* start, long bytes, byte value)
    {
        for (long done = 0; done < bytes; done += Piece)
        {
            new Span<byte>(start + done, (int)Math.Min(bytes - done, Piece)).Fill(value);
        }
    }

    public static long IndexOf(byte* start, long bytes, byte value)
    {
        for (long done = 0; done < bytes; done += Piece)
        {
            int found = new ReadOnlySpan<byte>(start + done, (int)Math.Min(bytes - done, Piece)).IndexOf(value);
            if (found >= 0)
            {
                return done + found;
            }
        }
        return -1;
    }

    public static void LowerTo(byte* start, long bytes, byte most)
    {
        long i = 0;
        for (; i <= bytes - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Min(Vector.Load(start + i), new Vector<byte>(most)).Store(start + i);
        }
        for (; i < bytes; i++)
        {
            start[i] = Math.Min(start[i], most);
        }
    }
}
