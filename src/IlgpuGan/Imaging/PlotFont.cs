using ScottPlot;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>
/// The font of all plots, embedded: SkiaSharp's Linux natives without dependencies find no system fonts
/// (https://github.com/mono/SkiaSharp/issues/4303), a bare container has none, and a plot looks the same everywhere.
/// </summary>
internal sealed class PlotFont : IFontResolver
{
    private const string Family = "IlgpuGan Plot";

    // ScottPlot looks fonts up in one list for the whole process; this resolver adds its own family and answers for no other.
    static PlotFont() => Fonts.FontResolvers.Add(new PlotFont());

    private PlotFont()
    {
    }

    /// <summary>Sets all text of a plot in the embedded font.</summary>
    public static void Apply(Plot plot)
    {
        plot.Font.Set(Family);
        plot.Axes.Title.Label.Bold = false;
    }

    /// <summary>The font itself, for text beside plots; the caller disposes it.</summary>
    public static SKTypeface Open()
    {
        using var font = typeof(PlotFont).Assembly.GetManifestResourceStream("IlgpuGan.Imaging.Fonts.DejaVuSans-Latin.ttf");
        return SKTypeface.FromStream(font);
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, bold: false, italic: false);

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Family ? Open() : null;
}
