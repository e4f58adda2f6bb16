using SkiaSharp;

namespace IlgpuGan.Faces;

/// <summary>
/// Paints what is not hair: body, head, eyes, brows, nose and mouth, in the head's frame (origin between the cheeks, 256 units an
/// image).
/// </summary>
internal sealed class FaceFeatures(Easel easel, FaceTraits traits)
{
    private const float EyeX = 34;
    private const float EyeY = 20;
    private const float MouthY = 65;

    private readonly FaceAttributes face = traits.Attributes;
    private readonly SkinTones skin = FacePalette.Of(traits.Attributes.Skin);
    private readonly HairTones hair = FacePalette.Hair(traits.Attributes.HairColour, traits.HairTint);

    /// <summary>Shoulders, collar, ribbon and neck.</summary>
    public static void PaintBody(Easel easel, FaceAttributes face)
    {
        var skin = FacePalette.Of(face.Skin);
        var outfit = FacePalette.Of(face.Outfit);
        var line = FacePalette.Blend(outfit.Body, FacePalette.Colour(0x30203A), 0.65f);

        easel.Region = FaceRegion.Skin;
        using var neck = easel.Pen()
            .Move(-19, 55).Line(19, 55).Line(20, 96).Line(30, 108).Line(0, 150).Line(-30, 108).Line(-20, 96).Close().Path();
        easel.Fill(neck, FacePalette.Blend(skin.Shade, skin.Base, 0.2f));
        easel.Line(neck, skin.Line, 2.4f);

        easel.Region = FaceRegion.Outfit;
        using var body = easel.Pen()
            .Move(-21, 95).Cubic(-48, 101, -98, 101, -112, 150).Line(112, 150).Cubic(98, 101, 48, 101, 21, 95).Line(0, 128).Close().Path();
        easel.Fill(body, outfit.Body);
        easel.Line(body, line, 2.6f);

        easel.Region = FaceRegion.Collar;
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            using var collar = easel.Pen(scaleX: side).Move(19, 91).Line(55, 102).Quad(52, 128, 8, 150).Line(0, 124).Close().Path();
            easel.Fill(collar, outfit.Collar);
            easel.Line(collar, FacePalette.Blend(outfit.Collar, FacePalette.Colour(0x30203A), 0.6f), 2.4f);
        }

