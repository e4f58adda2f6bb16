using SkiaSharp;

namespace IlgpuGan.Faces;

/// <summary>
/// Paints the hair in two layers, behind and before the face, in the head's frame (origin between the cheeks, 256 units an
/// image).
/// </summary>
internal sealed class FaceHair : IDisposable
{
    private readonly Easel easel;
    private readonly FaceTraits traits;
    private readonly HairStyle style;
    private readonly HairTones tones;
    private readonly SKPath fringe;
    private readonly SKPath strands;

    public FaceHair(Easel easel, FaceTraits traits)
    {
        this.easel = easel;
        this.traits = traits;
        style = traits.Attributes.HairStyle;
        tones = FacePalette.Hair(traits.Attributes.HairColour, traits.HairTint);
        fringe = FringePath();
        strands = StrandsPath();
        FringeShadow = Trim(easel.Pen().Move(56, -60).Line(56, -12), 9).Line(-60, -60).Close().Path();
    }

    /// <summary>The shadow that the fringe throws on the forehead.</summary>
    public SKPath FringeShadow { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        fringe.Dispose();
        strands.Dispose();
        FringeShadow.Dispose();
    }

    /// <summary>The layer behind the head.</summary>
    public void PaintBack()
    {
        easel.Region = FaceRegion.Hair;
        switch (style)
        {
            case HairStyle.TwinTails:
                PaintTail(-1);
                PaintTail(1);
                break;
            case HairStyle.Ponytail:
                PaintPonytail();
                break;
        }

        using var back = BackPath();
        easel.Shade(back, -110, 110, tones.Base, tones.Dark, FacePalette.Blend(tones.Dark, tones.Line, 0.35f));
        easel.Line(back, tones.Line, 2.8f);
    }

    /// <summary>The layer before the face: crown, fringe and side locks, with the ring of light.</summary>
    public void PaintFront()
    {
        easel.Region = FaceRegion.Hair;
        easel.Shade(fringe, -112, 70, FacePalette.Blend(tones.Base, tones.Light, 0.35f), tones.Base, tones.Base, tones.Dark);
        using var ring = easel.Pen(traits.FringeShift * 0.5f, 0)
            .Move(-74, -38).Quad(0, -112, 74, -38).Line(66, -30).Line(56, -49).Line(46, -39).Line(34, -60).Line(22, -50)
            .Line(8, -67).Line(-5, -57).Line(-20, -65).Line(-32, -48).Line(-44, -52).Line(-56, -36).Line(-64, -42).Close().Path();
        easel.Fill(ring, tones.Light.WithAlpha(215));
        easel.Line(strands, tones.Dark, 2);
        easel.Line(fringe, tones.Line, 2.8f);
        if (style == HairStyle.Ponytail)
        {
            PaintBow(44, -98, 1.1f, 25);
        }
        else if (style == HairStyle.TwinTails)
        {
            PaintBow(-76, -56, 0.8f, -50);
            PaintBow(76, -56, 0.8f, 50);
        }
    }

