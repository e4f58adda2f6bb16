using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// The rows and columns that a thread sums. A group takes a part of the rows and as many columns as it has threads beside one another; its threads below one
/// another take rows in turn, so that they read neighbours, and their sums are added two by two.
/// </summary>
public struct RowTile
{
    /// <summary>Bytes that the threads of a group share, of moments; sums take fewer.</summary>
    public const int SharedBytes = GridSize.GroupThreads * (4 + 4 + 4 + 1) * sizeof(float);

    /// <summary>Which part of the rows it is.</summary>
    public int Part;

    /// <summary>The thread's first column.</summary>
    public int Column;

    /// <summary>Whether there is such a column.</summary>
    public bool IsInside;

    /// <summary>The thread's first row.</summary>
    public int First;

    /// <summary>The row behind the part's last one.</summary>
    public int End;

    /// <summary>From one row of the thread to its next: threads below one another.</summary>
    public int Down;

    /// <summary>Which of the threads below one another it is.</summary>
    public int Level;

    /// <summary>The tile of a thread.</summary>
    /// <param name="rows">Rows of the space.</param>
    /// <param name="columns">Columns of the space.</param>
    /// <param name="parts">Parts that the rows are cut into.</param>
    /// <param name="across">Threads beside one another, a power of two.</param>
    /// <param name="width">Columns of a thread.</param>
    /// <param name="group">Which group it is.</param>
    public static RowTile Of(int rows, int columns, int parts, int across, int width, int group)
    {
        int part = group % parts;
        int level = Group.IdxX / across;
        int column = (group / parts * across + Group.IdxX - level * across) * width;
        int rowsOfPart = RowsOfPart(rows, parts);
        int first = part * rowsOfPart;
        return new()
        {
            Part = part,
            Column = column,
            IsInside = column < columns,
            First = first + level,
            End = Math.Min(first + rowsOfPart, rows),
            Down = GridSize.GroupThreads / across,
            Level = level,
        };
    }

    /// <summary>Groups that a space takes.</summary>
    public static GridSize Grid(int columns, int parts, int across, int width) =>
        new((columns / width + across - 1) / across * parts, GridSize.GroupThreads);

    /// <summary>Rows of each part but the last ones, which may have fewer or none.</summary>
    public static int RowsOfPart(int rows, int parts) => (rows + parts - 1) / parts;
}