        easel.Region = FaceRegion.Ribbon;
        using var ribbon = easel.Pen(0, 117).Move(0, -3).Line(-17, -9).Line(-15, 12).Line(0, 4).Line(15, 12).Line(17, -9).Close().Path();
        easel.Fill(ribbon, outfit.Ribbon);
        easel.Line(ribbon, FacePalette.Blend(outfit.Ribbon, FacePalette.Colour(0x30203A), 0.6f), 2.2f);
    }

    /// <summary>The face with the shadow of the fringe, given as a shape, and the blush.</summary>
    public void PaintHead(SKPath shadow)
    {
        easel.Region = FaceRegion.Skin;
        var chin = 86 + traits.Chin;
        using var outline = easel.Pen(scaleX: traits.FaceWidth)
            .Move(0, -88)
            .Cubic(50, -88, 70, -45, 68, 0)
            .Cubic(67, 30, 57, 49, 37, 66)
            .Cubic(24, chin - 7, 10, chin, 0, chin)
            .Cubic(-10, chin, -24, chin - 7, -37, 66)
            .Cubic(-57, 49, -67, 30, -68, 0)
            .Cubic(-70, -45, -50, -88, 0, -88)
            .Close().Path();
        easel.Fill(outline, skin.Base);

        easel.Fill(shadow, skin.Shade);
        var blush = skin.Blush.WithAlpha((byte)(255 * traits.Blush));
        easel.Glow(-38, 50, 15, blush);
        easel.Glow(38, 50, 15, blush);
        easel.Line(outline, skin.Line, 2.6f);
    }

    /// <summary>Both eyes with lids and lashes.</summary>
    public void PaintEyes()
    {
        PaintEye(-1);
        PaintEye(1);
    }

    /// <summary>Brows, which show through the fringe as they do in drawn faces.</summary>
    public void PaintBrows()
    {
        var (inner, outer) = face.EyeShape switch
        {
            EyeShape.Sharp => (4f, -5f),
            EyeShape.Gentle => (-5f, 3f),
            _ => (-1f, 0f),
        };
        if (face.Mouth == Mouth.Surprise)
        {
            inner -= 3;
            outer -= 2;
        }

        easel.Region = FaceRegion.Brow;
        var colour = FacePalette.Blend(hair.Dark, hair.Line, 0.6f);
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            using var brow = easel.Pen(side * (EyeX + traits.EyeSpacing), -23 + traits.BrowHeight, side)
                .Move(-17, inner + 2).Quad(2, -9, 20, outer + 3).Quad(2, -3.5f, -16, inner + 5.5f).Close().Path();
            easel.Ink(brow, colour);
            easel.Line(brow, colour, 1.2f);
        }
    }

    /// <summary>Nose and mouth.</summary>
    public void PaintNoseAndMouth()
    {
        easel.Region = FaceRegion.Skin;
        using var nose = easel.Pen(0, 49).Move(1.5f, -2.5f).Quad(3.5f, 1.5f, -1.5f, 2).Path();
        easel.Line(nose, FacePalette.Blend(skin.Shade, skin.Line, 0.55f), 2.6f);

        easel.Region = FaceRegion.Mouth;
        var pen = easel.Pen(0, MouthY + (traits.Chin * 0.6f), traits.MouthSize, traits.MouthSize);
        var lip = FacePalette.Blend(skin.Line, FacePalette.Colour(0x7A1F30), 0.6f);
        switch (face.Mouth)
        {
            case Mouth.Smile:
                using (var smile = pen.Move(-16, -3).Quad(0, 11, 16, -3).Path())
                {
                    easel.Line(smile, lip, 4.2f);
                }

                break;
            case Mouth.Cat:
                using (var curls = pen.Move(-15, -3).Cubic(-12, 7, -2, 7, 0, -2).Cubic(2, 7, 12, 7, 15, -3).Path())
                {
                    easel.Line(curls, lip, 4);
                }

                break;
            case Mouth.Surprise:
                using (var round = pen.Oval(0, 2, 8, 9.5f).Path())
                {
                    easel.Fill(round, FacePalette.Colour(0xA8364A));
                    easel.Line(round, lip, 3);
                }

                break;
            default:
                PaintLaugh(lip);
                break;
        }
    }

    private void PaintLaugh(SKColor lip)
    {
        Pen Mouth() => easel.Pen(0, MouthY + (traits.Chin * 0.6f), traits.MouthSize, traits.MouthSize);
        using var mouth = Mouth().Move(-19, -6).Quad(0, -1, 19, -6).Cubic(17, 20, -17, 20, -19, -6).Close().Path();
        easel.Fill(mouth, FacePalette.Colour(0x8E2437));
        using var tongue = Mouth().Oval(0, 8, 9, 4.5f).Path();
        easel.Fill(tongue, FacePalette.Colour(0xF08088));
        using var teeth = Mouth().Move(-18, -5).Quad(0, 0, 18, -5).Quad(0, 7, -18, -5).Close().Path();
        easel.Fill(teeth, SKColors.White);
        easel.Line(mouth, lip, 2.8f);
    }

    private void PaintEye(int side)
    {
        var size = traits.EyeSize;
        var x = side * (EyeX + traits.EyeSpacing);
        var irisX = x + (side * 1.5f) + traits.Gaze;
        Pen Outward() => easel.Pen(x, EyeY, side * size, size * 1.06f);
        Pen Iris() => easel.Pen(irisX, EyeY, size, size * 1.06f);

        // Heights of the inner and outer corner, of the upper lid's controls, of the lower lid's,
        // and of the iris above and below its centre.
        var (inner, outer, upper, lower, high, low) = face.EyeShape switch
        {
            EyeShape.Sharp => (8f, -9f, -29f, 25f, -20f, 19.5f),
            EyeShape.Gentle => (1f, 9f, -35f, 25f, -21f, 20f),
            _ => (3f, 0f, -38f, 29f, -22f, 22f),
        };
        var middle = (high + low) / 2;
        var tones = FacePalette.Of(face.EyeColour);
        var lash = FacePalette.Blend(FacePalette.Colour(0x2A1822), hair.Line, 0.35f);

        easel.Region = FaceRegion.Eye;
        using var white = Outward().Move(-21, inner).Cubic(-18, upper + inner, 13, upper + (0.4f * outer), 23, outer)
            .Cubic(22, lower, -14, lower + 3, -21, inner).Close().Path();
        easel.Fill(white, SKColors.White);
        easel.Region = FaceRegion.Iris;
        using var disc = Iris().Oval(0, middle, 15.5f, low - middle).Path();
        easel.Shade(disc, EyeY + (high * size), EyeY + (low * size), tones.Top, tones.Middle, tones.Bottom);
        easel.Line(disc, FacePalette.Blend(tones.Top, tones.Middle, 0.25f), 2.6f);
        using var pupil = Iris().Oval(0, middle, 6.8f, 9.5f).Path();
        easel.Ink(pupil, FacePalette.Blend(tones.Top, FacePalette.Colour(0x08040C), 0.6f));
        using var glow = Iris().Oval(0, low - 8, 9.5f, 5.5f).Path();
        easel.Fill(glow, tones.Bottom.WithAlpha(170));
        using var shadow = Outward().Move(-20, inner - 1).Cubic(-18, upper + inner, 13, upper + (0.4f * outer), 22, outer)
            .Cubic(13, upper + (0.4f * outer) + 11, -16, upper + inner + 11, -20, inner - 1).Close().Path();
        easel.Fill(shadow, FacePalette.Colour(0x201430).WithAlpha(90));
        using var shine = Iris().Oval(-6, middle - 9, 5.8f, 6.8f).Oval(6.5f, middle + 9, 3.2f, 3.4f).Path();
        easel.Fill(shine, SKColors.White);

        easel.Region = FaceRegion.Brow;
        using var lid = Outward().Move(-23, inner + 2).Cubic(-19, upper + inner - 8, 14, upper + (0.4f * outer) - 9, 28, outer - 6)
            .Quad(26, outer + 1, 24, outer + 3).Cubic(13, upper + (0.4f * outer) + 5, -15, upper + inner + 4, -23, inner + 2).Close().Path();
        easel.Ink(lid, lash);
        using var lowerLid = Outward().Move(22, outer + 8).Cubic(17, lower - 3, 6, lower - 2, -4, lower - 3.5f).Path();
        easel.Line(lowerLid, lash, 2.2f);
    }
}
