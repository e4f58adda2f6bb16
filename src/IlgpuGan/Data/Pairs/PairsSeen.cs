namespace IlgpuGan.Data.Pairs;

/// <summary>What images look like that seem to be of two kinds.</summary>
/// <param name="Layout">How they lie.</param>
/// <param name="IsPaired">Whether each has a partner.</param>
/// <param name="IsCertain">Whether names say so; else it may be chance.</param>
/// <param name="Name">Name of the source.</param>
public sealed record PairsSeen(PairLayout Layout, bool IsPaired, bool IsCertain, string Name)
{
    internal PairsSeen(PairListing listing, bool IsCertain, string name)
        : this(listing.Layout, listing.IsPaired, IsCertain, name)
    {
    }

    /// <summary>What is seen, in a sentence.</summary>
    public override string ToString() => (IsCertain, Layout) switch
    {
        (true, _) => $"'{Name}' looks like images of two kinds to translate into each other (layout {PairLayoutRow.Of(Layout).Name}).",
        (_, PairLayout.Folders) => $"The two folders of '{Name}' hold files of equal names, as those of which one is translated into the other do (layout {PairLayoutRow.Of(Layout).Name}).",
        _ => $"The images of '{Name}' are twice as wide as high, as those of which the left half is translated into the right are (layout {PairLayoutRow.Of(Layout).Name}).",
    };
}
