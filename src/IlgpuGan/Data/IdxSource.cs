using System.Globalization;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Images of the MNIST family with their labels.</summary>
internal sealed class IdxSource(FileTree tree, TreeFile images, TreeFile? labelFile) : RawImageSource
{
    private ImageShape stored;
    private PixelStore pixels = new ChunkedPixels(1, 0);
    private int[] labels = [];
    private int count;

    public override string Name => images.Name;

    public override string ReadFrom => tree.IsFolder ? images.Name : $"{tree.Name}/{images.Path}";

    public override string Identity => $"{images.Path}\n{tree.Identity}";

    public override int Count => count;

    protected override PixelStore Pixels => pixels;

    protected override ImageShape Stored => stored;

    public override void Prepare(CancellationToken cancellation)
    {
        (int[] lengths, pixels) = IdxFile.Read(tree, images, 3, cancellation);
        count = lengths[0];
        stored = new ImageShape(lengths[1], lengths[2], 1);
        if (labelFile is null)
        {
            return;
        }

        var (labelLengths, values) = IdxFile.Read(tree, labelFile, 1, cancellation);
        using (values)
        {
            if (labelLengths[0] != count)
            {
                throw new SourceCorruptException(
                    $"'{tree.FullName(labelFile)}' has {labelLengths[0]} labels where '{images.Name}' has {count} images: one is of another set; put the right one beside, or take it "
                        + "away to go without labels.");
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
}
