using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// Finds the training part of images in tables: columns of <c>train</c>, <c>val</c> and <c>test</c>; those of yes and no that are named for one of them
/// (<c>is_train</c>, <c>test</c>); numbers in a column that is named for them (<c>split</c>) or in CelebA's <c>list_eval_partition</c>, where 0 is training.
/// What one column holds out is not trained on, whatever another says of it.
/// </summary>
internal static class TableParts
{
    private const int MostParts = 8;

    // Boxes and landmarks are of single images.
    private static readonly string[] Unrelated = ["bbox", "landmark"];

    /// <summary>The images of the training part; null where no table parts them.</summary>
    /// <param name="tree">Where tables are looked for.</param>
    /// <param name="root">The folder that all images lie below.</param>
    /// <param name="images">All images of the set.</param>
    /// <param name="remarks">Hears what was taken and left out, and what the tables say that could not be followed.</param>
    public static IReadOnlyList<SetImage>? Training(FileTree tree, string root, IReadOnlyList<SetImage> images, List<string> remarks)
    {
        var columns = Columns(tree, root, images);
        var dividing = columns.Where(column => column.HoldsOut && column.LeavesSome).ToLookup(column => 2 * column.Images.Count >= images.Count);
        if (dividing[true].Any())
        {
            return Training(images, [.. dividing[true], .. dividing[false]], remarks);
        }

        foreach (PartColumn sparse in dividing[false])
        {
            remarks.Add($"{Capital(sparse.Place)} parts only {sparse.Images.Count} of {Amount.Of(images.Count, "image")} into training and test, so all are taken; complete it to leave "
                + "out the others.");
        }

        if (columns.FirstOrDefault(column => column.HoldsOut && !column.LeavesSome) is { } none)
        {
            remarks.Add(NoneFor(none.Place, Counted(none.Texts)));
        }

        return null;
    }

    /// <summary>Whether a column says which part of the set an image is of, and no more.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="column">Name of the column.</param>
    /// <param name="texts">Its texts.</param>
    public static bool IsPart(string table, string column, IReadOnlyList<string> texts) =>
        texts.Where(text => !IsGap(text)).ToList() is { Count: > 0 } placing && Of(table, column, placing) is not null;

    /// <summary>Whether a table is one of parts that have numbers, by its name.</summary>
    internal static bool IsPartition(string name) => name.Contains("partition", StringComparison.OrdinalIgnoreCase);

    private static List<PartColumn> Columns(FileTree tree, string root, IReadOnlyList<SetImage> images)
    {
        var columns = new List<PartColumn>();
        var files = TableLabels.Tables(tree, root, Unrelated);
        var names = files.Count > 0 ? new ImageNames(tree.Name, images, root) : null;
        foreach (TreeFile file in files)
        {
            // What is wrong with a table is said where its labels are read.
            if (TableLabels.Match(tree, file, names!, images, [], [], mayDiffer: true) is not { } table)
            {
                continue;
            }

            for (int column = 0; column < table.Header.Length; column++)
            {
                string[] texts = [.. table.Rows.Select(row => row[column].Trim())];
                int[] placed = [.. texts.Index().Where(row => !IsGap(row.Item)).Select(row => row.Index)];
                string[] placing = [.. placed.Select(row => texts[row])];
                if (Of(file.Name, table.Header[column], placing) is { } parts)
                {
                    columns.Add(new(file.Path, table.Header[column], [.. placed.Select(row => table.Images[row])], placing, parts));
                }
            }
        }

        return columns;
    }

