using System.Globalization;
using IlgpuGan.Faces;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>The built-in drawn faces: image i is a function of (seed, i). Drawn square at the longer side and fitted from there.</summary>
internal sealed class FaceSource(ImageSetOptions options) : ImageSource
{
    public override string Name => "faces";

    // The drawing itself is part of what decides the pixels; the module's identifier changes with every change of the code.
    public override string Identity => string.Create(CultureInfo.InvariantCulture,
        $"faces {options.FaceSeed} {options.FaceCount} {typeof(FaceSource).Module.ModuleVersionId}");

    public override int Count => options.FaceCount;

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        [asked ?? new ImageSize(ImageSetOptions.DefaultFaceSize, ImageSetOptions.DefaultFaceSize)];

    public override string ItemName(int index) => string.Create(CultureInfo.InvariantCulture, $"face {index}");

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        int side = Math.Max(FacePainter.MinimumSize, Math.Max(shape.Height, shape.Width));
        var drawn = new ImageShape(side, side, 3);
        if (shape == drawn)
        {
            FacePainter.Paint(options.FaceSeed, index, side, destination);
            return;
        }

        byte[] rgb = new byte[drawn.Bytes];
        FacePainter.Paint(options.FaceSeed, index, side, rgb);
        PlainImage.Scale(rgb, drawn, shape, fit, destination);
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        FaceAttributes[] faces = [.. kept.Select(index => FacePainter.Attributes(options.FaceSeed, index))];
        return [.. FacePainter.Schema.Select((attribute, i) => new LabelColumn(attribute.Name, attribute.Values, [.. faces.Select(face => face[i])]))];
    }
}
