using System.Globalization;
using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>A vertical axis of decades, for plots whose values are logarithms to base 10.</summary>
internal static class LogAxis
{
    /// <summary>Gives a plot whole decades around values that are above 0, one at least, or the axis would have a single number.</summary>
    /// <param name="plot">Its values are logarithms to base 10.</param>
    /// <param name="least">The least value that is above 0.</param>
    /// <param name="most">The largest.</param>
    /// <param name="hasZero">Whether 0 has a place, too: one decade below all others, or nothing above it could be told apart.</param>
    /// <returns>Where 0 is drawn.</returns>
    public static double Apply(Plot plot, double least, double most, bool hasZero = false)
    {
        double bottom = Math.Floor(Math.Log10(least)), top = Math.Max(bottom + 1, Math.Ceiling(Math.Log10(most)));
        // Of nothing that is to be shown there are no decades, but the plot is to have axes.
        (bottom, top) = double.IsFinite(bottom) && double.IsFinite(top) ? (bottom, top) : (0, 1);
        double zero = bottom - 1;
        plot.Axes.SetLimitsY(hasZero ? zero : bottom, top);
        var ticks = Decades((int)bottom, (int)top);
        if (hasZero)
        {
            ticks.AddMajor(zero, "0");
        }

        plot.Axes.Left.TickGenerator = ticks;
        plot.Grid.MinorLineColor = Colors.Black.WithAlpha(0.04);
        plot.Grid.MinorLineWidth = 1;
        return zero;
    }

    private static ScottPlot.TickGenerators.NumericManual Decades(int from, int to)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (var decade = from; decade <= to; decade++)
        {
            ticks.AddMajor(decade, Math.Pow(10, decade).ToString(decade < -4 || decade > 4 ? "0e0" : "0.####", CultureInfo.InvariantCulture));
            for (var digit = 2; digit < 10 && decade < to; digit++)
            {
                ticks.AddMinor(decade + Math.Log10(digit));
            }
        }

        return ticks;
    }
}
