using System.Text;
using SkiaSharp;

namespace IlgpuGan.Faces;

/// <summary>The built-in data set <c>faces</c>: drawn, anime-like faces, each a function of a seed and its number alone.</summary>
internal static class FacePainter
{
    /// <summary>The smallest side a face can be drawn at, in pixels.</summary>
    public const int MinimumSize = 8;

    /// <summary>The largest side a face can be drawn at, in pixels.</summary>
    public const int MaximumSize = 4096;

    // Half of it lies outside.
    private const float FrameWidth = 10;

    /// <summary>The attributes of <see cref="FaceAttributes"/> in their order, with the names of their values.</summary>
    public static IReadOnlyList<FaceLabel> Schema { get; } =
    [
        Describe<HairColour>(),
        Describe<HairStyle>(),
        Describe<EyeColour>(),
        Describe<EyeShape>(),
        Describe<Mouth>(),
        Describe<Skin>(),
        Describe<Outfit>(),
        Describe<Background>(),
    ];

    /// <summary>What face <paramref name="index"/> of <paramref name="seed"/> looks like.</summary>
    public static FaceAttributes Attributes(ulong seed, int index) => new FaceTraits(seed, index).Attributes;

    /// <summary>Draws face <paramref name="index"/> of <paramref name="seed"/>; any number of threads may draw at once.</summary>
    /// <param name="seed">Chooses the data set.</param>
    /// <param name="index">Number of the face; any number is a face.</param>
    /// <param name="size">Side of the picture in pixels, <see cref="MinimumSize"/> to <see cref="MaximumSize"/>.</param>
    /// <param name="rgb">Takes the picture, [size, size, 3]; may be longer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> is too short.</exception>
    public static void Paint(ulong seed, int index, int size, Span<byte> rgb) => Paint(new FaceTraits(seed, index), FaceMedium.Colours, size, rgb);

    /// <summary>Draws a face in a medium.</summary>
    /// <param name="traits">The face.</param>
    /// <param name="medium">How it is put on paper.</param>
    /// <param name="size">Side of the picture in pixels, <see cref="MinimumSize"/> to <see cref="MaximumSize"/>.</param>
    /// <param name="pixels">Takes the picture, [size, size, 3], of regions [size, size, 1]; may be longer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> is too short.</exception>
    public static void Paint(FaceTraits traits, FaceMedium medium, int size, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, MinimumSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaximumSize);
        int bytes = size * size * Easel.ChannelsOf(medium);
        if (pixels.Length < bytes)
        {
            throw new ArgumentException($"A face of {size} x {size} pixels needs {bytes} bytes, not {pixels.Length}.", nameof(pixels));
        }

        using var easel = new Easel(size, medium, traits.Attributes);
        PaintBackground(easel, medium, traits.Attributes.Background);

        var canvas = easel.Canvas;
        canvas.Translate(128 + traits.ShiftX, 134 + traits.ShiftY);
        canvas.Scale(1.04f * traits.Scale);
        using var hair = new FaceHair(easel, traits);
        canvas.Save();
        canvas.RotateDegrees(traits.Tilt);
        hair.PaintBack();
        canvas.Restore();
        canvas.Save();
        // The shoulders turn less than the head.
        canvas.RotateDegrees(traits.Tilt * 0.3f);
        FaceFeatures.PaintBody(easel, traits.Attributes);
        canvas.Restore();
        canvas.RotateDegrees(traits.Tilt);
        var features = new FaceFeatures(easel, traits);
        features.PaintHead(hair.FringeShadow);
        features.PaintEyes();
        features.PaintNoseAndMouth();
        hair.PaintFront();
        features.PaintBrows();
        easel.CopyTo(pixels);
    }

    private static void PaintBackground(Easel easel, FaceMedium medium, Background background)
    {
        easel.Region = FaceRegion.Background;
        var tones = FacePalette.Of(background);
        using var all = easel.Pen().Move(0, 0).Line(256, 0).Line(256, 256).Line(0, 256).Close().Path();
        easel.Shade(all, 0, 256, tones.Top, tones.Bottom);
        if (medium == FaceMedium.Lines)
        {
            // Without it nothing in the drawing would say what colour is behind the face.
            easel.Line(all, tones.Top, FrameWidth);
        }
    }

    private static FaceLabel Describe<T>()
        where T : struct, Enum => new(Hyphenated(typeof(T).Name), Array.ConvertAll(Enum.GetNames<T>(), Hyphenated));

    // TwinTails becomes twin-tails.
    private static string Hyphenated(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
