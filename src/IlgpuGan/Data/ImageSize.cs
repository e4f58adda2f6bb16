using System.Globalization;

namespace IlgpuGan.Data;

/// <summary>Height and width of an image in pixels. Where it is written, the width comes first: 64x48 is wide.</summary>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Longest side that is read, drawn or trained: above it a single image would no longer fit a batch anywhere.</summary>
    public const int MaxSide = 4096;

    /// <summary>Pixels of an image.</summary>
    internal long Pixels => (long)Height * Width;

    /// <summary>Reads <c>64</c> (square) or <c>64x48</c> (width x height); sides from 1 to <see cref="MaxSide"/>.</summary>
    public static bool TryParse(string? text, out ImageSize size)
    {
        size = default;
        string[] sides = (text ?? "").Split('x', 'X');
        if (sides.Length > 2 || !TrySide(sides[0], out int width) || !TrySide(sides[^1], out int height))
        {
            return false;
        }

        size = new ImageSize(height, width);
        return true;

        static bool TrySide(string side, out int value) =>
            int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is >= 1 and <= MaxSide;
    }

    /// <summary>Width x height, as <see cref="TryParse"/> reads it: <c>64x48</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    /// <summary>For sentences: <c>64 x 48</c>.</summary>
    internal string Words => string.Create(CultureInfo.InvariantCulture, $"{Width} x {Height}");

    /// <summary>The share of an image of this size that lies outside its largest part of another's proportions, from 0 to 1.</summary>
    internal double LossIn(ImageSize shape)
    {
        double across = (double)Width * shape.Height, down = (double)Height * shape.Width;
        return 1 - (Math.Min(across, down) / Math.Max(across, down));
    }

    /// <summary>Its largest part of another size's proportions.</summary>
    internal ImageSize CutTo(ImageSize shape) => (long)Width * shape.Height >= (long)Height * shape.Width
        ? this with { Width = Math.Max(1, (int)Math.Round((double)Height * shape.Width / shape.Height)) }
        : this with { Height = Math.Max(1, (int)Math.Round((double)Width * shape.Height / shape.Width)) };
}
