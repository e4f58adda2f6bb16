using IlgpuGan.Data.Labelling;

namespace IlgpuGan.Data.Containers;

/// <summary>Finds the images among the columns of a container.</summary>
internal static class ImageColumn
{
    private const int MostListed = 8;

    // As people call them, the plainest first; arr_0 is what np.savez makes of an array without a name.
    private static readonly string[] Names = ["image", "images", "img", "imgs", "x", "data", "pixels", "pixel_values", "arr_0"];

    /// <summary>The images of the training part where the columns are of parts, else of those that there are.</summary>
    /// <exception cref="SourceUnsupportedException">There are none, or it cannot be told which of several they are.</exception>
    public static ContainerColumn Of(IImageContainer container, string path, List<string> remarks)
    {
        var able = container.Columns.Where(column => column.Refusal is null).ToList();
        var columns = able.Where(column => column.Element == ContainerElement.File && column.Lengths.Count == 1).ToList();
        if (columns.Count == 0)
        {
            columns = able.Where(column => column.Element.IsNumber() && ArrayLayout.Of(column.Lengths) is not null).ToList();
        }

        if (columns.Count == 0)
        {
            throw NoImages(container, path);
        }

        var parts = columns.ToLookup(column => SetParts.OfFile(column.Name));
        foreach (SetPart part in (SetPart[])[SetPart.Training, SetPart.None, SetPart.HeldOut])
        {
            var candidates = parts[part].ToList();
            if (candidates.Count == 0)
            {
                continue;
            }

            ContainerColumn taken = candidates is [var only] ? only : candidates.Where(column => RankOf(column) < Names.Length).OrderBy(RankOf).FirstOrDefault()
                ?? throw new SourceUnsupportedException($"'{path}' holds several columns that may be the images ({Listed(candidates)}); "
                    + $"save those to train on alone, or under the name '{Names[1]}'.");
            if (columns.Count > 1)
            {
                remarks.Add($"Of '{Path.GetFileName(path)}' {Quoted(taken)} is taken; left out: {Listed([.. columns.Where(column => column != taken)])}.");
            }

            return taken;
        }

        throw NoImages(container, path);
    }

    /// <summary>The word that says which part of a set a column is of, in capitals; empty where there is none.</summary>
    public static string PartOf(ContainerColumn column) =>
        SetParts.OfFile(column.Name) == SetPart.None ? "" : column.Name.Split('/', '_', '.', '-', ' ').First(word => SetParts.OfFile(word) != SetPart.None).ToUpperInvariant();

    private static int RankOf(ContainerColumn column)
    {
        string last = column.Name[(column.Name.LastIndexOf('/') + 1)..];
        string plain = string.Join('_', last.Split('_').Where(word => SetParts.OfFile(word) == SetPart.None));
        return Array.FindIndex(Names, name => name.Equals(plain, StringComparison.OrdinalIgnoreCase)) is >= 0 and var rank ? rank : Names.Length;
    }

    private static SourceUnsupportedException NoImages(IImageContainer container, string path)
    {
        var refused = container.Columns.Where(column => column.Refusal is not null).OrderBy(RankOf).FirstOrDefault();
        if (refused is not null && (RankOf(refused) < Names.Length || container.Columns.Count == 1))
        {
            return new($"{Quoted(refused)} of '{path}' {refused.Refusal}.");
        }

        return new(container.Columns.Count == 0 ? $"'{path}' holds nothing, where images were expected; give a file that has some."
            : $"'{path}' holds no images among {Listed(container.Columns)}, where image files or an array {ArrayLayout.Expected} were expected; "
                + (refused is null ? "give a file that has them." : $"{Quoted(refused)} {refused.Refusal}."));
    }

    private static string Listed(IReadOnlyList<ContainerColumn> columns) =>
        string.Join(", ", columns.Take(MostListed).Select(Described)) + (columns.Count > MostListed ? ", ..." : "");

    private static string Described(ContainerColumn column) =>
        column.Lengths.Count > 1 ? $"{Quoted(column)} [{string.Join(", ", column.Lengths)}]" : Quoted(column);

    private static string Quoted(ContainerColumn column) => $"'{Excerpt.Of(column.Name)}'";
}