    private SKPath BackPath()
    {
        // The crown of spikes has gaps through which a full dome would show.
        var size = traits.HairVolume * (style == HairStyle.Spiky ? 0.92f : 1);
        var pen = easel.Pen(scaleX: size, scaleY: size);
        return style switch
        {
            HairStyle.Bob => Dome(pen, 98, 40)
                .Cubic(98, 66, 88, 84, 66, 88).Quad(50, 84, 40, 60).Line(-40, 60)
                .Quad(-50, 84, -66, 88).Cubic(-88, 84, -98, 66, -98, 40).Close().Path(),
            HairStyle.Flowing => Dome(pen, 94, 30)
                .Cubic(96, 80, 104, 96, 108, 140).Line(-108, 140).Cubic(-104, 96, -96, 80, -94, 30).Close().Path(),
            HairStyle.Spiky => Dome(pen, 84, 0)
                .Quad(90, 24, 102, 36).Quad(90, 38, 84, 36).Quad(84, 56, 84, 74).Quad(66, 68, 54, 56).Line(-54, 56)
                .Quad(-66, 68, -84, 74).Quad(-84, 56, -84, 36).Quad(-90, 38, -102, 36).Quad(-90, 24, -84, 0).Close().Path(),
            HairStyle.Ponytail or HairStyle.TwinTails => Dome(pen, 84, 0)
                .Cubic(84, 30, 70, 48, 46, 56).Line(-46, 56).Cubic(-70, 48, -84, 30, -84, 0).Close().Path(),
            _ => Dome(pen, 86, 10)
                .Cubic(88, 36, 86, 56, 74, 76).Quad(62, 72, 48, 56).Line(-48, 56).Quad(-62, 72, -74, 76).Cubic(-86, 56, -88, 36, -86, 10).Close().Path(),
        };
    }

    // From the left temple over the crown to the right temple.
    private static Pen Dome(Pen pen, float width, float height) =>
        pen.Move(-width, height).Cubic(-88, -72, -50, -114, 2, -114).Cubic(50, -114, 88, -72, width, height);

    private void PaintTail(int side)
    {
        using var tail = easel.Pen(side * 74, -54, side).Move(-14, -10)
            .Cubic(18, -34, 52, -18, 52, 44)
            .Cubic(52, 96, 44, 140, 14, 172)
            .Cubic(18, 140, 2, 120, 6, 80)
            .Cubic(8, 44, 4, 20, -14, 10).Close().Path();
        easel.Shade(tail, -80, 120, tones.Light, tones.Base, tones.Dark);
        easel.Line(tail, tones.Line, 2.8f);
        using var strand = easel.Pen(side * 74, -54, side).Move(8, 0).Cubic(30, 6, 34, 50, 26, 130).Path();
        easel.Line(strand, tones.Dark, 2.4f);
    }

    private void PaintPonytail()
    {
        using var tail = easel.Pen(40, -96).Move(-16, 6)
            .Cubic(6, -34, 60, -30, 76, 30)
            .Cubic(90, 90, 74, 150, 48, 196)
            .Cubic(50, 150, 36, 120, 44, 80)
            .Cubic(44, 50, 30, 30, 6, 22).Close().Path();
        easel.Shade(tail, -120, 100, tones.Light, tones.Base, tones.Dark);
        easel.Line(tail, tones.Line, 2.8f);
        using var strand = easel.Pen(40, -96).Move(10, 4).Cubic(50, 6, 66, 60, 58, 150).Path();
        easel.Line(strand, tones.Dark, 2.4f);
    }

    private void PaintBow(float x, float y, float size, float degrees)
    {
        easel.Region = FaceRegion.Ribbon;
        var colour = FacePalette.Of(traits.Attributes.Outfit).Ribbon;
        var line = FacePalette.Blend(colour, FacePalette.Colour(0x30203A), 0.6f);
        easel.Canvas.Save();
        easel.Canvas.Translate(x, y);
        easel.Canvas.RotateDegrees(degrees);
        using var loops = easel.Pen(0, 0, size, size).Move(0, 0).Cubic(-8, -20, -26, -18, -24, 0).Cubic(-26, 18, -8, 16, 0, 0)
            .Cubic(8, -20, 26, -18, 24, 0).Cubic(26, 18, 8, 16, 0, 0).Close().Path();
        easel.Fill(loops, colour);
        easel.Line(loops, line, 2.4f);
        using var knot = easel.Pen(0, 0, size, size).Oval(0, 0, 5, 6).Path();
        easel.Fill(knot, colour);
        easel.Line(knot, line, 2.2f);
        easel.Canvas.Restore();
    }