    private static List<SetImage>? Training(IReadOnlyList<SetImage> images, IReadOnlyList<PartColumn> columns, List<string> remarks)
    {
        var placed = new HashSet<SetImage>();
        var training = new Dictionary<SetImage, PartColumn>();
        var heldOut = new Dictionary<SetImage, (PartColumn Column, string Text)>();
        foreach (PartColumn column in columns)
        {
            foreach (var (i, image) in column.Images.Index())
            {
                placed.Add(image);
                if (column.Parts[i] == SetPart.HeldOut)
                {
                    heldOut.TryAdd(image, (column, column.Texts[i]));
                }
                else if (column.Parts[i] == SetPart.Training)
                {
                    training.TryAdd(image, column);
                }
            }
        }

        var taken = images.Where(image => placed.Contains(image) && !heldOut.ContainsKey(image)).ToList();
        var contradicted = images.Where(image => training.ContainsKey(image) && heldOut.ContainsKey(image)).ToList();
        if (contradicted is [var first, ..])
        {
            string outcome = taken.Count == 0 ? "and leave none for training, so all are taken" : contradicted.Count == 1 ? "which is left out" : "which are left out";
            remarks.Add($"{Capital(training[first].Place)} and {heldOut[first].Column.Place} contradict each other about {Amount.Of(contradicted.Count, "image")}, '{first.File.Path}' "
                + $"the first, {outcome}; correct one of them.");
        }

        var deciding = columns.Where(column => heldOut.Values.Any(one => one.Column == column)).ToList();
        string where = string.Join(" and ", deciding.Select(column => column.Place));
        string left = Counted(images.Where(heldOut.ContainsKey).Select(image => heldOut[image]).Select(one => deciding.Count > 1 ? $"{one.Column.Name} {one.Text}" : one.Text));
        if (taken.Count == 0)
        {
            if (contradicted.Count == 0)
            {
                remarks.Add(NoneFor(where, left));
            }

            return null;
        }

        string lost = images.Count == placed.Count ? "" : $", and {images.Count - placed.Count} that {(deciding.Count > 1 ? "they place" : "it places")} nowhere, "
            + $"'{images.First(image => !placed.Contains(image)).File.Path}' the first";
        remarks.Add($"The training part is taken, as {where} {(deciding.Count > 1 ? "have" : "has")} it ({Amount.Of(taken.Count, "image")}); left out: {left}{lost}.");
        if (2 * taken.Count < placed.Count && deciding.FirstOrDefault(column => column.IsNumbered) is { } numbered)
        {
            remarks.Add($"In {numbered.Place} 0 is taken for training; write train and test there if it is not.");
        }

        return taken;
    }

    /// <summary>The part of the set that each text of a column names, none where it only says of which part it is not; null where it is a column of something else.</summary>
    private static IReadOnlyList<SetPart>? Of(string table, string column, IReadOnlyList<string> texts)
    {
        var distinct = texts.Select(text => text.Trim()).Distinct().Take(MostParts + 1).ToList();
        if (distinct.Count > MostParts)
        {
            return null;
        }

        if (distinct.TrueForAll(text => SetParts.OfFolder(text) != SetPart.None))
        {
            return [.. texts.Select(text => SetParts.OfFolder(text.Trim()))];
        }

        if (SetParts.OfQuestion(column) is var asked and not SetPart.None && LabelColumns.OfYesNo(column, texts) is { } answers)
        {
            // What is not for training is held out, but what is not for tests may be for validation.
            SetPart other = asked == SetPart.Training ? SetPart.HeldOut : SetPart.None;
            return [.. answers.Values.Select(answer => answer == 1 ? asked : other)];
        }

        return (IsPartition(table) || IsPartition(column) || SetParts.IsNumbered(column)) && distinct.TrueForAll(IsNumber)
            ? [.. texts.Select(text => text.Trim() == "0" ? SetPart.Training : SetPart.HeldOut)] : null;
    }

    // Training, validation, test.
    private static bool IsNumber(string text) => text is "0" or "1" or "2";

    // What tables and JSON write where there is nothing.
    private static bool IsGap(string text) => text.Trim().ToUpperInvariant() is "" or "NULL" or "NONE" or "NAN" or "N/A";

    private static string Counted(IEnumerable<string> texts) =>
        string.Join(", ", texts.CountBy(text => text).OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => $"{part.Key} ({part.Value})"));

    private static string NoneFor(string where, string left) => $"By {where} no image is for training ({left}), so all are taken.";

    private static string Capital(string sentence) => $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}";

    /// <summary>A column that says of images which part they are of.</summary>
    private sealed record PartColumn(string Table, string Name, IReadOnlyList<SetImage> Images, IReadOnlyList<string> Texts, IReadOnlyList<SetPart> Parts)
    {
        public string Place => $"the column '{Name}' of '{Table}'";

        public bool HoldsOut => Parts.Contains(SetPart.HeldOut);

        public bool LeavesSome => Parts.Any(part => part != SetPart.HeldOut);

        public bool IsNumbered => Parts.Contains(SetPart.Training) && Texts.All(IsNumber) && SetParts.OfQuestion(Name) == SetPart.None;
    }
}
