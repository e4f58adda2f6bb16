using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Containers;

/// <summary>Images as rows of an array of numbers.</summary>
internal sealed class ArrayColumnSource : ContainerSource
{
    private readonly ArrayLayout layout;
    private readonly List<string> remarks = [];
    private ArrayScale scale = new(1, 0);

    public ArrayColumnSource(string name, string readFrom, string identity, ContainerRows rows)
        : base(name, readFrom, identity, rows) => layout = ArrayLayout.Of(rows.Image.Lengths)!.Value;

    public override int DefaultChannels => layout.Shape.Channels > 2 ? 3 : 1;

    private string ArrayName => $"'{Rows.Image.Name}' of '{Name}'";

    public override void Prepare(IProgress<Work>? progress, CancellationToken cancellation)
    {
        var range = new ArrayRange();
        ContainerElement element = Rows.Image.Element;
        if (ArrayRange.IsNeeded(element))
        {
            float[] values = new float[layout.Shape.Bytes];
            Rows.ForAll((first, rows) =>
            {
                foreach (ReadOnlyMemory<byte>? row in rows)
                {
                    element.ToFloats(row!.Value.Span, values);
                    range.Add(values);
                }

                progress?.Report(new Work(WorkKind.Measuring, first + rows.Count, Count));
            }, cancellation);
        }

        scale = range.Scale(ArrayName, element, remarks);
    }

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        [new ImageSize(layout.Shape.Height, layout.Shape.Width)];

    public override bool HasColour(int index, ImageSize size, ImageFit fit) => ReadsInColour(index, size, fit);

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        ReadOnlySpan<byte> row = RowOf(index).Span;
        ImageShape stored = layout.Shape;
        byte[] bytes = new byte[stored.Bytes];
        if (Rows.Image.Element == ContainerElement.Unsigned8)
        {
            layout.Interleave(row, bytes);
        }
        else
        {
            float[] values = new float[stored.Bytes];
            byte[] planes = new byte[stored.Bytes];
            Rows.Image.Element.ToFloats(row, values);
            scale.ToBytes(values, planes);
            layout.Interleave(planes, bytes);
        }

        if (shape == stored)
        {
            bytes.CopyTo(destination);
        }
        else
        {
            PlainImage.Scale(bytes, stored, shape, fit, destination);
        }
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(remarks);
        return base.Labels(kept, warnings);
    }
}
