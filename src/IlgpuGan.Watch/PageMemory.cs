namespace IlgpuGan.Watch;

/// <summary>What one page has been told of one run.</summary>
internal sealed class PageMemory
{
    private readonly Dictionary<string, int> versions = [];
    private readonly Dictionary<string, (int Version, int Thinnings, int Columns, long Reports, int Complete)> curves = [];

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
        var known = curves.GetValueOrDefault(what, (Version: -1, Thinnings: 0, Columns: 0, Reports: 0, Complete: 0));
        var isSame = known.Version == version;
        curves[what] = (version, table.Thinnings, table.Names.Count, table.Reports, table.CompleteRows);
        if (isSame && known.Reports == table.Reports)
        {
            return null;
        }

        var from = isSame && known.Thinnings == table.Thinnings && known.Columns == table.Names.Count ? known.Complete : 0;
        return new CurveNews(from, table.Stride, table.Names.ToDictionary(name => name, name => table.Values(name, from)));
    }
}
