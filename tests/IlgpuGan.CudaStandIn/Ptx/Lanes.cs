using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>An operation on one number of each thread.</summary>
internal interface IUnary<T>
    where T : unmanaged
{
    static abstract Vector<T> Of(Vector<T> a);
}

/// <summary>An operation on two numbers of each thread.</summary>
internal interface IBinary<T>
    where T : unmanaged
{
    static abstract Vector<T> Of(Vector<T> a, Vector<T> b);
}

/// <summary>An operation on three numbers of each thread.</summary>
internal interface ITernary<T>
    where T : unmanaged
{
    static abstract Vector<T> Of(Vector<T> a, Vector<T> b, Vector<T> c);
}

/// <summary>An operation on one number of a thread, which has no vector of its own.</summary>
internal interface IConversion<TFrom, TTo>
{
    static abstract TTo Of(TFrom a);
}

/// <summary>An operation on two numbers of a thread, which has no vector of its own.</summary>
internal interface ICombination<TLeft, TRight, TTo>
{
    static abstract TTo Of(TLeft a, TRight b);
}

/// <summary>Operations on rows: a number for each thread of a group. The compiler makes each of them a loop of its own.</summary>
internal static unsafe class Lanes
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    [MethodImpl(Hot)]
    public static void Map<TOperation, T>(T* d, T* a, int width)
        where TOperation : struct, IUnary<T>
        where T : unmanaged
    {
        for (int i = 0; i < width; i += Vector<T>.Count)
        {
            TOperation.Of(Vector.Load(a + i)).Store(d + i);
        }
    }

    [MethodImpl(Hot)]
    public static void Map<TOperation, T>(T* d, T* a, T* b, int width)
        where TOperation : struct, IBinary<T>
        where T : unmanaged
    {
        for (int i = 0; i < width; i += Vector<T>.Count)
        {
            TOperation.Of(Vector.Load(a + i), Vector.Load(b + i)).Store(d + i);
        }
    }

    [MethodImpl(Hot)]
    public static void Map<TOperation, T>(T* d, T* a, T* b, T* c, int width)
        where TOperation : struct, ITernary<T>
        where T : unmanaged
    {
        for (int i = 0; i < width; i += Vector<T>.Count)
        {
            TOperation.Of(Vector.Load(a + i), Vector.Load(b + i), Vector.Load(c + i)).Store(d + i);
        }
    }

    [MethodImpl(Hot)]
    public static void Convert<TOperation, TFrom, TTo>(TTo* d, TFrom* a, int width)
        where TOperation : struct, IConversion<TFrom, TTo>
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        for (int i = 0; i < width; i++)
        {
            d[i] = TOperation.Of(a[i]);
        }
    }

    [MethodImpl(Hot)]
    public static void Combine<TOperation, TLeft, TRight, TTo>(TTo* d, TLeft* a, TRight* b, int width)
        where TOperation : struct, ICombination<TLeft, TRight, TTo>
        where TLeft : unmanaged
        where TRight : unmanaged
        where TTo : unmanaged
    {
        for (int i = 0; i < width; i++)
        {
            d[i] = TOperation.Of(a[i], b[i]);
        }
    }

    /// <summary>Takes results over where a mask is set.</summary>
    [MethodImpl(Hot)]
    public static void Keep(uint* d, uint* results, uint* mask, int width)
    {
        for (int i = 0; i < width; i += Vector<uint>.Count)
        {
            Vector.ConditionalSelect(Vector.Load(mask + i), Vector.Load(results + i), Vector.Load(d + i)).Store(d + i);
        }
    }

    /// <summary>Takes results over where a mask is set.</summary>
    [MethodImpl(Hot)]
    public static void Keep(ulong* d, ulong* results, uint* mask, int width)
    {
        for (int i = 0; i < width; i++)
        {
            d[i] = mask[i] != 0 ? results[i] : d[i];
        }
    }

    /// <summary>Shifts by one count for all threads.</summary>
    [MethodImpl(Hot)]
    public static void ShiftLeft(uint* d, uint* a, int count, int width)
    {
        for (int i = 0; i < width; i += Vector<uint>.Count)
        {
            (count > 31 ? Vector<uint>.Zero : Vector.Load(a + i) << count).Store(d + i);
        }
    }

    /// <summary>Shifts by one count for all threads.</summary>
    [MethodImpl(Hot)]
    public static void ShiftRight(uint* d, uint* a, int count, int width)
    {
        for (int i = 0; i < width; i += Vector<uint>.Count)
        {
            (count > 31 ? Vector<uint>.Zero : Vector.Load(a + i) >>> count).Store(d + i);
        }
    }

    /// <summary>Shifts by one count for all threads.</summary>
    [MethodImpl(Hot)]
    public static void ShiftRight(int* d, int* a, int count, int width)
    {
        for (int i = 0; i < width; i += Vector<int>.Count)
        {
            (Vector.Load(a + i) >> Math.Min(count, 31)).Store(d + i);
        }
    }

    /// <summary>Multiplies to 64 bits.</summary>
    [MethodImpl(Hot)]
    public static void MultiplyWide(ulong* d, uint* a, uint* b, int width)
    {
        for (int i = 0; i < width; i++)
        {
            d[i] = (ulong)a[i] * b[i];
        }
    }

    /// <summary>Multiplies to 64 bits and adds.</summary>
    /// <summary>Byte i of the result is the one of eight, those of a below those of b, that digit i of c names; of a digit from 8 on all bits are the sign of that byte.</summary>
    [MethodImpl(Hot)]
    public static void PermuteBytes(uint* d, uint* a, uint* b, uint* c, int width)
    {
        for (int i = 0; i < width; i++)
        {
            ulong bytes = ((ulong)b[i] << 32) | a[i];
            uint result = 0;
            for (int place = 0; place < 4; place++)
            {
                uint digit = c[i] >> (4 * place), chosen = (uint)(bytes >> (int)(8 * (digit & 7))) & 0xFF;
                result |= ((digit & 8) == 0 ? chosen : chosen < 0x80 ? 0 : 0xFFu) << (8 * place);
            }
            d[i] = result;
        }
    }

    [MethodImpl(Hot)]
    public static void MultiplyAddWide(ulong* d, uint* a, uint* b, ulong* c, int width)
    {
        for (int i = 0; i < width; i++)
        {
            d[i] = ((ulong)a[i] * b[i]) + c[i];
        }
    }

    /// <summary>Multiplies to 64 bits and adds.</summary>
    [MethodImpl(Hot)]
    public static void MultiplyAddWide(long* d, int* a, int* b, long* c, int width)
    {
        for (int i = 0; i < width; i++)
        {
            d[i] = ((long)a[i] * b[i]) + c[i];
        }
    }

    /// <summary>Selects 64 bits by a predicate.</summary>
    [MethodImpl(Hot)]
    public static void Select(ulong* d, ulong* a, ulong* b, uint* predicate, int width)
    {
        for (int i = 0; i < width; i++)
        {
            d[i] = predicate[i] != 0 ? a[i] : b[i];
        }
    }

    /// <summary>Copies a row of bytes.</summary>
    public static void Copy(void* d, void* a, nint bytes) => Unsafe.CopyBlock(d, a, (uint)bytes);
}
