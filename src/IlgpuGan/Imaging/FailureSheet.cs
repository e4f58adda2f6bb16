namespace IlgpuGan.Imaging;

/// <summary>A training that failed.</summary>
/// <param name="Title">What went wrong.</param>
/// <param name="Cause">Why.</param>
/// <param name="Images">What G draws, [count, H, W, C]; empty of points.</param>
/// <param name="Shape">Shape of an image.</param>
/// <param name="Reals">Real points, x0, y0, x1, y1, ...; empty of images.</param>
/// <param name="Fakes">Generated points likewise.</param>
/// <param name="Numbers">What tells it from others: a name, a value in words, and whether that gives it away.</param>
/// <param name="Words">What the watchdog said.</param>
internal sealed record FailureColumn(
    string Title, string Cause, byte[] Images, ImageShape Shape, float[] Reals, float[] Fakes, IReadOnlyList<(string Name, string Value, bool IsTelling)> Numbers, string Words)
{
    /// <summary>What every so many of the images are, in order: each has a column of its own in turn. None where all are alike.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];
}

/// <summary>Trainings that failed, side by side: pictures, numbers, and what the watchdog said.</summary>
internal static class FailureSheet
{
    private const int Column = 440, Side = 400, Across = 4, Lines = 7, ValueLeft = 250;

    /// <summary>Writes the sheet as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="columns">At least one.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, IReadOnlyList<FailureColumn> columns)
    {
        const int Causes = PlotSheet.TitleHeight + PlotSheet.CaptionHeight, Pictures = Causes + (2 * PlotSheet.LineHeight) + 8, Table = Pictures + Side + 8;
        int words = Table + (columns.Max(column => column.Numbers.Count) * PlotSheet.LineHeight) + 12;
        using var sheet = new PlotSheet(Math.Max(2, columns.Count) * Column, words + (Lines * PlotSheet.LineHeight) + 8);
        sheet.Title(title, []);
        for (int i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            int left = i * Column;
            sheet.Caption(column.Title, left, PlotSheet.TitleHeight);
            sheet.Text($"because: {column.Cause}", left, Causes, Column);
            if (column.Images.Length > 0)
            {
                string[]? heads = column.Kinds.Count == 0 ? null : [.. Enumerable.Range(0, Across).Select(place => column.Kinds[place % column.Kinds.Count])];
                sheet.Images(column.Images, column.Shape, Across, left + ((Column - Side) / 2), Pictures, Side, heads);
            }
            else
            {
                using var points = ModeStrip.Cell(column.Reals, column.Fakes, "blue: real, orange: generated");
                sheet.Draw(points, left + ((Column - Side) / 2), Pictures, Side, Side);
            }

            for (int row = 0; row < column.Numbers.Count; row++)
            {
                var (name, value, isTelling) = column.Numbers[row];
                sheet.Caption(name, left, Table + (row * PlotSheet.LineHeight));
                sheet.Caption(isTelling ? $"{value}  <" : value, left + ValueLeft, Table + (row * PlotSheet.LineHeight));
            }

            sheet.Text(column.Words, left, words, Column);
        }

        sheet.Save(path);
    }
}
