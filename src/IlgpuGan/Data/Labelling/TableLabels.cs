using System.Globalization;
using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// Labels in a table that lies with the images, <c>file,label,...</c>: whichever column names the images is that of the files, with or without
/// folders and endings; the others are labels where they hold classes.
/// </summary>
internal static class TableLabels
{
    /// <summary>With more tables than this they belong to the single images, as boxes do.</summary>
    private const int MostTables = 16;

    private const int MostListed = 8;

    /// <summary>So many rows tell which column names the images.</summary>
    private const int MostTried = 2_000;

    // What is in them says where things lie, not what they are.
    private static readonly string[] Unrelated = ["bbox", "landmark", "partition"];

    private static readonly string[] Preferred = ["attr", "label", "metadata", "train"];

    // A running number, and the size of the picture.
    private static readonly HashSet<string> NoLabels = new(StringComparer.OrdinalIgnoreCase) { "", "index", "unnamed: 0", "width", "height" };

    /// <summary>The columns of the table that labels all images; none where there is none, with a warning where one labels only some.</summary>
    /// <param name="tree">Where tables are looked for.</param>
    /// <param name="root">The folder that all images lie below.</param>
    /// <param name="all">All images of the set.</param>
    /// <param name="kept">Those to be labelled, in their order.</param>
    /// <param name="warnings">What a user should know.</param>
    public static IReadOnlyList<LabelColumn> Of(
        FileTree tree, string root, IReadOnlyList<SetImage> all, IReadOnlyList<SetImage> kept, List<string> warnings)
    {
        var files = Tables(tree, root, Unrelated);
        if (files.Count == 0)
        {
            return [];
        }

        var names = new ImageNames(tree.Name, all, root);
        var foreign = new List<TreeFile>();
        var found = files.Select(file => Match(tree, file, names, kept, foreign, warnings)).OfType<Matched>().ToList();
        var whole = found.Where(table => table.Labelled == kept.Count).ToList();
        if (whole.Count == 0)
        {
            if (found.MaxBy(table => table.Labelled) is { } best)
            {
                warnings.Add($"'{best.File.Path}' has no row for {kept.Count - best.Labelled} of {kept.Count} images, '{best.FirstWithout}' the first, so its labels were not taken.");
            }
            else if (foreign.Count > 0)
            {
                string list = string.Join(", ", foreign.Take(MostListed).Select(file => $"'{file.Path}'")) + (foreign.Count > MostListed ? ", ..." : "");
                warnings.Add($"No row of {list} names an image of the set, so no labels were taken from there; to label them, a column has to hold their file names, such as '{kept[0].File.Name}'.");
            }

            return [];
        }

        // What lies above the images is of them; what lies elsewhere may only use the same names.
        var above = whole.Where(table => root.StartsWith(table.File.Folder, StringComparison.Ordinal)).ToList();
        whole = above.Count > 0 ? above : whole;
        int rank = whole.Min(table => Rank(table.File.Name));
        var chosen = whole.Where(table => Rank(table.File.Name) == rank).ToList();
        if (chosen.Count > 1)
        {
            warnings.Add($"Several tables label the images ({string.Join(", ", chosen.Select(table => table.File.Path))}), so none was taken; leave one.");
            return [];
        }

        if (whole.Count > 1)
        {
            warnings.Add($"Labels are taken from '{chosen[0].File.Path}', not from {string.Join(", ", whole.Except(chosen).Select(table => $"'{table.File.Path}'"))}.");
        }

        return Columns(chosen[0], warnings);
    }

