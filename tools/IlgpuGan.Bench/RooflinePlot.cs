using IlgpuGan.Imaging;
using ScottPlot;

namespace IlgpuGan.Bench;

/// <summary>The kinds of kernels that a roofline plot tells apart by colour and marker, in the order of its legend.</summary>
internal enum RooflineSeries
{
    MatrixProduct,
    Convolution,
    ConvolutionDataGradient,
    ConvolutionWeightGradient,
    Elementwise,
    Step,
}

/// <summary>One measured kernel.</summary>
/// <param name="Series">What it is.</param>
/// <param name="Label">Its name; points of one intensity and one name are joined and named once.</param>
/// <param name="Intensity">FLOP per byte.</param>
/// <param name="Gflops">10^9 floating-point operations per second.</param>
internal readonly record struct RooflinePoint(RooflineSeries Series, string Label, double Intensity, double Gflops);

/// <summary>The two limits of a device.</summary>
/// <param name="Gflops">10^9 floating-point operations per second at most.</param>
/// <param name="GigabytesPerSecond">10^9 bytes per second at most.</param>
internal readonly record struct Roofs(double Gflops, double GigabytesPerSecond)
{
    /// <summary>FLOP per byte from which on arithmetic is the limit.</summary>
    public double Ridge => Gflops / GigabytesPerSecond;

    /// <summary>10^9 floating-point operations per second at most, at an intensity.</summary>
    public double At(double intensity) => Math.Min(Gflops, intensity * GigabytesPerSecond);
}

/// <summary>Kernels under the limits of their device, after Williams, Waterman and Patterson, "Roofline" (CACM 2009).</summary>
internal static class RooflinePlot
{
    private const int Width = 1400;
    private const int Height = 900;
    private const float LabelSize = 15;
    private const float AxisSize = 17;
    private const float MarkerSize = 12;

    // Fixed, so that it is known which pixel a number falls on before anything is drawn.
    private static readonly PixelRect Area = new(left: 95, right: Width - 30, bottom: Height - 68, top: 60);

    private static readonly Color Ink = Color.FromHex("#1F2937");

    private static readonly (string Name, Color Colour, MarkerShape Shape)[] Styles =
    [
        ("matrix product", Color.FromHex("#2563EB"), MarkerShape.FilledDiamond),
        ("convolution", Color.FromHex("#EA580C"), MarkerShape.FilledCircle),
        ("   its data gradient", Color.FromHex("#EA580C"), MarkerShape.FilledTriangleUp),
        ("   its weight gradient", Color.FromHex("#EA580C"), MarkerShape.FilledSquare),
        ("element-wise", Color.FromHex("#15803D"), MarkerShape.FilledCircle),
        ("training step", Color.FromHex("#9333EA"), MarkerShape.FilledTriangleDown),
    ];

    /// <summary>Writes the plot as a PNG file of 1400 x 900 pixels, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">Device and date.</param>
    /// <param name="roofs">The device's limits.</param>
    /// <param name="points">What was measured, all numbers positive.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, Roofs roofs, IReadOnlyList<RooflinePoint> points)
    {
        using var plot = new Plot();
        using var paint = Paint.NewDisposablePaint();
        PlotFont.Apply(plot);
        var frame = Frame.Around(roofs, points);
        AddAxes(plot, title, frame);
        var labels = new LabelLayout(Area);
        AddRoofs(plot, frame, roofs, labels);
        AddPoints(plot, frame, points, labels, paint);
        AddLegend(plot, points);

        using var image = plot.GetImage(Width, Height);
        var png = image.GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void AddAxes(Plot plot, string title, Frame frame)
    {
        plot.Layout.Fixed(new PixelPadding(Area.Left, Width - Area.Right, Height - Area.Bottom, Area.Top));
        plot.Axes.SetLimits(frame.Left, frame.Right, frame.Bottom, frame.Top);
        plot.Title(title, 21);
        plot.XLabel("arithmetic intensity, FLOP per byte", AxisSize);
        plot.YLabel("GFLOP/s", AxisSize);
        plot.Axes.Bottom.TickGenerator = Decades(frame.Left, frame.Right);
        plot.Axes.Left.TickGenerator = Decades(frame.Bottom, frame.Top);
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontSize = LabelSize;
        }

        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Ink.WithAlpha(0.13);
        plot.Grid.MinorLineColor = Ink.WithAlpha(0.04);
        plot.Grid.MinorLineWidth = 1;
    }

