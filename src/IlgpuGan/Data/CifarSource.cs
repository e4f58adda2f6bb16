using System.Globalization;
using System.Text;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>
/// The binary versions of CIFAR: records of a label byte (CIFAR-10), or two, coarse and fine (CIFAR-100), and 32 x 32 pixels as three
/// planes, red, green, blue.
/// </summary>
internal sealed class CifarSource : RawImageSource
{
    private const int Side = 32;
    private const int PlaneBytes = Side * Side;
    private const int ImageBytes = 3 * PlaneBytes;
    private const string Batch = "data_batch";
    private const string TestBatch = "test_batch";
    private const string Again = "download it again (the binary version)";

    private static readonly Column[] Ten = [new("class", 10, null)];

    private static readonly Column[] Hundred = [new("coarse", 20, "coarse_label_names.txt"), new("fine", 100, "fine_label_names.txt")];

    private static readonly string[] TenNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private readonly FileTree tree;
    private readonly IReadOnlyList<TreeFile> files;
    private readonly Column[] columns;
    private readonly List<int>[] labels;
    private readonly bool isNamed;
    private ChunkedPixels pixels = new(1, 0);

    private CifarSource(FileTree tree, IReadOnlyList<TreeFile> files, Column[] columns, bool isNamed)
    {
        (this.tree, this.files, this.columns, this.isNamed) = (tree, files, columns, isNamed);
        labels = [.. columns.Select(_ => new List<int>())];
    }

    public override string Name => isNamed ? files[0].Name : tree.Name;

    public override string ReadFrom => isNamed ? Name : $"{tree.Name}/{files[0].Path}{(files.Count > 1 ? $" to {files[^1].Name}" : "")}";

    public override string Identity => $"{string.Join('\n', files.Select(file => file.Path))}\n{tree.Identity}";

    public override int Count => labels[0].Count;

    protected override PixelStore Pixels => pixels;

    protected override ImageShape Stored => new(Side, Side, 3);

    private int RecordBytes => columns.Length + ImageBytes;

    private string Kind => columns == Ten ? "CIFAR-10" : "CIFAR-100";

    /// <summary>A file that was named: its name, else what its length is a multiple of, tells which CIFAR it is.</summary>
    public static CifarSource Of(FileTree tree, TreeFile file) =>
        new(tree, [file], IsHundred(file) && !Is(file, Batch) && !Is(file, TestBatch) ? Hundred : Ten, isNamed: true);

    /// <summary>The training files of a tree; null where it holds no CIFAR.</summary>
    /// <exception cref="SourceUnsupportedException">There are several.</exception>
    public static CifarSource? Find(FileTree tree, List<string> remarks)
    {
        CifarSource? Of(Column[] columns, Func<TreeFile, bool> isTraining, Func<TreeFile, bool> isTest)
        {
            var training = tree.Files.Where(isTraining).GroupBy(file => file.Folder).ToList();
            var tests = tree.Files.Where(isTest).GroupBy(file => file.Folder).ToList();
            var taken = training.Count > 0 ? training : tests;
            if (taken.Count > 1)
            {
                throw new SourceUnsupportedException(
                    $"'{tree.Place}' holds several sets of CIFAR ({string.Join(", ", taken.Select(set => set.First().Path))}); name the folder of one.");
            }

            if (taken.Count == 0)
            {
                return null;
            }

            if (tests.Count > 0)
            {
                string test = string.Join(", ", tests.SelectMany(set => set).Select(file => file.Path));
                remarks.Add(training.Count > 0 ? $"The training part is taken; left out: {test}." : $"'{test}' is a part to judge by, and is taken as there is none for training beside it.");
            }

            return new CifarSource(tree, [.. taken[0]], columns, isNamed: false);
        }

        return Of(Ten, file => Is(file, Batch), file => Is(file, TestBatch))
            ?? Of(Hundred, file => Is(file, "train.") && IsHundred(file), file => Is(file, "test.") && IsHundred(file));
    }

    public override void Prepare(CancellationToken cancellation)
    {
        pixels = new ChunkedPixels(Stored.Bytes, (int)Math.Min(int.MaxValue, files.Sum(Records)));
        foreach (TreeFile file in files)
        {
            string name = tree.FullName(file);
            try
            {
                using Stream stream = tree.Open(file);
                ReadRecords(stream, file, name, cancellation);
            }
            catch (Exception e) when (e is EndOfStreamException or InvalidDataException or ImageDecodeException)
            {
                throw new SourceCorruptException($"'{name}' ends early or cannot be unpacked: it is damaged; {Again}.", e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SourceUnavailableException($"'{name}' cannot be read: {Excerpt.Of(e, name)}; allow reading it, or name another.", e);
            }
        }
    }

    public override string ItemName(int index) => string.Create(CultureInfo.InvariantCulture, $"image {index}");

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings) =>
        [.. columns.Select((column, i) => new LabelColumn(column.Name, Names(column, warnings), [.. kept.Select(index => labels[i][index])]))];

    private static bool Is(TreeFile file, string beginning) =>
        file.Name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) && Path.GetExtension(file.Name).Equals(".bin", StringComparison.OrdinalIgnoreCase);

    private static bool IsHundred(TreeFile file) => file.Length > 0
        && file.Length % (ImageBytes + Hundred.Length) == 0 && file.Length % (ImageBytes + Ten.Length) != 0;

    private long Records(TreeFile file) => file.Length > 0 && file.Length % RecordBytes == 0 ? file.Length / RecordBytes : throw new SourceCorruptException(
        $"'{tree.FullName(file)}' has {file.Length} bytes, not a whole number of {Kind} records of {RecordBytes} bytes: it is truncated or of another kind; {Again}.");

    // As they lie beside the records: one name a line.
    private string[] Names(Column column, List<string> warnings)
    {
        string[] numbered = [.. Enumerable.Range(0, column.Classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        if (column.NamesFile is null)
        {
            return TenNames;
        }

        if (tree.Files.FirstOrDefault(file => file.Folder == files[0].Folder && file.Name == column.NamesFile) is not { } named)
        {
            return numbered;
        }

        string[] names = Encoding.UTF8.GetString(tree.ReadLabels(named)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == column.Classes && names.Distinct().Count() == names.Length)
        {
            return names;
        }

        warnings.Add($"'{column.NamesFile}' does not hold {column.Classes} different names, so the classes of '{column.Name}' are called by their numbers.");
        return numbered;
    }

    private void ReadRecords(Stream stream, TreeFile file, string name, CancellationToken cancellation)
    {
        byte[] record = new byte[RecordBytes];
        byte[] image = new byte[ImageBytes];
        for (long left = Records(file); left > 0; left--)
        {
            cancellation.ThrowIfCancellationRequested();
            stream.ReadExactly(record);
            for (int column = 0; column < columns.Length; column++)
            {
                if (record[column] >= columns[column].Classes)
                {
                    throw new SourceCorruptException(
                        $"'{name}' has label {record[column]} in record {Count}, where 0 to {columns[column].Classes - 1} were expected: it is damaged or no {Kind} file; {Again}.");
                }
            }

            for (int i = 0; i < PlaneBytes; i++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    image[(i * 3) + channel] = record[columns.Length + (channel * PlaneBytes) + i];
                }
            }

            for (int column = 0; column < columns.Length; column++)
            {
                labels[column].Add(record[column]);
            }

            pixels.Append(image);
        }
    }

    private sealed record Column(string Name, int Classes, string? NamesFile);
}