    private SKPath FringePath()
    {
        var volume = traits.HairVolume;
        // How far down and in the side locks end.
        var (lockX, lockY) = style switch
        {
            HairStyle.Bob => (66f, 72f),
            HairStyle.Flowing => (72f, 104f),
            HairStyle.TwinTails => (68f, 66f),
            HairStyle.Ponytail => (68f, 58f),
            HairStyle.Spiky => (72f, 36f),
            _ => (70f, 44f),
        };
        var pen = easel.Pen(scaleX: volume, scaleY: volume).Move(-lockX, lockY);
        if (style == HairStyle.Spiky)
        {
            pen.Quad(-82, 24, -86, 6).Quad(-96, 8, -108, -2).Quad(-92, -12, -88, -32).Quad(-100, -38, -112, -54).Quad(-92, -56, -80, -68)
                .Quad(-88, -84, -88, -104).Quad(-70, -96, -52, -92).Quad(-48, -108, -36, -124).Quad(-22, -108, -8, -104).Quad(6, -118, 22, -124)
                .Quad(28, -110, 38, -98).Quad(60, -106, 80, -108).Quad(76, -86, 78, -70).Quad(96, -64, 112, -62).Quad(98, -44, 88, -32)
                .Quad(98, -18, 110, -8).Quad(98, 4, 86, 6).Quad(82, 24, lockX, lockY);
        }
        else
        {
            pen.Cubic(-lockX - 12, lockY - 20, -86, 30, -86, -6).Cubic(-86, -74, -48, -114, 2, -114)
                .Cubic(50, -114, 86, -74, 86, -6).Cubic(86, 30, lockX + 12, lockY - 20, lockX, lockY);
        }

        return Trim(pen.Quad(60, 34, 56, -22), 0).Quad(-58, -30, -56, -22).Quad(-60, 34, -lockX, lockY).Close().Path();
    }

    // The lower edge of the fringe from the right temple to the left one.
    private Pen Trim(Pen pen, float lower)
    {
        var shift = traits.FringeShift;
        var length = traits.FringeLength;
        var (x, y) = (56f, -22f + lower);
        foreach (var (tipX, tipY, valleyX, valleyY) in Locks())
        {
            var (tx, ty, vx, vy) = (tipX + shift, tipY + length + lower, valleyX + shift, valleyY + lower);
            pen.Quad(x + ((tx - x) * 0.2f), y + ((ty - y) * 0.65f), tx, ty).Quad(tx + ((vx - tx) * 0.25f), ty + ((vy - ty) * 0.5f), vx, vy);
            (x, y) = (vx, vy);
        }

        return pen;
    }

    private SKPath StrandsPath()
    {
        var pen = easel.Pen(traits.FringeShift, 0);
        foreach (var (_, _, x, y) in Locks())
        {
            pen.Move(x, y).Quad(x + (x * 0.04f), y - 14, x * 0.94f, y - 24);
        }

        return pen.Path();
    }

    // The fringe's locks from right to left: where each ends, and how high the gap after it reaches.
    private (float TipX, float TipY, float ValleyX, float ValleyY)[] Locks() => style switch
    {
        HairStyle.Bob => [(46, -15, 36, -25), (26, -13, 14, -24), (4, -12, -8, -24), (-18, -13, -28, -25), (-40, -14, -52, -28)],
        HairStyle.Flowing => [(50, -8, 30, -38), (24, -20, 4, -62), (-22, -20, -30, -38), (-50, -8, -55, -30)],
        HairStyle.TwinTails => [(46, -12, 26, -40), (0, 4, -22, -40), (-44, -12, -54, -30)],
        HairStyle.Ponytail => [(30, -18, 26, -38), (-6, -10, -14, -38), (-40, -4, -54, -30)],
        HairStyle.Spiky => [(44, -10, 32, -42), (20, -8, 10, -44), (-8, 0, -18, -42), (-38, -8, -52, -32)],
        _ => [(40, -20, 36, -38), (16, -12, 10, -40), (-12, -6, -22, -38), (-44, -4, -54, -30)],
    };
}
