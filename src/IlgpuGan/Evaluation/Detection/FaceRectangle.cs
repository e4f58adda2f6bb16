namespace IlgpuGan.Evaluation.Detection;

/// <summary>Where something was found.</summary>
/// <param name="X">First column.</param>
/// <param name="Y">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct FaceRectangle(int X, int Y, int Width, int Height)
{
    private const double Tolerance = 0.2;

    /// <summary>
    /// One rectangle for those that lie on each other, as OpenCV's groupRectangles makes it: classes of what is alike by a fifth of their size, each its mean; without classes of few members and
    /// those within another that has more.
    /// </summary>
    /// <param name="found">All that was found.</param>
    /// <param name="fewest">Members that a class must have more of.</param>
    public static IReadOnlyList<FaceRectangle> Group(IReadOnlyList<FaceRectangle> found, int fewest)
    {
        var classes = Classes(found);
        var means = classes.Select(members => (Mean: Mean(members), members.Count)).Where(entry => entry.Count > fewest).ToList();
        return [.. means.Where((one, i) => !means.Where((_, j) => j != i).Any(other => IsWithin(one, other))).Select(entry => entry.Mean)];
    }

    private static List<List<FaceRectangle>> Classes(IReadOnlyList<FaceRectangle> found)
    {
        int[] roots = [.. Enumerable.Range(0, found.Count)];
        for (int i = 0; i < found.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (IsAlike(found[i], found[j]))
                {
                    roots[Root(i)] = Root(j);
                }
            }
        }
        return [.. Enumerable.Range(0, found.Count).GroupBy(Root).Select(group => group.Select(i => found[i]).ToList())];

        int Root(int place)
        {
            while (roots[place] != place)
            {
                place = roots[place] = roots[roots[place]];
            }
            return place;
        }
    }

    private static bool IsAlike(FaceRectangle one, FaceRectangle other)
    {
        double near = Tolerance * (Math.Min(one.Width, other.Width) + Math.Min(one.Height, other.Height)) * 0.5;
        return Math.Abs(one.X - other.X) <= near && Math.Abs(one.Y - other.Y) <= near && Math.Abs(one.X + one.Width - other.X - other.Width) <= near
            && Math.Abs(one.Y + one.Height - other.Y - other.Height) <= near;
    }

    private static FaceRectangle Mean(List<FaceRectangle> members)
    {
        float share = 1f / members.Count;
        int Of(Func<FaceRectangle, int> side) => (int)MathF.Round(members.Sum(side) * share);
        return new(Of(member => member.X), Of(member => member.Y), Of(member => member.Width), Of(member => member.Height));
    }

    private static bool IsWithin((FaceRectangle Mean, int Count) one, (FaceRectangle Mean, int Count) other)
    {
        var (inner, outer) = (one.Mean, other.Mean);
        int dx = (int)Math.Round(outer.Width * Tolerance), dy = (int)Math.Round(outer.Height * Tolerance);
        return inner.X >= outer.X - dx && inner.Y >= outer.Y - dy && inner.X + inner.Width <= outer.X + outer.Width + dx && inner.Y + inner.Height <= outer.Y + outer.Height + dy
            && (other.Count > Math.Max(3, one.Count) || one.Count < 3);
    }
}
