using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using IlgpuGan.Data;
using IlgpuGan.Data.Containers;
using IlgpuGan.Graphs;
using IlgpuGan.Kernels;
using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>A label column that a run is conditioned on, as <c>options.json</c> keeps it, so that images are generated without the data.</summary>
/// <param name="Name">What is labelled.</param>
/// <param name="Values">Names of the values; a label is an index into this list.</param>
/// <param name="Counts">How many images of the data have each value.</param>
public sealed record ConditionColumn(string Name, IReadOnlyList<string> Values, IReadOnlyList<int> Counts)
{
    /// <summary>The value of which a share of the images is below <paramref name="uniform"/>, in [0, 1): a draw with the data's frequencies.</summary>
    internal int Draw(double uniform)
    {
        double left = uniform * Counts.Sum(count => (long)count);
        int value = 0;
        while ((left -= Counts[value]) >= 0)
        {
            value++;
        }
        return value;
    }
}

/// <summary>
/// The label columns that generated images are conditioned on. Labels are one-hot rows [N, Width], those of several columns side by side.
/// </summary>
/// <remarks>
/// A column can be called by the first word of its name, too, in singular or plural: <c>hair</c> is the first column whose name begins so
/// (<c>hair-colour</c> of the drawn faces), and <c>eyes</c> is <c>eye-colour</c>.
/// </remarks>
/// <param name="Columns">The columns, at least one.</param>
public sealed record LabelChoice(IReadOnlyList<ConditionColumn> Columns)
{
    // A stream of its own: the labels of an image say nothing of its latent.
    private const uint LabelStream = 64;

    // Longer lists of allowed values hide the sentence they stand in.
    private const int MostNames = 24;

    /// <summary>Length of a one-hot row.</summary>
    [JsonIgnore]
    public int Width => Columns.Sum(column => column.Values.Count);

    /// <summary>Number of classes of each column.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Classes => [.. Columns.Select(column => column.Values.Count)];

    /// <summary>Chooses columns of a set.</summary>
    /// <param name="data">The images with their labels.</param>
    /// <param name="names">Names with commas between them, in the order wanted, or <c>all</c>.</param>
    /// <param name="option">The option that the names came from, for messages.</param>
    /// <exception cref="OptionException">The set has no such column, or no labels at all; the message names those it has.</exception>
    public static LabelChoice Of(ImageSet data, string names, string option = "--condition")
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(names);
        // What only numbers the images is a label to who asks for it by name.
        var columns = data.Labels.Count == 0 && data.NamedLabels.Any(column => names == column.Name) ? data.NamedLabels : data.Labels;
        if (Split(names).Select(name => RowLabels.ReasonIn(data.Warnings, name)).FirstOrDefault(reason => reason is not null) is { } why)
        {
            throw new OptionException($"{option} {names}: {why}");
        }

