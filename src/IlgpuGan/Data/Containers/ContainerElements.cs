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
        ContainerElement.Boolean or ContainerElement.UInt8 or ContainerElement.Int8 => 1,
        ContainerElement.UInt16 or ContainerElement.Int16 or ContainerElement.Float16 => 2,
        ContainerElement.UInt32 or ContainerElement.Int32 or ContainerElement.Float32 => 4,
        ContainerElement.UInt64 or ContainerElement.Int64 or ContainerElement.Float64 => 8,
        _ => 0,
    };

    /// <summary>Whether it is a number or a truth value.</summary>
    public static bool IsNumber(this ContainerElement element) => element.Bytes() > 0;

    /// <summary>Whether it is a number with a fraction.</summary>
    public static bool IsFraction(this ContainerElement element) => element is ContainerElement.Float16 or ContainerElement.Float32 or ContainerElement.Float64;

    /// <summary>An element as people write it.</summary>
    public static string Text(this ContainerElement element, ReadOnlySpan<byte> bytes) => element switch
    {
        ContainerElement.Boolean => bytes[0] != 0 ? "true" : "false",
        ContainerElement.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ContainerElement.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
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
            case ContainerElement.Float32 when BitConverter.IsLittleEndian:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case ContainerElement.Float64 when BitConverter.IsLittleEndian:
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
        ContainerElement.UInt8 => bytes[0],
        ContainerElement.Int8 => (sbyte)bytes[0],
        ContainerElement.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ContainerElement.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ContainerElement.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ContainerElement.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ContainerElement.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        ContainerElement.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ContainerElement.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ContainerElement.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ContainerElement.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, null),
    };
}
