using System.Globalization;
using IlgpuGan.Faces;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Pairs;

/// <summary>Drawn faces in one medium: first those to train on, then those of another seed to measure by.</summary>
/// <param name="name">Name for people.</param>
/// <param name="medium">How they are drawn.</param>
/// <param name="count">Faces to train on.</param>
/// <param name="heldOut">Faces to measure by.</param>
/// <param name="seed">Seed of the faces to train on.</param>
/// <param name="heldOutSeed">Seed of the others.</param>
/// <param name="dye">Colour of their hair; null for their own.</param>
internal sealed class FaceSide(string name, FaceMedium medium, int count, int heldOut, ulong seed, ulong heldOutSeed, HairColour? dye = null) : ImageSource
{
    public override string Name => name;

    /// <summary>Names of the classes of a map; null for drawings.</summary>
    public IReadOnlyList<string>? ClassNames => medium == FaceMedium.Regions ? FaceRegions.Names : null;

    // As of the drawn faces in one medium: the module's identifier changes with every change of the code.
    public override string Identity => string.Create(CultureInfo.InvariantCulture,
        $"{name} {medium} {count} {heldOut} {seed} {heldOutSeed} {dye} {typeof(FaceSide).Module.ModuleVersionId}");

    public override int Count => count + heldOut;

    public override int DefaultChannels => Easel.ChannelsOf(medium);

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        [asked ?? new ImageSize(ImageSetOptions.DefaultFaceSize, ImageSetOptions.DefaultFaceSize)];

    public override string ItemName(int index) => string.Create(CultureInfo.InvariantCulture, $"face {index}");

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        var face = index < count ? new FaceTraits(seed, index) { Dye = dye } : new FaceTraits(heldOutSeed, index - count) { Dye = dye };
        int side = Math.Max(FacePainter.MinimumSize, Math.Max(shape.Height, shape.Width));
        var drawn = new ImageShape(side, side, DefaultChannels);
        byte[] pixels = new byte[drawn.Bytes];
        FacePainter.Paint(face, medium, side, pixels);
        if (shape == drawn)
        {
            pixels.CopyTo(destination);
        }
        else if (medium == FaceMedium.Regions)
        {
            new ClassMap(pixels, side, side).Scale(shape.Height, shape.Width, fit, destination);
        }
        else
        {
            PlainImage.Scale(pixels, drawn, shape, fit, destination);
        }
    }
}
