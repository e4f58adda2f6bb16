using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace IlgpuGan.Data.Containers;

/// <summary>Numbers of containers as bytes.</summary>
internal static class ContainerElements
{
    /// <summary>Bytes of an element; 0 where they differ or are not known.</summary>
    public static int Bytes(this ContainerElement element) => element switch
    {
        ContainerElement.Boolean or ContainerElement.Unsigned8 or ContainerElement.Signed8 => 1,
        ContainerElement.Unsigned16 or ContainerElement.Signed16 or ContainerElement.Fraction16 => 2,
        ContainerElement.Unsigned32 or ContainerElement.Signed32 or ContainerElement.Fraction32 => 4,
        ContainerElement.Unsigned64 or ContainerElement.Signed64 or ContainerElement.Fraction64 => 8,
        _ => 0,
    };

    /// <summary>Whether it is a number or a truth value.</summary>
    public static bool IsNumber(this ContainerElement element) => element.Bytes() > 0;

    /// <summary>Whether it is a number with a fraction.</summary>
    public static bool IsFraction(this ContainerElement element) => element is ContainerElement.Fraction16 or ContainerElement.Fraction32 or ContainerElement.Fraction64;

    /// <summary>An element as people write it.</summary>
    public static string Text(this ContainerElement element, ReadOnlySpan<byte> bytes) => element switch
    {
        ContainerElement.Boolean => bytes[0] != 0 ? "true" : "false",
        ContainerElement.Unsigned64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.Signed64 => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.Fraction64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.Unsigned32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.Signed32 => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        _ => ToFloat(element, bytes).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Elements as numbers of single precision.</summary>
    /// <param name="element">What the bytes are.</param>
    /// <param name="bytes">Whole elements.</param>
    /// <param name="values">One for each.</param>
    public static void ToFloats(this ContainerElement element, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (element)
        {
            case ContainerElement.Fraction32 when BitConverter.IsLittleEndian:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case ContainerElement.Fraction64 when BitConverter.IsLittleEndian:
                TensorPrimitives.ConvertTruncating<double, float>(MemoryMarshal.Cast<byte, double>(bytes), values);
                break;
            default:
                int size = element.Bytes();
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = ToFloat(element, bytes.Slice(i * size, size));
                }

                break;
        }
    }

    private static float ToFloat(ContainerElement element, ReadOnlySpan<byte> bytes) => element switch
    {
        ContainerElement.Boolean => bytes[0] != 0 ? 1 : 0,
        ContainerElement.Unsigned8 => bytes[0],
        ContainerElement.Signed8 => (sbyte)bytes[0],
        ContainerElement.Unsigned16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ContainerElement.Signed16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ContainerElement.Unsigned32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ContainerElement.Signed32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ContainerElement.Unsigned64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        ContainerElement.Signed64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ContainerElement.Fraction16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ContainerElement.Fraction32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ContainerElement.Fraction64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, null),
    };
}
