using IlgpuGan.Data.Containers;
using ParquetSharp;

namespace IlgpuGan.Parquet;

/// <summary>What a file's schema says of a column of values.</summary>
internal sealed class ParquetLeaf(int index, ColumnDescriptor column, LogicalType logical)
{
    private readonly PhysicalType type = column.PhysicalType;

    // Written as whole numbers, which these are not.
    private readonly bool isCounted = logical is DecimalLogicalType or DateLogicalType or TimeLogicalType or TimestampLogicalType;

    /// <summary>Its place among the columns.</summary>
    public int Index { get; } = index;

    /// <summary>Whether a row may have several values.</summary>
    public bool IsRepeated { get; } = column.MaxRepetitionLevel > 0;

    /// <summary>The level of a value that is there; lower ones are of nothing.</summary>
    public short Present { get; } = column.MaxDefinitionLevel;

    /// <summary>Whether values are bytes of any length.</summary>
    public bool IsBytes => type == PhysicalType.ByteArray;

    /// <summary>Whether these bytes are text.</summary>
    public bool IsText { get; } = logical is StringLogicalType or EnumLogicalType or JsonLogicalType;

    /// <summary>What it is made of, as far as it may label.</summary>
    public ContainerElement Element => isCounted ? ContainerElement.Other : type switch
    {
        PhysicalType.Boolean => ContainerElement.Boolean,
        PhysicalType.Int32 => ContainerElement.Signed32,
        PhysicalType.Int64 => ContainerElement.Signed64,
        PhysicalType.Float => ContainerElement.Fraction32,
        PhysicalType.Double => ContainerElement.Fraction64,
        PhysicalType.ByteArray when IsText => ContainerElement.Text,
        _ => ContainerElement.Other,
    };
}