    private static ScottPlot.TickGenerators.NumericManual Decades(double from, double to)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (var decade = (int)Math.Floor(from); decade <= to; decade++)
        {
            ticks.AddMajor(decade, Math.Pow(10, decade).ToString("0.#####", System.Globalization.CultureInfo.InvariantCulture));
            for (var digit = 2; digit < 10; digit++)
            {
                ticks.AddMinor(decade + Math.Log10(digit));
            }
        }

        return ticks;
    }

    private static void AddRoofs(Plot plot, Frame frame, Roofs roofs, LabelLayout labels)
    {
        Coordinates left = new(frame.Left, Math.Log10(roofs.At(Math.Pow(10, frame.Left))));
        Coordinates ridge = new(Math.Log10(roofs.Ridge), Math.Log10(roofs.Gflops));
        Coordinates right = new(frame.Right, ridge.Y);
        var beneath = plot.Add.Polygon([left, ridge, right, new(frame.Right, frame.Bottom), new(frame.Left, frame.Bottom)]);
        beneath.FillColor = Ink.WithAlpha(0.035);
        beneath.LineWidth = 0;
        foreach (var (from, to) in ((Coordinates, Coordinates)[])[(left, ridge), (ridge, right)])
        {
            var line = plot.Add.Line(from, to);
            line.Color = Ink;
            line.LineWidth = 3;
            line.MarkerSize = 0;
            labels.Avoid(frame.Pixel(from), frame.Pixel(to));
        }

        var (start, end) = (frame.Pixel(left), frame.Pixel(ridge));
        var slope = (float)(Math.Atan2(end.Y - start.Y, end.X - start.X) * 180 / Math.PI);
        Name(plot, new((left.X + ridge.X) / 2, (left.Y + ridge.Y) / 2), $"copy {Figure(roofs.GigabytesPerSecond)} GB/s", Alignment.LowerCenter, slope);
        // By the ridge: what comes near to the peak, or past it where a shared machine has sped up, lies farther to the right.
        Name(plot, ridge, $"multiply-add peak {Figure(roofs.Gflops)} GFLOP/s", Alignment.LowerLeft, 0);
        AddSides(plot, frame, ridge, labels);
    }

    // What a kernel on either side of the ridge waits for.
    private static void AddSides(Plot plot, Frame frame, Coordinates ridge, LabelLayout labels)
    {
        var border = plot.Add.Line(ridge, new(ridge.X, frame.Bottom));
        border.Color = Ink.WithAlpha(0.35);
        border.LinePattern = LinePattern.Dashed;
        border.LineWidth = 1;
        border.MarkerSize = 0;
        labels.Avoid(frame.Pixel(border.Start), frame.Pixel(border.End));
        foreach (var (text, alignment, side) in ((string, Alignment, float)[])[("limited by memory", Alignment.LowerRight, -1), ("limited by arithmetic", Alignment.LowerLeft, 1)])
        {
            var note = plot.Add.Text(text, border.End);
            note.LabelFontSize = LabelSize;
            note.LabelFontColor = Ink.WithAlpha(0.6);
            note.LabelAlignment = alignment;
            note.OffsetX = 8 * side;
            note.OffsetY = -6;
        }
    }

    private static void Name(Plot plot, Coordinates place, string text, Alignment alignment, float angle)
    {
        var label = plot.Add.Text(text, place);
        label.LabelFontSize = AxisSize;
        label.LabelFontColor = Ink;
        label.LabelAlignment = alignment;
        label.LabelRotation = angle;
        label.LabelPadding = 6;
    }

    private static string Figure(double value) =>
        value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", System.Globalization.CultureInfo.InvariantCulture);

    private static void AddPoints(Plot plot, Frame frame, IReadOnlyList<RooflinePoint> points, LabelLayout labels, Paint paint)
    {
        // Directions of one layer have one intensity, and so stand above each other.
        var named = points.GroupBy(point => (point.Label, Styles[(int)point.Series].Colour, point.Intensity)).ToList();
        foreach (var group in named.Where(group => group.Count() > 1))
        {
            var stem = plot.Add.Line(
                Place(group.MinBy(point => point.Gflops)), Place(group.MaxBy(point => point.Gflops)));
            stem.Color = group.Key.Colour.WithAlpha(0.45);
            stem.LineWidth = 2;
            stem.MarkerSize = 0;
            labels.Avoid(frame.Pixel(stem.Start), frame.Pixel(stem.End));
        }

        foreach (var point in points)
        {
            var (_, colour, shape) = Styles[(int)point.Series];
            var marker = plot.Add.Marker(Place(point), shape, MarkerSize, colour);
            marker.MarkerStyle.OutlineColor = Colors.White;
            marker.MarkerStyle.OutlineWidth = 1;
            labels.Avoid(frame.Pixel(Place(point)), MarkerSize);
        }

        foreach (var group in named.OrderBy(group => group.Key.Intensity))
        {
            var style = new LabelStyle { Text = group.Key.Label, FontName = plot.Axes.Title.Label.FontName, FontSize = LabelSize };
            Pixel[] anchors = [.. group.Select(point => frame.Pixel(Place(point)))];
            var place = labels.Find(anchors, style.Measure(paint).Size, MarkerSize);
            if (place.IsAside)
            {
                var leader = plot.Add.Line(frame.Coordinates(place.Anchor), frame.Coordinates(place.Nearest));
                leader.Color = group.Key.Colour.WithAlpha(0.5);
                leader.LineWidth = 1;
                leader.MarkerSize = 0;
            }

            var text = plot.Add.Text(group.Key.Label, frame.Coordinates(place.Box.Center));
            text.LabelFontSize = LabelSize;
            text.LabelFontColor = group.Key.Colour;
            text.LabelAlignment = Alignment.MiddleCenter;
        }
    }

    private static Coordinates Place(RooflinePoint point) => new(Math.Log10(point.Intensity), Math.Log10(point.Gflops));

    private static void AddLegend(Plot plot, IReadOnlyList<RooflinePoint> points)
    {
        foreach (var series in points.Select(point => point.Series).Distinct().Order())
        {
            var (name, colour, shape) = Styles[(int)series];
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = name,
                MarkerStyle = new MarkerStyle(shape, MarkerSize, colour),
            });
        }

        plot.Legend.FontSize = LabelSize;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Ink.WithAlpha(0.2);
        plot.ShowLegend(Alignment.LowerRight);
    }

    /// <summary>The axes' limits, as logarithms to base 10.</summary>
    private sealed record Frame(double Left, double Right, double Bottom, double Top)
    {
        /// <summary>Limits that show every point and a decade of each roof.</summary>
        public static Frame Around(Roofs roofs, IReadOnlyList<RooflinePoint> points)
        {
            const double margin = 0.25, roofMargin = 0.3;
            double ridge = Math.Log10(roofs.Ridge), peak = Math.Log10(roofs.Gflops);
            double[] intensities = [ridge - 1, ridge + 1, .. points.Select(point => Place(point).X)];
            double[] speeds = [peak - 2, peak, .. points.Select(point => Place(point).Y)];
            return new(intensities.Min() - margin, intensities.Max() + margin, speeds.Min() - margin, speeds.Max() + roofMargin);
        }

        public Pixel Pixel(Coordinates place) => new(
            (float)(Area.Left + ((place.X - Left) / (Right - Left) * (Area.Right - Area.Left))),
            (float)(Area.Bottom + ((place.Y - Bottom) / (Top - Bottom) * (Area.Top - Area.Bottom))));

        public Coordinates Coordinates(Pixel place) => new(
            Left + ((place.X - Area.Left) / (Area.Right - Area.Left) * (Right - Left)),
            Bottom + ((place.Y - Area.Bottom) / (Area.Top - Area.Bottom) * (Top - Bottom)));
    }
}