    /// <summary>The tables that may be of the set; none where there are so many that they belong to the single images.</summary>
    /// <param name="tree">Where they are looked for.</param>
    /// <param name="root">The folder that all images lie below.</param>
    /// <param name="unrelated">Words in the names of others.</param>
    internal static IReadOnlyList<TreeFile> Tables(FileTree tree, string root, IReadOnlyList<string> unrelated)
    {
        var files = tree.Files.Where(file => LabelTable.IsName(file.Name) && file.Length > 0 && !unrelated.Any(word => file.Name.Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
        var training = files.Where(file => !IsHeldOut(file)).ToList();
        files = training.Count > 0 ? training : files;
        if (files.Count > MostTables)
        {
            files = [.. files.Where(file => root.StartsWith(file.Folder, StringComparison.Ordinal))];
        }

        return files.Count <= MostTables ? files : [];
    }

    // CelebA's list_eval_partition is of all images.
    private static bool IsHeldOut(TreeFile file) => (SetParts.OfFile(file.Name) == SetPart.HeldOut && !TableParts.IsPartition(file.Name))
        || file.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Any(folder => SetParts.OfFolder(folder) == SetPart.HeldOut);

    private static int Rank(string name) => Array.FindIndex(Preferred, word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) is >= 0 and int place ? place : Preferred.Length;

    /// <summary>The rows of a table that name images; null, mostly with a warning, where none does.</summary>
    /// <param name="tree">What the table lies in.</param>
    /// <param name="file">The table.</param>
    /// <param name="names">Names of the images.</param>
    /// <param name="kept">The images whose rows are wanted.</param>
    /// <param name="foreign">Hears of a table that names no image.</param>
    /// <param name="warnings">Hears what is wrong.</param>
    /// <param name="mayDiffer">Whether two rows of one image may differ: what they differ in is then empty.</param>
    internal static Matched? Match(
        FileTree tree, TreeFile file, ImageNames names, IReadOnlyList<SetImage> kept, List<TreeFile> foreign, List<string> warnings, bool mayDiffer = false)
    {
        var (table, wrong) = LabelTable.Read(file.Name, tree.ReadLabels(file));
        if (table is null)
        {
            warnings.Add($"'{file.Path}' was not taken for labels: {wrong}.");
            return null;
        }

        if (table.Rows.Count == 0 || table.Rows[0].Length < 2)
        {
            return null;
        }

        string[][] some = [.. table.Rows.Where((_, i) => i % ((table.Rows.Count / MostTried) + 1) == 0)];
        int files = Enumerable.Range(0, table.Rows[0].Length).MaxBy(column => some.Count(row => names.Find(row[column]) is not null));
        string first = table.Rows[0][files];
        bool hasHeader = names.Find(first) is null && !FileKinds.IsImage(first);
        var rows = new Dictionary<SetImage, string[]>();
        int absent = 0;
        var named = table.Rows.Skip(hasHeader ? 1 : 0).Select(row => (Row: row, Image: names.Find(row[files], out bool isWhole), IsWhole: isWhole)).ToList();
        var whole = named.Where(one => one.IsWhole).Select(one => one.Image!).ToHashSet();
        foreach (var (row, image, isWhole) in named)
        {
            // test/1.png is not train/1.png, which has a row of its own.
            if (image is null || (!isWhole && whole.Contains(image)))
            {
                absent++;
            }
            else if (!rows.TryAdd(image, row) && !Agree(rows[image], row, files))
            {
                if (!mayDiffer)
                {
                    warnings.Add($"'{file.Path}' was not taken for labels: it has two rows that differ for '{image.File.Path}'.");
                    return null;
                }

                rows[image] = [.. rows[image].Zip(row, (one, other) => one == other ? one : "")];
            }
        }

        if (rows.Count == 0)
        {
            foreign.Add(file);
            return null;
        }

        int[] columns = [.. Enumerable.Range(0, table.Rows[0].Length).Where(column => column != files)];
        string[] header = Unique([.. columns.Select((column, i) => hasHeader ? table.Rows[0][column]
            : columns.Length == 1 ? "label" : string.Create(CultureInfo.InvariantCulture, $"label-{i + 1}"))]);
        return new Matched(
            file, header, [.. kept.Where(rows.ContainsKey)], [.. kept.Where(rows.ContainsKey).Select(image => (IReadOnlyList<string>)[.. columns.Select(column => rows[image][column])])],
            kept.FirstOrDefault(image => !rows.ContainsKey(image))?.File.Path, absent);
    }

    private static bool Agree(string[] one, string[] other, int files) => one.Where((_, i) => i != files).SequenceEqual(other.Where((_, i) => i != files));

    private static IReadOnlyList<LabelColumn> Columns(Matched table, List<string> warnings)
    {
        string path = table.File.Path;
        if (table.Absent > 0)
        {
            warnings.Add($"'{path}' has {Amount.Of(table.Absent, "row")} of files that are no images of the set.");
        }

        // What the images were chosen by says no more of them.
        int width = table.Header.Length;
        int[] places = [.. Enumerable.Range(0, width).Where(i => !TableParts.IsPart(table.File.Name, table.Header[i], [.. table.Rows.Select(row => row[i])]))];
        double[][] numbers = [.. table.Rows.Select(row => places.Select(i => LabelColumns.Number(row[i]) ?? -1).ToArray())];
        if (places.Length > 1 && numbers.All(row => row.All(value => value is 0 or 1) && row.Sum() == 1)
            && LabelColumns.OfVectors("class", numbers, [.. places.Select(i => table.Header[i])]) is { } oneHot)
        {
            return oneHot;
        }

        var columns = new List<LabelColumn>();
        var others = new List<string>();
        foreach (int i in places)
        {
            string[] texts = [.. table.Rows.Select(row => row[i])];
            string name = table.Header[i];
            LabelColumn? column = NoLabels.Contains(name) ? null : (width > 1 ? LabelColumns.OfYesNo(name, texts) : null) ?? LabelColumns.OfTexts(name, texts);
            if (column is not null && columns.Count < LabelColumns.MaxColumns)
            {
                columns.Add(column);
            }
            else
            {
                others.Add(name.Length > 0 ? name : $"column {i + 1}");
            }
        }

        if (others.Count > 0)
        {
            warnings.Add($"Of '{path}' these columns are no labels, as they have gaps, measures or hardly a value twice: "
                + $"{string.Join(", ", others.Take(MostListed))}{(others.Count > MostListed ? ", ..." : "")}.");
        }

        return columns;
    }

    private static string[] Unique(string[] names)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return Array.ConvertAll(names, name =>
        {
            int times = seen[name] = seen.GetValueOrDefault(name) + 1;
            return times == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{times}");
        });
    }

    /// <summary>A table with the rows of the images it names.</summary>
    internal sealed record Matched(TreeFile File, string[] Header, IReadOnlyList<SetImage> Images, IReadOnlyList<IReadOnlyList<string>> Rows, string? FirstWithout, int Absent)
    {
        public int Labelled => Rows.Count;
    }
}