        if (columns.Count == 0)
        {
            throw new OptionException($"{option} {names} asks for labels, but the images of {data.Name} have none; give each class a folder of its own, or a dataset.json.");
        }
        var all = new LabelChoice([.. columns.Select(column => new ConditionColumn(column.Name, column.ValueNames, Frequencies(column)))]);
        return new([.. all.IndicesOf(names, option, data.Name).Select(column => all.Columns[column])]);
    }

    /// <summary>Which columns are named, in the order of the names.</summary>
    /// <param name="names">Names with commas between them, or <c>all</c>.</param>
    /// <param name="option">The option that the names came from, for messages.</param>
    /// <param name="data">Name of the data, for messages.</param>
    /// <exception cref="OptionException">There is no such column, or one is named twice; the message names those there are.</exception>
    public int[] IndicesOf(string names, string option, string data)
    {
        ArgumentNullException.ThrowIfNull(names);
        var columns = Columns.ToList();
        int[] wanted = names == "all" ? [.. Enumerable.Range(0, columns.Count)] : [.. Split(names).Select(name => columns.IndexOf(Named(columns, column => column.Name, name)
            ?? throw new OptionException($"{option} {name} is no label of {data}; it must be all, or some of {List(columns.Select(column => column.Name))} with commas between them.")))];
        return wanted.Distinct().Count() == wanted.Length && wanted.Length > 0
            ? wanted
            : throw new OptionException($"{option} \"{names}\" must name each label once; allowed are all, or some of {List(columns.Select(column => column.Name))}.");
    }

    /// <summary>What a graph reads the labels of a data set from; fill it with <see cref="ValuesOf"/>.</summary>
    /// <param name="images">Images in the data set.</param>
    public LabelSource Source(int images) => new("labels", images, Classes);

    /// <summary>The labels of all images of the set that the columns were chosen from: [Count, columns].</summary>
    /// <exception cref="ArgumentException">The set has no such column.</exception>
    public int[] ValuesOf(ImageSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var columns = Columns.Select(column => data.NamedLabels.FirstOrDefault(label => label.Name == column.Name && label.ValueNames.SequenceEqual(column.Values))
            ?? throw new ArgumentException($"{data.Name} has no labels {column.Name} with the values of the chosen column.")).ToArray();
        var values = new int[data.Count * columns.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = columns[i % columns.Length].Values[i / columns.Length];
        }
        return values;
    }

    /// <summary>Reads <c>hair=red,eyes=green</c>; with a single column its value alone is enough.</summary>
    /// <param name="text">Columns and values; null or empty for none.</param>
    /// <param name="option">The option that the text came from, for messages.</param>
    /// <returns>The label asked for of each column, null where none was.</returns>
    /// <exception cref="OptionException">No such column or value; the message names the allowed ones.</exception>
    public int?[] Parse(string? text, string option = "--label")
    {
        var asked = new int?[Columns.Count];
        foreach (string part in Assignments(text ?? ""))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 && Columns.Count > 1)
            {
                throw new OptionException($"{option} \"{part}\" does not say of which label; write {Columns[0].Name}={Columns[0].Values[0]}, with {List(Columns.Select(c => c.Name))} allowed.");
            }
            var column = equals < 0 ? Columns[0] : Named(Columns, c => c.Name, part[..equals].Trim())
                ?? throw new OptionException($"{option} {part}: {part[..equals].Trim()} is no label that this run was conditioned on; allowed are {List(Columns.Select(c => c.Name))}.");
            string value = part[(equals + 1)..].Trim();
            string name = Named(column.Values, v => v, value)
                ?? throw new OptionException($"{option} {part}: {column.Name} is never \"{value}\"; it must be one of {List(column.Values)}.");
            int place = Columns.ToList().IndexOf(column);
            if (asked[place] is { } before)
            {
                throw new OptionException($"{option} \"{text}\" asks for {column.Name} twice, {column.Values[before]} and {name}; ask for one, and call again for the other.");
            }

            asked[place] = column.Values.ToList().IndexOf(name);
        }
        return asked;
    }

    /// <summary>The labels of generated image number <paramref name="image"/> of a seed: what was asked for, the rest drawn column by column with the data's frequencies.</summary>
    /// <param name="asked">Of each column, null where any value will do.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="image">Number of the image.</param>
    public int[] Draw(IReadOnlyList<int?> asked, ulong seed, int image) =>
    [
        .. Columns.Select((column, i) => asked[i] ?? column.Draw(
            Philox.Generate((uint)image, LabelStream, (uint)i, (uint)seed, (uint)(seed >> 32)).A / 4294967296.0)),
    ];

    /// <summary>One-hot rows [N, Width] of labels [N, columns].</summary>
    public float[] OneHotRows(ReadOnlySpan<int> labels)
    {
        int count = labels.Length / Columns.Count;
        var rows = new float[count * Width];
        for (int i = 0; i < count; i++)
        {
            OneHot(labels.Slice(i * Columns.Count, Columns.Count), rows.AsSpan(i * Width, Width));
        }
        return rows;
    }

    /// <summary>Labels for people: <c>hair-colour=red, eye-colour=green</c>.</summary>
    public string Describe(IReadOnlyList<int> labels) =>
        string.Join(", ", Columns.Select((column, i) => $"{column.Name}={column.Values[labels[i]]}"));

    private void OneHot(ReadOnlySpan<int> labels, Span<float> row)
    {
        int first = 0;
        for (int column = 0; column < Columns.Count; first += Columns[column++].Values.Count)
        {
            row[first + labels[column]] = 1;
        }
    }

    // A name of a value may hold a comma; what begins another assignment is known by its equals sign.
    private static string[] Assignments(string text) => text.Contains('=', StringComparison.Ordinal)
        ? [.. Regex.Split(text, ",(?=[^,=]+=)").Select(part => part.Trim())]
        : [.. new[] { text.Trim() }.Where(part => part.Length > 0)];

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The item of a name: as written, else in other letters' case, else by the first word of it.</summary>
    private static T? Named<T>(IReadOnlyList<T> items, Func<T, string> nameOf, string name)
        where T : class
    {
        bool IsFirstWord(string whole) => whole.IndexOf('-', StringComparison.Ordinal) is > 0 and var end &&
            (name.Equals(whole[..end], StringComparison.OrdinalIgnoreCase) || name.Equals(whole[..end] + "s", StringComparison.OrdinalIgnoreCase));
        return items.FirstOrDefault(item => nameOf(item) == name)
            ?? items.FirstOrDefault(item => nameOf(item).Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? items.FirstOrDefault(item => IsFirstWord(nameOf(item)));
    }

    private static int[] Frequencies(LabelColumn column)
    {
        var counts = new int[column.ValueNames.Count];
        foreach (int value in column.Values)
        {
            counts[value]++;
        }
        return counts;
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(MostNames)) + (all.Length > MostNames ? $", ... ({all.Length} in all)" : "");
    }
}
