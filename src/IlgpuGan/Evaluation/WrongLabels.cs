namespace IlgpuGan.Evaluation;

/// <summary>How often images do not look like the labels that were asked for.</summary>
/// <param name="Any">Share of the images with at least one wrong label.</param>
/// <param name="Columns">Share of the images with a wrong label, of each column that was asked for.</param>
internal sealed record WrongLabels(double Any, IReadOnlyList<double> Columns)
{
    /// <summary>Compares labels, both [N, columns] in the same order.</summary>
    /// <exception cref="ArgumentException">There are not as many of the one as of the other.</exception>
    public static WrongLabels Of(ReadOnlySpan<int> asked, ReadOnlySpan<int> read, int columns)
    {
        if (asked.Length != read.Length || asked.Length % columns != 0)
        {
            throw new ArgumentException($"{asked.Length} labels asked for cannot be compared with {read.Length} read in {columns} columns.");
        }
        int images = asked.Length / columns, any = 0;
        var wrong = new int[columns];
        for (int image = 0; image < images; image++)
        {
            int before = wrong.Sum();
            for (int column = 0; column < columns; column++)
            {
                wrong[column] += asked[image * columns + column] == read[image * columns + column] ? 0 : 1;
            }
            any += wrong.Sum() > before ? 1 : 0;
        }
        return new(any / (double)images, [.. wrong.Select(count => count / (double)images)]);
    }
}
