using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>A grid in which each row is of one label, the same latents in all of them: what the label changes, and what it leaves.</summary>
internal static class LabelPicture
{
    /// <summary>Images of a row.</summary>
    public const int PerRow = 10;

    // More rows than fit a screen at a readable size.
    private const int MostRows = 16;

    /// <summary>Writes a row for each value of a column that the data has.</summary>
    /// <param name="path">The file.</param>
    /// <param name="draw">Draws images 0, 1, ... of the labels asked for, so many of them.</param>
    /// <param name="labels">The columns that it is conditioned on.</param>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="column">The column whose values are the rows.</param>
    /// <param name="asked">What is asked of the other columns; null where any will do.</param>
    public static void Save(string path, Func<IReadOnlyList<int?>, int, byte[]> draw, LabelChoice labels, RunData shape, int column, IReadOnlyList<int?>? asked = null)
    {
        var values = Enumerable.Range(0, labels.Columns[column].Values.Count).Where(value => labels.Columns[column].Counts[value] > 0).Take(MostRows).ToList();
        var rows = values.Select(value => Enumerable.Range(0, labels.Columns.Count).Select(i => i == column ? value : asked?[i]).ToArray());
        byte[] pixels = [.. rows.SelectMany(row => draw(row, PerRow))];
        RowGrid.Save(path, [.. values.Select(value => labels.Columns[column].Values[value])], pixels, PerRow, shape.Height, shape.Width, shape.Channels);
    }
}
