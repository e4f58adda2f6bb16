using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// The marks of places: a tap has a bit for its row and one for its column, a pixel those bits whose taps would lie in the padding. A copy to shared
/// memory tells by one operation whether it copies zeros, where <see cref="IOperand.IsInside"/> takes five.
/// </summary>
internal static class Marks
{
    /// <summary>Most rows and columns of a window.</summary>
    public const int Rows = 16, Columns = 15;

    /// <summary>What every outer place has in common with a depth behind the last one, whose mark has all bits.</summary>
    public const int End = int.MinValue;

    /// <summary>Whether windows of this size have marks.</summary>
    public static bool Hold(int rows, int columns) => rows <= Rows && columns <= Columns;

    /// <summary>Of a tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Tap(int row, int column) => 1 << (row & 15) | 1 << 16 << (column & 15);

    /// <summary>Of a pixel whose taps lie inside from the first row to before the last one, and from the first column to before the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pixel(int firstRow, int lastRow, int firstColumn, int lastColumn) =>
        ~(Range(firstRow, lastRow, Rows) | Range(firstColumn, lastColumn, Columns) << 16) & int.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Range(int first, int last, int most) => Below(last, most) & ~Below(first, most);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(int end, int most) => (1 << Math.Max(0, Math.Min(end, most))) - 1;
}
