using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Paints the hair in two layers, behind and before the face, in the head's frame (origin between the cheeks, 256 units an image).</summary>
internal sealed class FaceHair : IDisposable
{
    private readonly Easel _easel;
    private readonly FaceTraits _traits;
    private readonly HairStyle _style;
    private readonly HairTones _tones;

    public FaceHair(Easel easel, FaceTraits traits)
    {
        _easel = easel;
        _traits = traits;
        _style = traits.Attributes.HairStyle;
        _tones = FacePalette.Hair(traits.Attributes.HairColour, traits.HairTint);
        Fringe = FringePath();
    }

    /// <summary>The front layer's shape, for the shadow it throws on the forehead.</summary>
    public SKPath Fringe { get; }

    /// <inheritdoc/>
    public void Dispose() => Fringe.Dispose();

    /// <summary>The layer behind the head.</summary>
    public void PaintBack()
    {
        switch (_style)
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
        _easel.Shade(back, -110, 110, _tones.Base, _tones.Dark, FacePalette.Blend(_tones.Dark, _tones.Line, 0.35f));
        _easel.Line(back, _tones.Line, 2.8f);
    }

    /// <summary>The layer before the face: crown, fringe and side locks, with the ring of light.</summary>
    public void PaintFront()
    {
        _easel.Shade(Fringe, -112, 70, FacePalette.Blend(_tones.Base, _tones.Light, 0.35f), _tones.Base, _tones.Base, _tones.Dark);
        _easel.Canvas.Save();
        _easel.Canvas.ClipPath(Fringe, antialias: true);
        using var ring = new Pen(_traits.FringeShift, 0)
            .Move(-74, -38).Quad(0, -112, 74, -38).Line(66, -30).Line(56, -49).Line(46, -39).Line(34, -60).Line(22, -50)
            .Line(8, -67).Line(-5, -54).Line(-20, -65).Line(-32, -48).Line(-44, -52).Line(-56, -36).Line(-64, -42).Close().Path();
        _easel.Fill(ring, _tones.Light.WithAlpha(215));
        _easel.Canvas.Restore();
        _easel.Line(Fringe, _tones.Line, 2.8f);
        if (_style == HairStyle.Ponytail)
        {
            PaintBow(44, -98, 1.1f, 25);
        }
        else if (_style == HairStyle.TwinTails)
        {
            PaintBow(-76, -56, 0.8f, -50);
            PaintBow(76, -56, 0.8f, 50);
        }
    }

    private SKPath BackPath()
    {
        var volume = _traits.HairVolume;
        var pen = new Pen(scaleX: volume, scaleY: volume);
        return _style switch
        {
            HairStyle.Bob => Dome(pen, 98, 40).Cubic(98, 66, 88, 84, 66, 88).Quad(50, 84, 40, 60).Line(-40, 60)
                .Quad(-50, 84, -66, 88).Cubic(-88, 84, -98, 66, -98, 40).Close().Path(),
            HairStyle.Long => Dome(pen, 94, 30).Cubic(96, 80, 104, 96, 108, 140).Line(-108, 140).Cubic(-104, 96, -96, 80, -94, 30).Close().Path(),
            HairStyle.Spiky => Dome(pen, 84, 0).Line(104, 34).Line(86, 36).Line(96, 62).Line(72, 56).Line(70, 80).Line(50, 62).Line(-50, 62)
                .Line(-70, 80).Line(-72, 56).Line(-96, 62).Line(-86, 36).Line(-104, 34).Line(-84, 0).Close().Path(),
            _ => Dome(pen, 86, 10).Cubic(88, 40, 78, 58, 60, 74).Line(-60, 74).Cubic(-78, 58, -88, 40, -86, 10).Close().Path(),
        };
    }

    // From the left temple over the crown to the right temple.
    private static Pen Dome(Pen pen, float width, float height) =>
        pen.Move(-width, height).Cubic(-88, -72, -50, -114, 2, -114).Cubic(50, -114, 88, -72, width, height);

    private void PaintTail(int side)
    {
        using var tail = new Pen(side * 74, -54, side).Move(-14, -10)
            .Cubic(18, -34, 52, -18, 52, 44)
            .Cubic(52, 96, 44, 140, 14, 172)
            .Cubic(18, 140, 2, 120, 6, 80)
            .Cubic(8, 44, 4, 20, -14, 10).Close().Path();
        _easel.Shade(tail, -80, 120, _tones.Light, _tones.Base, _tones.Dark);
        _easel.Line(tail, _tones.Line, 2.8f);
        using var strand = new Pen(side * 74, -54, side).Move(8, 0).Cubic(30, 6, 34, 50, 26, 130).Path();
        _easel.Line(strand, _tones.Dark, 2.4f);
    }

