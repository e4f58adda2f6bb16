using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// Finds the training part of images in a table: a column of <c>train</c>, <c>val</c> and <c>test</c>; one of yes and no that is named for one of them
/// (<c>is_train</c>); or CelebA's <c>list_eval_partition</c>, where 0 is training.
/// </summary>
internal static class TableParts
{
    private const int MostParts = 8;

    // Boxes and landmarks are of single images.
    private static readonly string[] Unrelated = ["bbox", "landmark"];

    /// <summary>The images of the training part; null where no table that names all images parts them.</summary>
    /// <param name="tree">Where tables are looked for.</param>
    /// <param name="root">The folder that all images lie below.</param>
    /// <param name="images">All images of the set.</param>
    /// <param name="remarks">Hears what was taken and left out.</param>
    public static IReadOnlyList<SetImage>? Training(FileTree tree, string root, IReadOnlyList<SetImage> images, List<string> remarks)
    {
        var files = TableLabels.Tables(tree, root, Unrelated);
        if (files.Count == 0)
        {
            return null;
        }

        var names = new ImageNames(tree.Name, images, root);
        foreach (TreeFile file in files)
        {
            // What is wrong with a table is said where its labels are read.
            if (TableLabels.Match(tree, file, names, images, [], [], mayDiffer: true) is not { } table)
            {
                continue;
            }

            for (int column = 0; column < table.Header.Length; column++)
            {
                string[] texts = [.. table.Rows.Select(row => row[column].Trim())];
                int[] placed = [.. texts.Index().Where(row => !IsGap(row.Item)).Select(row => row.Index)];
                if (Of(file.Name, table.Header[column], [.. placed.Select(row => texts[row])]) is not { } parts || !parts.Contains(SetPart.Training) || !parts.Contains(SetPart.HeldOut))
                {
                    continue;
                }

                string where = $"the column '{table.Header[column]}' of '{file.Path}'";
                int unplaced = images.Count - placed.Length;
                if (unplaced > placed.Length)
                {
                    remarks.Add($"{where[..1].ToUpperInvariant()}{where[1..]} parts only {placed.Length} of {Amount.Of(images.Count, "image")} into training and test, so all are taken; complete it to leave out the others.");
                    continue;
                }

                SetImage[] taken = [.. placed.Where((_, i) => parts[i] == SetPart.Training).Select(row => table.Images[row])];
                var left = placed.Where((_, i) => parts[i] == SetPart.HeldOut).Select(row => texts[row]).CountBy(text => text).OrderBy(part => part.Key, StringComparer.Ordinal);
                string lost = unplaced == 0 ? "" : $", and {unplaced} that it places nowhere, '{images.Except(placed.Select(row => table.Images[row])).First().File.Path}' the first";
                remarks.Add($"The training part is taken, as {where} has it ({Amount.Of(taken.Length, "image")}); left out: {string.Join(", ", left.Select(part => $"{part.Key} ({part.Value})"))}{lost}.");
                return taken;
            }
        }

        return null;
    }

    /// <summary>The part of the set that each row of a column names; null where it is a column of something else.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="column">Name of the column.</param>
    /// <param name="texts">Its texts.</param>
    public static IReadOnlyList<SetPart>? Of(string table, string column, IReadOnlyList<string> texts)
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
            SetPart other = asked == SetPart.Training ? SetPart.HeldOut : SetPart.Training;
            return [.. answers.Values.Select(answer => answer == 1 ? asked : other)];
        }

        return (IsPartition(table) || IsPartition(column)) && distinct.TrueForAll(text => text is "0" or "1" or "2")
            ? [.. texts.Select(text => text.Trim() == "0" ? SetPart.Training : SetPart.HeldOut)] : null;
    }

    // What tables and JSON write where there is nothing.
    private static bool IsGap(string text) => text.ToUpperInvariant() is "" or "NULL" or "NONE" or "NAN" or "N/A";

    /// <summary>Whether a table or column is one of parts that have numbers, by its name.</summary>
    internal static bool IsPartition(string name) => name.Contains("partition", StringComparison.OrdinalIgnoreCase);
}
