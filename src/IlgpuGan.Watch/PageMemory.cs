namespace IlgpuGan.Watch;

/// <summary>What one page has been told of one run.</summary>
internal sealed class PageMemory
{
    private readonly Dictionary<string, int> versions = [];
    private readonly Dictionary<string, (int Version, int Thinnings, int Columns, int Rows, int Complete)> curves = [];

    /// <summary>Whether a version of something is news; from now on it is not.</summary>
    public bool Learns(string what, int version)
    {
        var isNews = versions.GetValueOrDefault(what, -1) != version;
        versions[what] = version;
        return isNews;
    }

    /// <summary>The rows of a table that are new or have changed; null for none. A new column is told from its first row on, and so are the others then.</summary>
    public CurveNews? Learns(string what, int version, CurveTable table)
    {
        var (told, thinnings, columns, _, complete) = curves.GetValueOrDefault(what, (-1, 0, 0, 0, 0));
        var from = told == version && thinnings == table.Thinnings && columns == table.Names.Count ? complete : 0;
        curves[what] = (version, table.Thinnings, table.Names.Count, table.Rows, table.CompleteRows);
        return from == table.Rows && told == version
            ? null
            : new CurveNews(from, table.Stride, table.Names.ToDictionary(name => name, name => table.Values(name, from)));
    }
}
