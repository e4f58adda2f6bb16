using System.Globalization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Images of the MNIST family with the labels found beside them: <c>train-images-idx3-ubyte.gz</c> goes with <c>train-labels-idx1-ubyte.gz</c>, gzip or not.</summary>
internal sealed class IdxSource(string path) : RawImageSource
{
    private readonly string path = Path.GetFullPath(path);
    private readonly string? labelPath = FindLabels(Path.GetFullPath(path));
    private ImageShape stored;
    private PixelStore pixels = new ChunkedPixels(1, 0);
    private int[] labels = [];
    private int count;

    public override string Name => Path.GetFileName(path);

    public override string Identity =>
        $"idx {path} {FileStamp.Of(new FileInfo(path))} {labelPath} {(labelPath is null ? "" : FileStamp.Of(new FileInfo(labelPath)))}";

    public override int Count => count;

    protected override PixelStore Pixels => pixels;

    protected override ImageShape Stored => stored;

    public override void Prepare(CancellationToken cancellation)
    {
        (int[] lengths, pixels) = IdxFile.Read(path, 3, cancellation);
        count = lengths[0];
        stored = new ImageShape(lengths[1], lengths[2], 1);
        if (labelPath is null)
        {
            return;
        }

        var (labelLengths, values) = IdxFile.Read(labelPath, 1, cancellation);
        using (values)
        {
            if (labelLengths[0] != count)
            {
                throw new SourceCorruptException(
                    $"'{labelPath}' has {labelLengths[0]} labels where '{path}' has {count} images: one is of another set; put the right one beside, or take it away to go without labels.");
            }

            byte[] bytes = new byte[count];
            values.CopyTo(0, bytes);
            labels = Array.ConvertAll(bytes, value => (int)value);
        }
    }

    public override string ItemName(int index) => string.Create(CultureInfo.InvariantCulture, $"image {index}");

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        if (labels.Length == 0)
        {
            return [];
        }

        string[] names = [.. Enumerable.Range(0, labels.Max() + 1).Select(value => value.ToString(CultureInfo.InvariantCulture))];
        return [new LabelColumn("class", names, [.. kept.Select(index => labels[index])])];
    }

    private static string? FindLabels(string imagePath)
    {
        string name = Path.GetFileName(imagePath);
        string labelName = name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal);
        if (!name.Contains("images", StringComparison.Ordinal))
        {
            return null;
        }

        string beside = Path.Combine(Path.GetDirectoryName(imagePath)!, labelName);
        string other = beside.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? beside[..^3] : beside + ".gz";
        return File.Exists(beside) ? beside : File.Exists(other) ? other : null;
    }
}