    private void PaintPonytail()
    {
        using var tail = new Pen(40, -96).Move(-16, 6)
            .Cubic(6, -34, 60, -30, 76, 30)
            .Cubic(90, 90, 74, 150, 48, 196)
            .Cubic(50, 150, 36, 120, 44, 80)
            .Cubic(44, 50, 30, 30, 6, 22).Close().Path();
        _easel.Shade(tail, -120, 100, _tones.Light, _tones.Base, _tones.Dark);
        _easel.Line(tail, _tones.Line, 2.8f);
        using var strand = new Pen(40, -96).Move(10, 4).Cubic(50, 6, 66, 60, 58, 150).Path();
        _easel.Line(strand, _tones.Dark, 2.4f);
    }

    private void PaintBow(float x, float y, float size, float degrees)
    {
        var colour = FacePalette.Of(_traits.Attributes.Outfit).Ribbon;
        var line = FacePalette.Blend(colour, FacePalette.Colour(0x30203A), 0.6f);
        _easel.Canvas.Save();
        _easel.Canvas.Translate(x, y);
        _easel.Canvas.RotateDegrees(degrees);
        using var loops = new Pen(0, 0, size, size).Move(0, 0).Cubic(-8, -20, -26, -18, -24, 0).Cubic(-26, 18, -8, 16, 0, 0)
            .Cubic(8, -20, 26, -18, 24, 0).Cubic(26, 18, 8, 16, 0, 0).Close().Path();
        _easel.Fill(loops, colour);
        _easel.Line(loops, line, 2.4f);
        using var knot = new Pen(0, 0, size, size).Oval(0, 0, 5, 6).Path();
        _easel.Fill(knot, colour);
        _easel.Line(knot, line, 2.2f);
        _easel.Canvas.Restore();
    }

    private SKPath FringePath()
    {
        var volume = _traits.HairVolume;
        // How far down and in the side locks end.
        var (lockX, lockY) = _style switch
        {
            HairStyle.Bob => (66f, 72f),
            HairStyle.Long => (72f, 104f),
            HairStyle.TwinTails => (68f, 66f),
            HairStyle.Ponytail => (68f, 58f),
            HairStyle.Spiky => (72f, 36f),
            _ => (70f, 44f),
        };
        var pen = new Pen(scaleX: volume, scaleY: volume).Move(-lockX, lockY);
        if (_style == HairStyle.Spiky)
        {
            pen.Quad(-84, 20, -86, 2).Line(-106, -6).Line(-88, -26).Line(-110, -52).Line(-82, -62).Line(-92, -96).Line(-58, -90).Line(-52, -122)
                .Line(-22, -106).Line(4, -128).Line(22, -106).Line(58, -120).Line(60, -88).Line(94, -92).Line(83, -60).Line(110, -48).Line(88, -24)
                .Line(106, -4).Line(86, 2).Quad(84, 20, lockX, lockY);
        }
        else
        {
            pen.Cubic(-lockX - 12, lockY - 20, -86, 30, -86, -6).Cubic(-86, -74, -48, -114, 2, -114)
                .Cubic(50, -114, 86, -74, 86, -6).Cubic(86, 30, lockX + 12, lockY - 20, lockX, lockY);
        }

        pen.Quad(60, 34, 56, -22);
        var shift = _traits.FringeShift;
        var length = _traits.FringeLength;
        var (x, y) = (56f, -22f);
        foreach (var (tipX, tipY, valleyX, valleyY) in Locks())
        {
            var (tx, ty, vx, vy) = (tipX + shift, tipY + length, valleyX + shift, valleyY);
            pen.Quad(x + ((tx - x) * 0.2f), y + ((ty - y) * 0.65f), tx, ty).Quad(tx + ((vx - tx) * 0.25f), ty + ((vy - ty) * 0.5f), vx, vy);
            (x, y) = (vx, vy);
        }

        return pen.Quad(-58, -30, -56, -22).Quad(-60, 34, -lockX, lockY).Close().Path();
    }

    // The fringe's locks from right to left: where each ends, and how high the gap after it reaches.
    private (float TipX, float TipY, float ValleyX, float ValleyY)[] Locks() => _style switch
    {
        HairStyle.Bob => [(46, -10, 36, -22), (26, -8, 14, -20), (4, -7, -8, -20), (-18, -8, -28, -22), (-40, -9, -52, -26)],
        HairStyle.Long => [(48, -4, 30, -34), (22, -14, 4, -62), (-22, -14, -30, -34), (-48, -4, -54, -28)],
        HairStyle.TwinTails => [(46, -6, 26, -36), (0, 4, -20, -36), (-44, -6, -54, -28)],
        HairStyle.Ponytail => [(30, -12, 24, -36), (-4, -4, -12, -36), (-38, 0, -54, -28)],
        HairStyle.Spiky => [(42, -4, 30, -38), (18, -2, 8, -40), (-8, 4, -18, -38), (-36, -2, -52, -30)],
        _ => [(40, -14, 36, -34), (16, -4, 10, -36), (-12, 2, -20, -34), (-42, 2, -54, -28)],
    };
}
