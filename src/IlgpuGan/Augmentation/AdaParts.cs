namespace IlgpuGan.Augmentation;

/// <summary>The changes of <see cref="Ada"/>, by the names of its authors, alone and in their three groups (Karras et al. 2020, appendix B).</summary>
[Flags]
public enum AdaParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A mirror image.</summary>
    XFlip = 1,

    /// <summary>Quarter turns; half turns alone where sides differ.</summary>
    Rotate90 = 2,

    /// <summary>A move by whole pixels, up to an eighth of the sides.</summary>
    XInt = 4,

    /// <summary>These three: no pixel is mixed with another.</summary>
    Blit = XFlip | Rotate90 | XInt,

    /// <summary>Larger or smaller.</summary>
    Scale = 8,

    /// <summary>A turn by any angle.</summary>
    Rotate = 16,

    /// <summary>Wider and lower, or the other way round.</summary>
    Aniso = 32,

    /// <summary>A move by any distance.</summary>
    XFrac = 64,

    /// <summary>These four.</summary>
    Geom = Scale | Rotate | Aniso | XFrac,

    /// <summary>Lighter or darker.</summary>
    Brightness = 128,

    /// <summary>More or less contrast.</summary>
    Contrast = 256,

    /// <summary>Light turned to dark, hue kept.</summary>
    LumaFlip = 512,

    /// <summary>Colours turned round the wheel.</summary>
    Hue = 1024,

    /// <summary>More or less colour.</summary>
    Saturation = 2048,

    /// <summary>These five.</summary>
    Color = Brightness | Contrast | LumaFlip | Hue | Saturation,

    /// <summary>Everything.</summary>
    All = Blit | Geom | Color,
}
