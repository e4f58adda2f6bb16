using IlgpuGan.Training;
using ScottPlot;

namespace IlgpuGan.Bench;

/// <summary>Where a label went.</summary>
/// <param name="Box">What it covers, in pixels.</param>
/// <param name="Anchor">The point that it names.</param>
/// <param name="IsAside">Whether it stands so far from the point that a line should lead there.</param>
internal readonly record struct LabelPlace(PixelRect Box, Pixel Anchor, bool IsAside)
{
    /// <summary>The end of that line at the label.</summary>
    public Pixel Nearest => new(Math.Clamp(Anchor.X, Box.Left, Box.Right), Math.Clamp(Anchor.Y, Box.Top, Box.Bottom));
}

/// <summary>Finds places for labels beside their points that cover neither each other nor markers or lines, one label after the other.</summary>
/// <param name="area">Where labels may stand, in pixels.</param>
internal sealed class LabelLayout(PixelRect area)
{
    private const float Gap = 3;
    private const float LineThickness = 6;

    // Steps away from the point, in pixels; beyond the first a line leads from the label to its point.
    private static readonly float[] Distances = [0, 14, 28, 46, 68, 94];

    // Beside a point a label is read at once; above and below follow, then the corners.
    private static readonly (int X, int Y)[] Directions = [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)];

    private readonly List<PixelRect> taken = [];

    /// <summary>Keeps labels off a marker.</summary>
    public void Avoid(Pixel centre, float size) => taken.Add(Around(centre, size, size));

    /// <summary>Keeps labels off a line.</summary>
    public void Avoid(Pixel from, Pixel to)
    {
        var length = Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y));
        var pieces = (int)Math.Ceiling(length / LineThickness) + 1;
        for (var i = 0; i <= pieces; i++)
        {
            var t = i / (float)pieces;
            taken.Add(Around(new Pixel(from.X + (t * (to.X - from.X)), from.Y + (t * (to.Y - from.Y))), LineThickness, LineThickness));
        }
    }

    /// <summary>Keeps labels off a box.</summary>
    public void Avoid(PixelRect box) => taken.Add(box);

    /// <summary>Takes the nearest free place beside one of some points; if there is none, the place that covers least.</summary>
    /// <param name="anchors">The points that the label names.</param>
    /// <param name="size">Its size.</param>
    /// <param name="markerSize">The size of the points' markers.</param>
    public LabelPlace Find(IReadOnlyList<Pixel> anchors, PixelSize size, float markerSize)
    {
        var candidates =
            from distance in Distances
            from direction in Directions
            from anchor in anchors
            select new LabelPlace(Beside(anchor, direction, distance, size, markerSize), anchor, distance > 0);
        var place = candidates.MinBy(candidate => Covered(candidate.Box));
        taken.Add(place.Box);
        if (place.IsAside)
        {
            Avoid(place.Anchor, place.Nearest);
        }

        return place;
    }

    private static PixelRect Beside(Pixel anchor, (int X, int Y) direction, float distance, PixelSize size, float markerSize)
    {
        var away = (markerSize / 2) + Gap + distance;
        var centre = new Pixel(
            anchor.X + (direction.X * (away + (size.Width / 2))),
            anchor.Y + (direction.Y * (away + (size.Height / 2))));
        return Around(centre, size.Width, size.Height);
    }

    private static PixelRect Around(Pixel centre, float width, float height) =>
        new(centre.X - (width / 2), centre.X + (width / 2), centre.Y + (height / 2), centre.Y - (height / 2));

    private float Covered(PixelRect box)
    {
        var inside = Overlap(box, area);
        return (box.Width * box.Height) - inside + taken.Sum(other => Overlap(box, other));
    }

    private static float Overlap(PixelRect a, PixelRect b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        return width > 0 && height > 0 ? width * height : 0;
    }
}
