using System.Buffers.Binary;

namespace IlgpuGan.Export;

/// <summary>The formats of numbers that files of weights have, by the names of safetensors; all are read into 32-bit floats or 64-bit integers.</summary>
/// <param name="Name">Its name: <c>F32</c>, <c>BF16</c>, <c>I64</c>.</param>
/// <param name="Size">Bytes of a number.</param>
/// <param name="IsFloat">Whether it is a fraction.</param>
internal sealed record NumberFormat(string Name, int Size, bool IsFloat)
{
    private static readonly NumberFormat[] Table =
    [
        new("F64", 8, true), new("F32", 4, true), new("F16", 2, true), new("BF16", 2, true),
        new("I64", 8, false), new("I32", 4, false), new("I16", 2, false), new("I8", 1, false), new("U8", 1, false), new("BOOL", 1, false),
    ];

    /// <summary>The names, for messages.</summary>
    public static string Names => string.Join(", ", Table.Select(format => format.Name));

    /// <summary>The format of a name; null where it is none of these.</summary>
    public static NumberFormat? Named(string? name) => Array.Find(Table, format => format.Name == name);

    /// <summary>A fraction, from its little-endian bytes; one beyond single precision becomes infinite.</summary>
    public float Float(ReadOnlySpan<byte> bytes) => Name switch
    {
        "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        // The upper half of a single.
        "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(bytes) << 16),
        _ => throw new InvalidOperationException($"{Name} is no fraction."),
    };

    /// <summary>An integer, from its little-endian bytes.</summary>
    public long Integer(ReadOnlySpan<byte> bytes) => Name switch
    {
        "I64" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "I32" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "I16" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "I8" => (sbyte)bytes[0],
        "U8" or "BOOL" => bytes[0],
        _ => throw new InvalidOperationException($"{Name} is no integer."),
    };

    /// <summary>A tensor of a shape whose elements lie in bytes, element i at number <paramref name="place"/>(i).</summary>
    public StateTensor Tensor(int[] shape, int elements, ReadOnlySpan<byte> bytes, Func<int, long> place)
    {
        var floats = IsFloat ? new float[elements] : [];
        var integers = IsFloat ? [] : new long[elements];
        for (int i = 0; i < elements; i++)
        {
            var number = bytes.Slice(checked((int)(place(i) * Size)), Size);
            if (IsFloat)
            {
                floats[i] = Float(number);
            }
            else
            {
                integers[i] = Integer(number);
            }
        }
        return IsFloat ? new(shape, floats) : new(shape, integers);
    }
}
