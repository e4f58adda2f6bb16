using System.Globalization;

namespace IlgpuGan.Options;

/// <summary>Channels of the stages of a network as a text, such as <c>256,128,64</c>.</summary>
internal static class StageWidths
{
    private const int Most = 8192;

    /// <summary>The channels from the smallest images on; null where the text is none.</summary>
    public static int[]? Read(string text)
    {
        var widths = text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int width) ? width : 0).ToArray();
        return widths.All(width => width is >= 1 and <= Most) ? widths : null;
    }
}
