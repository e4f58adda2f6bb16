using SkiaSharp;

namespace IlgpuGan.Faces;

/// <summary>Hair from highlight to outline.</summary>
internal readonly record struct HairTones(SKColor Light, SKColor Base, SKColor Dark, SKColor Line);

/// <summary>Skin, its shade, the blush and the outline.</summary>
internal readonly record struct SkinTones(SKColor Base, SKColor Shade, SKColor Blush, SKColor Line);

/// <summary>Iris from the lid's shadow down to the light at its lower edge.</summary>
internal readonly record struct IrisTones(SKColor Top, SKColor Middle, SKColor Bottom);

/// <summary>Clothes, collar and ribbon.</summary>
internal readonly record struct OutfitTones(SKColor Body, SKColor Collar, SKColor Ribbon);

/// <summary>Upper and lower colour of the background.</summary>
internal readonly record struct BackgroundTones(SKColor Top, SKColor Bottom);

/// <summary>The colours of the drawn faces.</summary>
internal static class FacePalette
{
    /// <summary>Colours of the hair; <paramref name="tint"/> in -1 ... 1 moves them towards shade or highlight.</summary>
    public static HairTones Hair(HairColour colour, float tint)
    {
        var tones = colour switch
        {
            HairColour.Black => Tones(0x7C7CA4, 0x45445E, 0x2A2838, 0x17151F),
            HairColour.Brown => Tones(0xCC9464, 0x8F5937, 0x613824, 0x3B1F16),
            HairColour.Blond => Tones(0xFFF3B4, 0xF6D069, 0xD69A45, 0x8A5A22),
            HairColour.Red => Tones(0xFF9E70, 0xD8442F, 0x9C262C, 0x5A1420),
            HairColour.Pink => Tones(0xFFDCE7, 0xFA9FC2, 0xDA6BA0, 0x8D3A68),
            HairColour.Blue => Tones(0xA6D2FF, 0x4B86E3, 0x2F57B0, 0x1C2F66),
            HairColour.Green => Tones(0xC4F0AC, 0x5CB877, 0x337D60, 0x1B463C),
            HairColour.Purple => Tones(0xD9BAFA, 0x9667D4, 0x6541A2, 0x38225F),
            HairColour.Silver => Tones(0xFFFFFF, 0xD6DCEB, 0xA1AAC8, 0x5F6786),
            _ => throw new ArgumentOutOfRangeException(nameof(colour), colour, null),
        };
        return tones with { Base = Blend(tones.Base, tint < 0 ? tones.Dark : tones.Light, Math.Abs(tint)) };
    }

    /// <summary>Colours of the skin.</summary>
    public static SkinTones Of(Skin skin) => skin switch
    {
        Skin.Fair => new(Colour(0xFFECE0), Colour(0xF5C2B3), Colour(0xFF8A94), Colour(0x9C5548)),
        Skin.Light => new(Colour(0xFDDABD), Colour(0xE9AC88), Colour(0xF77B6C), Colour(0x8C4C38)),
        Skin.Tan => new(Colour(0xE5B083), Colour(0xC28253), Colour(0xDD6450), Colour(0x6E3E28)),
        Skin.Dark => new(Colour(0xAB7350), Colour(0x814F38), Colour(0xBC4F42), Colour(0x48271C)),
        _ => throw new ArgumentOutOfRangeException(nameof(skin), skin, null),
    };

    /// <summary>Colours of the irises.</summary>
    public static IrisTones Of(EyeColour colour) => colour switch
    {
        EyeColour.Brown => new(Colour(0x40200F), Colour(0x8F4D20), Colour(0xE8A257)),
        EyeColour.Gold => new(Colour(0x7A4405), Colour(0xDF9A0E), Colour(0xFFEC78)),
        EyeColour.Green => new(Colour(0x0C4733), Colour(0x249A58), Colour(0xB0F58E)),
        EyeColour.Blue => new(Colour(0x122C7A), Colour(0x2A78E4), Colour(0x9CEBFF)),
        EyeColour.Violet => new(Colour(0x341678), Colour(0x7E48DC), Colour(0xE2B0FF)),
        EyeColour.Crimson => new(Colour(0x5C0820), Colour(0xCE2240), Colour(0xFFA08A)),
        _ => throw new ArgumentOutOfRangeException(nameof(colour), colour, null),
    };

    /// <summary>Colours of the clothes.</summary>
    public static OutfitTones Of(Outfit outfit) => outfit switch
    {
        Outfit.Sailor => new(Colour(0xF7F8FC), Colour(0x34457E), Colour(0xDB3B4A)),
        Outfit.Navy => new(Colour(0x3B4878), Colour(0xF4F5FA), Colour(0xE0B23C)),
        Outfit.Wine => new(Colour(0x9C3346), Colour(0xFBEFD9), Colour(0x3D3A52)),
        Outfit.Sunny => new(Colour(0xF9CE5B), Colour(0x2F8F8B), Colour(0xF7F8FC)),
        _ => throw new ArgumentOutOfRangeException(nameof(outfit), outfit, null),
    };

    /// <summary>Colours of the background.</summary>
    public static BackgroundTones Of(Background background) => background switch
    {
        Background.Sky => new(Colour(0x8FCBF7), Colour(0xDDF2FF)),
        Background.Mint => new(Colour(0x9BE0BE), Colour(0xE2F9E9)),
        Background.Lemon => new(Colour(0xFADF7E), Colour(0xFFF8D6)),
        Background.Peach => new(Colour(0xFCB795), Colour(0xFFE9D6)),
        Background.Lavender => new(Colour(0xBBA9F3), Colour(0xECE5FF)),
        Background.Dusk => new(Colour(0x3F3F80), Colour(0xD78FAE)),
        _ => throw new ArgumentOutOfRangeException(nameof(background), background, null),
    };

    /// <summary>A colour between two; <paramref name="share"/> of the second, 0 ... 1.</summary>
    public static SKColor Blend(SKColor first, SKColor second, float share) => new(
        Between(first.Red, second.Red, share),
        Between(first.Green, second.Green, share),
        Between(first.Blue, second.Blue, share));

    /// <summary>An opaque colour from 0xRRGGBB.</summary>
    public static SKColor Colour(uint rgb) => new(0xFF000000 | rgb);

    private static HairTones Tones(uint light, uint middle, uint dark, uint line) =>
        new(Colour(light), Colour(middle), Colour(dark), Colour(line));

    private static byte Between(byte first, byte second, float share) => (byte)(first + ((second - first) * share) + 0.5f);
}
